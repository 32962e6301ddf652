import { besideFile, type Includes, type Position, type Remark, type SourceFile } from '../position.ts'
import { beforeRepetition, circleIn, type Definitions, repetitions, substituted } from './definitions.ts'

/** A line as keepalived takes it: included, chosen, replaced, without its comment. */
export interface ConfigurationLine {
  readonly text: string
  /** Behind `#` or `!`. */
  readonly comment: string
  /** It begins within a word. */
  readonly isCut: boolean
  readonly at: Position
}

/** How a machine's keepalived reads its files. */
export interface Reading {
  readonly main: SourceFile
  readonly includes: Includes
  /** What lines behind `@` are compared with: `-i`, or the first part of the name of the machine. */
  readonly configId: string
}

/** All lines of a configuration, and the patterns of files that were not among `includes`. */
export interface ReadLines {
  readonly lines: readonly ConfigurationLine[]
  readonly wanted: readonly string[]
  readonly remarks: readonly Remark[]
}

const deepestInclude = 10
const mostLines = 50_000
/** Repetitions of repetitions may go on for ever without making one. */
const mostTaken = 10 * mostLines
/** Files that include one another in many ways would be read for ever. */
const mostFiles = 500

/** keepalived.conf(5): what comes before keywords have a meaning. */
export function readLines({ main, includes, configId }: Reading): ReadLines {
  const lines: ConfigurationLine[] = []
  const wanted = new Set<string>()
  const remarks: Remark[] = []
  const definitions: Definitions = new Map([
    ['_INSTANCE', configId],
    ['_HASH', '#'],
    ['_BANG', '!'],
  ])

  /** Files on the way from the first to the one that is read. */
  const open: string[] = []
  let taken = 0

  /** What is too much is said once, where it begins to be. */
  function tooMuch(message: string, at: Position): void {
    if (!remarks.some((one) => one.message === message)) remarks.push({ message, at })
  }

  function take(text: string, at: Position, depth: number): void {
    if (lines.length >= mostLines || ++taken > mostTaken)
      return void tooMuch(`only the first ${mostLines} lines were read`, at)
    const chosen = forThis(text, configId)
    if (chosen === undefined) return
    const parts = depth < deepestInclude ? beforeRepetition(chosen) : undefined
    if (parts) {
      for (const part of parts) take(part, at, depth + 1)
      return
    }
    const several = repetitions(chosen, definitions)
    if (several && depth < deepestInclude) {
      for (const { set, rest } of several) {
        for (const [name, value] of set) definitions.set(name, value)
        take(rest, at, depth + 1)
      }
      return
    }
    const definition = /^\s*\$([A-Za-z_]\w*)=(.*)$/s.exec(chosen)
    if (definition) return void definitions.set(definition[1] ?? '', (definition[2] ?? '').trim())
    const { code, comment, isCut } = split(chosen)
    const circle = circleIn(code, definitions)
    if (circle) {
      const by =
        circle.length > 1
          ? ` by ${circle
              .slice(1)
              .map((name) => `$${name}`)
              .join(' and ')}`
          : ''
      remarks.push({ message: `the definition $${circle[0]} leads${by} back to itself`, at })
      // keepalived never comes further than this; the names alone stand for them, so that the rest can be looked at.
      for (const name of circle) definitions.set(name, name)
    }
    const replaced = substituted(code, definitions)
    // Whose line it is, and what stands in it, is decided before it includes anything.
    const include = /^\s*include[rmwba]?[ \t]+(.+)$/.exec(code)
    if (replaced === code && include) follow(include[1]?.trim() ?? '', at)
    else if (replaced === code || depth >= deepestInclude) lines.push({ text: code, comment, isCut, at })
    // What replaced it may be several lines, each for some machines only.
    else for (const one of replaced.split('\n')) take(one, at, depth + 1)
  }

  let files = 0

  function read(file: SourceFile, from: Position = { file: file.path, line: 1 }): void {
    if (++files > mostFiles) return void tooMuch(`only the first ${mostFiles} files were read`, from)
    open.push(file.path)
    definitions.set('_PWD', file.path.slice(0, file.path.lastIndexOf('/')) || '/')
    const physical = file.text.split(/\r?\n/)
    for (let index = 0; index < physical.length; index++) {
      const at = { file: file.path, line: index + 1 }
      let text = physical[index] ?? ''
      // A definition of several lines: all but the last end with a backslash, which comes before any comment.
      if (/^\s*(@\^?\S+\s+)?\$[A-Za-z_]\w*=\s*\\\s*$/.test(text)) {
        const head = text.replace(/\\\s*$/, '')
        const body: string[] = []
        do {
          index++
          body.push((physical[index] ?? '').replace(/\s*\\\s*$/, ''))
        } while (/\\\s*$/.test(physical[index] ?? '') && index < physical.length)
        text = head.trimEnd() + body.join('\n')
      }
      take(text, at, 0)
    }
    definitions.set('_PWD', main.path.slice(0, main.path.lastIndexOf('/')) || '/')
    open.pop()
  }

  function follow(said: string, at: Position): void {
    const written = said.replaceAll(/^["']|["']$/g, '')
    if (written !== said)
      remarks.push({
        message: `include ${said} has quotes, which keepalived takes for a part of the name`,
        at,
      })
    const pattern = besideFile(at.file, written)
    const meant = includes.get(pattern)
    if (open.length > deepestInclude)
      remarks.push({ message: `include ${written} leads too deep and was not read`, at })
    else if (!meant) wanted.add(pattern)
    else {
      if (meant.length === 0) remarks.push({ message: `include ${written} meant no file`, at })
      for (const file of meant)
        if (file.unread !== undefined)
          remarks.push({ message: `include ${written} ${file.unread}, and was not read`, at })
        else if (open.includes(file.path))
          remarks.push({ message: `include ${written} leads back to ${file.path}`, at })
        else read(file, at)
    }
  }

  read(main)
  return { lines, wanted: [...wanted], remarks }
}

/** `@name` and `@^name` choose machines. */
function forThis(text: string, configId: string): string | undefined {
  const found = /^\s*@(\^?)(\S+)\s+(.*)$/s.exec(text)
  if (!found) return text
  const [, not, name, rest = ''] = found
  return (name === configId) === (not === '') ? rest : undefined
}

/**
 * Where the comment of a line begins, or -1 (lib/parser.c, decomment): keepalived looks for # and ! before it looks for words, and knows only double
 * quotes then.
 */
export function commentStart(text: string): number {
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (sign === '\\') index++
    else if (sign === '"') isQuoted = !isQuoted
    else if (!isQuoted && (sign === '#' || sign === '!')) return index
  }
  return -1
}

/** What is said, and the comment behind it. */
function split(text: string): { readonly code: string; readonly comment: string; readonly isCut: boolean } {
  const start = commentStart(text)
  if (start < 0) return { code: withoutBlanks(text), comment: '', isCut: false }
  const code = text.slice(0, start)
  return {
    code: withoutBlanks(code),
    comment: text.slice(start + 1).trim(),
    isCut: /[^ \t\n\v\f\r{}]$/.test(code),
  }
}

/** Blanks of Unicode stay: keepalived takes them for letters. */
const withoutBlanks = (text: string) => text.replace(/[ \t\n\v\f\r]+$/, '')
