import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import type { Session } from '../../src/model/session.ts'
import { whoHas } from '../../src/sensors/neighbours.ts'
import { pingOf } from '../../src/sensors/pings.ts'
import { askWithin, lookElsewhere } from '../../src/verify/elsewhere.ts'
import type { ExpectedCluster } from '../../src/verify/expected.ts'
import { askedFromProofs } from '../../src/verify/proofs/asked-from.ts'
import { prove } from '../../src/verify/proofs/index.ts'
import { askerOf } from '../../src/verify/sightings.ts'
import { asking, expected, observed, page, sightings, silent, vip } from './web.ts'

/** What a machine answers to each sensor that asks it. */
type Answers = Readonly<Record<string, string>>

const neighbour = '# 0\nthorough\n02:00:00:00:00:11\n'
const routed = '# 0\n! it is reached through a router\n'
const own = '# 0\n! the address is its own\n'

/** Sessions that answer so, and note who was asked for pages. */
function sessions(machines: Readonly<Record<string, Answers>>) {
  const asked: string[] = []
  const unused = () => Promise.reject(new Error('not asked for'))
  const session = async (host = 'here'): Promise<Session> => {
    const answers = machines[host]
    if (!answers) throw new Failure('UNREACHABLE', `${host} is dead`)
    return {
      trips: 0,
      async *run({ asks }) {
        if (asks.some((name) => name === 'http')) asked.push(host)
        for (const [index, ask] of asks.entries())
          yield { is: 'answer', index, status: 0, output: answers[ask] ?? '' }
        yield { is: 'done' }
      },
      upload: unused,
      converse: unused,
      dial: unused,
      [Symbol.asyncDispose]: async () => {},
    }
  }
  return { asked, session }
}

/** A client that is in another network than the VIP, and what it hears from there. */
const afar = (heard: Answers): Answers => ({ neighbours: routed, ...heard })

async function lookedAt(
  cluster: ExpectedCluster,
  machines: Readonly<Record<string, Answers>>,
  from: { readonly neighbour?: true; readonly echo?: true } = {},
) {
  const { asked, session } = sessions(machines)
  const outside = observed(
    [
      whoHas(vip),
      from.neighbour
        ? { asked: true, answers: ['02:00:00:00:00:11'], thorough: true }
        : { asked: false, why: 'it is reached through a router' },
    ],
    [pingOf(vip), from.echo ?? false],
  )
  const { members } = sightings()
  const seen = { observer: 'client', outside, members }
  const views = await lookElsewhere(cluster, seen, { session, signal: new AbortController().signal })
  const view = views.get(vip)
  return { asked, by: view && (view.outside instanceof Failure ? 'nobody' : view.observer) }
}

const proxied = expected({ forwarding: 'nat' }, {}, { balancer: 'haproxy' })
const here = { neighbours: neighbour }
const silence = afar({ pings: '', connections: '0 not: no answer\n' })
const all = { client: silence, d1: { neighbours: own }, d2: here, rs1: here, rs2: here }

describe('a VIP to which the client has no way', () => {
  it('is asked for by a machine of its network, and by none that has it', async () => {
    expect(await lookedAt(proxied, all)).toEqual({ asked: ['rs1'], by: 'rs1' })
    const directors = { client: silence, d1: { neighbours: own }, d2: here }
    expect(await lookedAt(proxied, directors)).toMatchObject({ by: 'd2' })
  })

  it('is asked for by another client before any member', async () => {
    const two = { ...proxied, observers: ['client', 'inside'] }
    expect(await lookedAt(two, { ...all, inside: here })).toMatchObject({ by: 'inside' })
  })

  it('is asked for by no machine that would speak with itself under IPVS', async () => {
    expect(await lookedAt(expected(), all)).toEqual({ asked: [], by: 'nobody' })
    const beside = {
      ...expected(),
      realservers: [...expected().realservers, { host: 'rs3', address: '10.0.0.23' }],
    }
    expect(await lookedAt(beside, { ...all, rs3: here })).toMatchObject({ by: 'rs3' })
  })
})

