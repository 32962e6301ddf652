import { expect, it } from 'vitest'
import type { DrillResult } from '../../src/model/drill.ts'
import type { TestCluster } from './cluster.ts'

const ofProxies = [
  ...['realserver-stopped', 'realserver-hung', 'realserver-errors', 'realserver-slow'],
  ...['balancer-stopped', 'balancer-hung'],
]

/**
 * Declares the test that no fault is felt for longer than the bound that was computed from the configuration, on a cluster that
 * stands; unless told, the faults of realservers and of nginx or HAProxy before them. Of several tiers a realserver of each is
 * struck.
 */
export function bounded(given: () => TestCluster, faults: readonly string[] = ofProxies, tiers = 1): void {
  it('is felt no longer than its bounds say, whatever fails', async () => {
    const cluster = given()
    expect(await cluster.settled()).toEqual([])
    const ran = await cluster.run(['drill', ...faults, '--yes', '--json', '--interval', '50'])
    const results = ran.events
      .filter(({ event }) => event === 'drill-result')
      .map(({ result }) => result as DrillResult)
    const times = (name: string) => (name.startsWith('realserver-') ? tiers : 1)
    const expected = faults.flatMap((name) => Array.from({ length: times(name) }, () => [name, []]))
    expect(results.map(({ name, reasons }) => [name, reasons])).toEqual(expected)
    expect(ran.status).toBe(0)
  })
}
