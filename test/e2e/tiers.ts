import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Document } from 'yaml'
import { bounded } from './bounded.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'

const front = ['all', 'children', 'front', 'vars', 'cluster']
const back = ['all', 'children', 'back', 'vars', 'cluster']

/** How the second tier is reached, what balances there, and what serves behind it. */
interface Kind {
  readonly forwarding: 'tun' | 'nat'
  readonly balancer: 'nginx' | 'haproxy'
  readonly backend: 'nginx' | 'tomcat'
}

function changed({ forwarding, balancer, backend }: Kind, network: string) {
  return (inventory: Document, topology: Document): void => {
    inventory.setIn([...front, 'services', 0, 'forwarding'], forwarding)
    inventory.setIn([...front, 'services', 0, 'sorry_page'], true)
    if (forwarding === 'nat') {
      inventory.setIn([...front, 'services', 0, 'backend_port'], 8081)
      inventory.setIn([...back, 'services', 0, 'port'], 8081)
      inventory.setIn(
        [...front, 'nat'],
        inventory.createNode({ gateway: `${network}.99`, clients: [`${network}.31/32`] }),
      )
    }
    inventory.setIn([...back, 'balancer'], balancer)
    inventory.setIn([...back, 'backend'], backend)
    if (backend === 'tomcat')
      for (const name of ['rs1', 'rs2']) topology.setIn(['machines', name, 'memory'], '640M')
  }
}

/** Declares the tests of two tiers of another kind than the packaged one. */
export function otherTiers(kind: Kind, network: string): void {
  describe(`two tiers, ${kind.forwarding} → ${kind.balancer} → ${kind.backend}`, () => {
    let cluster: TestCluster
    beforeAll(async () => {
      cluster = await startCluster('two-tiers', network, { edit: changed(kind, network) })
    })
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it('come up with one command, prove themselves, and stand still', async () => {
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
      const again = await cluster.run(['apply', '--json', '--no-verify'])
      expect(recapsOf(again).filter(({ changed: found, trips }) => found !== 0 || trips !== 1)).toEqual([])
    })

    // Tomcat takes minutes to start where many machines share a processor.
    const all = kind.backend === 'tomcat' ? [] : ['realservers-gone']
    bounded(() => cluster, ['realserver-stopped', 'realserver-hung', ...all], 2)
  })
}
