import { describe, expect, it } from 'vitest'
import { boundOf, usualTime } from '../../src/drill/bound.ts'
import { missingFor } from '../../src/drill/catalogue.ts'
import { chosenDrills, type DrillsWished } from '../../src/operations/chosen-drills.ts'
import { clusterOf, member, type Words } from '../cluster/inventory.ts'
import { back, front, twoTiers } from '../cluster/two-tiers.ts'
import { scripted } from './struck.ts'

const cluster = (ofFront: Words = front, ofBack: Words = back, gone: readonly string[] = []) =>
  clusterOf(
    twoTiers(
      ofFront,
      ofBack,
      gone.map((name) => member(name, '10.77.0.99', ['gone'], { cluster: ofBack })),
    ),
  )
const chosen = (wished: Partial<DrillsWished>, of = cluster()) =>
  chosenDrills(of, { power: false, ...wished }).map(({ name, on }) => (on ? `${name} ${on}` : name))

describe('drills of two tiers', () => {
  it('strike one realserver of each, unless told which', () => {
    expect(chosen({ drills: ['realserver-hung', 'cable-pulled'] })).toEqual([
      ...['realserver-hung p1', 'realserver-hung rs1', 'cable-pulled'],
    ])
    expect(chosen({ drills: ['realserver-slow'], on: ['rs2', 'p2'] })).toEqual([
      ...['realserver-slow rs2', 'realserver-slow p2'],
    ])
    expect(chosen({ drills: ['realserver-slow'], on: ['each'] })).toEqual(
      ['p1', 'p2', 'rs1', 'rs2'].map((host) => `realserver-slow ${host}`),
    )
    expect(chosen({ drills: ['cable-pulled'] })).toEqual(['cable-pulled'])
  })

  it('strike those alone whom somebody replaces', () => {
    const thin = cluster(front, back, ['rs2'])
    expect(chosen({ drills: ['realserver-hung'] }, thin)).toEqual(['realserver-hung p1'])
    expect(() => chosen({ drills: ['realserver-hung'], on: ['rs1'] }, thin)).toThrow(
      'rs1 is the only realserver of its tier: nobody would take over',
    )
    const thinner = cluster(front, back, ['rs2', 'p2'])
    expect(missingFor(scripted('realserver-hung'), thinner, { power: false })).toBe('a second realserver')
    expect(() => chosen({ drills: ['realserver-hung'], on: ['rs9'] })).toThrow(
      'rs9 is no realserver of front or back',
    )
  })

  it('are bounded by who finds out that a realserver is gone', () => {
    const of = (on: string, words: Words = front, behind: Words = back) =>
      boundOf(cluster(words, behind), { ...scripted('realserver-stopped'), on }, 0)
    expect(of('p1').why).toContain('keepalived: delay_loop 2 s')
    expect(of('rs1')).toMatchObject({ why: expect.stringMatching(/^nginx: proxy_read_timeout 10 s/) })
    expect(of('rs1', front, { ...back, balancer: 'haproxy' }).why).toMatch(/^HAProxy: inter 2 s/)
    // Checks that ask through the machines between may take these out.
    const through = of('rs1', { ...front, services: [{ port: 80 }] })
    expect(through.milliseconds).toBe(of('rs1').milliseconds + 6000)
    expect(through.why).toContain('then for the machines before it keepalived')
  })

  it('are over when both have taken in whom they had lost', () => {
    const { milliseconds, why } = boundOf(cluster(), scripted('realservers-gone'), 5000)
    expect(why).toMatch(/^the fault itself, then nginx: .*, then keepalived: /)
    expect(milliseconds).toBe(5000 + 1000 * (2 + 2 + 1 + 6) + 250)
    // The directors learn it last, and show their page only then.
    expect(usualTime(cluster(), scripted('realservers-gone'))).toBe(1000 * (10 + 10) + 250 + 4000)
    const cut = boundOf(cluster(), scripted('director-cut-from-realservers'), 5000)
    expect(cut.why).toMatch(/^the fault itself, then keepalived: /)
  })
})
