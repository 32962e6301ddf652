import { z } from 'zod'
import { type Failure, InvalidInput } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { quoted } from '../../model/quoted.ts'
import { plain, type Sourced, type SourcedEntry } from '../../model/sourced.ts'
import { insteadOfElsewhere, isNeverHere } from '../../modules/elsewhere.ts'
import { moduleKinds } from '../../modules/index.ts'
import { saidInWords } from '../../modules/pairs.ts'
import { onControllerAlone, refusedModules } from '../../modules/refused.ts'
import type { Kind } from '../../resources/bind.ts'
import { kinds } from '../../resources/index.ts'
import { isTemplate } from '../expressions/text.ts'
import { problem } from '../problem.ts'
import { didYouMean, suggestion } from '../suggest.ts'
import { validate } from '../validate.ts'
import { attempt } from './fields.ts'
import { taskShape } from './words.ts'

/** A kind and what a task gives it. */
export interface KindUse {
  readonly kind: Kind
  readonly parameters: Sourced
  /** It cannot be done here: the task fails where its turn comes. */
  readonly refusal?: Failure
}

/** Modules that are none of ours. */
export interface Foreign {
  /** What stands for one; absent: they are refused. `instead`: what else to do where it cannot be run. */
  readonly kind?: (name: string, instead: string | undefined) => Kind
  /** Is there one of this name in `library/`? */
  isOwn(name: string): boolean
}

/** Modules of Ansible stand before kinds of ours that have the same name. */
const allKinds: ReadonlyMap<string, Kind> = new Map([...Object.entries(kinds), ...moduleKinds])

/** Names of all kinds, without those of collections. */
export const kindNames: readonly string[] = [...allKinds.keys()].filter((name) => !name.includes('.'))

/** The kind that a task's key means, by its name here or with `ansible.builtin.` before it. */
export function kindCalled(name: string): Kind | undefined {
  return allKinds.get(name) ?? ownKind(name)
}

/** `ansible.builtin.` before a name of ours, as for `block`, which alone is a list of tasks. */
function ownKind(name: string): Kind | undefined {
  return new Map<string, Kind>(Object.entries(kinds)).get(name.replace(/^ansible\.(builtin|legacy)\./, ''))
}

/** Finds out what a task does from the keys that are no keys of every task. Throws InvalidInput. */
export function kindUse(
  candidates: readonly (readonly [name: string, entry: SourcedEntry])[],
  task: Origin,
  args?: Sourced,
  foreign: Foreign = { isOwn: () => false },
): KindUse {
  const [alone] = candidates
  if (alone && candidates.length === 1 && !kindCalled(alone[0])) {
    const use = foreignUse(alone, args, foreign) ?? refusedUse(alone, args)
    if (use) return use
  }
  const known = candidates.filter(([name]) => kindCalled(name))
  const strange = candidates.filter(([name]) => !kindCalled(name))
  if (strange.length > 0)
    throw new InvalidInput(
      strange.map(([name, { key }]) => unknownKind(name, key, known.length > 0, foreign)),
    )
  const [first, second] = known
  if (!first)
    throw new InvalidInput([
      problem(
        'playbook-task-empty',
        'this task says nothing to do',
        task,
        'name a module, such as package, copy or service: docs/ansible.md has all of them',
      ),
    ])
  if (second)
    throw new InvalidInput([
      problem(
        'playbook-task-twofold',
        `a task does one thing, and this one names ${first[0]} and ${second[0]}`,
        second[1].key,
        'make two tasks of it',
      ),
    ])
  const [name, { key, value }] = first
  const kind = kindCalled(name)
  if (!kind) throw new Error(`${name} is no kind`)
  return { kind, parameters: withArgs(parametersOf(kind, value, key), args) }
}

/** A module that is none of ours, and that is to be run as Ansible runs it. */
function foreignUse(
  [name, { key, value }]: readonly [string, SourcedEntry],
  args: Sourced | undefined,
  foreign: Foreign,
): KindUse | undefined {
  if (!foreign.kind || isNeverHere(name) || taskShape.refused[name] !== undefined) return undefined
  const kind = foreign.kind(name, refusedModules.get(name) ?? insteadOfElsewhere(name))
  return { kind, parameters: withArgs(parametersOf(kind, value, key), args) }
}

