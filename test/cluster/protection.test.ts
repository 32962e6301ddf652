import { describe, expect, it } from 'vitest'
import {
  drillsForbidden,
  type Interruption,
  interruptionsOf,
  outageForbidden,
  vocabulary,
} from '../../src/cluster/index.ts'
import type { Change, Impact } from '../../src/model/change.ts'
import type { Facts } from '../../src/model/facts.ts'
import type { Step } from '../../src/model/plan.ts'
import type { ResourceId } from '../../src/model/resource.ts'
import { sh } from '../../src/shell/quote.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, machines } from './inventory.ts'

const told = (changes: object) => machines({ ...healthy, ...changes })
const cluster = (changes: object) => clusterOf(told(changes))
const thursday = Date.parse('2026-11-26T19:58:00Z')

describe('what the inventory protects', () => {
  it('asks for the name of a protected cluster before drills, unless it says otherwise', () => {
    expect(cluster({}).protection).toEqual({ protected: false, drills: 'always' })
    expect(cluster({ protected: true }).protection).toEqual({ protected: true, drills: 'ask' })
    expect(cluster({ protected: true, drills: 'always' }).protection.drills).toBe('always')
  })

  it.each([
    ['2 s', 2],
    ['2s', 2],
    ['500 ms', 0.5],
    ['350ms', 0.35],
    ['1.5 s', 1.5],
    ['1 min', 60],
    [2, 2],
    [0.9, 0.9],
  ])('takes %j as %d seconds', (written, seconds) => {
    expect(vocabulary.cluster.parse({ ...healthy, max_outage: written }).max_outage).toBe(seconds)
  })

  it.each([0, -2, 1e12, '0 s', '2 hours', '', 's', '2 s 500 ms', true])('takes no %j', (written) => {
    const { error } = vocabulary.cluster.safeParse({ ...healthy, max_outage: written })
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['max_outage'])
  })

  it('complains of words that contradict each other', () => {
    expect(complaint(told({ drills: 'never', drill_windows: ['02:00-04:00'] }))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.drill_windows',
    })
    expect(complaint(told({ drill_windows: ['02:00-04:00', 'Sat 03:00-03:00'] }))).toEqual({
      severity: 'error',
      message: 'drills can never begin in Sat 03:00-03:00: it ends when it begins',
      at: 'd1 cluster.drill_windows.1',
    })
  })

  it('complains of less than a takeover needs', () => {
    expect(complaint(told({ max_outage: '500 ms' }))).toEqual({
      severity: 'error',
      message: 'no VIP moves within 0.5 s: even a planned handover may take 0.9 s',
      at: 'd1 cluster.max_outage',
    })
    expect(complaint(told({ max_outage: '2 s' }))).toMatchObject({
      severity: 'warning',
      at: 'd1 cluster.max_outage',
    })
    expect(complaints(told({ max_outage: '4 s' }))).toEqual([])
    expect(complaints(told({ max_outage: '1 s', vrrp: { profile: 'fast' } }))).toEqual([])
  })
})

describe('a drill', () => {
  it('is refused where the cluster is never to be drilled', () => {
    expect(drillsForbidden(cluster({ drills: 'never' }), '3 drills', thursday)).toMatchObject({
      message: '3 drills would disrupt the cluster web, which is never to be drilled',
      host: 'd1',
      path: ['cluster', 'drills'],
    })
    expect(drillsForbidden(cluster({ drills: 'ask' }), '3 drills', thursday)).toBe(undefined)
  })

  it('is refused at other times than the cluster says, and told when it may be', () => {
    const nights = cluster({ drill_windows: ['Mon-Fri 02:00-04:00 Europe/Berlin', 'Sun 12:00-13:00'] })
    expect(drillsForbidden(nights, 'the drill disk-full', thursday)).toMatchObject({
      message:
        'the drill disk-full would disrupt the cluster web, whose drills begin at other times only: Mon-Fri 02:00-04:00 Europe/Berlin, Sun 12:00-13:00',
      next: 'it is Thu 20:58 (Europe/Berlin) now; wait until Fri 02:00, or change them',
      path: ['cluster', 'drill_windows'],
    })
    expect(drillsForbidden(nights, 'x', Date.parse('2026-11-27T02:59:00Z'))).toBe(undefined)
    expect(drillsForbidden(nights, 'x', Date.parse('2026-11-29T12:30:00Z'))).toBe(undefined)
  })

  it('is refused where it may take longer than is allowed', () => {
    const quick = cluster({ max_outage: '3 s' })
    const bound = { milliseconds: 3898, why: 'keepalived' }
    expect(outageForbidden(quick, 'the drill cable-pulled', bound)?.message).toBe(
      'the drill cable-pulled may leave clients of the cluster web without an answer for 3898 ms (keepalived), and 3 s are allowed',
    )
    expect(outageForbidden(quick, 'it', { ...bound, milliseconds: 3000 })).toBe(undefined)
    expect(outageForbidden(cluster({}), 'it', bound)).toBe(undefined)
  })
})

