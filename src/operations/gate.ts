import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, settlingTime } from '../cluster/index.ts'
import { holdersSeen } from '../drill/exercise.ts'
import type { HostRun } from '../engine/host.ts'
import { Failure } from '../model/failure.ts'
import { nextForMoved } from '../verify/moved-programs.ts'
import { hindrancesOf, orphanedVips, silentPorts } from '../verify/standing.ts'
import { type Examination, examine } from '../verify/verify.ts'
import { type RollingTools, tellRolling } from './rolling-tools.ts'

/** Milliseconds between two looks. */
const rest = 1000

/**
 * Waits until the machines of a wave do their part, for as long as their cluster may need to settle. What is wrong with one then
 * becomes its failure: it was changed for the last time (`last`), or the change brought it about.
 */
export async function gate(
  { cluster, before }: { readonly cluster: Cluster; readonly before: Examination },
  runs: readonly HostRun[],
  last: ReadonlySet<string>,
  { pool, signal, emit }: RollingTools,
): Promise<void> {
  const standing = runs.filter((run) => !run.stopped)
  if (standing.length === 0) return
  const held = new Set(holdersSeen(before).keys())
  const since = performance.now()
  const until = since + 1000 * settlingTime(cluster)
  for (;;) {
    const seen = await examine(cluster, { session: (host) => pool.session(host), signal })
    const orphans = orphanedVips(held, seen).map((vip) => `nobody holds ${vip}`)
    const found = standing.map((run) => {
      const { name } = run.host
      const old = last.has(name) ? [] : hindrancesOf(name, before)
      const own = hindrancesOf(name, seen).filter((one) => !old.includes(one))
      return { run, wrong: [...own, ...orphans] }
    })
    if (found.every(({ wrong }) => wrong.length === 0) || performance.now() >= until) {
      for (const { run, wrong } of found)
        if (wrong.length > 0) run.fail(notWell(run.host.name, wrong, nextFor(run.host.name, cluster, seen)))
        else tellRolling(emit, run.host.name, 'well', since)
      return
    }
    await pause(rest, undefined, { signal })
  }
}

function nextFor(host: string, cluster: Cluster, seen: Examination): string {
  const silent = silentPorts(host, seen).map((port) => ({ host, port }))
  const next = nextForMoved(cluster, silent) ?? 'mend it and run again'
  return `${next}; those that were still to come are as they were`
}

function notWell(host: string, wrong: readonly string[], next: string): Failure {
  return new Failure('VERIFICATION_FAILED', `it does not do its part after the change: ${wrong.join('; ')}`, {
    where: { host },
    next,
  })
}
