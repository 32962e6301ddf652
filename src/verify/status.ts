import type { Cluster } from '../cluster/index.ts'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import type { ClusterStatus, MemberStatus, PoolStatus } from '../model/status.ts'
import { type IpvsLoad, ipvsLoad } from '../sensors/ipvs-load.ts'
import { listenersOn } from '../sensors/listeners.ts'
import { unitNamed } from '../sensors/units.ts'
import { type ExpectedCluster, type ExpectedService, expectedOf } from './expected.ts'
import { type Observed, observe } from './observe.ts'
import { balancedPorts, portsOf } from './proofs/boot.ts'
import { factsOfHost, holdersOf } from './proofs/holder.ts'

/** How the status reaches the machines. */
export interface StatusOptions {
  readonly session: (host: string) => Promise<Session>
  readonly signal: AbortSignal
}

type Members = ReadonlyMap<string, Observed | Failure>

/** Looks once at every member; one that cannot be asked is part of the answer. */
export async function statusOf(cluster: Cluster, options: StatusOptions): Promise<ClusterStatus> {
  const expected = expectedOf(cluster, new Map())
  const ports = balancedPorts(expected)
  const directors = expected.directors.map(({ host }) => host)
  const realservers = expected.realservers.map(({ host }) => host)
  const members: Members = new Map([
    ...(await Promise.all(
      directors.map((host) =>
        ask(host, [factsOfHost, unitNamed('keepalived'), ipvsLoad, ...ports.map(listenersOn)], options),
      ),
    )),
    ...(await Promise.all(
      realservers.map((host) =>
        ask(host, [factsOfHost, ...portsOf(expected, host).map(listenersOn)], options),
      ),
    )),
  ])
  const seen = { members, observer: undefined, outside: new Failure('UNREACHABLE', 'nobody looked') }
  const vips = expected.vips.map(({ address }) => ({ address, holders: holdersOf(address, expected, seen) }))
  return {
    cluster: cluster.name,
    vips,
    directors: directors.map((host) => member(host, members, (found) => directorTrouble(found, ports))),
    realservers: realservers.map((host) =>
      member(host, members, (found) => silentPorts(found, portsOf(expected, host))),
    ),
    pools: expected.vips.flatMap(({ address, services }) =>
      services.map((service) => pool(address, service, expected, { members, vips })),
    ),
  }
}

async function ask(
  host: string,
  queries: Parameters<typeof observe>[1],
  { session, signal }: StatusOptions,
): Promise<readonly [string, Observed | Failure]> {
  try {
    return [host, await observe(await session(host), queries, signal)]
  } catch (error) {
    if (error instanceof Failure && error.code !== 'INTERRUPTED') return [host, error]
    throw error
  }
}

function member(
  host: string,
  members: Members,
  trouble: (found: Observed) => string | undefined,
): MemberStatus {
  const found = members.get(host)
  if (!found || found instanceof Failure)
    return { host, state: found?.message ?? 'not asked', well: false, software: '' }
  const { os, kernel } = found.read(factsOfHost)
  const wrong = trouble(found)
  return { host, state: wrong ?? 'well', well: wrong === undefined, software: `${os.name}, Linux ${kernel}` }
}

function directorTrouble(found: Observed, ports: readonly number[]): string | undefined {
  const { active } = found.read(unitNamed('keepalived'))
  return active === 'active' ? silentPorts(found, ports) : `keepalived is ${active || 'not installed'}`
}

function silentPorts(found: Observed, ports: readonly number[]): string | undefined {
  const silent = ports.filter((port) => found.read(listenersOn(port))?.length === 0)
  return silent.length === 0 ? undefined : `nobody listens on port ${silent.join(', ')}`
}

function pool(
  vip: string,
  { protocol, port, servers }: ExpectedService,
  { balancer }: ExpectedCluster,
  { members, vips }: { readonly members: Members } & Pick<ClusterStatus, 'vips'>,
): PoolStatus {
  const holder = vips.find(({ address }) => address === vip)?.holders[0]
  const seen = holder === undefined ? undefined : members.get(holder)
  const place = (address: string, at: number) => `${address.includes(':') ? `[${address}]` : address}:${at}`
  const name = `${protocol} ${place(vip, port)}`
  const lines: readonly IpvsLoad[] = seen && !(seen instanceof Failure) ? seen.read(ipvsLoad) : []
  return {
    service: name,
    servers: servers.map(({ host, address, port: own }) => {
      const line = lines.find((one) => one.service === name && one.server === place(address, own))
      const listens = members.get(host)
      const serves =
        listens !== undefined && !(listens instanceof Failure) && listens.read(listenersOn(own))?.length !== 0
      if (balancer !== 'ipvs') return { host, inPool: serves }
      if (!line) return { host, inPool: false }
      const { weight, active, inactive } = line
      return { host, inPool: weight > 0, weight, active, inactive }
    }),
  }
}
