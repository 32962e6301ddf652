import { describe, expect, it } from 'vitest'
import { faultsFor, missingFor } from '../../src/drill/catalogue.ts'
import { chosenDrills, type DrillsWished } from '../../src/operations/chosen-drills.ts'
import { clusterOf, healthy, machines, member } from '../cluster/inventory.ts'
import { scripted } from '../drill/struck.ts'

const cluster = clusterOf(machines())
const chosen = (wished: Partial<DrillsWished>, of = cluster) =>
  chosenDrills(of, { power: false, ...wished }).map(({ name, on }) => (on ? `${name} ${on}` : name))
const complaint = (wished: Partial<DrillsWished>, of = cluster) => {
  try {
    return chosen(wished, of).join()
  } catch (error) {
    const { message, next } = error as { message: string; next?: string }
    return `${message} → ${next}`
  }
}

describe('drills that are wished for', () => {
  it('strike the realservers that are named, one after the other', () => {
    expect(chosen({ drills: ['realserver-hung', 'cable-pulled'], on: ['rs2', 'rs1', 'rs2'] })).toEqual([
      'realserver-hung rs2',
      'realserver-hung rs1',
      'cable-pulled',
    ])
    expect(chosen({ drills: ['realserver-slow'], on: ['each'] })).toEqual([
      'realserver-slow rs1',
      'realserver-slow rs2',
    ])
    expect(chosen({ drills: ['realserver-slow'] })).toEqual(['realserver-slow'])
    const all = chosen({ on: ['rs2'] })
    expect(all.filter((name) => name.startsWith('realserver-'))).toEqual([
      'realserver-stopped rs2',
      'realserver-hung rs2',
      'realserver-errors rs2',
      'realserver-unreachable rs2',
      'realserver-slow rs2',
    ])
    expect(all).toContain('director-cut-from-peer')
  })

  it('are refused where they mean nothing', () => {
    expect(complaint({ drills: ['realserver-hung'], on: ['rs22'] })).toBe(
      'rs22 is no realserver of web → did you mean "rs2"?',
    )
    expect(complaint({ drills: ['cable-pulled'], on: ['rs2'] })).toMatch(
      /^cable-pulled: no realserver can be named → --on is for realserver-stopped, realserver-hung,/,
    )
    expect(complaint({ drills: ['realserver-hang'] })).toContain('did you mean "realserver-hung"?')
  })

  it('say what a cluster lacks for them', () => {
    const tcp = clusterOf(machines({ ...healthy, services: [{ port: 80, check: { type: 'tcp' } }] }))
    expect(complaint({ drills: ['realserver-errors'] }, tcp)).toContain(
      'the drill realserver-errors needs a service that is checked by http',
    )
    expect(complaint({ drills: ['balancer-hung'] })).toContain('needs nginx or HAProxy on the directors')
    const both = {
      ...cluster,
      realservers: [...cluster.realservers, { ...cluster.realservers[0], host: 'd1' }],
    }
    expect(
      missingFor(scripted('director-cut-from-peer'), both as typeof cluster, { power: false }),
    ).toContain('either director or realserver')
  })

  it('cut the power only where somebody can, and say who cannot be cut', () => {
    const power = { off: 'off', on: 'on' }
    const half = clusterOf(
      machines(healthy, [
        member('d1', '10.77.0.11', ['directors'], { cluster: healthy, director: { power } }),
      ]),
    )
    expect(complaint({ drills: ['power-lost'] }, half)).toMatch(
      /^nobody can cut the power of d2: no power is set there → set power, with the commands off and on,/,
    )
    expect(chosen({ drills: ['power-lost'], power: true })).toEqual(['power-lost'])
    expect(faultsFor(cluster, { power: false }).map(({ name }) => name)).not.toContain('power-lost')
  })
})
