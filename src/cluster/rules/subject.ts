import type { Explained, ExplainedFamily, Fix } from '../../model/rule.ts'
import type { Cluster, Member } from '../cluster.ts'
import type { ClusterProblem } from '../problem.ts'
import { proxyOf } from '../proxies.ts'
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

/** What a rule finds; which rule it was is said where it is asked. */
type Finding<Severity> = Omit<ClusterProblem, 'rule' | 'severity'> & { readonly severity: Severity }

/** Nothing that is built on it could work. */
export type Wrong = Finding<'error'>

/** It works, but hardly as it was meant. */
export type Doubt = Finding<'warning'>

/** One thing that can be wrong with a cluster, why it is, and how it is found. */
export type Rule<Of extends Subject = Subject> = Explained &
  (
    | {
        readonly severity: 'error'
        /** Where nothing is going to be sent, it keeps nobody from looking. */
        readonly whenOnlyLooked?: 'warning'
        find(subject: Of): readonly Wrong[]
      }
    | { readonly severity: 'warning'; find(subject: Of): readonly Doubt[] }
  )

/** Rules by their ids, which stay what they are: people write them into comments. */
export type Rules<Of extends Subject = Subject> = Readonly<Record<string, Rule<Of>>>

/** Rules about one thing, whose ids begin with its name. */
export type Family<Name extends string, Of extends Subject = Subject> = ExplainedFamily<Name, Rule<Of>>

/** The same with the one right answer, where there is one. */
export function mended<Found extends Wrong | Doubt>(found: Found, fix: Fix | undefined): Found {
  return fix ? { ...found, fix } : found
}

/** An error in the variable `cluster`. */
export function wrong(
  { speaker }: Subject,
  path: readonly PropertyKey[],
  message: string,
  next: string,
): Wrong {
  return { severity: 'error', message, next, host: speaker, path: ['cluster', ...asWritten(path)] }
}

/** Something in the variable `cluster` that works, but hardly as it was meant. */
export function doubtful(
  { speaker }: Subject,
  path: readonly PropertyKey[],
  message: string,
  next: string,
): Doubt {
  return { severity: 'warning', message, next, host: speaker, path: ['cluster', ...asWritten(path)] }
}

/** What a service says of the port of its realservers, a pool has another word for. */
function asWritten(path: readonly PropertyKey[]): readonly PropertyKey[] {
  const [first, , word] = path
  return first === 'pools' && word === 'backend_port' ? path.with(2, 'port') : path
}

/** A service, and where it is written. */
export interface WrittenService {
  /** Below `cluster`. */
  readonly path: readonly PropertyKey[]
  readonly service: ServiceSettings
  /** Those before it in its list. */
  readonly siblings: readonly ServiceSettings[]
  /** All that stand behind the same VIP. */
  readonly list: readonly ServiceSettings[]
}

/**
 * Every service as written, with its place below `cluster`; a list that several VIPs share comes once. What pools say of their
 * realservers comes as of services that say the same.
 */
export function writtenServices(subject: Subject): readonly WrittenService[] {
  return [...listedServices(subject), ...writtenPools(subject)]
}

/** Those alone that are listed as services. */
export function listedServices({ settings }: Subject): readonly WrittenService[] {
  const lists = [
    { path: ['services'], list: settings.services ?? [] },
    ...settings.vips.map((vip, index) => ({ path: ['vips', index, 'services'], list: vip.services ?? [] })),
  ]
  return lists.flatMap(({ path, list }) =>
    list.map((service, index) => ({ path: [...path, index], service, siblings: list.slice(0, index), list })),
  )
}

/** A check, the port that it is about, and where it is written. */
interface WrittenCheck {
  /** Below `cluster`. */
  readonly path: readonly PropertyKey[]
  readonly check: ServiceSettings['check']
  readonly port: number
  readonly protocol: ServiceSettings['protocol']
  readonly service: ServiceSettings
}

/** Every check as written: those of services and pools, and of further ports that are one with a service under ipvs. */
export function writtenChecks(subject: Subject): readonly WrittenCheck[] {
  const joins = subject.cluster.balancer === 'ipvs'
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { check, port, protocol, also } = service
    return [
      { path: [...path, 'check'], check, port, protocol, service },
      ...(joins ? also : []).flatMap((one, index) =>
        typeof one === 'object'
          ? [{ path: [...path, 'also', index, 'check'], check: one.check, port: one.port, protocol, service }]
          : [],
      ),
    ]
  })
}

/** Services behind the same VIP on the same port. */
export function sharingPorts(subject: Subject): readonly (readonly WrittenService[])[] {
  const ports = new Map<string, WrittenService[]>()
  for (const one of listedServices(subject)) {
    const key = JSON.stringify([one.path.slice(0, -1), one.service.port])
    ports.set(key, [...(ports.get(key) ?? []), one])
  }
  return [...ports.values()]
}

function writtenPools(subject: Subject): readonly WrittenService[] {
  if (!proxyOf(subject.cluster)) return []
  const listed = listedServices(subject)
  return Object.entries(subject.settings.pools).flatMap(([name, pool]) => {
    const user = listed.find(
      ({ service: { pool: usual, routes } }) => usual === name || routes.some((route) => route.pool === name),
    )
    if (!user) return []
    const { realservers, port, backend, scheduler, check, backend_tls } = pool
    const { tls: _, redirect: __, hosts: ___, pool: ____, ...plain } = user.service
    const { answer_timeout, tunnel_timeout = 3600, max_body } = pool
    const own = {
      realservers,
      backend_port: port,
      backend,
      scheduler,
      check,
      backend_tls,
      answer_timeout,
      tunnel_timeout,
      max_body,
    }
    const service = { ...plain, ...own, sorry_page: false, routes: [] }
    return [{ path: ['pools', name], service, siblings: [], list: [] }]
  })
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
  forwarding: 'dr',
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

/** Those of the machines that are directors. */
export function directorsOf({ settings, members }: Subject): readonly Member[] {
  return members.filter(({ groups }) => groups.includes(settings.directors))
}