/** What to do instead of a module that is known and not done here. */
function insteadOf(name: string): string | undefined {
  const instead = refusedModules.get(name) ?? insteadOfElsewhere(name)
  if (instead === undefined || onControllerAlone.has(name) || isNeverHere(name)) return instead
  return `${instead}; ${foreignHint}`
}

const foreignHint = 'or let --foreign-modules run it, where ansible-core is on this computer'

/** A module that is known and not done here: whatever it is told, making it fails. */
function refusedUse(
  [name, { key, value }]: readonly [string, SourcedEntry],
  args: Sourced | undefined,
): KindUse | undefined {
  const instead = insteadOf(name)
  if (instead === undefined) return undefined
  const message = `the module ${quoted(name)} is not supported`
  const schema = z.unknown().check((context) => {
    context.issues.push({ code: 'custom', input: context.value, message: `${message}: ${instead}` })
  })
  const settle = () => {
    throw new InvalidInput([problem('module-unsupported', message, key, instead)])
  }
  const kind: Kind = { name, summary: message, schema, settle, module: { freeForm: '_raw', open: true } }
  return {
    kind,
    parameters: withArgs(parametersOf(kind, value, key), args),
    refusal: problem('module-unsupported', message, key, instead),
  }
}

/** Names of facts that a task gathers. */
export function factsGathered({ kind, parameters }: KindUse): readonly string[] {
  return (
    kind.module?.gathers?.((option) => {
      const written = 'entries' in parameters ? parameters.entries.get(option)?.value : undefined
      return written && !hasExpression(written) ? String(plain(written)) : undefined
    }) ?? []
  )
}

/** A word or list alone stands for the field the kind names; nothing at all for no fields. */
function parametersOf(kind: Kind, value: Sourced, key: Origin): Sourced {
  if ('entries' in value) return value
  if ('scalar' in value && value.scalar === null) return { origin: key, entries: new Map() }
  const { module } = kind
  if ('scalar' in value && typeof value.scalar === 'string') {
    const isPairs = module
      ? module.freeForm !== undefined || /^\s*[A-Za-z_]\w*\s*=/.test(value.scalar)
      : false
    if (module && isPairs) return spoken(kind, value.scalar, value)
    const pairs = module ? [] : saidInWords(value.scalar, false).pairs
    if (pairs.length > 0)
      throw new InvalidInput([
        problem(
          'module-words',
          'only modules of Ansible are told name=value',
          value.origin,
          `write ${kind.name}: { ${pairs.map((pair) => `${pair.name}: ${pair.value}`).join(', ')} }`,
        ),
      ])
  }
  if (kind.shorthand === undefined) return value
  return { origin: value.origin, entries: new Map([[kind.shorthand, { key, value }]]) }
}

/** What a module is told in one text. */
function spoken(kind: Kind, text: string, value: Sourced): Sourced {
  const freeForm = kind.module?.freeForm
  const { pairs, rest } = saidInWords(text, freeForm !== undefined)
  const entry = (scalar: string): SourcedEntry => ({
    key: value.origin,
    value: { ...value, scalar } as Sourced,
  })
  if (rest !== '' && freeForm === undefined)
    throw new InvalidInput([
      problem(
        'module-words',
        `${quoted(rest)} has no name in ${kind.name}`,
        value.origin,
        'write name=value',
      ),
    ])
  const entries = new Map(pairs.map((pair) => [pair.name, entry(pair.value)]))
  if (freeForm !== undefined && rest !== '') entries.set(freeForm, entry(rest))
  return { origin: value.origin, entries }
}

/** What stands under `args:` counts where the module itself says nothing else. */
function withArgs(parameters: Sourced, args: Sourced | undefined): Sourced {
  if (!args || !('entries' in args) || !('entries' in parameters)) return parameters
  return { origin: parameters.origin, entries: new Map([...args.entries, ...parameters.entries]) }
}