it.each([
  ['is its neighbour', { neighbour: true as const }, silence],
  ['is answered by it through a router', { echo: true as const }, silence],
  ['is answered by a director of its network', {}, afar({ pings: 'there 10.0.0.12\n' })],
  [
    'may have a way, and has no ping to find out',
    {},
    afar({ pings: 'none\n', connections: '0 not: no answer\n' }),
  ],
  ['is let in where a firewall drops echoes', {}, afar({ connections: '0 made\n' })],
])('a client asks itself that %s', async (_, from, client) => {
  expect(await lookedAt(proxied, { ...all, client }, from)).toEqual({ asked: [], by: undefined })
})

describe('who has a VIP', () => {
  const heardBy = async (machines: Readonly<Record<string, Answers>>, outside = afar({})) => {
    const view = observed([
      whoHas(vip),
      outside.neighbours === routed
        ? { asked: false, why: 'it is reached through a router' }
        : { asked: true, answers: [], thorough: true },
    ])
    const seen = { observer: undefined, outside: view }
    const { session } = sessions(machines)
    const asking = { session, signal: new AbortController().signal }
    return (await askWithin(proxied, seen, asking)).get(vip)?.observer
  }

  it('is heard by a machine of its segment where whoever looks comes through a router', async () => {
    const far = { d1: { neighbours: own }, d2: here, rs1: afar({}), rs2: afar({}) }
    expect(await heardBy(far)).toBe('d2')
    expect(await heardBy({ ...far, rs2: here })).toBe('rs2')
    expect(await heardBy({ d1: { neighbours: own } })).toBeUndefined()
  })

  it('is asked of nobody else where whoever looks hears it', async () => {
    expect(await heardBy(all, here)).toBeUndefined()
  })

  it('is what that one was answered', () => {
    const deaf = sightings({ client: {} })
    const stranger = { asked: true as const, answers: ['02:00:00:00:00:99'], thorough: true }
    const view = { observer: 'd2', outside: observed([whoHas(vip), stranger]) }
    const verdicts = prove(proxied, { ...deaf, within: new Map([[vip, view]]) })
    expect(verdicts.find(({ name }) => name.includes('answers ARP'))).toMatchObject({
      verdict: 'fail',
      next: expect.stringContaining('from d2'),
    })
  })
})

it('is judged by what its own asker saw, and says who that is', () => {
  const blind = { ...sightings({ client: { through: () => silent } }) }
  const right = ({ name }: { readonly name: string }) => name.includes('right page')
  expect(prove(proxied, blind).find(right)).toMatchObject({ verdict: 'fail' })
  const view = { observer: 'rs1', outside: asking({ through: (index) => page(index % 2 ? 'rs1' : 'rs2') }) }
  const seen = { ...blind, elsewhere: new Map([[vip, view]]) }
  expect(prove(proxied, seen).find(right)).toMatchObject({ verdict: 'pass', seen: '22 of 22 asked from rs1' })
  expect(askedFromProofs(proxied, seen)).toMatchObject([
    { verdict: 'pass', seen: 'rs1, as client has no way there' },
  ])
  expect(askerOf(proxied, seen)).toMatchObject({ observer: 'rs1', asked: { vips: [{ address: vip }] } })
  const none = new Failure('UNREACHABLE', 'client has no way there', { next: 'name one' })
  const untold = { ...blind, elsewhere: new Map([[vip, { observer: 'client', outside: none }]]) }
  expect(prove(proxied, untold).find(right)).toMatchObject({ verdict: 'unknown' })
  expect(askedFromProofs(proxied, untold)).toMatchObject([{ verdict: 'unknown', next: 'name one' }])
  expect(askerOf(proxied, untold)).toMatchObject({ observer: 'client' })
})

it('is named where whoever asks steadily has a way to others, and not there', () => {
  const [first] = proxied.vips
  if (!first) throw new Error('no VIP')
  const idle = { ...first, address: '10.0.0.102', services: [] }
  const two = { ...proxied, vips: [first, { ...first, address: '10.0.0.101' }, idle] }
  const none = new Failure('UNREACHABLE', 'client has no way there', { next: 'name one' })
  const far = new Map(['10.0.0.101', '10.0.0.102'].map((one) => [one, { observer: 'client', outside: none }]))
  const seen = { ...sightings({ client: { through: () => silent } }), elsewhere: far }
  // Nobody has anything to ask for at an address without services.
  expect(askerOf(two, seen)).toMatchObject({ asked: { vips: [first] }, unasked: ['10.0.0.101'] })
  expect(askerOf(two, { ...seen, elsewhere: new Map() })).toMatchObject({ unasked: [] })
})
