import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TestCluster } from './cluster.ts'
import { proofsOf, type ShownProof } from './events.ts'
import { tryingAll } from './in-place.ts'
import { fitting } from './left-alone.ts'
import { projectRoot } from './understudy.ts'

/** That each fault heals by what a machine armed is seen in `left-alone.ts`; this one is armed by this computer. */
const chosen = tryingAll ? fitting.map(({ name }) => name) : ['power-lost']
const members = ['d1', 'd2', 'rs1', 'rs2']
/** Seconds a fault lasts, and that machines wait beyond it before they heal themselves. */
const short = 1
const grace = 5
/** Seconds that notes nobody fetches stay at most; on machines whose power is cut that is with the time to boot. */
const longestNotes = 300
/** Milliseconds in which a cluster has to be whole again; a reboot is the slowest. */
const patience = 300_000

/** Declares the tests of a controller that dies in the middle of a drill, on a cluster of haproxy-dual-master that stands. */
export function killed(given: () => TestCluster): void {
  let cluster: TestCluster
  beforeAll(() => {
    cluster = given()
  })

  /**
   * Starts a drill, as soon as the cluster is whole, and ends the controller once the fault has struck, or at another
   * stage; its status.
   */
  async function ended(name: string, signal: 'SIGKILL' | 'SIGINT', stage = 'struck'): Promise<number | null> {
    const moment = `"stage":"${stage}"`
    for (const deadline = Date.now() + patience; ; await pause(3000)) {
      const { said, complaint, status } = await drilled(name, moment, signal)
      if (said.includes(moment)) return status
      if (!complaint.includes('degraded cluster') || Date.now() > deadline) expect(complaint).toBe('')
    }
  }

  /** Starts a drill and ends the controller at a moment; what it said until then. */
  async function drilled(
    name: string,
    moment: string,
    signal: 'SIGKILL' | 'SIGINT',
  ): Promise<{ readonly said: string; readonly complaint: string; readonly status: number | null }> {
    const child = spawn(
      process.execPath,
      [
        ...[
          resolve(projectRoot, 'dist/cli/main.js'),
          'drill',
          name,
          '--yes',
          '--json',
          '--lasts',
          `${short}`,
        ],
        // Nothing is measured here: the machines have better things to do than to answer.
        ...['--interval', '100'],
        ...['-i', join(cluster.scratch, 'inventory'), '-F', cluster.lab.sshConfigPath],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [said, complaint] = ['', '']
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      // Once: a second Ctrl-C would end it without waiting for the undo.
      if (!child.killed && said.includes(moment)) child.kill(signal)
    })
    const status = await new Promise<number | null>((done) => child.once('close', done))
    return { said, complaint, status }
  }

  /** What is still armed, or was left, on the machines that answer. */
  async function left(what: string): Promise<string> {
    const all = await Promise.all(members.map((machine) => cluster.on(machine, what)))
    return all.join('')
  }

  const armed = "systemctl list-units --plain --no-legend 'understudy-undo-????????.timer'"
  const anything =
    "systemctl list-units --all --plain --no-legend 'understudy-undo*' 'understudy-drill*';" +
    ' ls -d /run/understudy-drill* /run/understudy-undo-* /var/lib/understudy/drill-fill* 2>/dev/null;' +
    " tc qdisc show | grep -E 'clsact|netem'"

  async function until(what: () => Promise<boolean>, seconds: number): Promise<boolean> {
    const deadline = Date.now() + seconds * 1000
    while (!(await what())) {
      if (Date.now() > deadline) return false
      await pause(2000)
    }
    return true
  }

  /** Who holds each VIP, and what does not hold of the cluster. */
  async function seen(): Promise<{
    readonly holders: readonly string[]
    readonly wrong: readonly ShownProof[]
  }> {
    const proofs = proofsOf(await cluster.run(['verify', '--json', '--wait', '0']))
    return {
      holders: proofs
        .filter(({ name }) => name === 'the elected director alone holds the VIP')
        .map(({ subject, seen: holder }) => `${subject} ${holder}`),
      wrong: proofs.filter(({ verdict }) => verdict !== 'pass'),
    }
  }

  /** The same once all holds: on a busy computer a health check may fail now and then. */
  async function seenWhole(): ReturnType<typeof seen> {
    for (const deadline = Date.now() + patience; ; await pause(3000)) {
      const now = await seen()
      if (now.wrong.length === 0 || Date.now() > deadline) return now
    }
  }

  describe('when nobody is left to put anything back', () => {
    let whole: Awaited<ReturnType<typeof seen>>
    beforeAll(async () => {
      whole = await seenWhole()
      expect(whole).toEqual({
        holders: [expect.stringMatching(/ d1$/), expect.stringMatching(/ d2$/)],
        wrong: [],
      })
    })

    /** That the machines undid what was armed; the next drill, which begins on a whole cluster only, proves the rest. */
    const undoes = async () => {
      // It cannot have come earlier, and asking costs the machines time.
      await pause((short + grace) * 1000)
      expect(await until(async () => (await left(armed)) === '', 60), 'the undo ran').toBe(true)
    }

    it.each(chosen)('%s heals by what was armed before it struck', async (name) => {
      await ended(name, 'SIGKILL')
      await undoes()
    })

    // The stages and the ways to end are the same for every fault.
    it.each(tryingAll ? ['baseline', 'fault', 'undo'] : [])(
      'what is left at the stage of %s heals too',
      async (stage) => {
        await ended('cable-pulled', 'SIGKILL', stage)
        await undoes()
      },
    )

    // One of them is tried on the cluster of lvs-dr in any case.
    it.each(tryingAll ? ['power-lost', 'disk-full', 'balancer-hung'] : [])(
      '%s ends with Ctrl-C',
      async (name) => {
        expect(await ended(name, 'SIGINT')).toBe(130)
        expect(await left(armed)).toBe('')
      },
    )

    it('all is as it was before', async () => {
      expect(await seenWhole()).toEqual(whole)
    })

    it('nothing of the drills stays on any machine but notes, which go by themselves', async () => {
      if (tryingAll) await until(async () => (await left(anything)) === '', longestNotes)
      const stays = await left(anything)
      const drills = new Set(
        [...stays.matchAll(/understudy-(?:drill|undo)[-/]([0-9a-f]{8})/g)].map(([, id]) => id),
      )
      expect([...drills].filter((id) => !stays.includes(`understudy-undo-${id}-notes.timer`))).toEqual([])
      if (tryingAll) expect(stays).toBe('')
    })
  })
}
