import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Handlebars from 'handlebars'
import type { Style } from '../../jinja/style.ts'
import { InvalidInput } from '../../model/failure.ts'
import type { Marked } from '../../model/marked.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { NeedsFacts } from '../../model/task.ts'
import { lazily, NeedsResult, type Scope } from '../expressions/scope.ts'
import { textOfFile } from '../expressions/templates.ts'
import { typeName } from '../expressions/values.ts'
import { problemInText } from '../problem.ts'
import type { SecretReads } from '../secret-reads.ts'
import { suggestion } from '../suggest.ts'
import { blockHelpers, functions } from './functions.ts'
import { beginning, prepare, printing } from './prepare.ts'
import { createPrinter } from './printer.ts'
import { placeIn, templateProblem } from './syntax.ts'
import { type Missed, scopeView } from './view.ts'

/** Templates of one run; each is read and compiled once. */
export interface Templates {
  /**
   * The text a template gives, with its secrets; `style`: how it is written, if it is Jinja's. Throws InvalidInput, and
   * what reading a variable throws.
   */
  render(path: string, scope: Scope, manner?: Manner): Marked
}

/** How a template is read. */
export interface Manner {
  readonly style?: Style | undefined
  /** Folders of templates that it may name, nearest first and those that come along last. */
  readonly places?: readonly string[]
}

/** Where something is printed. */
interface Place {
  readonly origin: Origin
  readonly text: string
  /** What is printed, as it is written. */
  readonly expression: string
}

interface Compiled {
  readonly text: string
  readonly run: Handlebars.TemplateDelegate
}

/** Templates as they are on the disk when they are first used; `reads` is told of the secrets that they print. */
export function createTemplates(reads: SecretReads): Templates {
  const compiled = new Map<string, Compiled | InvalidInput>()
  const folders = new Map<string, readonly string[]>()
  const places: Place[] = []
  const engine = Handlebars.create()
  const printer = createPrinter(reads)
  for (const [name, helper] of Object.entries(functions))
    engine.registerHelper(name, (...values: readonly unknown[]) => {
      printer.given(values)
      return helper(...values)
    })
  engine.registerHelper(beginning, () => printer.begin())
  engine.registerHelper(printing, (value: unknown, place: number) =>
    printer.printed(textOf(value, places[place]), places[place]?.expression ?? ''),
  )

  /** The paths of templates by the name `{{> name}}` gives them: one that is nearer stands in for one that comes along. */
  function partialsOf(path: string, places: readonly string[]): ReadonlyMap<string, string> {
    const nearestLast = [
      ...new Set([...places.slice(0, -1), dirname(path), ...places.slice(-1)]),
    ].toReversed()
    return new Map(
      nearestLast.flatMap((directory) => {
        const names = folders.get(directory) ?? templatesIn(directory)
        folders.set(directory, names)
        return names.map((name) => [name, join(directory, `${name}.hbs`)] as const)
      }),
    )
  }

  function compile(path: string, partials: readonly string[]): Compiled {
    const key = [path, ...partials].join('\0')
    const known = compiled.get(key)
    if (known instanceof InvalidInput) throw known
    if (known) return known
    try {
      const made = compiledFrom(path, partials)
      compiled.set(key, made)
      return made
    } catch (error) {
      if (error instanceof InvalidInput) compiled.set(key, error)
      throw error
    }
  }

  function compiledFrom(path: string, partials: readonly string[]): Compiled {
    const text = textOfFile(path)
    refuseJinja(text, path)
    const program = parsed(engine, text, path)
    const problems = prepare(program, {
      text,
      file: path,
      partials,
      place: (origin, expression) => places.push({ origin, text, expression }) - 1,
    })
    if (problems.length > 0) throw new InvalidInput(problems)
    const run = engine.compile(program, {
      strict: true,
      noEscape: true,
      knownHelpersOnly: true,
      knownHelpers: Object.fromEntries(
        [beginning, printing, 'lookup', ...blockHelpers, ...Object.keys(functions)].map((name) => [
          name,
          true,
        ]),
      ),
    })
    return { text, run }
  }

  function render(path: string, scope: Scope, { places = [] }: Manner = {}): Marked {
    const missed: Missed = {}
    const paths = partialsOf(path, places)
    const names = [...paths.keys()]
    const run =
      (at: string): Handlebars.TemplateDelegate =>
      (context, options) => {
        const { text, run: template } = compile(at, names)
        try {
          return template(context, options)
        } catch (error) {
          if (error instanceof RangeError) throw tooDeep(at, text)
          throw plainly(error, at, text, missed)
        }
      }
    const partials = lazily(names, (name) => run(paths.get(name) ?? ''))
    const context = scopeView(scope, missed)
    const told = { partials: partials as Record<string, Handlebars.TemplateDelegate> }
    return printer.marked(() => run(path)(context, told))
  }

  return { render }
}

function parsed(engine: typeof Handlebars, text: string, path: string): hbs.AST.Program {
  try {
    return engine.parse(text)
  } catch (error) {
    throw new InvalidInput([templateProblem(error, text, path)])
  }
}

/** The statements of Jinja, which would be written as they stand. */
const jinja =
  /\{%[-+]?\s*(?:if|elif|else|endif|for|endfor|set|block|macro|raw|include|import|extends|with|filter|call|do)\b/

/** Which language a template is in, its name says. */
function refuseJinja(text: string, file: string): void {
  const at = text.search(jinja)
  if (at < 0) return
  const before = text.slice(0, at).split('\n')
  const origin = { file, line: before.length, col: (before.at(-1) ?? '').length + 1 }
  const next = 'name the file .j2: those that end in .hbs are Handlebars, as in {{#if name}} … {{/if}}'
  throw new InvalidInput([
    problemInText('template-jinja', text, origin, 'this is a statement of Jinja', next),
  ])
}

/** Told at the first part that a template brings in: the stack has no room for more words further in. */
function tooDeep(file: string, text: string): InvalidInput {
  const before = text.slice(0, Math.max(0, text.search(/\{\{#?>/))).split('\n')
  const origin = { file, line: before.length, col: (before.at(-1) ?? '').length + 1 }
  const next = 'end the recursion: a template that brings in itself never ends'
  return new InvalidInput([
    problemInText('template-too-much', text, origin, 'templates bring in each other without end', next),
  ])
}

/** What goes wrong while a template runs: mostly a name that is not defined. */
function plainly(error: unknown, file: string, text: string, { name, known = [] }: Missed): unknown {
  if (error instanceof InvalidInput || error instanceof NeedsFacts || error instanceof NeedsResult)
    return error
  if (!(error instanceof Error) || !('lineNumber' in error) || error.lineNumber === undefined) return error
  const wanted = /^"(.*)" not defined in /.exec(error.message)?.[1]
  const message = wanted === undefined ? error.message : `${quoted(name ?? wanted)} is not defined`
  return new InvalidInput([
    problemInText(
      'template-undefined',
      text,
      placeIn(error, file),
      message,
      suggestion(name ?? wanted ?? '', known),
    ),
  ])
}

function textOf(value: unknown, place: Place | undefined): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new InvalidInput([
    problemInText(
      'template-value',
      place?.text ?? '',
      place?.origin ?? { file: '', line: 1, col: 1 },
      `this is ${typeName(value)}, and cannot be written into a file`,
      Array.isArray(value)
        ? 'write {{#each …}}, {{join … ","}} or {{json …}}'
        : 'write a part of it, {{json …}}, or {{#if …}} around it',
    ),
  ])
}

function templatesIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => name.endsWith('.hbs'))
    .map((name) => basename(name, '.hbs'))
}
