import { beforeAll, describe, expect, it } from 'vitest'
import type { TestCluster } from '../e2e/cluster.ts'
import { proofsOf } from '../e2e/events.ts'
import type { Damage } from './damage.ts'
import { becomes, type Stage, snapshots, suffer } from './suite.ts'

/**
 * Declares the tests that damages are seen and healed, on a cluster of the inventory lvs-dr; those of one list are done
 * together. `reboot`: what is said of the next boot is held against one.
 */
export function damaged(
  given: () => TestCluster,
  chosen: readonly (readonly Damage[])[],
  { reboot }: { readonly reboot: boolean },
): void {
  describe('what is told of a damaged cluster is true', () => {
    let stage: Stage
    let whole: Awaited<ReturnType<typeof snapshots>>
    beforeAll(async () => {
      const cluster = given()
      stage = { cluster, parts: { master: 'd1', backup: 'd2', realserver: 'rs1' } }
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
      whole = await snapshots(stage.cluster)
      for (const director of ['d1', 'd2']) expect(whole.get(director)?.join('\n')).toContain('VRRP Instance')
    })

    it.each(chosen.map((them) => [them.map(({ is, on }) => `${on}: ${is}`).join('; '), them] as const))(
      '%s',
      async (_, them) => {
        try {
          await suffer(them, stage, whole)
        } catch (error) {
          // What one could not put back is no fault of the next.
          whole = await snapshots(stage.cluster)
          throw error
        }
      },
    )

    if (reboot)
      it('is the same after all power was lost', async () => {
        const { lab } = stage.cluster
        const machines = lab.machines.map(({ name }) => name)
        await Promise.all(machines.map((name) => lab.kill(name)))
        await Promise.all(machines.map((name) => lab.start(name)))
        await becomes(whole, stage.cluster)
      })
  })
}
