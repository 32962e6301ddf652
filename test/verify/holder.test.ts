import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import { director, expected, proof } from './web.ts'

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

it('a director in FAULT is no understudy', () => {
  const change = { members: { d2: director(12, { state: 'FAULT' }) } }
  expect(proof('the director can take the VIP', change)).toMatchObject({
    verdict: 'fail',
    subject: 'd2 VI_77',
  })
})
