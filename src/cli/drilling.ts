import { writeFile } from 'node:fs/promises'
import type { Cluster } from '../cluster/index.ts'
import { faults, faultsFor } from '../drill/catalogue.ts'
import { exercise, refuseDegraded } from '../drill/exercise.ts'
import type { Fault } from '../drill/fault.ts'
import type { DrillResult } from '../model/drill.ts'
import { Failure } from '../model/failure.ts'
import { didYouMean } from '../model/suggest.ts'
import { junit } from '../report/drill/junit.ts'
import { drillPage } from '../report/drill/page.ts'
import { openDrillView } from '../report/drill/view.ts'
import { type Examination, examine } from '../verify/verify.ts'
import { agree } from './agree.ts'
import { connector } from './connector.ts'
import { describedCluster } from './described.ts'
import { rememberDrills } from './drill-records.ts'
import { type Exercising, exerciseOptions, reportOf } from './exercising.ts'
import { exitStatus } from './exit.ts'
import { inItsFormat } from './in-its-format.ts'
import { onInterrupt } from './interrupt.ts'
import { labPower } from './lab-power.ts'
import type { DrillFlags } from './options.ts'
import { chooseInventory } from './places.ts'
import { sessionPool } from './sessions.ts'

/** Carries out drills one after the other; returns the exit status. */
export function drill(names: readonly string[], flags: DrillFlags): Promise<number> {
  return inItsFormat(flags, () => drillAll(names, flags))
}

async function drillAll(names: readonly string[], flags: DrillFlags): Promise<number> {
  const { cluster, machines, secrets } = await describedCluster(flags)
  const power = await labPower(
    flags.sshConfig,
    cluster.directors.map(({ host }) => machines.get(host)),
  )
  const fitting = faultsFor(cluster, { power: power !== undefined })
  const chosen = choose(names, fitting)
  const view = openDrillView({ json: flags.json === true, stdout: process.stdout, secrets })
  if (flags.list) {
    view.list(fitting)
    return exitStatus.fine
  }
  const connect = await connector(flags)
  const { signal, release } = onInterrupt()
  try {
    await using pool = sessionPool(machines, connect.open, signal)
    const before = await examine(cluster, { session: (host) => pool.session(host), signal })
    refuseDegraded(before)
    if (!flags.yes) await agree(namesOf(chosen), cluster.name)
    const exercising = { pool, flags, signal, view, ...(power ? { power } : {}) }
    // While somebody was thinking about an answer, much may have happened.
    const results = await carryOut(chosen, cluster, exercising, flags.yes ? before : undefined)
    const report = reportOf(cluster, before, results)
    view.summary(report)
    await rememberDrills(chooseInventory(flags.inventory), report)
    if (flags.report) await writeFile(flags.report, drillPage(report))
    if (flags.junit) await writeFile(flags.junit, junit(report))
    if (signal.aborted) return exitStatus.interrupted
    return results.every(({ passed }) => passed) ? exitStatus.fine : exitStatus.notProven
  } finally {
    release()
  }
}

/** One after the other, the first on a cluster `known` to be whole; what one leaves behind that is not ends them all. */
async function carryOut(
  chosen: readonly Fault[],
  cluster: Cluster,
  exercising: Exercising,
  known: Examination | undefined,
): Promise<readonly DrillResult[]> {
  const { signal, view } = exercising
  const options = exerciseOptions(exercising)
  const results: DrillResult[] = []
  for (const [index, fault] of chosen.entries()) {
    if (signal.aborted) break
    try {
      const result = await exercise(cluster, fault, options, index === 0 ? known : undefined)
      results.push(result)
      view.result(result)
    } catch (error) {
      if (signal.aborted) break
      throw error
    }
  }
  return results
}

function choose(names: readonly string[], fitting: readonly Fault[]): readonly Fault[] {
  if (names.length === 0) return fitting
  return names.map((name) => {
    const found = fitting.find((fault) => fault.name === name)
    if (found) return found
    const exists = faults.some((fault) => fault.name === name)
    const meant = didYouMean(
      name,
      fitting.map((fault) => fault.name),
    )
    throw new Failure(
      'INVALID_INPUT',
      exists ? `the drill ${name} needs a cluster or machines of another kind` : `there is no drill ${name}`,
      {
        next: meant && !exists ? `did you mean "${meant}"?` : 'understudy drill --list shows those that fit',
      },
    )
  })
}

function namesOf(chosen: readonly Fault[]): string {
  return chosen.length === 1 ? `the drill ${chosen[0]?.name}` : `${chosen.length} drills`
}
