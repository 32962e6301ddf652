import { Failure, InvalidInput } from '../../model/failure.ts'
import { shownOf, textOf, veilOf } from '../../model/marked.ts'
import type { Resource } from '../../model/resource.ts'
import { asSecret, plain, type Sourced, type SourcedEntry, secretsIn } from '../../model/sourced.ts'
import { type Expansion, type Knowledge, NeedsFacts, type Task } from '../../model/task.ts'
import type { Resolver } from '../expressions/resolve.ts'
import { NeedsResult, type Scope } from '../expressions/scope.ts'
import { typeName } from '../expressions/values.ts'
import type { InventoryHost } from '../inventory/index.ts'
import { problem } from '../problem.ts'
import { once, type SecretReads } from '../secret-reads.ts'
import { validate } from '../validate.ts'
import type { Contents } from './contents.ts'
import { shapeOf } from './kinds.ts'
import { likelyMachines } from './likely-machines.ts'
import { resourceOptions } from './resource-options.ts'
import type { PlaySpec, TaskSpec } from './spec.ts'
import type { LoopItem, Variables } from './variables.ts'

/** What turns tasks as written into tasks of a host. */
export interface Expanding {
  readonly resolver: Resolver
  readonly variables: Variables
  readonly contents: Contents
  /** Is told of every secret that is read. */
  readonly reads: SecretReads
  /** Hosts of this run, whose facts can be waited for. */
  readonly hosts: ReadonlySet<string>
}

type Waiting = Extract<Expansion, { is: 'waiting' }>['on']

/** What one item of a task comes to. */
type Outcome =
  | { readonly is: 'left out' }
  | { readonly is: 'resource'; readonly resource: Resource }
  | { readonly is: 'waiting'; readonly on: Waiting; readonly resources: readonly Resource[] }

/** A task as one host of a play has it. */
export function taskOf(spec: TaskSpec, host: InventoryHost, play: PlaySpec, expanding: Expanding): Task {
  const { variables } = expanding
  const scopeWith = (known: Knowledge, item?: LoopItem) => variables.of(host, play, spec, known, item)
  const title = titleOf(spec, scopeWith({ facts: new Map(), registered: new Map() }), expanding)
  const register = spec.register === undefined ? {} : { register: spec.register }

  function expand(known: Knowledge): Expansion {
    const items = itemsOf(spec, scopeWith(known), expanding)
    if ('on' in items) return { is: 'waiting', on: items.on, resources: [] }
    const outcomes = items.all.map((item) => {
      const guesses = () =>
        likelyMachines.map((guess) => {
          const facts = new Map([...known.facts, [host.name, guess] as const])
          return scopeWith({ ...known, facts }, item)
        })
      return expandItem(spec, title, { scope: scopeWith(known, item), guesses }, expanding)
    })
    const waiting = outcomes.find((outcome) => outcome.is === 'waiting')
    const resources = outcomes.flatMap((outcome) => {
      if (outcome.is === 'waiting') return outcome.resources
      return outcome.is === 'resource' ? [outcome.resource] : []
    })
    if (waiting) return { is: 'waiting', on: waiting.on, resources }
    return resources.length === 0 ? { is: 'skipped', ...register } : { is: 'ready', resources }
  }

  return { title, origin: spec.origin, expand }
}

/** Items of the loop; none where the condition rules the task out whatever they are. */
function itemsOf(
  { loop, conditions }: TaskSpec,
  scope: Scope,
  expanding: Expanding,
): { readonly all: readonly (LoopItem | undefined)[] } | { readonly on: Waiting } {
  if (!loop) return { all: [undefined] }
  const ruledOut = () => {
    const decided = attempted(() => conditions.some((one) => !expanding.resolver.condition(one, scope)))
    return 'value' in decided && decided.value
  }
  const { reads } = expanding
  const computed = attempted(() => reads.watched(() => expanding.resolver.value(loop.items, scope)))
  if ('value' in computed) {
    const { value, read } = computed.value
    if (Array.isArray(value)) {
      const item = (index: number) => {
        reads.note(read)
        return value[index]
      }
      return {
        all: Array.from(value.keys(), (index) => ({
          name: loop.variable,
          read: once(reads, () => item(index)),
        })),
      }
    }
    if (ruledOut()) return { all: [] }
    throw new InvalidInput([
      problem(`a loop needs a list, and this is ${typeName(value)}`, loop.items.origin),
    ])
  }
  if (ruledOut()) return { all: [] }
  return { on: waitingOn(computed.error, expanding) }
}

/** The variables of an item, and what they would be on machines as they are met most. */
interface Outlook {
  readonly scope: Scope
  readonly guesses: () => readonly Scope[]
}

