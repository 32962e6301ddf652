import type { ProofResult } from '../../src/model/event.ts'
import type { Facts } from '../../src/model/facts.ts'
import type { Failure } from '../../src/model/failure.ts'
import { type Query, queryKey } from '../../src/model/sensor.ts'
import { bootAddress } from '../../src/sensors/boot-addresses.ts'
import { bootSysctl } from '../../src/sensors/boot-sysctls.ts'
import { type HttpAnswer, httpAnswers } from '../../src/sensors/http.ts'
import { ipvsTable } from '../../src/sensors/ipvs.ts'
import { type KeepalivedReading, runningKeepalived } from '../../src/sensors/keepalived.ts'
import { listenersOn } from '../../src/sensors/listeners.ts'
import { whoHas } from '../../src/sensors/neighbours.ts'
import { nginxUpstreams } from '../../src/sensors/nginx-upstreams.ts'
import { unitNamed } from '../../src/sensors/units.ts'
import type { ExpectedCluster, ExpectedService, ExpectedVip } from '../../src/verify/expected.ts'
import type { Observed } from '../../src/verify/observe.ts'
import { factsOfHost } from '../../src/verify/proofs/holder.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import { poolQueries } from '../../src/verify/proofs/pool.ts'
import type { Sightings } from '../../src/verify/sightings.ts'

/** The VIP of a small cluster of the tests: two directors, two realservers. */
export const vip = '10.0.0.100'

const servers = [
  { host: 'rs1', address: '10.0.0.21', port: 80, weight: 1 },
  { host: 'rs2', address: '10.0.0.22', port: 80, weight: 1 },
]

/** The cluster, with something changed of its only service, of its VIP, or of itself. */
export function expected(
  service: Partial<ExpectedService> = {},
  more: Partial<ExpectedVip> = {},
  rest: Partial<ExpectedCluster> = {},
): ExpectedCluster {
  return {
    name: 'web',
    balancer: 'ipvs',
    servers: ['nginx.service'],
    ownPorts: new Map(),
    directors: [
      { host: 'd1', address: '10.0.0.11' },
      { host: 'd2', address: '10.0.0.12' },
    ],
    realservers: servers,
    observers: ['client'],
    timeouts: {},
    tellsConnections: false,
    changesPackets: false,
    applications: [],
    vips: [
      {
        address: vip,
        instance: 'VI_77',
        vrid: 77,
        advertInterval: 1000,
        priorities: new Map([
          ['d1', 100],
          ['d2', 90],
        ]),
        preempt: true,
        links: new Map([['d1', { carries: 'eth0', speaks: 'eth0' }]]),
        adverts: 'multicast',
        peers: [],
        routes: [],
        rules: [],
        services: [
          {
            protocol: 'tcp',
            port: 80,
            streams: [],
            own: '127.0.0.1',
            backend: 'web_80',
            label: '',
            as: {},
            requests: [],
            forwarding: 'dr',
            scheduler: 'rr',
            sorryPage: false,
            spoken: 'http',
            proxyProtocol: { in: false, out: false },
            shares: { is: 'turns', parts: [0.5, 0.5] },
            page: { scheme: 'http', path: '/', status: 200 },
            servers,
            ...service,
          },
        ],
        ...more,
      },
    ],
    ...rest,
  }
}

type Answer = readonly [Query<unknown>, unknown]

/** What a machine answered. */
export function observed(...answers: readonly Answer[]): Observed {
  const known = new Map(answers.map(([query, reading]) => [queryKey(query), reading]))
  return { read: <Reading>(query: Query<Reading>) => known.get(queryKey(query)) as Reading }
}

/** Facts of a machine, by the last number of its MAC address. */
export function factsWith(
  last: number,
  addresses: Readonly<Record<string, readonly string[]>>,
  handovers: readonly string[] = [],
): Answer {
  const interfaces = Object.entries(addresses).map(([name, list]) => {
    const at = list.map((address) => ({
      address,
      prefix: name === 'lo' ? 32 : 24,
      family: 'ipv4',
      scope: 'global',
    }))
    return [
      name,
      { name, mac: name === 'lo' ? '' : `02:00:00:00:00:${last}`, mtu: 1500, up: true, addresses: at },
    ]
  })
  return [factsOfHost, { interfaces: Object.fromEntries(interfaces), handovers } as unknown as Facts]
}

/** How a director differs from a well one. */
export interface DirectorSeen {
  readonly holds?: boolean
  /** Has the VIP on lo besides. */
  readonly strays?: boolean
  /** Scripts that say no. */
  readonly failing?: readonly string[]
  /** To whom its keepalived speaks by address. */
  readonly unicast?: readonly string[]
  readonly keepalived?: string
  readonly state?: string
  readonly handed?: boolean
  /** Whom its keepalived hears as the master. */
  readonly hears?: { readonly address: string; readonly priority: number }
  readonly listens?: boolean
  /** Whether its sessions of BFD are up, by their names. */
  readonly routers?: Readonly<Record<string, boolean>>
  /** Realservers in its table, with their weights; `{}`: there is no table. */
  readonly table?: Readonly<Record<string, number>>
  readonly scheduler?: string
}

