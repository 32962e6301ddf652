import type { ClusterSettings } from '../../cluster/index.ts'
import type { Failure } from '../../model/failure.ts'
import { type Origin, showOrigin } from '../../model/origin.ts'
import { originAt } from '../../model/sourced.ts'
import { problem } from '../problem.ts'
import { hostsIn, ownWords } from './clusters-as-one.ts'
import type { ToldCluster } from './clusters-told.ts'
import type { Inventory } from './inventory.ts'

/** A cluster as it is told of, and what that means with every default filled in. */
export interface ReadCluster extends ToldCluster {
  readonly settings: ClusterSettings
}

/** Why clusters that share machines cannot share what these have once: keepalived, and nginx, HAProxy or the table of IPVS. */
export function contradictions(
  inventory: Inventory,
  [first, ...others]: readonly ReadCluster[],
  all: readonly ReadCluster[],
): readonly Failure[] {
  if (!first) return []
  return others.flatMap((one) => {
    const inside = tiersInside(first, one)
    if (inside.length > 0) return inside
    const whole = [...directorsDiffer(inventory, first, one), ...tiersMeet(first, one, all)]
    return whole.length > 0 ? whole : [...wordsDiffer(inventory, first, one), ...namesMeet(first, one)]
  })
}

/** The realservers of the cluster before are the directors of the one behind by its word alone. */
function tiersInside(...both: readonly [ReadCluster, ReadCluster]): readonly Failure[] {
  return both.flatMap((front) => {
    const { backend } = front.settings
    const behind = both.find(
      (one) => one !== front && typeof backend === 'object' && one.name === backend.cluster,
    )
    if (!behind) return []
    const shared = front.hosts.filter((host) => behind.hosts.includes(host))
    return [
      refusal(
        `${shared.join(', ')}: told of ${front.name} and of ${behind.name}, which stands behind it`,
        originAt(front.value, ['backend', 'cluster']),
        `leave machines of ${behind.name} out of the group of ${front.name}: its realservers are the directors of ${behind.name} by this word`,
      ),
    ]
  })
}

function directorsDiffer(inventory: Inventory, first: ReadCluster, one: ReadCluster): readonly Failure[] {
  const [a, b] = [first, one].map((part) => hostsIn(inventory, part, 'directors'))
  if (!a || !b || (a.length === b.length && a.every((host) => b.includes(host)))) return []
  const said = (hosts: readonly string[]) => (hosts.length === 0 ? 'none' : hosts.join(', '))
  const both = first.hosts.filter((host) => one.hosts.includes(host))
  return [
    refusal(
      `${both.join(', ')}: told of ${one.name} here and of ${first.name} at ${showOrigin(first.key)}, and these have other directors: ${said(b)} and ${said(a)}`,
      one.key,
      'clusters share machines where all their directors are the same: name the same ones in both, or give each its own machines',
    ),
  ]
}

function tiersMeet(first: ReadCluster, one: ReadCluster, all: readonly ReadCluster[]): readonly Failure[] {
  const names = [first.name, one.name]
  const tiers = all.flatMap(({ name, settings: { backend }, value }) =>
    typeof backend === 'object' && (names.includes(name) || names.includes(backend.cluster))
      ? [originAt(value, ['backend', 'cluster'])]
      : [],
  )
  return tiers.map((origin) =>
    refusal(
      `${one.name} has the directors of ${first.name}, and a cluster that stands before or behind another shares its machines with no third one`,
      origin,
      `give ${one.name} machines of its own`,
    ),
  )
}

/** What is of a machine as a whole cannot be said in two ways. */
function wordsDiffer(inventory: Inventory, first: ReadCluster, one: ReadCluster): readonly Failure[] {
  const words = new Set([...Object.keys(first.settings), ...Object.keys(one.settings)])
  const directors = hostsIn(inventory, one, 'directors').join(', ')
  return [...words]
    .filter((word) => !ownWords.has(word))
    .flatMap((word) => {
      const path = firstDifference(first.settings, one.settings, word)
      if (!path) return []
      const here = originAt(one.value, path)
      const there = originAt(first.value, path)
      return [
        refusal(
          `${one.name} and ${first.name} have the same directors, ${directors}, and not the same ${path.join('.')}, which is one for all VIPs of a machine: compare ${showOrigin(there)}`,
          here,
          `say the same of ${path[0]} in both, or give each its own machines`,
        ),
      ]
    })
}

/** Where two mappings begin to differ below a word: `undefined` where they do not. */
function firstDifference(one: object, other: object, word: string): readonly string[] | undefined {
  const [a, b]: readonly unknown[] = [Reflect.get(one, word), Reflect.get(other, word)]
  if (JSON.stringify(a) === JSON.stringify(b)) return undefined
  if (!isMapping(a) || !isMapping(b)) return [word]
  for (const inner of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a, b, inner)
    if (found) return [word, ...found]
  }
  return undefined
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** In the balancer's configuration pools have their names, and on realservers applications do. */
function namesMeet(first: ReadCluster, one: ReadCluster): readonly Failure[] {
  const pools = Object.keys(one.settings.pools)
    .filter((name) => Object.hasOwn(first.settings.pools, name))
    .map((name) => ({ what: 'pool', name, path: ['pools', name] }))
  const applications = one.settings.applications.flatMap(({ name }, index) =>
    first.settings.applications.some((other) => other.name === name)
      ? [{ what: 'application', name, path: ['applications', index, 'name'] }]
      : [],
  )
  return [...pools, ...applications].map(({ what, name, path }) =>
    refusal(
      `${first.name}, which has the same directors, has a ${what} ${name}, too`,
      originAt(one.value, path, 'key'),
      `give one of them another name`,
    ),
  )
}

function refusal(message: string, origin: Origin, next: string): Failure {
  return problem('inventory-cluster-twice', message, origin, next)
}
