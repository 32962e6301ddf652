import { asksThrough, type Cluster, innermost, interfacesOf, spareRealservers } from '../cluster/index.ts'
import type { Bound } from '../model/drill.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { pingOf } from '../sensors/pings.ts'
import {
  type ExpectedCluster,
  type ExpectedService,
  expectedTiers,
  serviceBehind,
} from '../verify/expected.ts'
import { observe } from '../verify/observe.ts'
import { portsOf } from '../verify/proofs/boot.ts'
import { factsOfHost } from '../verify/proofs/holder.ts'
import { instancesWithRouting } from '../verify/proofs/routes.ts'
import { askerOf, type Sightings } from '../verify/sightings.ts'
import type { Examination } from '../verify/verify.ts'
import { addressesAround, namesOf } from './addresses.ts'
import { boundOf, usualTime } from './bound.ts'
import { sendsEchoes } from './client/echo.ts'
import type { Fault, Struck } from './fault.ts'
import { bareAddresses, echoesOf, mostTogether, servicesOf } from './rates.ts'
import type { Scene } from './scene.ts'
import { unitOf } from './unit.ts'
import { ourWayIn } from './way-in.ts'

/** Milliseconds for the cluster to be as before once the fault is undone; a reboot is the slowest. */
const patience = 90_000
/** Milliseconds a fault may last: whoever broke a cluster and went away must not leave it broken for days. */
const longest = 3_600_000

/** What a drill is told of how it is to be carried out, before anything is known of the cluster. */
export interface SettingOptions {
  readonly session: (host: string | undefined) => Promise<Session>
  readonly signal: AbortSignal
  /** Letters and digits, different for each drill. */
  readonly id: () => string
  /** Milliseconds between requests, all VIPs together. */
  readonly interval: number
  /** Milliseconds a client may be left at most, where the user says so. */
  readonly maxOutage?: number
  /** Milliseconds the fault lasts, where the user says so. */
  readonly lasts?: number
}

/** Everything a drill must know of the cluster before it breaks it. */
export async function sceneOf(
  cluster: Cluster,
  fault: Fault,
  { expected, seen }: Examination,
  held: ReadonlyMap<string, string>,
  options: SettingOptions,
): Promise<Scene> {
  const hosts = strikes(cluster, fault, held)
  const lasts = options.lasts ?? usualTime(cluster, fault)
  const bound = boundOf(cluster, fault, lasts)
  const { observer, asked, unasked } = askerOf(expected, seen)
  refuseTooLong(fault, lasts)
  const services = servicesOf(asked, options.interval, mostTogether(cluster, fault, bound))
  const bare = await answeringEchoes(bareAddresses(asked), observer, options)
  return {
    id: options.id(),
    fault,
    struck: await Promise.all(
      hosts.map((host) => struckOf(host, fault, cluster, { expected, seen }, options)),
    ),
    directors: expected.directors.map(({ host }) => ({
      host,
      interfaces: interfacesSeen(host, cluster, seen),
    })),
    ...(observer === undefined ? {} : { observer }),
    names: namesOf(expected, seen),
    holders: held,
    routing: instancesWithRouting(expected),
    services: [
      ...services.map(({ service, address, ...plan }) => ({
        ...plan,
        address,
        sorryPage: showsSorry(cluster, fault, expected, { address, service }),
      })),
      ...echoesOf(bare, options.interval, services).map((plan) => ({
        ...plan,
        sorryPage: false,
        streams: [],
      })),
    ],
    unasked,
    bound: allowedBound(cluster, bound, options.maxOutage),
    ...mostOutage(cluster),
    lasts,
    // The last to come back waits before it takes its VIP.
    patience: patience + cluster.vrrp.preempt_delay * 1000,
  }
}

/** Those that answer the machine that asks, if it can ask at all: a firewall may keep echoes away, which is no outage. */
async function answeringEchoes(
  addresses: readonly string[],
  observer: string | undefined,
  { session, signal }: SettingOptions,
): Promise<readonly string[]> {
  if (addresses.length === 0) return []
  const asked = await observe(await session(observer), [sendsEchoes, ...addresses.map(pingOf)], signal)
  return asked.read(sendsEchoes) ? addresses.filter((address) => asked.read(pingOf(address))) : []
}

/** What the user says counts instead of what was computed, but not beyond what the cluster allows. */
function allowedBound({ protection }: Cluster, computed: Bound, wished: number | undefined): Bound {
  if (wished === undefined) return computed
  const most = 1000 * (protection.maxOutage ?? Number.POSITIVE_INFINITY)
  return wished <= most
    ? { milliseconds: wished, why: 'as asked for by --max-outage' }
    : { milliseconds: most, why: 'max_outage of the cluster' }
}

function mostOutage({ protection: { maxOutage } }: Cluster): Pick<Scene, 'mostOutage'> {
  return maxOutage === undefined ? {} : { mostOutage: maxOutage * 1000 }
}

