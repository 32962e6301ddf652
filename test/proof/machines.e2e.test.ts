import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Document } from 'yaml'
import type { ClusterFailover } from '../../src/model/failover.ts'
import { startCluster, type TestCluster } from '../e2e/cluster.ts'
import { understudy } from '../e2e/understudy.ts'
import { everyCombination } from './combinations.ts'

/** Behind the directors one realserver is enough. */
function fewer(inventory: Document, topology: Document): void {
  inventory.deleteIn(['all', 'children', 'clients'])
  inventory.deleteIn(['all', 'children', 'realservers', 'hosts', 'rs2'])
  for (const machine of ['client', 'rs2']) topology.deleteIn(['machines', machine])
}

/** Gives each director a link over which it is reached whatever fails. */
function reached(topology: Document, network: string, directors: readonly string[]): void {
  topology.delete('network')
  topology.delete('gateway')
  topology.set('networks', {
    clients: `${network}.0/24`,
    admin: { network: '192.168.79.0/24', routed: false },
  })
  for (const director of directors) {
    const last = 10 + Number(director.slice(1))
    topology.setIn(['machines', director], { addresses: [`${network}.${last}`, `192.168.79.${last}`] })
  }
}

function third(inventory: Document, network: string): void {
  inventory.setIn(['all', 'children', 'directors', 'hosts', 'd3'], { ansible_host: `${network}.13` })
}

interface Shape {
  readonly inventory: string
  readonly network: string
  readonly directors: readonly string[]
  /** What is stopped so that what keepalived watches fails; '': it watches nothing but its link. */
  readonly service: string
}

const shapes: readonly Shape[] = [
  { inventory: 'lvs-dr', network: '10.96.10', directors: ['d1', 'd2'], service: '' },
  { inventory: 'haproxy-dual-master', network: '10.96.11', directors: ['d1', 'd2'], service: 'haproxy' },
  { inventory: 'hot-standby', network: '10.96.12', directors: ['d1', 'd2'], service: 'nginx' },
  { inventory: 'lvs-nginx', network: '10.96.13', directors: ['d1', 'd2', 'd3'], service: '' },
]

describe.each(shapes)('$inventory with $directors', ({ inventory, network, directors, service }) => {
  let cluster: TestCluster
  let announced: ClusterFailover
  beforeAll(async () => {
    cluster = await startCluster(inventory, network, {
      edit: (file, topology) => {
        fewer(file, topology)
        reached(topology, network, directors)
        if (directors.includes('d3')) third(file, network)
      },
    })
    const applied = await cluster.run(['apply', '--no-verify', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    const explained = await understudy([
      ...['explain', '-i', join(cluster.scratch, 'inventory')],
      ...['--format', 'json'],
    ])
    expect(explained.status, explained.stderr).toBe(0)
    announced = JSON.parse(explained.stdout) as ClusterFailover
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  const failures =
    service === ''
      ? ['nothing', 'machine', 'link']
      : ['nothing', 'machine', 'service', 'link', 'service and link']
  it.each(failures)(
    'hold VIPs as the proof says and as soon as it says, whatever befalls the others, where of d1 fails: %s',
    { timeout: 1_800_000 },
    async (failure) => {
      const { compared, found } = await everyCombination(cluster, { directors, service, failure, announced })
      expect(found).toEqual([])
      expect(compared).toBeGreaterThan(1)
    },
  )
})
