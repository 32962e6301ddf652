import { z } from 'zod'
import { type Registered, type Resource, unchanged } from '../model/resource.ts'
import type { Binding, Kind } from '../resources/bind.ts'
import { withMarks } from '../resources/file-marks.ts'
import { allKinds } from '../resources/index.ts'
import { elderNames } from './elder-names.ts'
import { marksOf } from './marks.ts'
import { type Becomes, type Option, once } from './option.ts'

/** A path that begins at somebody's home: which one that is, a machine must tell first. */
const fromHome = /^(?:~[^/]*|\$\w+|\$\{\w+\})(?=\/|$)/

/** Options of a module by their names. */
export type Options = Readonly<Record<string, Option>>

/** The values of options, by their own names, defaults filled in. */
export type ArgumentsOf<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never
}

/** What arguments of a module come to. */
export type Meaning =
  | { readonly kind: keyof typeof allKinds; readonly fields: Readonly<Record<string, unknown>> }
  /** This cannot be done here: what to do instead, and the option that asks for it. */
  | { readonly refused: string; readonly option?: string }
  /** Nothing has to be done on a machine; what is told is in its result. */
  | { readonly nothing: string; readonly told?: Readonly<Record<string, unknown>> }

/** A module of Ansible: its options as Ansible documents them, and what they mean here. */
export interface Module {
  readonly name: string
  /** Its collection, such as `ansible.builtin`. */
  readonly collection: string
  /** Other names of it, each with its collection. */
  readonly alsoCalled?: readonly string[]
  readonly summary: string
  readonly options: Options
  /** What a task says to it in words without a name goes here. */
  readonly freeForm?: string
  /** Our own: one word or a list alone stands for this option. */
  readonly shorthand?: string
  /** Where a file of the controller is meant, under `src`. */
  readonly source?: Kind['source']
  /** Any other name is taken, too: it is that of a variable. */
  readonly open?: true
  /** Variables of the run that are given to it as options of the same names. */
  readonly takes?: readonly string[]
  /** Names of facts that it gathers; options of which nothing is known before the run are `undefined`. */
  readonly gathers?: (written: (option: string) => string | undefined) => readonly string[]
  /** It is the run's own affair, and made of no resource. */
  readonly byEngine?: 'done'
  /** What arguments mean; `said` has the names of those that a task gives. */
  means(given: Readonly<Record<string, unknown>>, said: ReadonlySet<string>): Meaning
}

/** Says what a module is; `means` is pure. */
export function module<const O extends Options>(
  spec: Omit<Module, 'means' | 'options'> & {
    readonly options: O
    readonly means: (given: ArgumentsOf<O>, said: ReadonlySet<string>) => Meaning
  },
): Module {
  const { means, ...rest } = spec
  return { ...rest, means: (given, said) => means(given as ArgumentsOf<O>, said) }
}

/** All names under which a playbook may know a module. */
export function namesOf({ name, collection, alsoCalled = [] }: Module): readonly string[] {
  const own = [`${collection}.${name}`, ...alsoCalled]
  const full = [...own, ...own.flatMap(elderNames)]
  const legacy = full
    .filter((one) => one.startsWith('ansible.builtin.'))
    .map((one) => one.replace('builtin', 'legacy'))
  return [...new Set([...full.map((one) => one.slice(one.lastIndexOf('.') + 1)), ...full, ...legacy])]
}

/** A module as `config/` sees it: arguments go in, a resource comes out. */
export function kindOf(module: Module): Kind {
  const { name, summary, options, shorthand, freeForm, source, gathers, takes } = module
  const names = once(() => namesIn(options))
  const fallbacks = once(() => fallbacksOf(options))
  const schema = once(() => schemaOf(module, names(), fallbacks))
  const paths = once(() => pathsOf(names(), options))
  return {
    name,
    summary,
    get schema() {
      return schema()
    },
    ...(shorthand === undefined ? {} : { shorthand }),
    ...(source === undefined ? {} : { source }),
    module: {
      ...(freeForm === undefined ? {} : { freeForm }),
      ...(module.open ? { open: true } : {}),
      ...(gathers ? { gathers } : {}),
      ...(takes ? { takes } : {}),
      get paths() {
        return paths()
      },
    },
    settle: (checked) => {
      const own = ownNames(checked as Readonly<Record<string, unknown>>, names(), () => {})
      const given = withoutNowhere(options, own)
      const meaning = module.means(withDefaults(options, fallbacks(), given), new Set(Object.keys(given)))
      if ('refused' in meaning) throw new Error(meaning.refused)
      if ('nothing' in meaning) return (binding) => nothingToDo(name, meaning.told, binding)
      const kind = allKinds[meaning.kind]
      const made = kind.settle(kind.schema.parse(meaning.fields))
      const marks = marksOf(options, given, meaning)
      const marked = marks && 'data' in marks ? marks.data : undefined
      return marked ? (binding) => withMarks(made(binding), marked) : made
    },
  }
}

/** The own names of options by all their words. */
function namesIn(options: Options): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(options).flatMap(([own, option]) =>
      [own, ...(option.documented.aliases ?? [])].map((one) => [one, own] as const),
    ),
  )
}

