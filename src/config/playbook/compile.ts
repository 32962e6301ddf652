import { type Cluster, rolloutOrder } from '../../cluster/index.ts'
import { Failure, InvalidInput } from '../../model/failure.ts'
import type { Sourced } from '../../model/sourced.ts'
import type { Handler, Play, Task } from '../../model/task.ts'
import type { Scope } from '../expressions/scope.ts'
import { isTemplate } from '../expressions/text.ts'
import type { InParts } from '../in-turns.ts'
import { type Inventory, matchHosts } from '../inventory/index.ts'
import { validate } from '../validate.ts'
import { type Candidates, Grouping } from './candidates.ts'
import { handlersOf, onlyOfMembers, tasksOf } from './entries.ts'
import { nothingKnown, nothingKnownYet } from './expand.ts'
import type { Expanding } from './expanding.ts'
import { attempt } from './fields.ts'
import { decided, isComputed } from './flags.ts'
import type { GroupsNow } from './groups-now.ts'
import type { Entry, PlaySpec } from './spec.ts'
import { isChosen, type TagChoice } from './tags.ts'
import { specsIn } from './tree.ts'
import { inOrderOf, waveSize, wavesOf } from './waves.ts'

/** What plays are compiled for. */
export interface Setting extends Omit<Expanding, 'hosts'> {
  readonly clusters: readonly Cluster[]
  readonly choice: TagChoice
  /** Hosts that `--limit` leaves; absent: all. */
  readonly limit?: ReadonlySet<string>
  /** Plays whose hosts only the run tells. */
  readonly open: ReadonlyMap<PlaySpec, Candidates>
}

/** What hosts of plays are chosen from. */
export interface HostsSetting extends Pick<Setting, 'clusters' | 'limit'> {
  /** Hosts and groups as a play finds them. */
  before(play: PlaySpec): Inventory
  readonly groupsNow: GroupsNow
  /** What is computed before any host is known: of what the command line says alone. */
  computed(written: Sourced): unknown
}

/** Hosts of each play, in the order in which they come, before and after `--limit`. */
export function hostsOfPlays(
  plays: readonly PlaySpec[],
  setting: HostsSetting,
  problems: Failure[],
): {
  readonly hostsOf: ReadonlyMap<PlaySpec, readonly string[]>
  readonly open: ReadonlyMap<PlaySpec, Candidates>
} {
  const { limit, groupsNow } = setting
  const open = new Map<PlaySpec, Candidates>()
  const grouping = new Grouping()
  const hostsOf = new Map<PlaySpec, readonly string[]>()
  for (const play of plays) {
    const base = setting.before(play)
    const found = attempt(problems, () => {
      const pattern = patternOf(play, setting)
      const candidates = grouping.candidates(pattern, play, base, groupsNow)
      if (candidates) open.set(play, candidates)
      return candidates?.hosts ?? matchHosts(pattern, base, play.hosts.origin)
    })
    const hosts = found ?? []
    const ordered = play.order ? inOrderOf(hosts, play.order) : rolloutOrder(setting.clusters, hosts)
    const limited = limit ? ordered.filter((host) => limit.has(host)) : ordered
    hostsOf.set(play, limited)
    grouping.note(play, limited)
  }
  return { hostsOf, open }
}

/** Plays as the engine takes them; those that have nothing to do are left out. */
export function compilePlays(
  hostsOf: ReadonlyMap<PlaySpec, readonly string[]>,
  setting: Setting,
): readonly Play[] {
  const expanding: Expanding = { ...setting, hosts: new Set([...hostsOf.values()].flat()) }
  return [...hostsOf].flatMap(([play, names]) => {
    const { choice, open } = setting
    const inventory = setting.inventoryOf(play)
    const some = specsIn(play.tasks).some((entry) => !isOwn(entry) && isChosen(entry.tags, choice))
    if (names.length === 0 || !some) return []
    const handlers = new Map<string, readonly Handler[]>()
    const tasks = new Map<string, readonly Task[]>()
    for (const name of names) {
      const host = inventory.hosts.get(name)
      if (!host) continue
      const making = { host, play, expanding, choice }
      const all = tasksOf(play.tasks, making)
      const candidates = open.get(play)
      tasks.set(name, candidates ? [onlyOfMembers(all, candidates, making)] : all)
      if (play.handlers && play.handlers.length > 0) handlers.set(name, handlersOf(play.handlers, making))
    }
    return {
      name: play.name,
      origin: play.origin,
      waves: wavesOf(names, sizesOf(play, names, expanding)),
      ...(play.serialOnceRuns ? { wavesOnceRuns: play.serialOnceRuns } : {}),
      ...(play.rolling ? { rolling: true as const } : {}),
      tasks,
      handlers,
      forceHandlers: play.forceHandlers ?? false,
      anyErrorsFatal: isFatal(play, names, expanding),
      ...(play.mayFail === undefined ? {} : { mayFail: play.mayFail }),
    }
  })
}

