import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DrillResult } from '../src/model/drill.ts'
import { startCluster, type TestCluster } from '../test/e2e/cluster.ts'
import { coarsest, endOther, longestOutage, pace, startOther } from './other-prober.ts'

const vip = '10.95.0.100'
let cluster: TestCluster
let results: readonly DrillResult[]
let others: Awaited<ReturnType<typeof endOther>>

beforeAll(async () => {
  cluster = await startCluster('lvs-dr', '10.95.0')
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  expect(await cluster.settled()).toEqual([])
  await startOther(cluster, vip)
  const ran = await cluster.run(['drill', 'keepalived-killed', 'cable-pulled', '--yes', '--json'])
  others = await endOther(cluster)
  results = ran.events
    .filter(({ event }) => event === 'drill-result')
    .map(({ result }) => result as DrillResult)
  expect(
    results.map(({ name }) => name),
    ran.stdout + ran.stderr,
  ).toEqual(['keepalived-killed', 'cable-pulled'])
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('what a drill measures', () => {
  it.for([0, 1])('is what another prober and the wire say (drill %i)', (index) => {
    const result = results[index]
    const [service] = result?.services ?? []
    if (!result || !service) throw new Error('no result')
    // Clocks of the client and of this computer may differ; the drills are further apart than that.
    const [from, until] = [result.faultAt - 500, result.endedAt + 500]
    const resolution = 2 * Math.max(pace, coarsest(others.curl), service.interval + service.late)
    const told = `ours ${service.felt.longest}, ${JSON.stringify({
      curl: longestOutage(others.curl, from, until),
      wire: longestOutage(others.wire, from, until),
      resolution,
      late: service.late,
    })}`
    console.info(`${result.name}: ${told}`)
    expect(Math.abs(service.felt.longest - longestOutage(others.curl, from, until)), told).toBeLessThan(
      resolution,
    )
    expect(Math.abs(service.felt.longest - longestOutage(others.wire, from, until)), told).toBeLessThan(
      resolution,
    )
  })
})
