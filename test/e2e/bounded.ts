import { expect, it } from 'vitest'
import type { DrillResult } from '../../src/model/drill.ts'
import type { TestCluster } from './cluster.ts'

/**
 * Declares the test that no fault of a realserver, nor of the balancer, is felt for longer than the bound that was
 * computed from what the balancer was configured with, on a cluster with nginx or HAProxy that stands.
 */
export function bounded(given: () => TestCluster): void {
  const faults = [
    ...['realserver-stopped', 'realserver-hung', 'realserver-errors', 'realserver-slow'],
    ...['balancer-stopped', 'balancer-hung'],
  ]
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
