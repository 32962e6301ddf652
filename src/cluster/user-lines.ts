/** Whose configuration lines of the user's own go into. */
export type Program = 'keepalived' | 'nginx' | 'haproxy'

/** One of the lines without its comment, and in how many blocks of these lines it stands. */
export interface Line {
  readonly code: string
  readonly depth: number
}

/** The lines of a text, without what is a comment to its program. */
export function linesOf({
  text,
  program,
}: {
  readonly text: string
  readonly program: Program
}): readonly Line[] {
  let depth = 0
  return text.split('\n').map((line) => {
    const code = withoutComment(line, program)
    const at = depth
    depth += (code.match(/\{/g) ?? []).length - (code.match(/\}/g) ?? []).length
    return { code, depth: at }
  })
}

function withoutComment(line: string, program: Program): string {
  const starts = program === 'keepalived' ? /(?:^|\s)[#!]/ : /(?:^|\s)#/
  const at = line.search(starts)
  return at < 0 ? line : line.slice(0, at)
}
