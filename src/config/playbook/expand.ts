import { InvalidInput } from '../../model/failure.ts'
import { shownOf, textOf, veilOf } from '../../model/marked.ts'
import type { Resource } from '../../model/resource.ts'
import { asSecret, plain, type Sourced, type SourcedEntry, secretsIn } from '../../model/sourced.ts'
import { type Expansion, type Knowledge, type Looped, NeedsFacts, type Task } from '../../model/task.ts'
import type { Scope } from '../expressions/scope.ts'
import type { InventoryHost } from '../inventory/index.ts'
import type { SecretReads } from '../secret-reads.ts'
import { becauseOf, readingVariables } from '../told-variables.ts'
import { validate } from '../validate.ts'
import { pathsOnMachine } from './contents.ts'
import { delegated, delegateOf, tellsTo } from './delegated.ts'
import { attempted, type Expanding, type Waiting, waitingOn } from './expanding.ts'
import { decided } from './flags.ts'
import { withHeard, withoutNothing, withTaken } from './given-fields.ts'
import { type Runner, thisComputer, withHomes } from './homes.ts'
import { judgementOf } from './judgement.ts'
import { likelyMachines } from './likely-machines.ts'
import { type Turn, turnsOf } from './loops.ts'
import { gathering, mannerOf } from './manner.ts'
import { checkReaching } from './reaching.ts'
import { recalled } from './recalled.ts'
import { ownLinesFor, pauseOf, resourceOptions } from './resource-options.ts'
import { withSecretFields } from './secret-fields.ts'
import type { PlaySpec, TaskSpec } from './spec.ts'
import { type Described, toldOfTask } from './told-of-task.ts'
import { withoutDifferences } from './undiffed.ts'
import type { LoopItem } from './variables.ts'

/** What one item of a task comes to. */
type Outcome =
  | { readonly is: 'left out' }
  | { readonly is: 'resource'; readonly resource: Resource }
  | { readonly is: 'waiting'; readonly on: Waiting; readonly resources: readonly Resource[] }

/** A task as one host of a play has it; `around`: variables of the loops it stands in. */
export function taskOf(
  spec: TaskSpec,
  host: InventoryHost,
  play: PlaySpec,
  expanding: Expanding,
  around: readonly LoopItem[] = [],
): Task {
  const { variables } = expanding
  const scopeWith = (known: Knowledge, items: readonly LoopItem[] = []) =>
    variables.of(host, play, spec, known, [...around, ...items])
  const title = titleOf(spec.name, spec.kind.name, scopeWith(nothingKnown), expanding)

  function expand(known: Knowledge): Expansion {
    const before = scopeWith(known)
    const { made: turns, read: forAll } = readingVariables(() => turnsOf(spec, before, expanding))
    if ('on' in turns) return { is: 'waiting', on: turns.on, resources: [] }
    const outcomes = turns.all.map(({ variables: items, follows }) => {
      const viewOf = (facts: Knowledge['facts']): View => ({
        scope: items.length === 0 && facts === known.facts ? before : scopeWith({ ...known, facts }, items),
        host: host.name,
        facts,
      })
      const guesses = () =>
        likelyMachines.map((guess) => viewOf(new Map([...known.facts, [host.name, guess] as const])))
      const { scope, ...view } = viewOf(known.facts)
      const outlook = { scope, ...view, guesses }
      const place = () => placedBy(spec, scope, expanding, expandItem(spec, title, outlook, expanding))
      const { made: outcome, read } = readingVariables(place)
      if (outcome.is !== 'resource') return outcome
      const made = becauseOf(outcome.resource, [...forAll, ...read])
      const shown = isHidden(spec, scope, expanding) ? withoutDifferences(made) : made
      const pause = follows ? pauseOf(spec, scope, expanding.resolver) : undefined
      const resource = pause === undefined ? shown : { ...shown, options: { ...shown.options, pause } }
      const judgement = judgementOf(spec, known, (now) => scopeWith(now, items), expanding.resolver)
      if (!judgement) return { ...outcome, resource }
      return { ...outcome, resource: { ...resource, options: { ...resource.options, judgement } } }
    })
    const waiting = outcomes.find((outcome) => outcome.is === 'waiting')
    const resources = outcomes.flatMap((outcome) => {
      if (outcome.is === 'waiting') return outcome.resources
      return outcome.is === 'resource' ? [outcome.resource] : []
    })
    if (waiting) return { is: 'waiting', on: waiting.on, resources }
    const items = spec.loop ? loopedItems(turns.all, outcomes) : undefined
    const looped = items ? { items } : {}
    return resources.length === 0 ? { is: 'skipped', ...looped } : { is: 'ready', resources, ...looped }
  }

  const { expand: recall, forget } = recalled(expand, expanding.outside)
  return {
    expand: recall,
    forget,
    ...aboutTask(spec, title, scopeWith, expanding),
    ...pausing(spec),
    ...gathering(spec),
  }
}

