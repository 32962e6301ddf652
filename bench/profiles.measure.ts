import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import type { DrillResult } from '../src/model/drill.ts'
import { startCluster, type TestCluster } from '../test/e2e/cluster.ts'

const drills = ['keepalived-killed', 'balancer-killed', 'power-lost']
const measured: string[] = []
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster('hot-standby', '10.88.0')
})
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]()
  // Measured, not asserted: how long it took says as much of this computer as of the cluster.
  console.info(`What a client felt, by profile of VRRP:\n${measured.join('\n')}`)
})

// One after the other: the second profile is a change of the first cluster.
it.each(['default', 'fast'])(
  'fails over with the %s profile, and tells how long it took',
  async (profile) => {
    const path = join(cluster.scratch, 'inventory/inventory.yaml')
    const inventory = parseDocument(readFileSync(path, 'utf8'))
    inventory.setIn(['all', 'vars', 'cluster', 'vrrp', 'profile'], profile)
    writeFileSync(path, inventory.toString())
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    expect(await cluster.settled()).toEqual([])
    const ran = await cluster.run(['drill', ...drills, '--yes', '--json', '--interval', '10'])
    const results = ran.events
      .filter(({ event }) => event === 'drill-result')
      .map(({ result }) => result as DrillResult)
    expect(
      results.map(({ name }) => name),
      ran.stdout + ran.stderr,
    ).toEqual(drills)
    expect(await cluster.settled()).toEqual([])
    for (const { name, services, bound } of results) {
      const longest = Math.max(...services.map(({ felt }) => felt.longest))
      const words = `${Math.round(longest)} ms, bound ${Math.round(bound.milliseconds)} ms`
      measured.push(`  ${profile.padEnd(8)} ${name.padEnd(18)} ${words}`)
    }
  },
)
