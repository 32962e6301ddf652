import type { Cluster } from '../cluster/index.ts'
import type { DrillResult, ReportedMachine } from '../model/drill.ts'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { listenersOn } from '../sensors/listeners.ts'
import type { ExpectedCluster } from '../verify/expected.ts'
import { observe } from '../verify/observe.ts'
import { balancedPorts, portsOf } from '../verify/proofs/boot.ts'
import { factsOfHost, holdersOf } from '../verify/proofs/holder.ts'
import type { Sightings } from '../verify/sightings.ts'
import { softwareOf } from '../verify/software.ts'
import { type Examination, examine } from '../verify/verify.ts'
import type { Fault, Struck } from './fault.ts'
import type { ProbePlan } from './probing.ts'
import { type DrillTools, runDrill, type Scene } from './run.ts'
import { boundOf, strickenDirectors } from './scene.ts'
import { ourWayIn } from './way-in.ts'

/** How drills are carried out. */
export interface ExerciseOptions {
  readonly session: (host: string | undefined) => Promise<Session>
  readonly now: () => number
  readonly signal: AbortSignal
  readonly stage: (fault: Fault, ...told: Parameters<DrillTools['stage']>) => void
  /** Letters and digits, different for each drill. */
  readonly id: () => string
  /** Milliseconds between requests, all VIPs together. */
  readonly interval: number
  /** Milliseconds a client may be left at most, where the user says so. */
  readonly maxOutage?: number
}

/** Milliseconds a request may take, and a fault lasts beyond the time its takeover may need. */
const requestTimeout = 2000
const beyond = 4000

/**
 * Refuses a cluster that is not whole: breaking it further would be an outage, no drill. Throws
 * VERIFICATION_FAILED naming what does not hold.
 */
export function refuseDegraded({ results }: Examination): void {
  const failing = results.filter(({ verdict }) => verdict === 'fail')
  const [first] = failing
  if (!first) return
  throw new Failure(
    'VERIFICATION_FAILED',
    `no drill on a degraded cluster: ${first.name} (${first.subject})`,
    {
      next: `mend it first: understudy verify${failing.length > 1 ? ` shows ${failing.length - 1} more` : ''}`,
    },
  )
}

/** Carries out one drill on a cluster that is whole. */
export async function exercise(
  cluster: Cluster,
  fault: Fault,
  options: ExerciseOptions,
): Promise<DrillResult> {
  const { session, signal } = options
  const before = await examine(cluster, options)
  refuseDegraded(before)
  const scene = await sceneOf(cluster, fault, before, options)
  const observer = await session(before.seen.observer)
  return runDrill(scene, {
    session: (host) => session(host),
    dial: (address, port, until) => observer.dial(address, port, until),
    now: options.now,
    signal,
    unhealed: async () => {
      const after = await examine(cluster, { session, signal: new AbortController().signal })
      return [
        ...after.results
          .filter(({ verdict }) => verdict === 'fail')
          .map(({ name, subject }) => `${name} (${subject})`),
        ...moved(cluster, before, after),
      ]
    },
    stage: (...told) => options.stage(fault, ...told),
  })
}

/** The machines as the report shows them. */
export function reportedMachines({ expected, seen }: Examination): readonly ReportedMachine[] {
  const of =
    (role: ReportedMachine['role']) => (one: { readonly host: string; readonly address: string }) => ({
      ...one,
      role,
      software: softwareIn(one.host, seen),
    })
  return [
    ...expected.directors.map(of('director')),
    ...expected.realservers.map(of('realserver')),
    ...(seen.observer ? [{ host: seen.observer, address: '', role: 'client' as const, software: [] }] : []),
  ]
}

function softwareIn(host: string, { members }: Sightings): readonly string[] {
  const member = members.get(host)
  return member && !(member instanceof Failure) ? softwareOf(member) : []
}

/** With preemption the VIP goes home after the drill; without it, it stays where the drill left it. */
function moved(cluster: Cluster, before: Examination, after: Examination): readonly string[] {
  if (!cluster.vrrp.preempt) return []
  const [was, is] = [holders(before.expected, before.seen), holders(after.expected, after.seen)]
  return [...was]
    .filter(([vip, host]) => is.get(vip) !== host)
    .map(([vip, host]) => `${host} holds ${vip}, as before`)
}

function holders(expected: ExpectedCluster, seen: Sightings): ReadonlyMap<string, string> {
  return new Map(
    expected.vips.flatMap(({ address }) => {
      const [holder] = holdersOf(address, expected, seen)
      return holder === undefined ? [] : [[address, holder] as const]
    }),
  )
}

