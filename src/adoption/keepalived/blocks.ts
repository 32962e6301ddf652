import type { Position, Remark } from '../position.ts'
import { type ConfigurationLine, type Reading, readLines } from './lines.ts'

/** One line of keepalived.conf, with the block behind it where it opens one. */
export interface Statement {
  readonly keyword: string
  /** Without quotes. */
  readonly values: readonly string[]
  /** As it was written, without a brace. */
  readonly raw: string
  readonly at: Position
  readonly block?: readonly Statement[]
  /** Comments that stand above it and behind it. */
  readonly comments: readonly string[]
  /** What was to be its last word goes on as a comment. */
  readonly isCut?: true
}

/** A whole configuration. */
export interface Blocks {
  readonly statements: readonly Statement[]
  /** Patterns of files that have to be read as well. */
  readonly wanted: readonly string[]
  readonly remarks: readonly Remark[]
}

interface Word {
  readonly text: string
  readonly raw: string
}

interface Open {
  readonly head: Omit<Statement, 'block'>
  readonly block: Statement[]
}

/** A word that keepalived wants otherwise, and where it stands. */
export type Deprecated = Position & { readonly instead: string }

/** keepalived knows no block deeper than five. */
const deepestBlock = 50

/** Reads a configuration into its blocks. Braces that do not match are remarked, and what is there is read. */
export function readBlocks(reading: Reading): Blocks {
  const { lines, wanted, remarks } = readLines(reading)
  const top: Statement[] = []
  const open: Open[] = []
  const found: Remark[] = [...remarks]
  let comments: string[] = []
  const into = () => open.at(-1)?.block ?? top

  const begin = (words: readonly Word[], at: Position) => {
    const last = words.length === 0 ? into().pop() : undefined
    const head = last ?? statement(words, at, comments)
    if (!last) comments = []
    open.push({ head, block: [] })
  }
  const end = (at: Position) => {
    const closed = open.pop()
    if (!closed) found.push({ message: 'a closing brace too many', at })
    else into().push({ ...closed.head, block: closed.block })
  }

  let tooDeep = false
  for (const line of lines) {
    if (tooDeep) break
    if (line.comment !== '') comments.push(line.comment)
    let words: Word[] = []
    const finish = () => {
      if (words.length > 0) {
        into().push({ ...statement(words, line.at, comments), ...(line.isCut ? { isCut: true } : {}) })
        comments = []
      }
      words = []
    }
    for (const word of wordsOf(line)) {
      if (word.raw === '{') {
        begin(words, line.at)
        words = []
        tooDeep = open.length > deepestBlock
        if (tooDeep) break
      } else if (word.raw === '}') {
        finish()
        end(line.at)
      } else words.push(word)
    }
    finish()
  }
  if (tooDeep) {
    const at = open[0]?.head.at
    found.push({
      message: `only the first ${deepestBlock} blocks in one another were read`,
      ...(at ? { at } : {}),
    })
    open.length = 1
  }
  while (open.length > 0) {
    const { head } = open.at(-1) as Open
    found.push({ message: `the block ${head.keyword} is never closed`, at: head.at })
    end(head.at)
  }
  return { statements: top, wanted, remarks: found }
}

function statement(words: readonly Word[], at: Position, comments: readonly string[]): Statement {
  const [first, ...others] = words
  return {
    keyword: first?.text ?? '',
    values: others.map(({ text }) => text),
    raw: words.map(({ raw }) => raw).join(' '),
    at,
    comments,
  }
}

/**
 * Words between blanks, which are those of isspace(3), and none of Unicode; quotes hold them together, and a brace outside of them is a
 * word of its own, whatever it touches (lib/parser.c, read_line), but for those around the name of a definition.
 */
function wordsOf({ text }: ConfigurationLine): readonly Word[] {
  const raws = text.match(/(?:\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^ \t\n\v\f\r"'\\]|["'])+/gs) ?? []
  return raws.flatMap((raw) => {
    const parts = raw.match(betweenBraces) ?? [raw]
    return parts.map((part) => ({ raw: part, text: unquoted(part) }))
  })
}

/** A brace, or what stands before the next one. */
const betweenBraces = /[{}]|(?:\$\{[^{}\s]*\}|\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^{}])+?(?=[{}]|$)/gs

/** Without quotes, and without one that is left open. */
function unquoted(raw: string): string {
  return raw
    .replaceAll(
      /"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'/gs,
      (_, double?: string, single?: string) => double ?? single ?? '',
    )
    .replaceAll(/\\(.)|"/gs, (whole, escaped?: string) =>
      escaped === undefined ? '' : /[\\"']/.test(escaped) ? escaped : whole,
    )
}

/** A statement as lines of keepalived.conf, with its comments. */
export function written({ raw, comments, block }: Statement, indent = ''): readonly string[] {
  const said = comments.map((comment) => `${indent}# ${comment}`)
  if (!block) return [...said, `${indent}${raw}`]
  return [
    ...said,
    `${indent}${raw} {`,
    ...block.flatMap((one) => written(one, `${indent}    `)),
    `${indent}}`,
  ]
}

/** The statement with one of these keywords that counts: keepalived takes the last of several. */
export function lastOf(
  statements: readonly Statement[],
  ...keywords: readonly string[]
): Statement | undefined {
  return statements.findLast(({ keyword }) => keywords.includes(keyword))
}
