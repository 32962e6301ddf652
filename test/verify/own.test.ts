import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import type { ConnectionReading } from '../../src/sensors/at-once.ts'
import { connectionTo } from '../../src/sensors/connections.ts'
import { type HttpAnswer, httpAnswers } from '../../src/sensors/http.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import type { Observed } from '../../src/verify/observe.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import { clusterOf, type Words } from '../cluster/inventory.ts'
import { alone, itself } from '../cluster/own.ts'
import { asking, director, expected, observed, page, silent, type Told, vip } from './web.ts'

/** Two directors that serve themselves. */
const servers = [
  { host: 'd1', address: '10.0.0.11', port: 80, weight: 1 },
  { host: 'd2', address: '10.0.0.12', port: 80, weight: 1 },
]
const web = {
  servers,
  page: { scheme: 'http', path: '/' },
  health: { scheme: 'http', port: 80, path: '/health', status: 200 },
  shares: { is: 'none', why: 'the holder of the VIP serves all' },
} as const
const cluster = expected(web, {}, { balancer: 'none', realservers: [], servers: ['haproxy.service'] })

const pages = (answers: Readonly<Record<string, HttpAnswer>>) =>
  servers.flatMap(({ host, address }) => {
    const own = answers[host] ?? page(host)
    return [
      [httpAnswers(`http://${address}/`, 1), [own]],
      [
        httpAnswers(`http://${address}/health`, 1),
        [answers[`${host}/health`] ?? { status: 200, body: 'ok' }],
      ],
    ] as const
  })

/** What is said where d1 holds the VIP, and something is changed. */
function said(
  change: { own?: Record<string, HttpAnswer>; client?: Told; d1?: Parameters<typeof director>[1] } = {},
) {
  const more = [...pages(change.own ?? {})]
  const by = asking({ direct: [], through: () => page('d1'), ...change.client, more })
  return prove(cluster, {
    members: new Map([
      ['d1', director(11, { holds: true, ...change.d1 })],
      ['d2', director(12)],
    ]),
    observer: 'client',
    outside: by,
    off: new Set(),
    atDirectors: new Map([
      ['d1', by],
      ['d2', by],
    ]),
  })
}
const failing = (proofs: ReturnType<typeof said>) =>
  proofs
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ name, subject, seen }) => `${name}: ${subject}: ${seen}`)

