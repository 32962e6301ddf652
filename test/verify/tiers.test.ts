import { describe, expect, it } from 'vitest'
import type { ProofResult } from '../../src/model/event.ts'
import { queryKey } from '../../src/model/sensor.ts'
import { type HttpAnswer, httpAnswers } from '../../src/sensors/http.ts'
import { runningKeepalived } from '../../src/sensors/keepalived.ts'
import { listenersOn } from '../../src/sensors/listeners.ts'
import { type ExpectedCluster, expectedOf } from '../../src/verify/expected.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import { directorQueries, memberQueries, outsideQueries } from '../../src/verify/questions.ts'
import { clusterOf } from '../cluster/inventory.ts'
import { back, front, twoTiers } from '../cluster/two-tiers.ts'
import { director, expected, factsWith, observed, page, realserver, sightings } from './web.ts'

/** What is behind: the realservers of the cluster of the tests pass on what they get to two others. */
const servers = [
  { host: 'w1', address: '10.1.0.1', port: 8080, weight: 1 },
  { host: 'w2', address: '10.1.0.2', port: 8080, weight: 1 },
]
const behind: ExpectedCluster = {
  ...expected({ servers, shares: { is: 'turns', parts: [0.5, 0.5] } }),
  name: 'back',
  balancer: 'nginx',
  isBehind: true,
  directors: expected().realservers,
  realservers: servers,
}
const cluster = expected({}, {}, { behind, servers: ['nginx.service'] })

const through = (index: number): HttpAnswer => ({
  ...page(index % 4 < 2 ? 'w1' : 'w2'),
  via: [index % 2 === 0 ? 'rs1' : 'rs2'],
})

const inTurn = (index: number): HttpAnswer => page(index % 2 === 0 ? 'w1' : 'w2')

/** A machine between, and what it is answered. */
const between = (answers: readonly HttpAnswer[], own = inTurn) =>
  observed(
    ...servers.map(
      ({ address }, index) =>
        [httpAnswers(`http://${address}:8080/`, 1), answers[index] && [answers[index]]] as const,
    ),
    [httpAnswers('http://127.0.0.1/', 22), Array.from({ length: 22 }, (_, index) => own(index))],
  )

const web = (unit = 'nginx.service') =>
  observed(factsWith(31, {}), [listenersOn(8080), [{ unit, enabled: 'enabled' }]])

function proofs({
  asked = through,
  answers = [page('w1'), page('w2')],
  own = inTurn,
  of = cluster,
}: {
  readonly asked?: (index: number) => HttpAnswer
  readonly answers?: readonly HttpAnswer[]
  readonly own?: (index: number) => HttpAnswer
  readonly of?: ExpectedCluster
} = {}): readonly ProofResult[] {
  const direct = [page('w1'), page('w2')]
  const requests = Array.from({ length: 23 }, (_, index) => asked(index))
  const more = [[httpAnswers('http://10.0.0.100/', 23), requests] as const]
  const seen = sightings({
    members: { w1: web(), w2: web(), d1: director(11, { holds: true }), rs1: realserver(21) },
    client: { direct, more },
    directors: { direct },
  })
  const atDirectors = new Map([
    ...seen.atDirectors,
    ['rs1', between(answers)] as const,
    ['rs2', between(answers, own)] as const,
  ])
  return prove(of, { ...seen, atDirectors })
}

const failing = (found: readonly ProofResult[]) =>
  found.filter(({ verdict }) => verdict !== 'pass').map(({ name, subject, seen }) => [name, subject, seen])

