import type { Marked } from '../model/marked.ts'
import { didYouMean, suggestion } from '../model/suggest.ts'
import { problemsOf } from './check.ts'
import { evaluate } from './evaluate.ts'
import { executeTemplate } from './execute.ts'
import { JinjaError, TooMuch } from './failure.ts'
import { applyFilter } from './filters/index.ts'
import { globalNames } from './globals.ts'
import { lookUp } from './lookups.ts'
import type { Expression, Statement } from './nodes.ts'
import { Output, type Pieces, printedText } from './output.ts'
import { parseBare, parseTemplate } from './parse.ts'
import { inside, type Runtime } from './runtime.ts'
import { parseFile, type Style, type Template } from './style.ts'
import type { Surroundings } from './surroundings.ts'
import { askTest } from './tests/index.ts'
import { present, Undefined } from './values.ts'
import { newWork, type Work } from './work.ts'

/** What a text gave: the value of its one expression, or pieces that make a text. */
export type Rendered =
  | { readonly is: 'value'; readonly value: unknown; readonly written: string }
  | { readonly is: 'text'; readonly pieces: readonly Piece[] }

/** A part of a text, with the secrets that were read for it. */
export interface Piece {
  readonly text: string
  readonly read: readonly Marked[]
  /** What stands in the template; empty for its own words. */
  readonly written: string
}

/** Jinja2 as Ansible speaks it. What it has parsed it keeps as long as it lives. Everything throws JinjaError. */
export interface Engine {
  /** The value of a bare expression, as in `when`. */
  evaluate(text: string, surroundings: Surroundings): unknown
  /** A value of a playbook: one that is a single expression keeps its type. */
  value(text: string, surroundings: Surroundings): Rendered
  /** A template's file; what its first line says of its style counts before what is given. */
  template(text: string, surroundings: Surroundings, style?: Style): readonly Piece[]
  /** The list that a lookup gives for these terms, as `query` has it. */
  lookup(name: string, terms: readonly unknown[], surroundings: Surroundings): readonly unknown[]
  /** What is wrong with a text whatever its variables turn out to be. */
  check(text: string, as: 'expression' | 'value' | 'template'): readonly JinjaError[]
}

/** Texts kept parsed; beyond that all are parsed anew. */
const mostKept = 20_000

/** An engine that has parsed nothing yet. */
export function createEngine(): Engine {
  const bare = kept<Expression>()
  const values = kept<readonly Statement[]>()
  const templates = kept<Template>()
  const valuesIn = (text: string) =>
    values(text, () => parseTemplate(text, { trimBlocks: true, lstripBlocks: false, rawStrings: true }))
  const templateOf = (text: string, style: Style = {}) => {
    const words = Object.entries(style).map(([name, value]) => `${name}:${JSON.stringify(value)}`)
    return templates(words.length === 0 ? text : `${words.join()}\0${text}`, () => parseFile(text, style))
  }

  function runtimeOf(work: Work, { variables, reads, outside }: Surroundings, style?: Style): Runtime {
    const run: Runtime = {
      variables,
      reads,
      outside,
      work,
      spoiled: new WeakMap(),
      own: new WeakSet(),
      copies: new WeakMap(),
      filter: (name, value, given) => applyFilter(name, value, given, run),
      test: (name, value, given) => askTest(name, value, given, run),
      template: (name) => {
        const found = outside.template(name)
        if (!found) return undefined
        try {
          return { ...found, body: templateOf(found.text, style).body }
        } catch (error) {
          if (error instanceof JinjaError) error.template ??= found
          throw error
        }
      },
      missing: (what, names, name, offset) =>
        new Undefined(what === '' ? `"${name}" is not defined` : `${what} has no "${name}"`, {
          ...(offset === undefined ? {} : { offset }),
          next: () => {
            if (what !== '') return suggestion(name, names())
            const meant = didYouMean(name, [...names(), ...globalNames])
            return meant === undefined
              ? `give it a value, or write ${name} | default(…)`
              : `did you mean "${meant}"?`
          },
        }),
    }
    return run
  }

  function piecesOf(body: readonly Statement[], run: Runtime): Pieces {
    const output = new Output()
    executeTemplate(body, inside(undefined), output, { run, blocks: new Map(), parent: undefined })
    return output.pieces
  }

  return {
    check: (text, as) =>
      problemsOf(() =>
        as === 'expression'
          ? bare(text, () => parseBare(text))
          : as === 'value'
            ? valuesIn(text)
            : templateOf(text).body,
      ),
    evaluate: (text, surroundings) =>
      within(() => {
        const node = bare(text, () => parseBare(text))
        return present(evaluate(node, inside(undefined), runtimeOf(newWork(), surroundings)))
      }),
    value: (text, surroundings) =>
      within(() => {
        const body = valuesIn(text)
        const work = newWork()
        const run = runtimeOf(work, surroundings)
        const [only] = body
        if (body.length === 1 && only?.is === 'print')
          return single(evaluate(only.value, inside(undefined), run), only, text, work)
        const pieces = piecesOf(body, run)
        const [first] = pieces
        if (pieces.length === 1 && first !== undefined && typeof first !== 'string') {
          if (first.read.length > 0) surroundings.reads.note(first.read)
          return single(first.value, { written: first.written, at: 0 }, text, work)
        }
        return {
          is: 'text',
          pieces: ended(
            pieces.map((piece) => told(piece, work)),
            text,
          ),
        }
      }),
    lookup: (name, terms, surroundings) =>
      within(() => {
        const given = { positional: [name, ...terms], named: new Map() }
        return lookUp(given, true, runtimeOf(newWork(), surroundings)) as readonly unknown[]
      }),
    template: (text, surroundings, style) =>
      within(() => {
        const work = newWork()
        const { body, newline } = templateOf(text, style)
        return ended(
          piecesOf(body, runtimeOf(work, surroundings, style)).map((piece) => told(piece, work)),
          text,
          newline,
        )
      }),
  }
}