async function sceneOf(
  cluster: Cluster,
  fault: Fault,
  { expected, seen }: Examination,
  options: ExerciseOptions,
): Promise<Scene> {
  const held = holders(expected, seen)
  const hosts = strikes(cluster, fault, held)
  const takeover = boundOf(cluster, { ...fault, toll: 'takeover' }, 0).milliseconds
  const check = boundOf(cluster, { ...fault, toll: 'check' }, 0).milliseconds
  const own = fault.toll === 'balancer-check' ? boundOf(cluster, fault, 0).milliseconds : 0
  const lasts = Math.max(takeover, check, own) + beyond
  const bound = boundOf(cluster, fault, lasts)
  return {
    id: options.id(),
    fault,
    struck: await Promise.all(hosts.map((host) => struckOf(host, expected, seen, options))),
    directors: expected.directors.map(({ host, address }) => ({
      host,
      interface: interfaceWith(host, address, seen),
    })),
    ...(seen.observer === undefined ? {} : { observer: seen.observer }),
    names: namesOf(expected, seen),
    holders: held,
    services: servicesOf(expected, options.interval),
    bound:
      options.maxOutage === undefined
        ? bound
        : { milliseconds: options.maxOutage, why: 'as asked for by --max-outage' },
    lasts,
  }
}

function strikes(cluster: Cluster, fault: Fault, held: ReadonlyMap<string, string>): readonly string[] {
  const realservers = cluster.realservers.map(({ host }) => host)
  if (fault.strikes === 'all-realservers') return realservers
  if (fault.strikes === 'a-realserver') return realservers.slice(0, 1)
  return strickenDirectors(cluster, held, fault)
}

async function struckOf(
  host: string,
  expected: ExpectedCluster,
  seen: Sightings,
  { session, signal }: ExerciseOptions,
): Promise<Struck> {
  const way = (await observe(await session(host), [ourWayIn], signal)).read(ourWayIn)
  const member = [...expected.directors, ...expected.realservers].find((one) => one.host === host)
  return {
    host,
    address: member?.address ?? host,
    interface: interfaceWith(host, member?.address ?? '', seen),
    way: way ?? { from: '127.0.0.1', port: 22 },
    unit: unitOf(host, expected, seen),
  }
}

/** The unit that serves on a realserver, or balances on a director. */
function unitOf(host: string, expected: ExpectedCluster, { members }: Sightings): string {
  const member = members.get(host)
  if (!member || member instanceof Failure) return ''
  const isDirector = expected.directors.some((one) => one.host === host)
  const ports = isDirector ? balancedPorts(expected) : portsOf(expected, host)
  const units = ports.flatMap((port) => member.read(listenersOn(port)) ?? [])
  return units.find(({ unit }) => unit !== '')?.unit ?? ''
}

/** The interface with the address; else that of the default route. */
function interfaceWith(host: string, address: string, { members }: Sightings): string {
  const member = members.get(host)
  if (!member || member instanceof Failure) return ''
  const { interfaces, defaultRoute } = member.read(factsOfHost)
  const found = Object.values(interfaces).find(({ addresses }) =>
    addresses.some((one) => one.address === address),
  )
  return found?.name ?? defaultRoute?.interface ?? ''
}

/** What addresses and MACs belong to whom. */
function namesOf({ directors, realservers, vips }: ExpectedCluster, { members }: Sightings) {
  const servers = vips.flatMap(({ services }) => services.flatMap((service) => service.servers))
  const own = directors.flatMap(({ host }) => {
    const member = members.get(host)
    if (!member || member instanceof Failure) return []
    const interfaces = Object.values(member.read(factsOfHost).interfaces)
    const shared = new Set(vips.map(({ address }) => address))
    return interfaces
      .flatMap(({ mac, addresses }) => [mac, ...addresses.map(({ address }) => address)])
      .filter((name) => name !== '' && !shared.has(name) && !/^127\.|^::1$|^00:00:00:00:00:00$/.test(name))
      .map((name) => [name, host] as const)
  })
  return new Map([
    ...own,
    ...[...realservers, ...servers].map(({ address, host }) => [address, host] as const),
  ])
}

/** All VIPs together are asked at the rate wished for, so that asking never becomes the load that is measured. */
function servicesOf(expected: ExpectedCluster, pace: number): readonly (ProbePlan & { url: string })[] {
  const pages = expected.vips.flatMap(({ services }) => services.filter(({ page }) => page))
  const interval = pace * Math.max(1, pages.length)
  return expected.vips.flatMap(({ address, services }) =>
    services.flatMap(({ port, page }) =>
      page
        ? [
            {
              address,
              port,
              path: page.path,
              interval,
              timeout: requestTimeout,
              atMost: Math.ceil((requestTimeout / interval) * 1.5),
              url: `${page.scheme}://${address}${port === 80 ? '' : `:${port}`}${page.path}`,
            },
          ]
        : [],
    ),
  )
}