function running(
  { holds, hears, routers, unicast, failing, state = holds ? 'MASTER' : 'BACKUP' }: DirectorSeen,
  priority: number,
): KeepalivedReading {
  const instance = {
    ...{ name: 'VI_77', interface: 'eth0', state, vrid: 77, priority, advertInterval: 1000 },
    addresses: [{ address: vip, device: 'eth0', prefix: 24 }],
    ...(hears ? { master: hears } : {}),
    ...(unicast ? { unicast } : {}),
  }
  return {
    answers: true,
    instances: [instance],
    places: [],
    ...(routers ? { routers } : {}),
    ...(failing ? { failing } : {}),
  }
}

/** A director as it is seen. */
export function director(last: number, seen: DirectorSeen = {}): Observed {
  const { table = { '10.0.0.21': 1, '10.0.0.22': 1 }, scheduler = 'rr' } = seen
  const entries = Object.entries(table).map(([address, weight]) => ({
    ...{ address, port: 80, weight, forwarding: 'dr' },
  }))
  const services =
    entries.length > 0 ? [{ protocol: 'tcp', address: vip, port: 80, scheduler, servers: entries }] : []
  return observed(
    factsWith(
      last,
      { eth0: [`10.0.0.${last}`, ...(seen.holds ? [vip] : [])], ...(seen.strays ? { lo: [vip] } : {}) },
      seen.handed ? ['VI_77'] : [],
    ),
    [ipvsTable, { readable: true, services }],
    [unitNamed('keepalived'), { load: 'loaded', active: seen.keepalived ?? 'active', enabled: 'enabled' }],
    [runningKeepalived, running(seen, last === 11 ? 100 : 90)],
    ...poolQueries.map((query): Answer => [query, { answers: false, why: 'it does not run' }]),
    [nginxUpstreams, { answers: false, why: 'it does not run' }],
    [listenersOn(80), seen.listens === false ? [] : [{ unit: 'haproxy.service', enabled: 'enabled' }]],
  )
}

/** A realserver as it is seen. */
export function realserver(last: number, ignore = '1', files: readonly string[] = ['/etc/x']): Observed {
  return observed(
    factsWith(last, { eth0: [`10.0.0.${last}`], lo: [vip] }),
    [bootAddress(vip), files],
    [bootSysctl('net.ipv4.conf.all.arp_ignore'), { live: ignore, atBoot: '1' }],
    [bootSysctl('net.ipv4.conf.all.arp_announce'), { live: '2', atBoot: '2' }],
    [nginxUpstreams, { answers: false, why: 'it does not run' }],
    [listenersOn(80), [{ unit: 'nginx.service', enabled: 'enabled' }]],
  )
}

/** A page that says whose it is. */
export const page = (host: string, status = 200): HttpAnswer => ({
  ...{ status, servedBy: host, body: `page of ${host}` },
})
/** A page that does not say it. */
export const bare = (body: string, status = 200): HttpAnswer => ({ status, body })
/** Nobody answered. */
export const silent: HttpAnswer = { status: 0, body: '', error: 'timed out' }

/** What somebody was answered: through the VIP, and by each realserver itself; `undefined`: has no curl. */
export interface Told {
  readonly through?: (index: number) => HttpAnswer
  readonly direct?: readonly (HttpAnswer | undefined)[]
  readonly macs?: readonly string[]
  readonly more?: readonly Answer[]
}

/** As many requests as a verification of the cluster makes for the page of its VIP. */
export const requests = 22

/** Somebody who asks. */
export function asking({
  through = (index) => page(index % 2 === 0 ? 'rs1' : 'rs2'),
  direct = [page('rs1'), page('rs2')],
  macs = ['11'],
  more = [],
}: Told = {}): Observed {
  return observed(
    ...[requests, 12].map(
      (count): Answer => [
        httpAnswers(`http://${vip}/`, count),
        Array.from({ length: count }, (_, index) => through(index)),
      ],
    ),
    ...direct.map(
      (answer, index): Answer => [httpAnswers(`http://10.0.0.2${index + 1}/`, 1), answer && [answer]],
    ),
    [whoHas(vip), { asked: true, answers: macs.map((last) => `02:00:00:00:00:${last}`), thorough: true }],
    ...more,
  )
}

/** What was seen of the cluster, with something changed. */
export function sightings(
  change: {
    readonly members?: Readonly<Record<string, Observed | Failure>>
    readonly client?: Told
    readonly directors?: Told
  } = {},
): Sightings {
  return {
    members: new Map<string, Observed | Failure>([
      ['d1', director(11, { holds: true })],
      ['d2', director(12)],
      ['rs1', realserver(21)],
      ['rs2', realserver(22)],
      ...Object.entries(change.members ?? {}),
    ]),
    observer: 'client',
    outside: asking(change.client),
    off: new Set(),
    atDirectors: new Map([
      ['d1', asking(change.directors)],
      ['d2', asking(change.directors)],
    ]),
  }
}

/** What is said of the cluster where something is changed, by the name of the proof. */
export function proof(
  name: string,
  change: Parameters<typeof sightings>[0],
  cluster: ExpectedCluster = expected(),
): ProofResult | undefined {
  return proofs(name, change, cluster)[0]
}

/** All of them, where there is one for each machine. */
export function proofs(
  name: string,
  change: Parameters<typeof sightings>[0],
  cluster: ExpectedCluster = expected(),
): readonly ProofResult[] {
  return prove(cluster, sightings(change)).filter((one) => one.name === name)
}
