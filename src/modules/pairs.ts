import { pythonEscapes, withEscapesRead } from '../model/python-escapes.ts'

/** One `name=value` of a task that is written in one text. */
export interface Pair {
  readonly name: string
  readonly value: string
}

/** What a task says in one text: its named values, and what stands without a name. */
export interface SaidInWords {
  readonly pairs: readonly Pair[]
  readonly rest: string
}

/** What may stand by its name in the text of a command; anything else that has a `=` is part of the command. */
const besideCommands: ReadonlySet<string> = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'warn',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
])

const brackets: readonly (readonly [open: string, close: string])[] = [
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
]

/** A word of a text, and the white space before it. */
interface Word {
  readonly text: string
  readonly before: string
}

/** Reads a text as Ansible does: words end at white space that stands in no quotes and in no expression. */
export function saidInWords(text: string, isCommand: boolean): SaidInWords {
  const pairs: Pair[] = []
  let rest = ''
  for (const { text: word, before } of wordsOf(text)) {
    const [, name, value = ''] = /^([A-Za-z_][\w-]*)\s*=([\s\S]*)$/.exec(word) ?? []
    if (name !== undefined && (!isCommand || besideCommands.has(name)))
      pairs.push({ name, value: withEscapesRead(unquoted(value), escapes) })
    else rest += rest === '' ? word : `${before}${word}`
  }
  return { pairs, rest }
}

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = []
  let [word, before] = ['', '']
  for (let at = 0; at < text.length; ) {
    const length = pieceAt(text, at)
    const piece = text.slice(at, at + length)
    at += length
    if (piece === '\\\n') continue
    if (!/^\s/.test(piece)) {
      word += piece
      continue
    }
    if (word !== '') words.push({ text: word, before })
    before = word === '' ? before + piece : piece
    word = ''
  }
  if (word !== '') words.push({ text: word, before })
  return words
}

/** How many characters belong together: an expression, what stands in quotes, a continued line, or one alone. */
function pieceAt(text: string, at: number): number {
  const two = text.slice(at, at + 2)
  const close =
    brackets.find(([open]) => open === two)?.[1] ?? (/^["']/.test(two) ? two.slice(0, 1) : undefined)
  if (close === undefined) return two === '\\\n' ? 2 : 1
  const isQuote = close.length === 1
  for (let end = text.indexOf(close, at + close.length); end >= 0; end = text.indexOf(close, end + 1))
    if (!isQuote || text[end - 1] !== '\\') return end + close.length - at
  return 1
}

function unquoted(value: string): string {
  const [first] = value
  const closed = value.length > 1 && (first === '"' || first === "'") && value.at(-1) === first
  return closed && value.at(-2) !== '\\' ? value.slice(1, -1) : value
}

/** Those that Ansible reads here. */
const escapes = Object.fromEntries(
  ['n', 't', 'r', '\\', "'", '"'].map((sign) => [sign, pythonEscapes[sign] ?? sign]),
)
