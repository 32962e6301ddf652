import type { Sourced, SourcedEntry } from '../../model/sourced.ts'
import type { ToldCluster } from './clusters-told.ts'
import { hostsOf, type Inventory } from './inventory.ts'

type Entries = ReadonlyMap<string, SourcedEntry>

/** Clusters with the same directors as the one that keepalived and the balancer of these have to be told of. */
export interface AsOne {
  readonly value: Sourced
  /** Groups by which it tells machines of its parts from each other, by host. */
  readonly groups: ReadonlyMap<string, readonly string[]>
}

/** Words of which each cluster has its own; all others are of the machines as a whole. */
export const ownWords: ReadonlySet<string> = new Set([
  'name',
  'directors',
  'realservers',
  'clients',
  'vips',
  'services',
  'pools',
  'applications',
])

/**
 * One cluster with the name of the first and the VIPs of all: each keeps its services, and these their realservers. What is said
 * keeps its place in the files.
 */
export function asOne(inventory: Inventory, parts: readonly ToldCluster[]): AsOne {
  const groups = new Map<string, string[]>()
  const join = (host: string, group: string) => groups.set(host, [...(groups.get(host) ?? []), group])
  for (const { name, hosts } of parts)
    for (const host of hosts)
      for (const group of inventory.hosts.get(host)?.groups ?? []) join(host, groupWithin(name, group))

  const union = (word: 'realservers' | 'clients'): Entries => {
    const all = `${word} of ${parts.map(({ name }) => name).join(' and ')}`
    const hosts = new Set(parts.flatMap((part) => hostsIn(inventory, part, word)))
    if (hosts.size === 0) return new Map()
    for (const host of hosts) join(host, all)
    return new Map([[word, scalarAt(parts[0]?.value, all)]])
  }
  const [realservers, clients] = [union('realservers'), union('clients')]
  const mine = parts.map((part) => ({ part, within: withinOf(inventory, part, parts) }))
  const lists = (word: string, of: (part: ToldCluster, within: Within) => readonly Sourced[]): Entries => {
    const items = mine.flatMap(({ part, within }) => of(part, within))
    const [first] = parts.flatMap(({ value }) => entriesOf(value).get(word) ?? [])
    return items.length === 0 || !first
      ? new Map()
      : new Map([[word, { key: first.key, value: { origin: first.value.origin, items } }]])
  }
  const pools = mine.flatMap(({ part, within }) => {
    const said = entriesOf(part.value).get('pools')?.value
    return [...entriesOf(said)].map(
      ([name, { key, value }]) => [name, { key, value: within(value) }] as const,
    )
  })
  const [firstPools] = parts.flatMap(({ value }) => entriesOf(value).get('pools') ?? [])
  const entries = new Map([
    ...parts.toReversed().flatMap(({ value }) => [...entriesOf(value)].filter(([word]) => isShared(word))),
    ...[...entriesOf(parts[0]?.value)].filter(([word]) => word === 'name' || word === 'directors'),
    ...realservers,
    ...clients,
    ...lists('vips', vipsOf),
    ...lists('applications', (part, within) =>
      itemsOf(entriesOf(part.value).get('applications')?.value).map(within),
    ),
    ...(firstPools
      ? [
          [
            'pools',
            { key: firstPools.key, value: { origin: firstPools.value.origin, entries: new Map(pools) } },
          ] as const,
        ]
      : []),
  ])
  return { value: { origin: parts[0]?.value.origin ?? nowhere, entries }, groups }
}

/** What serves, or what it is served by, with the realservers of its own cluster. */
type Within = (said: Sourced) => Sourced

/** Groups mean machines of this cluster alone; where nothing is said, those are all of its realservers. */
function withinOf(inventory: Inventory, part: ToldCluster, parts: readonly ToldCluster[]): Within {
  const all = new Set(parts.flatMap((one) => hostsIn(inventory, one, 'realservers')))
  const isAll = hostsIn(inventory, part, 'realservers').length === all.size
  return (said) => {
    if (!('entries' in said)) return said
    const own = said.entries.get('realservers')
    const named = own && 'scalar' in own.value ? own.value.scalar : undefined
    if (own && typeof named !== 'string') return said
    // A pool says itself who is in it.
    if (!own && (isAll || said.entries.has('pool'))) return said
    const group = groupWithin(part.name, named ? String(named) : groupOf(part, 'realservers'))
    const place = own ? { key: own.key, value: { origin: own.value.origin, scalar: group } } : undefined
    return {
      ...said,
      entries: new Map([...said.entries, ['realservers', place ?? scalarAt(said, group)]]),
    }
  }
}

/** The VIPs of a cluster, each with the services that it has there. */
function vipsOf({ value }: ToldCluster, within: Within): readonly Sourced[] {
  const own = entriesOf(value)
  return itemsOf(own.get('vips')?.value).map((vip) => {
    const services = entriesOf(vip).get('services') ?? own.get('services')
    if (!('entries' in vip) || !services || !('items' in services.value)) return vip
    const { origin, items } = services.value
    const placed = { key: services.key, value: { origin, items: items.map(within) } }
    return { ...vip, entries: new Map([...vip.entries, ['services', placed]]) }
  })
}

/** The machines of a cluster that have one of its parts, by name. */
export function hostsIn(
  inventory: Inventory,
  part: ToldCluster,
  word: 'directors' | 'realservers' | 'clients',
): readonly string[] {
  const group = groupOf(part, word)
  const known = inventory.groups.has(group) ? hostsOf(inventory, group) : []
  return known.filter((host) => part.hosts.includes(host))
}

function groupOf({ value }: ToldCluster, word: 'directors' | 'realservers' | 'clients'): string {
  const said = entriesOf(value).get(word)?.value
  return said && 'scalar' in said && typeof said.scalar === 'string' ? said.scalar : word
}

/** As messages call it, too. */
function groupWithin(cluster: string, group: string): string {
  return `${group} of ${cluster}`
}

function isShared(word: string): boolean {
  return !ownWords.has(word)
}

function entriesOf(value: Sourced | undefined): Entries {
  return value && 'entries' in value ? value.entries : new Map()
}

function itemsOf(value: Sourced | undefined): readonly Sourced[] {
  return value && 'items' in value ? value.items : []
}

const nowhere = { file: '-', line: 1, col: 1 }

function scalarAt(near: Sourced | undefined, scalar: string): SourcedEntry {
  const origin = near?.origin ?? nowhere
  return { key: origin, value: { origin, scalar } }
}