/** What was noted while a clock was ahead is known by times that are still to come: that must be over before they are. */
function refuseTooLong({ name, clockJump = Number.POSITIVE_INFINITY }: Fault, lasts: number): void {
  const most = Math.min(longest, clockJump - patience - 1000)
  if (lasts <= most) return
  throw new Failure('INVALID_INPUT', `${name} cannot last for ${lasts / 1000} s`, {
    next: `give it ${most / 1000} s at most`,
  })
}

function strikes(cluster: Cluster, fault: Fault, held: ReadonlyMap<string, string>): readonly string[] {
  const { realservers: last, nfs } = innermost(cluster)
  if (fault.strikes === 'all-realservers') return last.map(({ host }) => host)
  if (fault.strikes === 'nfs-server') return nfs ? [nfs.host] : []
  const realservers = cluster.realservers.map(({ host }) => host)
  if (fault.strikes === 'a-realserver') {
    // One that is director, too, and holds a VIP would show what becomes of a director.
    const holders = new Set(held.values())
    const spare = spareRealservers(cluster)
    const first = spare.find((host) => !holders.has(host)) ?? spare[0] ?? realservers[0]
    return [fault.on ?? first].flatMap((host) => host ?? [])
  }
  return strickenDirectors(cluster, held, fault)
}

async function struckOf(
  host: string,
  fault: Fault,
  cluster: Cluster,
  { expected, seen }: Pick<Examination, 'expected' | 'seen'>,
  { session, signal }: SettingOptions,
): Promise<Struck> {
  const found = await observe(await session(host), [ourWayIn, factsOfHost], signal)
  const way = found.read(ourWayIn) ?? { from: '127.0.0.1', to: '127.0.0.1', port: 22 }
  const facts = found.read(factsOfHost)
  const tiers = expectedTiers(expected)
  const served = tiers
    .flatMap(({ vips }) => vips.flatMap(({ services }) => services.flatMap(({ servers }) => servers)))
    .find((server) => server.host === host)
  return {
    host,
    interfaces: interfacesOfDirector(host, cluster, facts) ?? [
      interfaceWith(served?.address ?? way.to, facts) ?? facts.defaultRoute?.interface ?? '',
    ],
    way,
    ...unitOf(host, fault, expected, seen),
    ports: tiers.flatMap((tier) => portsOf(tier, host)).filter((port) => typeof port === 'number'),
    ...addressesAround(host, expected, seen),
  }
}

/** The directors that hold VIPs, in the order of the inventory. */
function strickenDirectors(
  cluster: Cluster,
  holders: ReadonlyMap<string, string>,
  fault: Fault,
): readonly string[] {
  const names = cluster.directors.map(({ host }) => host)
  if (fault.strikes === 'all-directors') return names
  const held = cluster.vips.flatMap((vip) => holders.get(vip.address) ?? [])
  const holder = held.find((host) => names.includes(host))
  if (holder !== undefined) return [holder]
  throw new Failure('INVALID_INPUT', `no director holds a VIP: ${fault.name} would strike nobody`, {
    next: 'a peer that is no machine of this inventory holds them; break it by hand, or hand the VIP over first: understudy handover',
  })
}

function interfacesSeen(host: string, cluster: Cluster, { members }: Sightings): readonly string[] {
  const member = members.get(host)
  if (!member || member instanceof Failure) return []
  return interfacesOfDirector(host, cluster, member.read(factsOfHost)) ?? []
}

/** The interfaces that carry VRRP and the VIPs, whichever way we came in. */
function interfacesOfDirector(host: string, cluster: Cluster, facts: Facts): readonly string[] | undefined {
  const director = cluster.directors.find((one) => one.host === host)
  const found = director ? interfacesOf(cluster, director, facts) : []
  return found.length > 0 ? found : undefined
}

function interfaceWith(address: string, { interfaces }: Facts): string | undefined {
  return Object.values(interfaces).find(({ addresses }) => addresses.some((one) => one.address === address))
    ?.name
}

/**
 * Must clients find a sorry page while nobody is left? Where two tiers are, that of the one behind, unless the check before it
 * takes its machines out by that; or that of the directors, if it does.
 */
function showsSorry(
  { vips, behind }: Cluster,
  { strikes }: Fault,
  expected: ExpectedCluster,
  { address, service }: { readonly address: string; readonly service: ExpectedService },
): boolean {
  const inner = serviceBehind(expected.behind, service)
  if (!behind || !inner || strikes === 'holder') return service.sorryPage
  const own = vips
    .filter((vip) => vip.address === address || vip.also.some((one) => one.address === address))
    .flatMap(({ services }) => services.filter(({ port }) => port === service.port))
  const through = own.some(asksThrough)
  if (inner.sorryPage) return through ? service.sorryPage : true
  const notices = through || (behind.balancer === 'haproxy' && own.some(({ check }) => 'path' in check))
  return notices && service.sorryPage
}
