import { describe, expect, it } from 'vitest'
import type { ProofResult } from '../../src/model/event.ts'
import type { Facts } from '../../src/model/facts.ts'
import { Failure } from '../../src/model/failure.ts'
import { type Query, queryKey } from '../../src/model/sensor.ts'
import { arpAnswers } from '../../src/sensors/arp.ts'
import { bootAddress } from '../../src/sensors/boot-addresses.ts'
import { bootSysctl } from '../../src/sensors/boot-sysctls.ts'
import { type HttpAnswer, httpAnswers } from '../../src/sensors/http.ts'
import { ipvsTable } from '../../src/sensors/ipvs.ts'
import { listenersOn } from '../../src/sensors/listeners.ts'
import { unitNamed } from '../../src/sensors/units.ts'
import type { ExpectedCluster } from '../../src/verify/expected.ts'
import type { Observed } from '../../src/verify/observe.ts'
import { factsOfHost } from '../../src/verify/proofs/holder.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import type { Sightings } from '../../src/verify/sightings.ts'

const vip = '10.0.0.100'
const servers = [
  { host: 'rs1', address: '10.0.0.21', port: 80, weight: 1 },
  { host: 'rs2', address: '10.0.0.22', port: 80, weight: 1 },
]
const cluster: ExpectedCluster = {
  name: 'web',
  balancer: 'ipvs',
  directors: [
    { host: 'd1', address: '10.0.0.11' },
    { host: 'd2', address: '10.0.0.12' },
  ],
  realservers: servers,
  observers: ['client'],
  vips: [
    {
      address: vip,
      services: [
        {
          protocol: 'tcp',
          port: 80,
          forwarding: 'dr',
          scheduler: 'rr',
          sorryPage: false,
          page: { scheme: 'http', path: '/' },
          servers,
        },
      ],
    },
  ],
}

type Answer = readonly [Query<unknown>, unknown]

function observed(...answers: readonly Answer[]): Observed {
  const known = new Map(answers.map(([query, reading]) => [queryKey(query), reading]))
  return { read: <Reading>(query: Query<Reading>) => known.get(queryKey(query)) as Reading }
}

function factsWith(last: number, addresses: Readonly<Record<string, readonly string[]>>): Answer {
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
  return [factsOfHost, { interfaces: Object.fromEntries(interfaces) } as unknown as Facts]
}

const table: Answer = [
  ipvsTable,
  {
    readable: true,
    services: [
      {
        protocol: 'tcp',
        address: vip,
        port: 80,
        scheduler: 'rr',
        servers: servers.map(({ address, port, weight }) => ({ address, port, weight, forwarding: 'dr' })),
      },
    ],
  },
]
const running: Answer = [unitNamed('keepalived'), { load: 'loaded', active: 'active', enabled: 'enabled' }]

const director = (last: number, addresses: readonly string[], more: readonly Answer[] = [table, running]) =>
  observed(factsWith(last, { eth0: addresses }), ...more)

const realserver = (last: number, ignore = '1', files: readonly string[] = ['/etc/x']) =>
  observed(
    factsWith(last, { eth0: [`10.0.0.${last}`], lo: [vip] }),
    [bootAddress(vip), files],
    [bootSysctl('net.ipv4.conf.all.arp_ignore'), { live: ignore, atBoot: '1' }],
    [bootSysctl('net.ipv4.conf.all.arp_announce'), { live: '2', atBoot: '2' }],
    [listenersOn(80), [{ unit: 'nginx.service', enabled: 'enabled' }]],
  )

const answer = (host: string): HttpAnswer => ({ status: 200, servedBy: host, body: `page of ${host}` })

const outside = (through: readonly HttpAnswer[], macs: readonly string[]) =>
  observed(
    [httpAnswers(`http://${vip}/`, 12), through],
    [httpAnswers('http://10.0.0.21/', 1), [answer('rs1')]],
    [httpAnswers('http://10.0.0.22/', 1), [answer('rs2')]],
    [arpAnswers(vip), { asked: true, answers: macs.map((last) => `02:00:00:00:00:${last}`), thorough: true }],
  )

const alternating = Array.from({ length: 12 }, (_, index) => answer(index % 2 ? 'rs1' : 'rs2'))