function unknownKind(name: string, origin: Origin, besideKind: boolean, { isOwn }: Foreign): Failure {
  const instead = taskShape.refused[name]
  if (instead !== undefined)
    return problem('playbook-unsupported', `${quoted(name)} is not supported in a task`, origin, instead)
  const refused = insteadOf(name)
  if (refused !== undefined)
    return problem('module-unsupported', `the module ${quoted(name)} is not supported`, origin, refused)
  if (besideKind)
    return problem(
      'playbook-unknown-key',
      `unknown key ${quoted(name)} in a task`,
      origin,
      suggestion(name, taskShape.known),
    )
  if (isOwn(name))
    return problem(
      'module-unsupported',
      `the module ${quoted(name)} in library/ needs Python on the machine`,
      origin,
      `do its work with command, copy or template, ${foreignHint}`,
    )
  const short = name.slice(name.lastIndexOf('.') + 1)
  if (short !== name && allKinds.has(short))
    return problem(
      'module-unknown',
      `there is no module called ${quoted(name)}`,
      origin,
      `did you mean ${quoted(short)}?`,
    )
  const meant = didYouMean(name, name.includes('.') ? allKinds.keys() : [...kindNames, ...taskShape.known])
  return problem(
    'module-unknown',
    `there is no module called ${quoted(name)} here`,
    origin,
    meant === undefined
      ? `a module of one's own, or of a collection that is not known, needs Python on the machine: do its work with command, copy or template, ${foreignHint}; docs/ansible.md has all modules`
      : `did you mean ${quoted(meant)}?`,
  )
}

type Shape = Readonly<Record<string, z.ZodType>>

/** The fields of a kind with their schemas; none where the schema does not say. */
export function shapeOf({ schema }: Kind): Shape {
  return schema instanceof z.ZodObject ? schema.shape : {}
}

/** What is wrong with a task's fields as far as it shows before expressions have values. */
export function checkFields({ kind, parameters }: KindUse, problems: Failure[]): void {
  if (kind.module?.open && hasExpression(parameters)) return
  const shape = shapeOf(kind)
  // What a module means shows from all its options together.
  const isWhole = kind.module !== undefined && !hasExpression(parameters)
  if (!('entries' in parameters) || Object.keys(shape).length === 0 || isWhole) {
    if (!hasExpression(parameters)) attempt(problems, () => validate(kind.schema, parameters, kind.name))
    return
  }
  const { origin, entries } = parameters
  const kept = [...entries].filter(([name, { value }]) => !(name in shape) || !hasExpression(value))
  const partial = partialOf(shape, [...entries.keys()])
  attempt(problems, () => validate(partial, { origin, entries: new Map(kept) }, kind.name))
}

/** Schemas of what tasks write, by the fields of their kind and the names that they write: many tasks write the same ones. */
const partials = new WeakMap<Shape, Map<string, z.ZodObject>>()

/** A field that is not written must be one that may be absent; the value of one that is may still wait. */
function partialOf(shape: Shape, written: readonly string[]): z.ZodObject {
  const known = partials.get(shape) ?? new Map<string, z.ZodObject>()
  partials.set(shape, known)
  const names = written.filter((name) => name in shape).toSorted()
  const key = names.join(' ')
  const made =
    known.get(key) ??
    z.strictObject(
      Object.fromEntries(
        Object.entries(shape).map(([name, schema]) => {
          const mayLack = names.includes(name) || (name === 'content' && names.includes('src'))
          return [name, mayLack ? schema.optional() : schema]
        }),
      ),
    )
  known.set(key, made)
  return made
}

/** Does any text in it hold something to compute? */
export function hasExpression(value: Sourced): boolean {
  if ('items' in value) return value.items.some(hasExpression)
  if ('entries' in value) return [...value.entries.values()].some((entry) => hasExpression(entry.value))
  return typeof value.scalar === 'string' && !value.literal && isTemplate(value.scalar)
}
