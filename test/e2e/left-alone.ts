import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { faults } from '../../src/drill/catalogue.ts'
import { holdersSeen } from '../../src/drill/exercise.ts'
import type { Fault } from '../../src/drill/fault.ts'
import { handFor } from '../../src/drill/hand.ts'
import { carryOut } from '../../src/drill/script-run.ts'
import { sceneOf } from '../../src/drill/setting.ts'
import { describedCluster } from '../../src/operations/clusters.ts'
import { connector } from '../../src/operations/connector.ts'
import { sessionPool } from '../../src/operations/sessions.ts'
import { type Examination, examine } from '../../src/verify/verify.ts'
import type { TestCluster } from './cluster.ts'

/** The directors of haproxy-dual-master run a balancer and preempt: every drill fits it, but the one for an NFS server. */
export const fitting = faults.filter(({ strikes }) => strikes !== 'nfs-server')
/** Those that a machine can do to itself, and so can heal itself of. */
const ownFaults = fitting.filter((fault) => !('cutsPower' in fault))
/** Seconds after which what is armed on a machine heals it: long enough to see that the fault has struck. */
const armedFor = 6
/** Milliseconds in which a cluster has to be whole again; a reboot is the slowest. */
const patience = 120_000

/**
 * Declares the tests that every fault strikes, and that the machines heal by what was armed before, on a cluster that
 * stands. They are struck as `drill` strikes them, by a controller that never comes back; that the command itself arms
 * first, and may be killed at any moment, is for `killed.ts`.
 */
export function leftAlone(given: () => TestCluster): void {
  describe('left alone by whoever struck', () => {
    const never = new AbortController().signal
    let tools: Awaited<ReturnType<typeof openTools>>
    let before: Examination
    beforeAll(async () => {
      tools = await openTools(given())
      before = await whole()
      return () => tools.pool[Symbol.asyncDispose]()
    })

    /** What is seen of the cluster once all of it holds, and every VIP is where it was. */
    async function whole(): Promise<Examination> {
      for (const deadline = Date.now() + patience; ; await pause(500)) {
        const seen = await look()
        const failing = seen.results.filter(({ verdict }) => verdict !== 'pass')
        if (failing.length > 0 && Date.now() < deadline) continue
        expect(failing).toEqual([])
        return seen
      }
    }
    const look = () => examine(tools.cluster, { session: (host) => tools.pool.session(host), signal: never })
    const send = async (host: string, script: Parameters<typeof carryOut>[1]) =>
      carryOut(await tools.pool.session(host), script, never)

    async function strike(fault: Fault): Promise<readonly string[]> {
      const scene = await sceneOf(tools.cluster, fault, before, holdersSeen(before), {
        session: (host) => tools.pool.session(host),
        signal: never,
        id: () => '0123abcd',
        interval: 100,
      })
      const hand = handFor(scene.id, fault, { send, signal: never })
      await Promise.all(scene.struck.map((one) => hand.arm(one, armedFor)))
      await Promise.all(scene.struck.map((one) => hand.strike(one)))
      return scene.struck.map(({ host }) => host)
    }

    it.each(ownFaults.map((fault) => [fault.name, fault] as const))(
      '%s strikes, and heals',
      async (_, fault) => {
        const struck = await strike(fault)
        expect(struck.length).toBeGreaterThan(0)
        await pause(1000 * armedFor)
        before = await whole()
        const armed = await Promise.all(
          struck.map((host) => given().on(host, "systemctl list-timers --no-legend 'understudy-undo-*'")),
        )
        expect(armed.join('')).toBe('')
      },
    )
  })
}

async function openTools(standing: TestCluster) {
  const options = {
    inventory: [join(standing.scratch, 'inventory')],
    sshConfig: standing.lab.sshConfigPath,
  }
  const { cluster, machines } = await describedCluster(options)
  const { open } = await connector(options)
  return { cluster, pool: sessionPool(machines, open, new AbortController().signal) }
}
