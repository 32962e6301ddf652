import type { Cluster } from '../cluster/index.ts'
import { endpointOf } from '../model/endpoint.ts'
import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import type { Session } from '../model/session.ts'
import type { ClusterStatus, DirectorStatus, LockStatus, MemberStatus, PoolStatus } from '../model/status.ts'
import { holderOfMachine } from '../sensors/holder.ts'
import { type IpvsLoad, ipvsLoad } from '../sensors/ipvs-load.ts'
import { listenersOn, type Port, portOf } from '../sensors/listeners.ts'
import { connectedPeers } from '../sensors/peers.ts'
import { unitNamed } from '../sensors/units.ts'
import { versionsOfHost } from '../sensors/versions.ts'
import { statesOfVrrp } from '../sensors/vrrp-states.ts'
import {
  type ExpectedCluster,
  type ExpectedService,
  type ExpectedVip,
  expectedOf,
  expectedTiers,
} from './expected.ts'
import { type Observed, observe } from './observe.ts'
import { directorPorts, portsOf } from './proofs/boot.ts'
import { factsOfHost, holdersOf } from './proofs/holder.ts'
import { softwareOf } from './software.ts'
import { certificatesOf, ownHandshakes } from './status-tls.ts'

/** How the status reaches the machines. */
export interface StatusOptions {
  readonly session: (host: string) => Promise<Session>
  readonly signal: AbortSignal
  /** Milliseconds a machine may take to answer; without it, as long as connecting takes. */
  readonly patience?: number
}

type Members = ReadonlyMap<string, Observed | Failure>

/** Looks once at every member; one that cannot be asked is part of the answer. */
export async function statusOf(cluster: Cluster, options: StatusOptions): Promise<ClusterStatus> {
  const expected = expectedOf(cluster, new Map())
  const tiers = expectedTiers(expected)
  const hosts = tiers.flatMap(({ directors, realservers }) =>
    [...directors, ...realservers].map(({ host }) => host),
  )
  const members: Members = new Map(
    await Promise.all(
      [...new Set(hosts)].map((host) => {
        const asks = tiers.flatMap((tier) => asksOf(tier, host))
        return ask(host, [factsOfHost, versionsOfHost, holderOfMachine, ...asks], options)
      }),
    ),
  )
  const locks = locksSeen(members, Date.now())
  return { ...tierStatus(expected, members), ...(locks.length > 0 ? { locks } : {}) }
}

function asksOf(tier: ExpectedCluster, host: string): readonly Query<unknown>[] {
  const isDirector = tier.directors.some((one) => one.host === host)
  const isRealserver = tier.realservers.some((one) => one.host === host)
  return [
    ...(isDirector && !tier.isBehind ? [unitNamed('keepalived'), statesOfVrrp] : []),
    ...(isDirector
      ? [tier.balancer === 'ipvs' ? ipvsLoad : connectedPeers, ...directorPorts(tier, host).map(listenersOn)]
      : []),
    ...(isRealserver ? portsOf(tier, host).map(listenersOn) : []),
    ...ownHandshakes(tier, host),
  ]
}

function tierStatus(tier: ExpectedCluster, members: Members): ClusterStatus {
  const vips = (tier.isBehind ? [] : tier.vips).map((vip) => {
    const holders = holdersOf(vip.address, tier, { members })
    return { address: vip.address, holders: holders.length > 0 ? holders : peerHeard(vip, tier, members) }
  })
  const portsAt = (host: string) => directorPorts(tier, host)
  const certificates = certificatesOf(tier, members)
  return {
    cluster: tier.name,
    balancer: tier.balancer,
    vips,
    directors: tier.directors.map(({ host }) =>
      tier.isBehind
        ? { ...member(host, members, (found) => silentPorts(found, portsAt(host))), vrrp: [] }
        : director(host, members, portsAt(host)),
    ),
    realservers: tier.realservers.map(({ host }) =>
      member(host, members, (found) => silentPorts(found, portsOf(tier, host))),
    ),
    pools: tier.isBehind ? poolsBehind(tier, members) : poolsOf(tier, { members, vips }),
    ...(certificates.length > 0 ? { certificates } : {}),
    ...(tier.behind ? { behind: tierStatus(tier.behind, members) } : {}),
  }
}

/** All directors wait for somebody to fail: a peer that nobody manages here holds the VIP, and there is but one. */
function peerHeard({ peers, instance }: ExpectedVip, tier: ExpectedCluster, members: Members) {
  const all = tier.directors.every(({ host }) => {
    const found = members.get(host)
    return found && !(found instanceof Failure) && found.read(statesOfVrrp).get(instance) === 'BACKUP'
  })
  return all && peers.length === 1 ? peers.map(({ name }) => name) : []
}

function poolsOf(
  tier: ExpectedCluster,
  { members, vips }: { readonly members: Members } & Pick<ClusterStatus, 'vips'>,
): readonly PoolStatus[] {
  // Where directors serve themselves, what is said of them says it.
  if (tier.balancer === 'none') return []
  return tier.vips.flatMap(({ address, services }) =>
    balanced(services).map((service) => {
      const name = nameOf(service, endpointOf({ address, port: service.port }))
      const [holder] = vips.find((one) => one.address === address)?.holders ?? []
      return pool(name, service, tier, { members, holder })
    }),
  )
}