const healthy: Sightings = {
  members: new Map([
    ['d1', director(11, ['10.0.0.11', vip])],
    ['d2', director(12, ['10.0.0.12'])],
    ['rs1', realserver(21)],
    ['rs2', realserver(22)],
  ]),
  observer: 'client',
  outside: outside(alternating, ['11']),
}

/** The cluster with one thing changed, and what fails of it then. */
function failing(change: {
  readonly members?: Readonly<Record<string, Observed | Failure>>
  readonly outside?: Observed
}): readonly ProofResult[] {
  const members = new Map([...healthy.members, ...Object.entries(change.members ?? {})])
  const seen = { ...healthy, members, outside: change.outside ?? healthy.outside }
  return prove(cluster, seen).filter(({ verdict }) => verdict === 'fail')
}

const named = (results: readonly ProofResult[]) => results.map(({ name, subject }) => `${name}: ${subject}`)

describe('the proofs', () => {
  it('all hold for a healthy cluster', () => {
    expect(prove(cluster, healthy).map(({ verdict }) => verdict)).not.toContain('fail')
    expect(prove(cluster, healthy)).toHaveLength(14)
  })

  it('see split brain, and say what causes it', () => {
    const [first] = failing({ members: { d2: director(12, ['10.0.0.12', vip]) } })
    expect(first).toMatchObject({ name: 'exactly one director holds the VIP', seen: 'd1, d2' })
    expect(first?.cause).toContain('split brain')
  })

  it('see that nobody holds the VIP', () => {
    expect(failing({ members: { d1: director(11, ['10.0.0.11']) } })[0]).toMatchObject({ seen: 'none' })
  })

  it('see a page that no realserver serves', () => {
    const strange = alternating.map((one, index) =>
      index === 3 ? { status: 200, body: 'Welcome to nginx' } : one,
    )
    expect(named(failing({ outside: outside(strange, ['11']) }))).toContain(
      `a client gets the right page through the VIP: http://${vip}/`,
    )
  })

  it('see a realserver that gets nothing to do', () => {
    const lonely = alternating.map(() => answer('rs1'))
    const [first] = failing({ outside: outside(lonely, ['11']) })
    expect(first).toMatchObject({ name: 'every realserver serves its share', seen: 'rs1 12, rs2 0' })
  })

  it('see a kernel table that is not the configured one, on the backup too', () => {
    const empty: Answer = [ipvsTable, { readable: true, services: [] }]
    const found = failing({ members: { d2: director(12, ['10.0.0.12'], [empty, running]) } })
    expect(named(found)).toEqual(['the kernel balances as configured: d2'])
    expect(found[0]?.cause).toContain('keepalived does not run')
  })

  it('see a realserver that answers ARP, by name', () => {
    const found = failing({ outside: outside(alternating, ['11', '21']) })
    expect(found[0]).toMatchObject({ seen: 'd1, rs1', cause: expect.stringContaining('rs1 answers') })
  })

  it('see what a reboot would lose', () => {
    expect(named(failing({ members: { rs1: realserver(21, '0') } }))).toEqual([
      'the realserver keeps silent about the VIP, also after a reboot: rs1',
    ])
    expect(named(failing({ members: { rs2: realserver(22, '1', []) } }))).toEqual([
      `the realserver holds the VIP on lo, also after a reboot: rs2 ${vip}`,
    ])
  })

  it('see a director whose keepalived is not ready', () => {
    const stopped: Answer = [
      unitNamed('keepalived'),
      { load: 'loaded', active: 'failed', enabled: 'enabled' },
    ]
    const [first] = failing({ members: { d2: director(12, ['10.0.0.12'], [table, stopped]) } })
    expect(first).toMatchObject({ name: 'keepalived runs, also after a reboot', subject: 'd2' })
  })

  it('count a machine that cannot be asked as a failure', () => {
    const down = new Failure('UNREACHABLE', 'no route to host')
    expect(named(failing({ members: { d2: down } }))).toEqual(['the machine can be asked: d2'])
  })

  it('tell what could not be seen from what is wrong', () => {
    const blind = prove(cluster, {
      ...healthy,
      observer: undefined,
      outside: new Failure('UNREACHABLE', 'no'),
    })
    expect(blind.filter(({ verdict }) => verdict === 'unknown')).toHaveLength(2)
    expect(blind.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  })
})
