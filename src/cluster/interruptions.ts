import type { Facts } from '../model/facts.ts'
import { changeOf, type Plan, type Step } from '../model/plan.ts'
import { canonical } from './addresses.ts'
import type { Cluster } from './cluster.ts'
import { innermost, tiersOf } from './tiers.ts'
import { allAddressesOf } from './together.ts'

/** Something that interrupts, for a moment or for good, what clients get. */
export interface Interruption {
  readonly host: string
  /** What would be done, and to whom, in one line. */
  readonly what: string
}

/** What is known of the machines before anything is changed. */
export interface Serving {
  readonly facts: ReadonlyMap<string, Facts>
  /** Addresses that the running keepalived of each director takes for VIPs, where somebody asked it. */
  readonly loaded: ReadonlyMap<string, readonly string[]>
}

/** What a plan interrupts of what the clients of a cluster get now. A cluster that nobody serves yet has nothing to lose. */
export function interruptionsOf(cluster: Cluster, plan: Plan, serving: Serving): readonly Interruption[] {
  return plan.hosts.flatMap(({ host, steps }) => [
    ...removedVips(cluster, host, steps, serving),
    ...steps.flatMap((step) => interruptionBy(cluster, host, step, serving) ?? []),
  ])
}

/** What one step of a host interrupts, if anything. */
export function interruptionBy(
  cluster: Cluster,
  host: string,
  step: Step,
  { facts }: Pick<Serving, 'facts'>,
): Interruption | undefined {
  const change = changeOf(step)
  if (change?.impact !== 'restart' && change?.impact !== 'failover') return undefined
  const part = partOf(cluster, host, facts)
  return part === undefined ? undefined : { host, what: `${host}, ${part}: ${step.id}: ${change.summary}` }
}

/** What clients have of this machine, if anything. */
function partOf(cluster: Cluster, host: string, facts: ReadonlyMap<string, Facts>): string | undefined {
  if (cluster.directors.some((one) => one.host === host)) {
    const held = heldBy(cluster, facts.get(host))
    return held.length === 0 ? undefined : `which holds ${held.join(', ')}`
  }
  if (!isServed(cluster, facts)) return undefined
  if (innermost(cluster).nfs?.host === host) return 'which has the pages'
  const serving = tiersOf(cluster).flatMap(({ realservers }) => realservers)
  return serving.some((one) => one.host === host) ? 'which serves' : undefined
}

/** Where not every director can be asked, clients are taken to be served. */
function isServed(cluster: Cluster, facts: ReadonlyMap<string, Facts>): boolean {
  return cluster.directors.some(({ host }) => !facts.has(host) || heldBy(cluster, facts.get(host)).length > 0)
}

/** Addresses of a cluster that move between its directors and that a machine has now. */
export function heldBy(cluster: Cluster, facts: Facts | undefined): readonly string[] {
  const own = addressesIn(facts)
  return virtualAddresses(cluster).filter((address) => own.has(address))
}

function addressesIn(facts: Facts | undefined): ReadonlySet<string> {
  const all = Object.values(facts?.interfaces ?? {}).flatMap(({ addresses }) => addresses)
  return new Set(all.map(({ address }) => canonical(address)))
}

function virtualAddresses({ vips, nat }: Cluster): readonly string[] {
  const all = vips.flatMap(allAddressesOf)
  return [...all, ...(nat ? [nat.gateway] : [])]
}

/** keepalived gives up, as soon as it reads its configuration anew, what no longer stands in it. */
function removedVips(
  cluster: Cluster,
  host: string,
  steps: readonly Step[],
  { facts, loaded }: Serving,
): readonly Interruption[] {
  if (!steps.some((step) => /keepalived/.test(step.id) && isPending(step))) return []
  const wanted = virtualAddresses(cluster)
  const verbatim = [
    cluster.extra.keepalived,
    ...cluster.vips.flatMap(({ extra, onDirectors }) => [extra, onDirectors.get(host)?.extra ?? '']),
  ].join('\n')
  const own = addressesIn(facts.get(host))
  return (loaded.get(host) ?? [])
    .filter((address) => own.has(canonical(address)))
    .filter((address) => !wanted.includes(canonical(address)) && !verbatim.includes(address))
    .map((address) => ({ host, what: `${host}: the VIP ${address} is taken away` }))
}

function isPending(step: Step): boolean {
  return changeOf(step) !== undefined || step.verdict.is === 'unknown' || step.verdict.is === 'provisional'
}