/** What arguments have to be like, each by itself and all together. */
function schemaOf(
  module: Module,
  names: ReadonlyMap<string, string>,
  fallbacks: () => ReadonlyMap<string, unknown>,
): z.ZodObject {
  const { name, options } = module
  const shape = Object.fromEntries(
    [...names].map(([given, own]) => [given, fieldOf(name, options[own] as Option)]),
  )
  const all = module.open ? z.looseObject(shape) : z.strictObject(shape)
  return all.check((context) => {
    const add = (message: string, option?: string): void => {
      const place = option === undefined ? {} : { path: [option] }
      context.issues.push({ code: 'custom', input: context.value, message, ...place })
    }
    // What is wrong with single options is told alone.
    if (context.issues.length > 0) return
    const given = withoutNowhere(options, ownNames(context.value, names, add))
    const missing = Object.entries(options).filter(
      ([own, { documented, mayLack }]) => documented.required && !mayLack && given[own] === undefined,
    )
    for (const [own] of missing) add(`"${own}" is missing in ${name}`)
    if (missing.length > 0) return
    const known = withHomes(options, withDefaults(options, fallbacks(), given))
    const meaning = module.means(known, new Set(Object.keys(given)))
    if ('nothing' in meaning) return
    if ('refused' in meaning) {
      add(meaning.refused, wordFor(meaning.option, context.value, names))
      return
    }
    const marks = marksOf(options, given, meaning)
    if (marks && 'refused' in marks) add(marks.refused, wordFor(marks.option, context.value, names))
    const { error } = allKinds[meaning.kind].schema.safeParse(meaning.fields)
    const unfit = marks && 'error' in marks ? marks.error?.issues : undefined
    for (const { path, message } of [...(error?.issues ?? []), ...(unfit ?? [])]) {
      const option = String(path[0] ?? '')
      add(message, option in options ? wordFor(option, context.value, names) : undefined)
    }
  })
}

/** Options that are paths, by each of their names. */
function pathsOf(
  names: ReadonlyMap<string, string>,
  options: Options,
): Readonly<Record<string, string | undefined>> {
  const all = [...names].flatMap(([given, own]): (readonly [string, string | undefined])[] => {
    const option = options[own] as Option
    if (!isPath(option)) return []
    const { documented, becomes } = option
    const fallback = given === own && becomes.is !== 'refused' ? documented.default : undefined
    return [[given, typeof fallback === 'string' ? fallback : undefined]]
  })
  return Object.fromEntries(all)
}

/** The word with which a task gives an option: one of its aliases, perhaps. */
function wordFor(
  option: string | undefined,
  given: Readonly<Record<string, unknown>>,
  names: ReadonlyMap<string, string>,
): string | undefined {
  if (option === undefined) return undefined
  return Object.keys(given).find((one) => given[one] !== undefined && names.get(one) === option)
}

function ownNames(
  given: Readonly<Record<string, unknown>>,
  names: ReadonlyMap<string, string>,
  complain: (message: string, option: string) => void,
): Readonly<Record<string, unknown>> {
  const own: Record<string, unknown> = {}
  for (const [word, value] of Object.entries(given)) {
    const name = names.get(word) ?? word
    if (value === undefined) continue
    if (own[name] !== undefined) complain(`"${word}" and "${name}" are the same option: give one`, word)
    own[name] = value
  }
  return own
}

/** An empty path is none, as to Ansible's modules, wherever one may be left away. */
function withoutNowhere(
  options: Options,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const isNowhere = (name: string, value: unknown) => {
    const { type, required } = options[name]?.documented ?? {}
    return value === '' && type === 'path' && !required
  }
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => !isNowhere(name, value)))
}

function withDefaults(
  options: Options,
  fallbacks: ReadonlyMap<string, unknown>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.keys(options).map((name) => [name, given[name] ?? fallbacks.get(name)]))
}

/** What options are where a task does not give them. */
function fallbacksOf(options: Options): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(options).map(([name, option]) => [name, fallbackOf(option)]))
}

/** The same with some home in place of those that are not known yet: enough to find out whether the rest is right. */
function withHomes(
  options: Options,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const full = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(full)
    return typeof value === 'string' ? value.replace(fromHome, '/home') : value
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      options[name] && isPath(options[name]) ? full(value) : value,
    ]),
  )
}

/** Is it a path of the machine, or a list of such? */
function isPath({ documented: { type, elements } }: Option): boolean {
  return type === 'path' || elements === 'path'
}

/** As a task would have written it: an empty text stands for an empty list. */
function fallbackOf({ documented, schema }: Option): unknown {
  return documented.default === undefined ? undefined : schema().safeParse(documented.default).data
}

/** A refused option may say what holds anyway. */
function fieldOf(module: string, option: Option): z.ZodType {
  const { documented, becomes } = option
  const schema = option.schema()
  const secret = schema.meta()?.writeOnly === true ? { writeOnly: true } : {}
  if (becomes.is !== 'refused') return schema.optional().meta({ description: meaningOf(becomes), ...secret })
  const harmless = documented.default ?? (documented.type === 'bool' ? false : undefined)
  return schema
    .optional()
    .check((context) => {
      const { value } = context
      if (value === undefined || JSON.stringify(value) === JSON.stringify(harmless)) return
      context.issues.push({
        code: 'custom',
        input: value,
        message: `not supported in ${module}: ${becomes.instead}`,
      })
    })
    .meta({ description: meaningOf(becomes), ...secret })
}

/** What becomes of an option, in a few words. */
export function meaningOf(becomes: Becomes): string {
  switch (becomes.is) {
    case 'done':
      return 'As in Ansible.'
    case 'different':
      return `As in Ansible, but: ${becomes.why}.`
    case 'refused':
      return `Not supported: ${becomes.instead}.`
    case 'ours':
      return becomes.meaning
  }
}

function nothingToDo(name: string, told: Registered['found'], { title, origin, options }: Binding): Resource {
  const asked: Resource = { id: `${name}[]`, title, origin, options, queries: {}, converge: () => undefined }
  return told ? { ...asked, result: () => ({ ...unchanged, found: told }) } : asked
}
