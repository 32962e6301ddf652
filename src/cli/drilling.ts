import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { Cluster } from '../cluster/index.ts'
import { loadMachines } from '../config/index.ts'
import { faults, faultsFor } from '../drill/catalogue.ts'
import { exercise, refuseDegraded, reportedMachines } from '../drill/exercise.ts'
import type { Fault } from '../drill/fault.ts'
import type { DrillReport, DrillResult } from '../model/drill.ts'
import { Failure } from '../model/failure.ts'
import { didYouMean } from '../model/suggest.ts'
import { junit } from '../report/drill/junit.ts'
import { drillPage } from '../report/drill/page.ts'
import { type DrillView, openDrillView } from '../report/drill/view.ts'
import { examine } from '../verify/verify.ts'
import { connector } from './connector.ts'
import { rememberDrills } from './drill-records.ts'
import { exitStatus } from './exit.ts'
import { inItsFormat } from './in-its-format.ts'
import { onInterrupt } from './interrupt.ts'
import type { DrillFlags } from './options.ts'
import { chooseInventory } from './places.ts'
import { type SessionPool, sessionPool } from './sessions.ts'

/** Carries out drills one after the other; returns the exit status. */
export function drill(names: readonly string[], flags: DrillFlags): Promise<number> {
  return inItsFormat(flags, () => drillAll(names, flags))
}

async function drillAll(names: readonly string[], flags: DrillFlags): Promise<number> {
  const { clusters, machines, secrets } = await loadMachines({
    inventory: chooseInventory(flags.inventory),
    limit: flags.limit,
    extraVars: flags.extraVars ?? [],
    become: flags.become,
  })
  const cluster = oneCluster(clusters)
  const chosen = choose(names, cluster)
  const view = openDrillView({ json: flags.json === true, stdout: process.stdout, secrets })
  if (flags.list) {
    view.list(faultsFor(cluster))
    return exitStatus.fine
  }
  const connect = await connector(flags)
  const { signal, release } = onInterrupt()
  try {
    await using pool = sessionPool(machines, connect.open, signal)
    const before = await examine(cluster, { session: (host) => pool.session(host), signal })
    refuseDegraded(before)
    if (!flags.yes) await agree(chosen, cluster)
    const results = await carryOut(chosen, cluster, { pool, flags, signal, view })
    const report: DrillReport = {
      cluster: cluster.name,
      vips: before.expected.vips.map(({ address }) => address),
      machines: reportedMachines(before),
      results,
    }
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

interface Drilling {
  readonly pool: SessionPool
  readonly flags: DrillFlags
  readonly signal: AbortSignal
  readonly view: DrillView
}

/** One after the other; what one leaves behind that is not whole ends them all. */
async function carryOut(
  chosen: readonly Fault[],
  cluster: Cluster,
  { pool, flags, signal, view }: Drilling,
): Promise<readonly DrillResult[]> {
  const results: DrillResult[] = []
  for (const fault of chosen) {
    if (signal.aborted) break
    try {
      const result = await exercise(cluster, fault, {
        session: (host) => pool.session(host),
        now: () => performance.timeOrigin + performance.now(),
        signal,
        stage: (of, stage, probes) => view.stage(of, stage, probes),
        id: () => randomBytes(4).toString('hex'),
        interval: flags.interval,
        ...(flags.maxOutage === undefined ? {} : { maxOutage: flags.maxOutage }),
      })
      results.push(result)
      view.result(result)
    } catch (error) {
      if (signal.aborted) break
      throw error
    }
  }
  return results
}

function oneCluster(clusters: readonly Cluster[]): Cluster {
  const [cluster, ...others] = clusters
  if (!cluster)
    throw new Failure('INVALID_INPUT', 'the inventory describes no cluster to drill', {
      next: 'set the variable "cluster" for its hosts: docs/inventory.md explains it',
    })
  if (others.length > 0)
    throw new Failure('INVALID_INPUT', `the inventory describes ${clusters.length} clusters`, {
      next: `choose one by one of its hosts, such as --limit ${cluster.directors[0]?.host}`,
    })
  return cluster
}

function choose(names: readonly string[], cluster: Cluster): readonly Fault[] {
  const fitting = faultsFor(cluster)
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
      exists ? `the drill ${name} needs a cluster of another kind` : `there is no drill ${name}`,
      {
        next: meant && !exists ? `did you mean "${meant}"?` : 'understudy drill --list shows those that fit',
      },
    )
  })
}

async function agree(chosen: readonly Fault[], cluster: Cluster): Promise<void> {
  const what = chosen.length === 1 ? `the drill ${chosen[0]?.name}` : `${chosen.length} drills`
  if (!process.stdin.isTTY)
    throw new Failure('INVALID_INPUT', `${what} would disrupt the cluster ${cluster.name}`, {
      next: 'say --yes where nobody can be asked',
    })
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({
    message: `${what} will disrupt the cluster ${cluster.name} for a few seconds each. Go ahead?`,
    initialValue: false,
    output: process.stderr,
  })
  if (isCancel(answer) || !answer) throw new Failure('INTERRUPTED', 'nothing was disrupted')
}
