import { type Cluster, rolloutOrder } from '../../cluster/index.ts'
import { Failure, InvalidInput } from '../../model/failure.ts'
import type { Play, Task } from '../../model/task.ts'
import { isTemplate } from '../expressions/text.ts'
import { type Inventory, matchHosts } from '../inventory/index.ts'
import { problem } from '../problem.ts'
import { type Expanding, taskOf } from './expand.ts'
import { attempt } from './fields.ts'
import type { PlaySpec } from './spec.ts'
import { isChosen, type TagChoice } from './tags.ts'
import { inOrderOf, wavesOf } from './waves.ts'

/** What plays are compiled for. */
export interface Setting extends Omit<Expanding, 'hosts'> {
  readonly inventory: Inventory
  readonly clusters: readonly Cluster[]
  readonly choice: TagChoice
  /** Hosts that `--limit` leaves; absent: all. */
  readonly limit?: ReadonlySet<string>
}

/** Hosts of each play, in the order in which they come, before and after `--limit`. */
export function hostsOfPlays(
  plays: readonly PlaySpec[],
  setting: Pick<Setting, 'inventory' | 'clusters' | 'limit'>,
  problems: Failure[],
): ReadonlyMap<PlaySpec, readonly string[]> {
  const { limit } = setting
  return new Map(
    plays.map((play) => {
      const hosts = attempt(problems, () => patternOf(play, setting.inventory)) ?? []
      const ordered = play.order ? inOrderOf(hosts, play.order) : rolloutOrder(setting.clusters, hosts)
      return [play, limit ? ordered.filter((host) => limit.has(host)) : ordered]
    }),
  )
}

/** Plays as the engine takes them; those that have nothing to do are left out. */
export function compilePlays(
  hostsOf: ReadonlyMap<PlaySpec, readonly string[]>,
  setting: Setting,
): readonly Play[] {
  const expanding: Expanding = { ...setting, hosts: new Set([...hostsOf.values()].flat()) }
  return [...hostsOf].flatMap(([play, names]) => {
    const chosen = play.tasks.filter(({ tags }) => isChosen(tags, setting.choice))
    if (names.length === 0 || chosen.length === 0) return []
    const tasks = new Map<string, readonly Task[]>()
    for (const name of names) {
      const host = setting.inventory.hosts.get(name)
      if (host)
        tasks.set(
          name,
          chosen.map((task) => taskOf(task, host, play, expanding)),
        )
    }
    return [{ name: play.name, origin: play.origin, waves: wavesOf(names, play.serial ?? []), tasks }]
  })
}

/**
 * Everything wrong that shows before any host is asked, each thing once however many hosts share it: tasks are
 * expanded as far as they go without facts.
 */
export function problemsOfPlays(plays: readonly Play[]): readonly Failure[] {
  const found = new Map<string, Failure>()
  const note = (failure: Failure) =>
    found.set(failure.message + JSON.stringify(failure.where.origin), failure)
  for (const { tasks } of plays)
    for (const task of [...tasks.values()].flat()) {
      try {
        task.expand({ facts: new Map(), registered: new Map() })
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'INVALID_INPUT') throw error
        for (const one of error instanceof InvalidInput ? error.problems : [error]) note(one)
      }
    }
  return [...found.values()]
}

function patternOf({ hosts }: PlaySpec, inventory: Inventory): readonly string[] {
  const words = 'items' in hosts ? hosts.items : [hosts]
  const text = words.map((word) => ('scalar' in word && word.scalar !== null ? String(word.scalar) : ''))
  if (text.some((word) => isTemplate(word)))
    throw new InvalidInput([
      problem('hosts cannot be computed here', hosts.origin, 'name a group, and choose with --limit'),
    ])
  return matchHosts(text.length === 1 ? (text[0] ?? '') : text.join(','), inventory, hosts.origin)
}
