import { Lexer } from 'yaml'
import type { Meant } from '../model/meant.ts'

const form = /^#+\s*understudy:\s*ignore\b[\s:]*([a-z0-9-]*(?:\s*,\s*[a-z0-9-]+)*)\s*(.*)$/i

/** Nearly all files have none, and are not read once more for it. */
const hint = /#\s*understudy:\s*ignore/i

/** The comments of a YAML file that say that what a rule finds is meant. */
export function commentsIn(text: string, file: string): readonly Meant[] {
  if (!hint.test(text)) return []
  const lines = linesOf(text)
  return commentsOfYaml(text).flatMap(({ line, col }) => meantBy(lines, line, col, file))
}

/** The same for files in which what follows a `#` at the start of a line, or behind a space, is a comment. */
export function commentsInIni(text: string, file: string): readonly Meant[] {
  if (!hint.test(text)) return []
  const lines = linesOf(text)
  return lines.all.flatMap((line, index) => {
    const at = line.search(hint)
    return at < 0 ? [] : meantBy(lines, index + 1, at + 1, file)
  })
}

/** The same for keepalived.conf, in which ! begins a comment, too, and `startOf` says where: a line without one has -1. */
export function commentsInKeepalived(
  text: string,
  file: string,
  startOf: (line: string) => number,
): readonly Meant[] {
  if (!/[#!]\s*understudy:\s*ignore/i.test(text)) return []
  const hashed = text.split('\n').map((line) => {
    const at = startOf(line)
    if (at < 0) return line
    return (
      line.slice(0, at) +
      line
        .slice(at)
        .replace(/^!/, '#')
        .replace(/!(?=[#!]*\s*understudy:)/g, '#')
    )
  })
  const lines = linesOf(hashed.join('\n'))
  return hashed.flatMap((line, index) => {
    const at = startOf(line)
    const behind = at < 0 ? -1 : line.slice(at).search(new RegExp(`#*${hint.source}`, 'i'))
    return behind < 0 ? [] : meantBy(lines, index + 1, at + behind + 1, file)
  })
}

const marks = ['\u0002', '\u0018', '\u001f']

/** Where comments stand: what looks like one in a quoted or a block text is none. */
function commentsOfYaml(text: string): readonly { readonly line: number; readonly col: number }[] {
  const found: { line: number; col: number }[] = []
  let line = 1
  let col = 1
  for (const piece of new Lexer().lex(text)) {
    // Marks that the lexer puts between pieces of the text.
    if (marks.includes(piece)) continue
    if (piece.startsWith('#')) found.push({ line, col })
    const breaks = piece.split('\n')
    line += breaks.length - 1
    col = breaks.length === 1 ? col + piece.length : (breaks.at(-1) ?? '').length + 1
  }
  return found
}

/** The lines of a file, and of each the number of the next one that is more than a comment. */
interface Lines {
  readonly all: readonly string[]
  readonly next: readonly (number | undefined)[]
}

function linesOf(text: string): Lines {
  const all = text.split('\n')
  const next: (number | undefined)[] = []
  for (let index = all.length - 1, ahead: number | undefined; index >= 0; index--) {
    next[index] = ahead
    if (!/^\s*(?:[#;].*)?$/.test(all[index] ?? '')) ahead = index + 1
  }
  return { all, next }
}

function meantBy({ all, next }: Lines, line: number, col: number, file: string): readonly Meant[] {
  const own = all[line - 1] ?? ''
  const [whole, ids = '', reason = ''] = form.exec(own.slice(col - 1).trimEnd()) ?? []
  if (whole === undefined) return []
  const rules = ids.split(',').map((id) => id.trim().toLowerCase())
  const standsAlone = own.slice(0, col - 1).trim() === ''
  return [
    {
      origin: { file, line, col },
      line: standsAlone ? (next[line - 1] ?? line) : line,
      rules: rules.filter((id) => id !== ''),
      reason: reason.trim(),
    },
  ]
}