/** Sizes of waves are the same for all hosts: they are computed as the first one has them. */
function sizesOf(
  play: PlaySpec,
  names: readonly string[],
  expanding: Expanding,
): readonly (number | string)[] {
  const scope = scopeOfPlay(play, names, expanding)
  return (play.serial ?? []).flatMap((one) => {
    const value = isComputed(one) ? expanding.resolver.sourced(one, scope) : one
    const all = 'items' in value ? value.items : [value]
    return all.map((size) => validate(waveSize, size, 'serial'))
  })
}

function isFatal(play: PlaySpec, names: readonly string[], expanding: Expanding): boolean {
  const { anyErrorsFatal = false } = play
  if (typeof anyErrorsFatal === 'boolean') return anyErrorsFatal
  return decided(anyErrorsFatal, scopeOfPlay(play, names, expanding), expanding.resolver, 'any_errors_fatal')
}

function scopeOfPlay(play: PlaySpec, [first = '']: readonly string[], expanding: Expanding): Scope {
  const host = expanding.inventoryOf(play).hosts.get(first)
  if (!host) throw new Error(`${first} is no host`)
  return expanding.variables.of(host, play, undefined, nothingKnown)
}

/**
 * Of so many hosts what was made of their tasks to find mistakes is kept for their first plans. Of more it is made again when their
 * turn comes: some 75 kB for 26 tasks of each would wait for it.
 */
const servedFirst = 300

/**
 * Everything wrong that shows before any host is asked, each thing once however many hosts share it: tasks are
 * expanded as far as they go without facts. `given`: names to which tasks give a value. Each part of it is a task of a host.
 */
export function* problemsOfPlays(
  plays: readonly Play[],
  given: ReadonlySet<string>,
): InParts<readonly Failure[]> {
  const known = nothingKnownYet(given)
  const found = new Map<string, Failure>()
  const note = (failure: Failure) =>
    found.set(failure.message + JSON.stringify(failure.where.origin), failure)
  const look = function* (tasks: readonly Task[], depth: number): InParts<void> {
    for (const task of tasks) {
      yield
      try {
        task.decide?.(known)
        const expansion = task.expand(known)
        if (expansion.is !== 'tasks' || depth > deepest) continue
        const { tasks: first, rescue = [], always = [] } = expansion
        yield* look([...first, ...rescue, ...always], depth + 1)
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'INVALID_INPUT') throw error
        for (const one of error instanceof InvalidInput ? error.problems : [error]) note(one)
      }
    }
  }
  for (const { tasks, handlers } of plays) {
    for (const [index, own] of [...tasks.values()].entries()) {
      yield* look(own, 0)
      if (index >= servedFirst) for (const task of own) task.forget?.()
    }
    yield* look(
      [...(handlers?.values() ?? [])].flat().map(({ task }) => task),
      0,
    )
  }
  return [...found.values()]
}

/** Includes that include themselves are found out when they run. */
const deepest = 5

/** What runs only beside other tasks. */
function isOwn(entry: Entry): boolean {
  return 'is' in entry && entry.is === 'control' && entry.word === 'meta'
}

/** The hosts of a play as it names them, computed of what the command line says alone. */
export function patternOf({ hosts }: PlaySpec, { computed }: Pick<HostsSetting, 'computed'>): string {
  const words = 'items' in hosts ? hosts.items : [hosts]
  const text = words.flatMap((word) => {
    if (!('scalar' in word) || word.scalar === null) return ''
    const written = String(word.scalar)
    const value = isTemplate(written) ? computed(word) : written
    return Array.isArray(value) ? value.map(String) : String(value ?? '')
  })
  return text.length === 1 ? (text[0] ?? '') : text.join(',')
}