function expandItem(
  spec: TaskSpec,
  title: string,
  { scope, guesses }: Outlook,
  expanding: Expanding,
): Outcome {
  let undecided: Waiting | undefined
  for (const condition of spec.conditions) {
    const decided = attempted(() => expanding.resolver.condition(condition, scope))
    if ('value' in decided) {
      if (!decided.value) return { is: 'left out' }
    } else undecided ??= waitingOn(decided.error, expanding)
    // Later conditions often rest on earlier ones: `defined(x)` before `x.y == 1`.
    if (undecided) break
  }
  const made = attempted(() => make(spec, title, scope, expanding))
  if ('value' in made && !undecided) return { is: 'resource', resource: made.value }
  if ('value' in made) return { is: 'waiting', on: undecided ?? { register: '' }, resources: [made.value] }
  // What is wrong in a task that may turn out to be skipped is nobody's concern yet.
  const on = undecided ?? waitingOn(made.error, expanding)
  const known = placeholder(spec, title, scope, expanding)
  // Paths and names that differ between distributions: asking about both saves a trip, and harms nobody.
  const scopes = known || !('facts' in on) ? [] : guesses()
  const guessed = scopes.flatMap((guess) => placeholder(spec, title, guess, expanding) ?? [])
  return { is: 'waiting', on, resources: known ? [known] : guessed }
}

function make(spec: TaskSpec, title: string, scope: Scope, expanding: Expanding): Resource {
  const { resolver, contents, reads } = expanding
  const fields = withoutNothing(resolver.sourced(spec.parameters, scope))
  const options = resourceOptions(spec, scope, resolver)
  return resource(spec, title, contents.fill(spec, fields, scope), { options, reads })
}

/** The resource as far as it is known, so that its questions can be asked in the first trip already. */
function placeholder(
  spec: TaskSpec,
  title: string,
  scope: Scope,
  { resolver, contents, reads }: Expanding,
): Resource | undefined {
  const { parameters } = spec
  if (!('entries' in parameters)) return undefined
  const known = new Map<string, SourcedEntry>()
  for (const [name, { key, value }] of parameters.entries) {
    const computed = attempted(() => resolver.sourced(value, scope))
    if ('value' in computed) known.set(name, { key, value: computed.value })
    // No question rests on it.
    else if (name === 'content') known.set(name, { key, value: { origin: value.origin, scalar: '' } })
  }
  const fields = withoutNothing({ origin: parameters.origin, entries: known })
  const options = { noLog: spec.noLog, ignoreErrors: spec.ignoreErrors, environment: {}, always: false }
  try {
    return resource(spec, title, contents.fillPlaceholder(spec, fields), { options, reads })
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}

function resource(
  { kind, origin, noLog }: TaskSpec,
  title: string,
  fields: Sourced,
  { options, reads }: { readonly options: Resource['options']; readonly reads: SecretReads },
): Resource {
  const marked = withSecretFields(kind, fields)
  for (const one of secretsIn(marked)) if (one.length === 1) reads.learn(textOf(one))
  const secrets = [...(options.secrets ?? []), ...secretsIn(marked)]
  validate<unknown>(kind.schema, noLog ? asSecret(marked) : marked, kind.name)
  return kind.make(plain(marked), { title: veilOf(secrets)(title), origin, options: { ...options, secrets } })
}

/** The same fields, with those marked whose schema says that they are written and never shown. */
function withSecretFields(kind: TaskSpec['kind'], fields: Sourced): Sourced {
  if (!('entries' in fields)) return fields
  const shape = shapeOf(kind)
  const entries = [...fields.entries].map(([name, entry]): readonly [string, SourcedEntry] =>
    shape[name]?.meta()?.writeOnly === true
      ? [name, { ...entry, value: asSecret(entry.value) }]
      : [name, entry],
  )
  return { ...fields, entries: new Map(entries) }
}

/** A field whose value turned out to be nothing counts as not written: `{{ default(mode, null) }}`. */
function withoutNothing(fields: Sourced): Sourced {
  if (!('entries' in fields)) return fields
  const given = [...fields.entries].filter(([, { value }]) => !('scalar' in value && value.scalar === null))
  return { origin: fields.origin, entries: new Map(given) }
}

function titleOf({ name, kind }: TaskSpec, scope: Scope, { resolver }: Expanding): string {
  if (!name) return kind.name
  const computed = attempted(() => resolver.sourced(name, scope))
  const known = 'value' in computed && 'scalar' in computed.value ? computed.value : undefined
  if (typeof known?.scalar !== 'string') return String(plain(name))
  return known.marked ? shownOf(known.marked) : known.scalar
}

/** A computation that may have to wait, or be wrong. */
function attempted<T>(
  compute: () => T,
): { readonly value: T } | { readonly error: NeedsFacts | NeedsResult | Failure } {
  try {
    return { value: compute() }
  } catch (error) {
    if (error instanceof NeedsFacts || error instanceof NeedsResult || error instanceof Failure)
      return { error }
    throw error
  }
}

/** What a computation waits for; throws what is wrong with it, or that nothing will ever answer. */
function waitingOn(error: NeedsFacts | NeedsResult | Failure, { hosts }: Expanding): Waiting {
  if (error instanceof NeedsResult) return { register: error.register }
  if (error instanceof Failure) throw error
  if (hosts.has(error.host)) return { facts: error.host }
  throw new Failure('INVALID_INPUT', `this needs the facts of ${error.host}, which is no part of this run`, {
    where: { host: error.host },
    next: `take it in with --limit, or give its "address" in the variable director or realserver`,
  })
}