/** A pause is one for all: whoever ends the run there ends it for all. */
function pausing({ kind, fatal, ignoreErrors }: TaskSpec): Pick<Task, 'pauses' | 'fatal'> {
  if (kind.name !== 'pause') return {}
  return { pauses: true, ...(fatal === undefined && ignoreErrors === false ? { fatal: true } : {}) }
}

/** The outcome on the host that the task is delegated to. */
function placedBy(spec: TaskSpec, scope: Scope, expanding: Expanding, outcome: Outcome): Outcome {
  const { delegateTo } = spec
  if (!delegateTo || outcome.is === 'left out') return outcome
  const made = attempted(() => [delegateOf(delegateTo, scope, expanding), tellsTo(spec, scope, expanding)])
  if ('error' in made) return { is: 'waiting', on: waitingOn(made.error, expanding), resources: [] }
  const [on = '', tells] = made.value
  if (outcome.is === 'resource') return { ...outcome, resource: delegated(outcome.resource, on, tells) }
  return { ...outcome, resources: outcome.resources.map((one) => delegated(one, on)) }
}

function isHidden({ diff }: TaskSpec, scope: Scope, { resolver }: Expanding): boolean {
  if (diff === undefined) return false
  const shown = attempted(() => decided(diff, scope, resolver, 'diff'))
  return 'value' in shown && !shown.value
}

/** What is known of a task beside what it comes to. */
export function aboutTask(
  spec: Described &
    Pick<TaskSpec, 'register' | 'origin' | 'notify' | 'failedWhen' | 'until'> &
    Pick<TaskSpec, 'ignoreErrors' | 'ignoreUnreachable' | 'runOnce' | 'fatal' | 'loop'>,
  title: string,
  scopeWith: (known: Knowledge) => Scope,
  expanding: Expanding,
): Omit<Task, 'expand'> {
  const { register, notify, origin, failedWhen, until } = spec
  const { resolver } = expanding
  const judges = failedWhen !== undefined || until !== undefined
  const names = (known: Knowledge) =>
    notify.flatMap((one) => {
      const value = resolver.value(one, scopeWith(known))
      return Array.isArray(value) ? value.map(String) : [String(value)]
    })
  return {
    title,
    origin,
    told: (known) => toldOfTask(spec, () => scopeWith(known), expanding),
    ...mannerOf(spec, scopeWith, expanding),
    ...(register === undefined ? {} : { register }),
    ...(register === undefined && notify.length === 0 && !judges ? {} : { remembered: true }),
    ...(notify.length === 0 ? {} : { notifies: names }),
  }
}

/** Before anything is known. */
export const nothingKnown: Knowledge = { facts: new Map(), registered: new Map() }

/** The same as a run finds it that has asked nobody yet, where tasks may give these names a value: what is made of it can serve there, too. */
export function nothingKnownYet(given: ReadonlySet<string>): Knowledge {
  const others = () => nothing
  const nothing: Knowledge = { ...nothingKnown, coming: given, others }
  return nothing
}

/** Which item came to which of the resources. */
function loopedItems(turns: readonly Turn[], outcomes: readonly Outcome[]): readonly Looped[] {
  let next = 0
  return turns.flatMap(({ item }, index) => {
    if (!item) return []
    return outcomes[index]?.is === 'resource' ? [{ item, resource: next++ }] : [{ item }]
  })
}

/** The variables of an item, and the facts that they rest on. */
interface View {
  readonly scope: Scope
  readonly host: string
  readonly facts: Knowledge['facts']
}

/** The same, and what they would be on machines as they are met most. */
interface Outlook extends View {
  readonly guesses: () => readonly View[]
}

