/** Characters of somebody's value that a message repeats; who wrote it knows it by its beginning. */
const most = 60

/** A value from a file, a flag or a host as messages show it: in quotes where it is text, in one line, and cut where it is long. */
export function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(clipped(value)) : clipped(String(value))
}

/** The same without quotes, for names that stand in a sentence or a path. */
export function clipped(text: string): string {
  if (text.length <= most) return text
  // By characters: half of one of two parts is none.
  const characters = [...text.slice(0, 2 * most)]
  return characters.length <= most && text.length <= 2 * most
    ? text
    : `${characters.slice(0, most - 3).join('')}…`
}
