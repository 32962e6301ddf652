import type { Position, SourceFile } from '../position.ts'

/** A line of haproxy.cfg. */
export interface HaproxyLine {
  readonly words: readonly string[]
  readonly raw: string
  readonly at: Position
}

/** What a line says, with one space between its words. */
export const textOf = ({ words }: HaproxyLine) => words.join(' ')

/** `global`, `defaults`, or a frontend, a backend, both in one, or anything else. */
export interface Section {
  readonly kind: string
  readonly name: string
  readonly at: Position
  readonly raw: string
  readonly lines: readonly HaproxyLine[]
}

const kinds =
  /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|cache|program|ring|http-errors|fcgi-app|log-forward)$/

/** Reads haproxy.cfg; comments that stand alone go to the line below them in `raw`. */
export function readSections({ path, text }: SourceFile): readonly Section[] {
  const sections: { -readonly [Key in keyof Section]: Section[Key] }[] = []
  let comments: string[] = []
  text.split(/\r?\n/).forEach((line, index) => {
    const bare = withoutComment(line).trim()
    if (bare === '') {
      if (line.includes('#')) comments.push(line.trim())
      return
    }
    const words = bare.match(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+/g) ?? []
    const at = { file: path, line: index + 1 }
    const raw = [...comments, line.trim()].join('\n    ')
    comments = []
    const [kind = '', name = ''] = words
    if (kinds.test(kind)) sections.push({ kind, name, at, raw: raw.replaceAll('\n    ', '\n'), lines: [] })
    else {
      const current = sections.at(-1)
      if (current) current.lines = [...current.lines, { words, raw, at }]
    }
  })
  return sections
}

function withoutComment(line: string): string {
  const [code = ''] = line.match(/^(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^#"'\\])*/) ?? []
  return code
}

/** The section as lines of haproxy.cfg. */
export function sectionLines({ raw, lines }: Section): readonly string[] {
  return [
    ...raw.split('\n'),
    ...lines.flatMap((line) => line.raw.split('\n').map((part) => `    ${part.trim()}`)),
  ]
}
