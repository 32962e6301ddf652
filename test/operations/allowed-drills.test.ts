import { describe, expect, it } from 'vitest'
import { faultsFor } from '../../src/drill/catalogue.ts'
import type { DrillResult } from '../../src/model/drill.ts'
import { Failure } from '../../src/model/failure.ts'
import { allowedDrills, stopAfter } from '../../src/operations/allowed-drills.ts'
import { chosenDrills } from '../../src/operations/chosen-drills.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'

const origin = { file: 'inventory.yaml', line: 7, col: 5 }
const told = (changes: object) => ({
  cluster: clusterOf(machines({ ...healthy, ...changes })),
  failureOf: ({ message, next }: { message: string; next?: string }) =>
    new Failure('INVALID_INPUT', message, { where: { origin }, ...(next ? { next } : {}) }),
})
const allowed = (changes: object, drills: readonly string[] = [], lasts?: number) => {
  const found = told(changes)
  const chosen = chosenDrills(found.cluster, { drills, power: false })
  const wished = { drills, ...(lasts === undefined ? {} : { lasts }) }
  return allowedDrills(chosen, found, wished, Date.parse('2026-11-26T19:58:00Z'))
}

describe('drills of a cluster that says what they may take', () => {
  it('are refused by name where they may take longer', () => {
    expect(() => allowed({ max_outage: '3 s' }, ['keepalived-stopped', 'cable-pulled'])).toThrow(
      /^inventory.yaml:7:5: the drill cable-pulled may leave clients of the cluster web without an answer for \d+ ms/,
    )
    expect(allowed({ max_outage: '3 s' }, ['keepalived-stopped']).allowed).toHaveLength(1)
  })

  it('leave out the others where nobody names them', () => {
    const { allowed: those, refused } = allowed({ max_outage: '4 s' })
    expect(those.map(({ name }) => name)).toContain('keepalived-killed')
    expect(refused.map(({ fault }) => fault.name)).toContain('realservers-gone')
    const all = faultsFor(told({}).cluster, { power: false })
    expect(those.length + refused.length).toBe(all.length)
    expect(allowed({}).refused).toEqual([])
  })

  it('count what the fault itself lasts', () => {
    expect(() => allowed({ max_outage: '20 s' }, ['realservers-gone'], 60_000)).toThrow('20 s are allowed')
    expect(allowed({ max_outage: '20 s' }, ['realservers-gone'], 1000).allowed).toHaveLength(1)
  })

  it('are refused altogether at other times, and where there are never to be any', () => {
    expect(() => allowed({ drill_windows: ['Mon-Fri 02:00-04:00'] }, ['disk-full'])).toThrow(
      'at other times only: Mon-Fri 02:00-04:00',
    )
    expect(() => allowed({ drills: 'never' })).toThrow('which is never to be drilled')
  })

  it('end with one that took more than is allowed', () => {
    const [fault] = chosenDrills(told({}).cluster, { drills: ['cable-pulled'], power: false })
    if (!fault) throw new Error('there is no such drill')
    const measured = (longest: number, doubt: number) => {
      const services = [{ felt: { longest, troubled: 9000, doubt } }]
      return stopAfter(fault, { services } as unknown as DrillResult, told({ max_outage: '4 s' }))
    }
    expect(measured(4010, 10)).toBe(undefined)
    expect(measured(4110, 10)).toMatchObject({
      code: 'VERIFICATION_FAILED',
      message:
        'the drill cable-pulled left clients of the cluster web without an answer for 4100 ms, and 4 s are allowed: no other drill follows',
      where: { origin },
    })
  })
})