describe('the proof of two tiers', () => {
  it('passes where each machine between passes on to each behind, and counts both', () => {
    const found = proofs()
    expect(failing(found)).toEqual([])
    expect(
      found.filter(({ name }) => name.includes('share')).map(({ subject, seen }) => [subject, seen]),
    ).toEqual([
      ['http://10.0.0.100/', 'rs1 12, rs2 11'],
      ['http://10.0.0.100/, at back', 'w1 12, w2 11'],
    ])
    // Of the VIPs of the one before it, a cluster behind proves nothing, and has no keepalived.
    expect(
      found.filter(({ name }) => name.includes('holds the VIP') || name.startsWith('keepalived')),
    ).toEqual(
      proofs({
        of: expected({}, {}, { servers: ['nginx.service'] }),
        asked: (at) => page(at % 2 ? 'rs1' : 'rs2'),
      }).filter(({ name }) => name.includes('holds the VIP') || name.startsWith('keepalived')),
    )
  })

  it('finds a machine between that gets nothing, and one behind that gets nothing', () => {
    expect(failing(proofs({ asked: (index) => ({ ...through(index), via: ['rs1'] }) }))).toEqual([
      ['every realserver serves its share', 'http://10.0.0.100/', 'rs1 23, rs2 0'],
    ])
    expect(failing(proofs({ asked: (index) => ({ ...through(index), ...page('w2') }) }))).toEqual([
      ['every realserver serves its share', 'http://10.0.0.100/, at back', 'w1 0, w2 23'],
    ])
  })

  it('takes no page of a machine between for the right one', () => {
    expect(
      failing(
        proofs({
          asked: (index) => ({ status: 200, body: 'Welcome to nginx!', via: through(index).via ?? [] }),
        }),
      ),
    ).toContainEqual([
      'a client gets the right page through the VIP',
      'http://10.0.0.100/',
      '23 of 23 wrong: status 200, "Welcome to nginx!"',
    ])
  })

  it('finds a machine between that has lost those behind, though the other has not', () => {
    const name = 'the balancer of each director serves the page'
    expect(failing(proofs({ own: () => ({ status: 502, body: '' }) }))).toEqual([
      [name, 'rs2 http://127.0.0.1/', 'status 502'],
    ])
    expect(failing(proofs({ own: () => page('w1') }))).toEqual([
      [name, 'rs2 http://127.0.0.1/', 'status 200; of 22 answers none is of w2'],
    ])
    const stranger: HttpAnswer = { status: 200, body: 'Welcome', servedBy: 'old3' }
    expect(failing(proofs({ own: (index) => (index % 3 === 1 ? stranger : inTurn(index)) }))).toEqual([
      [name, 'rs2 http://127.0.0.1/', 'status 200 of old3'],
    ])
  })

  it('says so where nothing tells who passed a page on', () => {
    expect(failing(proofs({ asked: (index) => page(index % 2 ? 'w1' : 'w2') }))).toEqual([
      ['every realserver serves its share', 'http://10.0.0.100/', 'the pages do not tell who passed them on'],
    ])
  })
})

describe('what is asked of two tiers', () => {
  const asked = expectedOf(clusterOf(twoTiers(front, { ...back, services: [{ port: 80 }] })), new Map())
  const urls = (host: string) =>
    directorQueries(asked, host).flatMap(({ subject }) =>
      subject.startsWith('{') ? JSON.parse(subject).url : [],
    )

  it('is asked by those who send', () => {
    expect(urls('d1')).toEqual(['http://10.77.0.21/', 'http://10.77.0.22/'])
    expect(urls('p1')).toEqual(['http://10.78.0.41/', 'http://10.78.0.42/', 'http://127.0.0.1/'])
    expect(urls('rs1')).toEqual([])
    const keys = memberQueries(asked, 'p1').map(queryKey)
    expect(keys).not.toContain(queryKey(runningKeepalived))
    expect(keys).toContain(queryKey(listenersOn(80)))
  })

  it('is not asked by clients of those who are no neighbours of theirs', () => {
    expect(JSON.stringify(outsideQueries(asked))).not.toContain('10.78.0.41')
  })

  it('asks for the page that the one behind promises, and counts nobody where connections alone are passed on', () => {
    const services = (words: object) => [{ port: 443, ...words }]
    const passed = expectedOf(
      clusterOf(
        twoTiers(
          { ...front, services: services({ check: { type: 'tcp' } }) },
          {
            ...back,
            balancer: 'haproxy',
            backend: 'none',
            services: services({ mode: 'tcp', check: { type: 'https' } }),
          },
        ),
      ),
      new Map(),
    )
    expect(passed.vips[0]?.services[0]).toMatchObject({
      page: { scheme: 'https', path: '/', status: 200 },
      shares: { is: 'none', why: 'no answer tells who passed it on' },
    })
  })
})