/** One value; a text gets back the line breaks at the end of what was written. */
function single(
  value: unknown,
  { written, at }: { readonly written: string; readonly at: number },
  text: string,
  work: Work,
): Rendered {
  measure(value, work)
  if (value instanceof Undefined) {
    if (value.isLenient) return { is: 'value', value: '', written }
    try {
      present(value)
    } catch (error) {
      if (error instanceof JinjaError) error.offset ??= at
      throw error
    }
  }
  if (typeof value !== 'string') return { is: 'value', value, written }
  const breaks = missingBreaks(value, text)
  return { is: 'value', value: breaks === 0 ? value : value + '\n'.repeat(breaks), written }
}

/** Refuses what is more than it looks: a list of the same list twice, many times over, or one that holds itself. */
function measure(value: unknown, work: Work): void {
  if (!Array.isArray(value) && !(value instanceof Map)) return
  work.deeper(() => {
    if (value instanceof Map) for (const one of value.values()) measure(one, work)
    // What is read only when it is asked for is nothing that the template made.
    else
      for (const index of value.keys()) {
        work.spend()
        const part = Object.getOwnPropertyDescriptor(value, index)
        if (part && 'value' in part) measure(part.value, work)
      }
  })
}

function told(piece: Pieces[number], work: Work): Piece {
  if (typeof piece === 'string') return { text: piece, read: [], written: '' }
  return { text: printedText(piece.value, work), read: piece.read, written: piece.written }
}

function ended(pieces: readonly Piece[], text: string, newline = '\n'): readonly Piece[] {
  const breaks = missingBreaks(pieces.map((piece) => piece.text).join(''), text)
  return breaks === 0 ? pieces : [...pieces, { text: newline.repeat(breaks), read: [], written: '' }]
}

/** Ansible lets a text end with as many line breaks as its template. */
function missingBreaks(result: string, text: string): number {
  const count = (of: string) => /\n*$/.exec(of)?.[0].length ?? 0
  return text.endsWith('\n') ? Math.max(0, count(text) - count(result)) : 0
}

function kept<T>(): (text: string, parse: () => T) => T {
  const known = new Map<string, T>()
  return (text, parse) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = parse()
    if (known.size >= mostKept) known.clear()
    known.set(text, made)
    return made
  }
}

/** Whatever goes too deep for the computer is told as such. */
function within<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError)
      throw new TooMuch('this goes deeper than can be computed', {
        next: 'let fewer values refer to each other',
      })
    throw error
  }
}
