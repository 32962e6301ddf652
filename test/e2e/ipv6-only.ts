import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mixedImages, served } from './architecture.ts'
import { bounded } from './bounded.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'

/** Declares the tests of a packaged inventory on machines that have no address of IPv4 at all; `faults` are drilled. */
export function ipv6Only(name: string, network: string, faults: readonly string[]): void {
  describe(`inventories/${name} where there is nothing but IPv6`, () => {
    let cluster: TestCluster
    beforeAll(async () => {
      cluster = await startCluster(name, network, { images: mixedImages })
    })
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it('comes up with one command, proves itself, and has nothing left to do', async () => {
      expect(await cluster.on('d1', 'ip -4 -o address show scope global')).toBe('')
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      const proofs = proofsOf(applied)
      expect(proofs.length).toBeGreaterThan(8)
      expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
      const again = await cluster.run(['apply', '--json', '--no-verify'])
      expect(recapsOf(again).filter(({ changed }) => changed !== 0)).toEqual([])
    })

    bounded(() => cluster, faults)

    it('serves on without its master', async () => {
      await cluster.lab.kill('d1')
      expect(await served(cluster, '10.77.0.100')).toMatch(/served-by: (rs[12]|d2)$/im)
    })
  })
}
