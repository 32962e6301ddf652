/** What a line of an answer says in JSON; nothing where it is no JSON, as one that a limit cut in two. */
export function jsonLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