describe('a change', () => {
  const change = (impact: Impact): Change => ({
    summary: 'restart',
    differences: [],
    script: sh`:`,
    impact,
    disturbs: [],
  })
  const step = (id: ResourceId, verdict: Step['verdict']): Step => ({ id, title: id, play: 'p', verdict })
  const restarted = step('service[haproxy]', { is: 'change', change: change('restart') })
  const held = factsWith('eth0 10.77.0.12/24', 'eth0 10.77.0.100/32')
  const without = factsWith('eth0 10.77.0.11/24')
  const interrupted = (
    host: string,
    steps: readonly Step[],
    facts: Readonly<Record<string, Facts>> = { d1: held, d2: without },
    loaded: Readonly<Record<string, readonly string[]>> = {},
  ): readonly Interruption[] =>
    interruptionsOf(
      cluster({ protected: true }),
      { hosts: [{ host, steps }], complete: true },
      { facts: new Map(Object.entries(facts)), loaded: new Map(Object.entries(loaded)) },
    )

  it('interrupts what the holder of a VIP restarts, and not what its understudy does', () => {
    expect(interrupted('d1', [restarted])).toEqual([
      { host: 'd1', what: 'd1, which holds 10.77.0.100: service[haproxy]: restart' },
    ])
    expect(interrupted('d2', [restarted])).toEqual([])
    expect(interrupted('client', [restarted])).toEqual([])
  })

  it.each(['none', 'reload'] as const)('interrupts nothing with the impact %s', (impact) => {
    expect(interrupted('d1', [step('file[/x]', { is: 'change', change: change(impact) })])).toEqual([])
  })

  it('counts where it is only expected, too', () => {
    const expected = step('service[keepalived]', {
      is: 'provisional',
      expected: change('failover'),
      after: 'package[keepalived]',
    })
    expect(interrupted('d1', [expected])).toHaveLength(1)
  })

  it('interrupts what realservers serve, where anybody is served or may be', () => {
    expect(interrupted('rs2', [restarted]).map(({ what }) => what)).toEqual([
      'rs2, which serves: service[haproxy]: restart',
    ])
    expect(interrupted('rs2', [restarted], {})).toHaveLength(1)
    expect(interrupted('rs2', [restarted], { d1: without, d2: without })).toEqual([])
  })

  it('takes a VIP away that keepalived has loaded and the inventory no longer says', () => {
    const facts = { d1: factsWith('eth0 10.77.0.11/24', 'eth0 10.77.0.100/32', 'eth0 10.77.0.101/32') }
    const loaded = { d1: ['10.77.0.100', '10.77.0.101', '10.77.0.102'] }
    const reload = step('service[keepalived]', { is: 'change', change: change('reload') })
    expect(interrupted('d1', [reload], facts, loaded)).toEqual([
      { host: 'd1', what: 'd1: the VIP 10.77.0.101 is taken away' },
    ])
    const other = step('file[/etc/motd]', { is: 'change', change: change('none') })
    expect(interrupted('d1', [other], facts, loaded)).toEqual([])
  })
})
