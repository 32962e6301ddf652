import type { Cluster, ClusterProblem, Member } from '../cluster.ts'
import type { ClusterSettings, ServiceSettings } from '../vocabulary/index.ts'

/** What a rule looks at: a cluster, the words it came from, and the machines around it. */
export interface Subject {
  readonly cluster: Cluster
  readonly settings: ClusterSettings
  /** The host whose variable `cluster` a problem of the whole points at. */
  readonly speaker: string
  /** Hosts with this cluster's variable. */
  readonly members: readonly Member[]
  readonly all: readonly Member[]
  readonly moment?: Moment
}

/** What is looked at when: rules have no clock. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Nothing is going to be sent: what is not good enough to be sent is told all the same, as a doubt. */
  readonly onlyLooks: boolean
}

export type Rule = (subject: Subject) => readonly ClusterProblem[]

/** An error in the variable `cluster`. */
export function wrong(
  { speaker }: Subject,
  path: readonly PropertyKey[],
  message: string,
  next: string,
): ClusterProblem {
  return { severity: 'error', message, next, host: speaker, path: ['cluster', ...path] }
}

/** Something in the variable `cluster` that works, but hardly as it was meant. */
export function doubtful(
  { speaker }: Subject,
  path: readonly PropertyKey[],
  message: string,
  next: string,
): ClusterProblem {
  return { severity: 'warning', message, next, host: speaker, path: ['cluster', ...path] }
}

/** Every service as written, with its place below `cluster`; a list that several VIPs share comes once. */
export function writtenServices({ settings }: Subject): readonly {
  readonly path: readonly PropertyKey[]
  readonly service: ServiceSettings
  /** Those before it in its list. */
  readonly siblings: readonly ServiceSettings[]
  /** All that stand behind the same VIP. */
  readonly list: readonly ServiceSettings[]
}[] {
  const lists = [
    { path: ['services'], list: settings.services ?? [] },
    ...settings.vips.map((vip, index) => ({ path: ['vips', index, 'services'], list: vip.services ?? [] })),
  ]
  return lists.flatMap(({ path, list }) =>
    list.map((service, index) => ({ path: [...path, index], service, siblings: list.slice(0, index), list })),
  )
}

/** Words that have another value than where nobody writes them. */
export function wordsBeside(
  usual: Readonly<Record<string, unknown>>,
  written: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.keys(usual).filter((word) => (written[word] ?? usual[word]) !== usual[word])
}

/** Words of a service that only IPVS knows, with the values they have where nobody writes them. */
export const wordsOfIpvs = {
  persistence_timeout: undefined,
  persistence_granularity: undefined,
  one_packet: false,
  quorum: 1,
  hysteresis: 0,
  inhibit_on_failure: false,
  sorry_server_inhibit: false,
} as const

/** The items that equal an earlier one by their key, with that earlier one. */
export function repeated<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | undefined,
): readonly { readonly item: Item; readonly index: number; readonly earlier: Item }[] {
  const first = new Map<string, Item>()
  return items.flatMap((item, index) => {
    const key = keyOf(item)
    if (key === undefined) return []
    const earlier = first.get(key)
    if (earlier !== undefined) return [{ item, index, earlier }]
    first.set(key, item)
    return []
  })
}
