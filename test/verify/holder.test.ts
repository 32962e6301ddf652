import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import { faultProofs } from '../../src/verify/proofs/holder.ts'
import { bare, director, expected, proof, sightings } from './web.ts'

const name = 'the elected director alone holds the VIP'
const moved = { d1: director(11), d2: director(12, { holds: true }) }
const of = (members: NonNullable<Parameters<typeof proof>[1]>['members'], cluster = expected()) =>
  proof(name, members ? { members } : {}, cluster)

describe('who holds the VIP', () => {
  it('is the director with the highest priority', () => {
    expect(of({})).toMatchObject({ verdict: 'pass', seen: 'd1' })
    expect(of(moved)).toMatchObject({
      verdict: 'fail',
      expected: 'd1, which has the priority 100',
      seen: 'd2, which has the priority 90',
    })
  })

  it('is whom the VIP was handed over to, and nobody else', () => {
    const handed = { ...moved, d2: director(12, { holds: true, handed: true }) }
    expect(of(handed)).toMatchObject({ verdict: 'pass', seen: 'd2: the VIP was handed over to it' })
    const ignored = of({ d2: director(12, { handed: true }) })
    expect(ignored).toMatchObject({ verdict: 'fail', expected: 'd2, to which it was handed over' })
    expect(ignored?.next).toContain('handover --back')
  })

  it('is whoever has it where preempt is false', () => {
    expect(of(moved, expected({}, { preempt: false }))).toMatchObject({
      verdict: 'pass',
      seen: 'd2 keeps it, as preempt is false; d1 has the higher priority',
    })
  })

  it('is the next one where the first cannot be elected, and why is said', () => {
    const reasons = {
      'cannot be asked': new Failure('UNREACHABLE', 'no route to host'),
      'has no running keepalived': director(11, { keepalived: 'inactive' }),
      'is in FAULT': director(11, { state: 'FAULT' }),
    }
    for (const [reason, d1] of Object.entries(reasons))
      expect(of({ ...moved, d1 })).toMatchObject({ verdict: 'pass', seen: `d2, because d1 ${reason}` })
    const haproxy = expected({}, {}, { balancer: 'haproxy' })
    expect(of({ ...moved, d1: director(11, { listens: false }) }, haproxy)).toMatchObject({
      verdict: 'pass',
      seen: 'd2, because d1 has no haproxy that listens',
    })
  })

  it('is nobody whose keepalived is gone', () => {
    const left = { d1: director(11, { holds: true, keepalived: 'failed' }) }
    expect(of(left)).toMatchObject({ verdict: 'fail', seen: 'd1, which has no running keepalived' })
  })
})

describe('a peer that nobody manages here', () => {
  const peers = (priority?: number) => [
    { name: 'old', address: '10.0.0.13', ...(priority === undefined ? {} : { priority }) },
  ]
  const hears = (priority: number, address = '10.0.0.13') => ({ hears: { address, priority } })
  const both = (priority: number) => ({
    d1: director(11, hears(priority)),
    d2: director(12, hears(priority)),
  })
  const seenWith = (said: number | undefined, told: number, more = {}) =>
    of(both(told), expected({}, { peers: peers(said), ...more }))

  it('may hold the VIP where its priority wins, or is known to nobody, or it was there first', () => {
    const heard = 'old with the priority 110, as d1 and d2 hear'
    expect(seenWith(110, 110)).toMatchObject({ verdict: 'pass', seen: heard })
    expect(seenWith(105, 110)?.seen).toBe(
      'old with the priority 110 (105 by the inventory), as d1 and d2 hear',
    )
    expect(seenWith(undefined, 50)).toMatchObject({ verdict: 'pass' })
    expect(seenWith(50, 50, { preempt: false })).toMatchObject({ verdict: 'pass' })
  })

  it('must not where a director that could do better should', () => {
    expect(seenWith(95, 95)).toMatchObject({
      verdict: 'fail',
      expected: 'd1, which has the priority 100',
      seen: 'old with the priority 95, as d1 and d2 hear',
    })
    const gone = { ...both(95), d1: director(11, { keepalived: 'inactive' }) }
    expect(of(gone, expected({}, { peers: peers(95) }))).toMatchObject({ verdict: 'pass' })
  })

  it('is one of the directors to them, and no stranger', () => {
    const split = { d1: director(11, { holds: true }), d2: director(12, hears(95)) }
    expect(of(split, expected({}, { peers: peers(95) }))).toMatchObject({ verdict: 'fail', seen: 'd1, old' })
    const stranger = { d1: director(11, hears(110, '10.0.0.99')), d2: director(12, hears(110, '10.0.0.99')) }
    expect(of(stranger, expected({}, { peers: peers(110) }))).toMatchObject({ verdict: 'fail', seen: 'none' })
  })

  it('answers for the VIP alone, and what it serves is judged by nobody', () => {
    const cluster = expected({}, { peers: peers(110) })
    const told = { members: both(110), client: { macs: ['13'], through: () => bare('something') } }
    expect(proof('only the holder answers ARP for the VIP', told, cluster)).toMatchObject({
      verdict: 'pass',
      seen: 'old, 02:00:00:00:00:13',
    })
    expect(proof('a client gets the right page through the VIP', told, cluster)).toMatchObject({
      verdict: 'unknown',
      seen: expect.stringContaining('old holds the VIP, which is no machine of this inventory'),
    })
  })
})

it('a director in FAULT is no understudy', () => {
  const change = { members: { d2: director(12, { state: 'FAULT' }) } }
  expect(proof('the director can take the VIP', change)).toMatchObject({
    verdict: 'fail',
    subject: 'd2 VI_77',
  })
})

it('a director that a program of the user keeps from holding the VIP is nobody to complain about', () => {
  const told = (checkedBy: string | undefined, ...failing: readonly string[]) => {
    const cluster = expected(checkedBy ? { checkedBy } : {}, {}, { balancer: 'none' })
    const members = { d2: director(12, { state: 'FAULT', failing }) }
    return faultProofs(cluster, sightings({ members }))[0]
  }
  const program = '/usr/local/bin/is-primary'
  expect(told(program, 'service_tcp_80')).toMatchObject({
    verdict: 'unknown',
    seen: `FAULT, as ${program} says that it must not hold it`,
  })
  // Something else than the program is in the way, or it is a check of ours that fails.
  expect(told(program)?.verdict).toBe('fail')
  expect(told(program, 'service_tcp_80', 'something')?.verdict).toBe('fail')
  expect(told(undefined, 'service_tcp_80')?.verdict).toBe('fail')
})