/** Where clients are only sent elsewhere, nobody is behind. */
function balanced(services: readonly ExpectedService[]): readonly ExpectedService[] {
  return services.filter(({ redirect, servers }) => !redirect || servers.length > 0)
}

/** All directors of a cluster that stands behind another work at once, each by itself. */
function poolsBehind(tier: ExpectedCluster, members: Members): readonly PoolStatus[] {
  const services = new Map(tier.vips.flatMap((vip) => vip.services.map((one) => [one.backend, one])))
  return tier.directors.flatMap(({ host }) =>
    balanced([...services.values()]).map((service) =>
      pool(nameOf(service, `${host}:${service.port}`), service, tier, { members, holder: host }),
    ),
  )
}

function nameOf({ protocol, label }: ExpectedService, at: string): string {
  return `${protocol} ${at}${label === '' ? '' : ` ${label}`}`
}

/** Each run once, with all the machines that it has; the first that says so tells since when. */
function locksSeen(members: Members, now: number): readonly LockStatus[] {
  const runs = new Map<string, LockStatus>()
  for (const [host, found] of members) {
    const holder = found instanceof Failure ? undefined : found.read(holderOfMachine)
    if (!holder) continue
    const { ended, ...rest } = holder
    const key = `${holder.run} ${ended}`
    const known = runs.get(key)
    runs.set(key, {
      ...rest,
      since: now - 1000 * holder.seconds,
      lives: ended === undefined,
      ...(ended === undefined ? {} : { ended }),
      ...known,
      hosts: [...(known?.hosts ?? []), host],
    })
  }
  return [...runs.values()]
}

async function ask(
  host: string,
  queries: Parameters<typeof observe>[1],
  { session, signal, patience }: StatusOptions,
): Promise<readonly [string, Observed | Failure]> {
  const limit = patience === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(patience)])
  try {
    // Connecting goes on behind our back: the next look finds it done, or waits for it again.
    const open = await untilAborted(session(host), limit)
    return [host, await observe(open, queries, limit)]
  } catch (error) {
    if (limit.aborted && !signal.aborted)
      return [host, new Failure('UNREACHABLE', `no answer within ${(patience ?? 0) / 1000} s`)]
    if (error instanceof Failure && error.code !== 'INTERRUPTED') return [host, error]
    throw error
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, failed) => {
    const give = () => failed(signal.reason)
    if (signal.aborted) give()
    signal.addEventListener('abort', give, { once: true })
    promise.then(done, failed).finally(() => signal.removeEventListener('abort', give))
  })
}

function director(host: string, members: Members, ports: readonly Port[]): DirectorStatus {
  const found = members.get(host)
  const common = member(host, members, (one) => directorTrouble(one, ports))
  if (!found || found instanceof Failure || found.read(unitNamed('keepalived')).active !== 'active')
    return { ...common, vrrp: [] }
  const raised = found.read(factsOfHost).handovers
  const vrrp = [...found.read(statesOfVrrp)].map(([instance, state]) => ({
    instance,
    state,
    handedOver: raised.includes(instance),
  }))
  return { ...common, vrrp }
}

function member(
  host: string,
  members: Members,
  trouble: (found: Observed) => string | undefined,
): MemberStatus {
  const found = members.get(host)
  if (!found || found instanceof Failure)
    return { host, state: found?.message ?? 'not asked', well: false, software: [] }
  const wrong = trouble(found)
  return { host, state: wrong ?? 'well', well: wrong === undefined, software: softwareOf(found) }
}

function directorTrouble(found: Observed, ports: readonly Port[]): string | undefined {
  const { active } = found.read(unitNamed('keepalived'))
  return active === 'active' ? silentPorts(found, ports) : `keepalived is ${active || 'not installed'}`
}

function silentPorts(found: Observed, ports: readonly Port[]): string | undefined {
  const silent = ports.filter((port) => found.read(listenersOn(port))?.length === 0)
  return silent.length === 0 ? undefined : `nobody listens on port ${silent.join(', ')}`
}

function pool(
  name: string,
  { protocol, servers, mark }: ExpectedService,
  { balancer }: ExpectedCluster,
  { members, holder }: { readonly members: Members; readonly holder: string | undefined },
): PoolStatus {
  const seen = holder === undefined ? undefined : members.get(holder)
  const asked = seen && !(seen instanceof Failure) ? seen : undefined
  const lines: readonly IpvsLoad[] = balancer === 'ipvs' ? (asked?.read(ipvsLoad) ?? []) : []
  const peers = balancer === 'ipvs' ? undefined : asked?.read(connectedPeers)
  return {
    service: name,
    ...(asked && holder !== undefined ? { seenBy: holder } : {}),
    servers: servers.map(({ host, address, port: own }) => {
      // The table knows one of several ports by its mark, and its realservers by no port.
      const [at, port] = mark === undefined ? [name, own] : [`fwm ${mark}`, 0]
      const line = lines.find((one) => one.service === at && one.server === endpointOf({ address, port }))
      const listens = members.get(host)
      const serves =
        listens !== undefined &&
        !(listens instanceof Failure) &&
        listens.read(listenersOn(portOf(protocol, own)))?.length !== 0
      if (balancer !== 'ipvs')
        return {
          host,
          inPool: serves,
          ...(peers ? { active: peers.get(endpointOf({ address, port: own })) ?? 0 } : {}),
        }
      if (!line) return { host, inPool: false }
      const { weight, active, inactive } = line
      return { host, inPool: weight > 0, weight, active, inactive }
    }),
  }
}