function expandItem(
  spec: TaskSpec,
  title: string,
  { guesses, ...view }: Outlook,
  expanding: Expanding,
): Outcome {
  const { scope } = view
  let undecided: Waiting | undefined
  for (const condition of spec.conditions) {
    const decided = attempted(() => expanding.resolver.condition(condition, scope))
    if ('value' in decided) {
      if (!decided.value) return { is: 'left out' }
    } else undecided ??= waitingOn(decided.error, expanding)
    // Later conditions often rest on earlier ones: `defined(x)` before `x.y == 1`.
    if (undecided) break
  }
  const made = attempted(() => make(spec, title, view, expanding))
  if ('value' in made && !undecided) return { is: 'resource', resource: made.value }
  const early = !spec.kind.module?.onlyInTurn
  if ('value' in made)
    return { is: 'waiting', on: undecided ?? { register: '' }, resources: early ? [made.value] : [] }
  // What is wrong in a task that may turn out to be skipped is nobody's concern yet.
  const on = undecided ?? waitingOn(made.error, expanding)
  if (!early) return { is: 'waiting', on, resources: [] }
  const known = placeholder(spec, title, view, expanding)
  // Paths and names that differ between distributions: asking about both saves a trip, and harms nobody.
  const scopes = known || !('facts' in on) ? [] : guesses()
  const guessed = scopes.flatMap((guess) => placeholder(spec, title, guess, expanding) ?? [])
  return { is: 'waiting', on, resources: known ? [known] : guessed }
}

function make(spec: TaskSpec, title: string, view: View, expanding: Expanding): Resource {
  const { scope } = view
  const { resolver, contents, reads, connections } = expanding
  const on = spec.delegateTo
    ? delegateOf(spec.delegateTo, scope, expanding)
    : String(scope.read('inventory_hostname'))
  checkReaching(spec.reaching, connections.get(on), scope, expanding)
  const written = withHeard(spec, withoutNothing(resolver.sourced(spec.parameters, scope)), on, scope)
  const given = withTaken(spec, written, scope)
  const options = { ...resourceOptions(spec, scope, resolver), ...ownLinesFor(spec, on, expanding) }
  const fields = withPaths(spec, given, () => options, view, expanding)
  return resource(spec, title, contents.fill(spec, fields, scope), { options, reads })
}

/** The same fields, with paths of the machine as the one who runs the task knows them there. */
function withPaths(
  { kind, delegateTo }: TaskSpec,
  fields: Sourced,
  who: Runner['who'],
  { scope, host, facts }: View,
  expanding: Expanding,
): Sourced {
  const paths = pathsOnMachine(kind, fields)
  const placed = () => {
    const place = delegateTo ? delegateOf(delegateTo, scope, expanding) : host
    const known = facts.get(place)
    if (known) return known
    if (place === 'localhost' && !expanding.hosts.has(place)) return thisComputer()
    throw new NeedsFacts(place)
  }
  return withHomes(fields, paths, { facts: placed, who })
}

/** The resource as far as it is known, so that its questions can be asked in the first trip already. */
function placeholder(spec: TaskSpec, title: string, view: View, expanding: Expanding): Resource | undefined {
  const { scope } = view
  const { resolver, contents, reads } = expanding
  const { parameters } = spec
  if (!('entries' in parameters)) return undefined
  const known = new Map<string, SourcedEntry>()
  for (const [name, { key, value }] of parameters.entries) {
    const computed = attempted(() => resolver.sourced(value, scope))
    if ('value' in computed) known.set(name, { key, value: computed.value })
    // No question rests on it.
    else if (name === 'content') known.set(name, { key, value: { origin: value.origin, scalar: '' } })
  }
  const given = withTaken(spec, withoutNothing({ origin: parameters.origin, entries: known }), scope)
  // Whatever is not known yet is not shown yet.
  const options = { noLog: spec.noLog !== false, ignoreErrors: true, environment: {}, always: false }
  const paths = attempted(() =>
    withPaths(spec, given, () => resourceOptions(spec, scope, resolver), view, expanding),
  )
  if ('error' in paths) return undefined
  const fields = paths.value
  try {
    return resource(spec, title, contents.fillPlaceholder(spec, fields), { options, reads })
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}

function resource(
  { kind, origin }: TaskSpec,
  title: string,
  fields: Sourced,
  { options, reads }: { readonly options: Resource['options']; readonly reads: SecretReads },
): Resource {
  const marked = withSecretFields(kind, fields)
  for (const one of secretsIn(marked)) if (one.length === 1) reads.learn(textOf(one))
  const secrets = [...(options.secrets ?? []), ...secretsIn(marked)]
  const checked = validate<unknown>(kind.schema, options.noLog ? asSecret(marked) : marked, kind.name)
  return kind.settle(checked)({ title: veilOf(secrets)(title), origin, options: { ...options, secrets } })
}

/** The name of a task, with what is known of it already; another word where it has none. */
export function titleOf(
  name: Sourced | undefined,
  otherwise: string,
  scope: Scope,
  { resolver }: Expanding,
): string {
  if (!name) return otherwise
  const computed = attempted(() => resolver.sourced(name, scope))
  const known = 'value' in computed && 'scalar' in computed.value ? computed.value : undefined
  if (typeof known?.scalar !== 'string') return String(plain(name))
  return known.marked ? shownOf(known.marked) : known.scalar
}
