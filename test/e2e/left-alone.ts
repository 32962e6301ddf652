import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { faults } from '../../src/drill/catalogue.ts'
import { holdersSeen } from '../../src/drill/exercise.ts'
import type { Fault } from '../../src/drill/fault.ts'
import { serviceFaults } from '../../src/drill/faults/processes.ts'
import { handFor } from '../../src/drill/hand.ts'
import { carryOut } from '../../src/drill/script-run.ts'
import { sceneOf } from '../../src/drill/setting.ts'
import { explain, Failure } from '../../src/model/failure.ts'
import type { Script } from '../../src/model/script.ts'
import { describedCluster } from '../../src/operations/clusters.ts'
import { connector } from '../../src/operations/connector.ts'
import { sessionPool } from '../../src/operations/sessions.ts'
import { sh } from '../../src/shell/quote.ts'
import { type Examination, examine } from '../../src/verify/verify.ts'
import { scripted, struck } from '../drill/struck.ts'
import type { TestCluster } from './cluster.ts'
import { drilled } from './drills.ts'
import { tryingAll } from './in-place.ts'

/** The directors of haproxy-dual-master run a balancer and preempt: every drill fits it, but those for an NFS server, for directors that serve themselves, and for certificates that are issued. */
export const fitting = faults.filter(
  (fault) => fault.strikes !== 'nfs-server' && !serviceFaults.includes(fault) && !fault.onlyByName,
)
/** Those that a machine can do to itself, and so can heal itself of; where not all is tried, those that no drill of a test strikes. */
const ownFaults = fitting.filter(
  (fault) => !('cutsPower' in fault) && (tryingAll || !drilled.includes(fault.name)),
)
/**
 * Those that are struck at the same time: one on the holder of each VIP and one on realservers, so that what heals one
 * of them is not what heals another. Where all is tried each is by itself.
 */
const rounds: readonly (readonly Fault[])[] = tryingAll
  ? ownFaults.map((fault) => [fault])
  : together(ownFaults)

function together(all: readonly Fault[]): readonly (readonly Fault[])[] {
  const ofHolders = all.filter(({ strikes }) => strikes === 'holder')
  const half = Math.ceil(ofHolders.length / 2)
  const ofRealservers = all.filter(({ strikes }) => /realserver/.test(strikes))
  const ofMany = all.filter((fault) => !ofHolders.includes(fault) && !ofRealservers.includes(fault))
  const ofThree = Array.from({ length: Math.max(half, ofRealservers.length) }, (_, round) => [
    ...ofHolders.slice(0, half).slice(round, round + 1),
    ...ofHolders.slice(half).slice(round, round + 1),
    ...ofRealservers.slice(round, round + 1),
  ])
  return [...ofThree, ...ofMany.map((fault) => [fault])]
}

/** Seconds after which what is armed on a machine heals it: long enough to see that the fault has struck. */
const armedFor = 6
/** Milliseconds in which a cluster has to be whole again; a reboot is the slowest. */
const patience = 300_000

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
      // Looking costs the machines more than waiting.
      for (const deadline = Date.now() + patience; ; await pause(3000)) {
        const seen = await look()
        const failing = seen.results.filter(({ verdict }) => verdict !== 'pass')
        if (failing.length > 0 && Date.now() < deadline) continue
        expect(failing).toEqual([])
        return seen
      }
    }
    const look = () => examine(tools.cluster, { session: (host) => tools.pool.session(host), signal: never })
    const send = async (host: string, script: Script) =>
      carryOut(await tools.pool.session(host), script, never)

    /** The hosts that a fault struck; where it strikes who holds a VIP, that is the holder of the nth. */
    async function strike(fault: Fault, nth = 0): Promise<readonly string[]> {
      const addresses = tools.cluster.vips.map(({ address }) => address)
      const held = holdersSeen(before)
      const holder = held.get(addresses[nth] ?? '') ?? ''
      const scene = await sceneOf(
        tools.cluster,
        fault,
        before,
        new Map([...held, [addresses[0] ?? '', holder]]),
        {
          session: (host) => tools.pool.session(host),
          signal: never,
          id: () => `0123abc${nth}`,
          interval: 100,
        },
      )
      const hand = handFor(scene.id, fault, { send, signal: never })
      await Promise.all(scene.struck.map((one) => hand.arm(one, armedFor)))
      await Promise.all(scene.struck.map((one) => hand.strike(one).catch(told)))
      return scene.struck.map(({ host }) => host)
    }

    /** One that is not of the catalogue, to choose how long it is under way. */
    const struckBy = async (seconds: number, { armed, late = 0 }: { armed: number; late?: number }) => {
      const mark = '/run/understudy-test-struck'
      const fault: Fault = {
        ...scripted('balancer-stopped'),
        inject: () => sh`: >${mark}; sleep ${seconds}`,
        undo: () => sh`rm -f ${mark}`,
      }
      const hand = handFor('0123abcd', fault, { send, signal: never })
      const one = { ...struck, host: 'd1' }
      await hand.arm(one, armed)
      await pause(1000 * late)
      const outcome = await hand.strike(one).then(
        () => 'struck',
        (error: Failure) => explain(error),
      )
      await pause(1000 * (armed + 1))
      return { outcome, marked: await given().on('d1', `ls ${mark} 2>/dev/null || :`) }
    }

    it('a fault that is slower than its undo is undone all the same', async () => {
      expect(await struckBy(3, { armed: 1 })).toEqual({ outcome: 'struck', marked: '' })
    })

    it('a fault that comes after its undo does not strike', async () => {
      expect(await struckBy(0, { armed: 1, late: 4 })).toEqual({
        outcome: expect.stringContaining('what undoes the fault came before it'),
        marked: '',
      })
    })

    it.each(rounds.map((them) => [them.map(({ name }) => name).join(' and '), them] as const))(
      '%s strikes, and heals',
      async (_, them) => {
        const strickenHosts = await Promise.all(them.map((fault, nth) => strike(fault, nth)))
        for (const hosts of strickenHosts) expect(hosts.length).toBeGreaterThan(0)
        const hosts = strickenHosts.flat()
        expect(hosts.toSorted()).toEqual([...new Set(hosts)].toSorted())
        await pause(1000 * armedFor)
        before = await whole()
        const armed = await Promise.all(
          hosts.map((host) => given().on(host, "systemctl list-timers --no-legend 'understudy-undo-*'")),
        )
        expect(armed.join('')).toBe('')
      },
    )
  })
}

/** What a machine printed is not in the message, and the test's reader has nothing else. */
function told(error: unknown): never {
  throw error instanceof Failure ? new Error(explain(error)) : error
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