describe('of directors that serve themselves', () => {
  it('all is proved where all is well', () => {
    const proofs = said()
    expect(failing(proofs)).toEqual([])
    expect([...new Set(proofs.map(({ name }) => name))]).toEqual([
      'the elected director alone holds the VIP',
      'a client gets the right page through the VIP',
      'only the holder answers ARP for the VIP',
      'keepalived runs, also after a reboot',
      'keepalived runs with what the inventory says',
      'each director serves the page itself',
      'the director itself serves, also after a reboot',
    ])
  })

  it('the page must be that of the holder', () => {
    expect(failing(said({ client: { through: (at) => page(at === 3 ? 'd2' : 'd1') } }))).toEqual([
      expect.stringContaining(
        'a client gets the right page through the VIP: http://10.0.0.100/: 1 of 12 wrong',
      ),
    ])
    // Pages that do not say whose they are, and are the same everywhere, are right from whoever serves them.
    const shared = { status: 200, body: 'shared' }
    expect(failing(said({ own: { d1: shared, d2: shared }, client: { through: () => shared } }))).toEqual([])
  })

  it('the one that waits must serve, before it is needed', () => {
    expect(failing(said({ own: { d2: silent } }))).toEqual([
      'each director serves the page itself: d2 http://10.0.0.12/: timed out',
    ])
    expect(failing(said({ own: { d2: page('d2', 500) } }))).toEqual([
      'each director serves the page itself: d2 http://10.0.0.12/: status 500',
    ])
    expect(failing(said({ own: { 'd2/health': { status: 503, body: '' } } }))).toEqual([
      'each director serves the page itself: d2 http://10.0.0.12/: status 503',
    ])
  })

  it('one that serves nothing is not to hold the VIP', () => {
    const proofs = said({ d1: { listens: false } })
    expect(proofs.find(({ name }) => name === 'the elected director alone holds the VIP')).toMatchObject({
      verdict: 'fail',
      expected: 'd2, which has the priority 90',
      seen: 'd1, which serves nothing on port 80',
    })
  })

  it('services of which nothing is asked for a page are connected to', () => {
    const { page: _page, health: _health, ...rest } = web
    const bare = expected({ ...rest, connects: true }, {}, { balancer: 'none', realservers: [], servers: [] })
    const { page: __, ...service } = bare.vips[0]?.services[0] ?? {}
    const database = { ...bare, vips: [{ ...bare.vips[0], services: [service] }] } as typeof bare
    const proofsWith = (client: ConnectionReading, d2: ConnectionReading = { made: true }) => {
      const own = (at: number, reading: ConnectionReading) =>
        observed([connectionTo({ address: `10.0.0.${at}`, port: 80 }), reading])
      return prove(database, {
        members: new Map([
          ['d1', director(11, { holds: true })],
          ['d2', director(12)],
        ]),
        observer: 'client',
        outside: asking({ more: [[connectionTo({ address: vip, port: 80 }), client]] }),
        off: new Set(),
        atDirectors: new Map([
          ['d1', own(11, { made: true })],
          ['d2', own(12, d2)],
        ]),
      }).filter(({ verdict }) => verdict !== 'pass')
    }
    expect(proofsWith({ made: true })).toEqual([])
    expect(proofsWith({ made: false, why: 'Connection refused' })).toMatchObject([
      { name: 'a client can connect through the VIP', subject: '10.0.0.100 port 80', verdict: 'fail' },
    ])
    expect(proofsWith(undefined)).toMatchObject([
      { verdict: 'unknown', seen: 'client has neither bash nor nc' },
    ])
    expect(proofsWith({ made: true }, { made: false, why: 'Connection refused' })).toMatchObject([
      {
        name: 'each director serves itself',
        subject: 'd2 port 80',
        verdict: 'fail',
        seen: 'Connection refused',
      },
    ])
  })

  it('one that cannot be asked is missing, and nothing else is said of it', () => {
    const gone = new Failure('UNREACHABLE', 'no answer')
    const proofs = prove(cluster, {
      members: new Map<string, Observed | Failure>([
        ['d1', director(11, { holds: true })],
        ['d2', gone],
      ]),
      observer: 'client',
      outside: asking({ direct: [], through: () => page('d1'), more: pages({}) }),
      off: new Set(),
      atDirectors: new Map([['d2', gone]]),
    })
    expect(failing(proofs)).toEqual(['the machine can be asked: d2: no answer'])
  })
})

describe('what is expected of directors that serve themselves', () => {
  const of = (words: Words, addresses?: readonly string[]) =>
    expectedOf(clusterOf(itself({ ...alone, ...words }, addresses)), new Map()).vips[0]?.services[0]

  it('is that each serves, two of them or three, and what keepalived asks them', () => {
    expect(of({}, ['192.0.2.11', '192.0.2.12', '192.0.2.13'])).toMatchObject({
      page: { scheme: 'http', path: '/' },
      health: { path: '/health', status: 200 },
      shares: { is: 'none' },
      servers: [{ host: 'north', weight: 1 }, { host: 'south' }, { host: 'east', address: '192.0.2.13' }],
    })
  })

  it('is a connection where that is all that can be asked', () => {
    const service = (words: Words) => of({ backend: 'none', services: [{ port: 5432, ...words }] })
    expect(service({ check: { type: 'tcp' } })?.connects).toBe(true)
    expect(service({ check: { type: 'misc', program: '/usr/bin/pg_isready' } })?.connects).toBe(true)
    expect(service({ check: { type: 'https' } })?.connects).toBe(undefined)
    const udp = { protocol: 'udp', check: { type: 'misc', program: '/usr/bin/true' } }
    expect(service(udp)?.connects).toBe(undefined)
  })
})
