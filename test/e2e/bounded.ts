import { expect, it } from 'vitest'
import type { DrillResult } from '../../src/model/drill.ts'
import type { TestCluster } from './cluster.ts'

const ofProxies = [
  ...['realserver-stopped', 'realserver-hung', 'realserver-errors', 'realserver-slow'],
  ...['balancer-stopped', 'balancer-hung'],
]

/**
 * Declares the test that no fault is felt for longer than the bound that was computed from the configuration, on a cluster that
 * stands; unless told, the faults of realservers and of nginx or HAProxy before them.
 */
export function bounded(given: () => TestCluster, faults: readonly string[] = ofProxies): void {
  it('is felt no longer than its bounds say, whatever fails', async () => {
    const cluster = given()
    expect(await cluster.settled()).toEqual([])
    const ran = await cluster.run(['drill', ...faults, '--yes', '--json', '--interval', '50'])
    const results = ran.events
      .filter(({ event }) => event === 'drill-result')
      .map(({ result }) => result as DrillResult)
    expect(results.map(({ name, reasons }) => [name, reasons])).toEqual(faults.map((name) => [name, []]))
    expect(ran.status).toBe(0)
  })
}
