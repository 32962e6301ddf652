import type { Cluster } from '../cluster/index.ts'
import type { Machines } from '../config/index.ts'
import type { Connect, HostRun } from '../engine/host.ts'
import type { Emit } from '../model/event.ts'
import { openReport } from '../report/index.ts'
import { verifyCluster } from '../verify/verify.ts'
import { connector } from './connector.ts'
import { describedClusters } from './described.ts'
import { exitStatus } from './exit.ts'
import { inItsFormat } from './in-its-format.ts'
import { onInterrupt } from './interrupt.ts'
import type { VerifyFlags } from './options.ts'
import { type SessionPool, sessionPool } from './sessions.ts'

interface Proving {
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Milliseconds in which what fails is looked at again. */
  readonly patience: number
}

/** `understudy verify`: proves every cluster of the inventory; returns the exit status. */
export function verify(flags: VerifyFlags): Promise<number> {
  return inItsFormat(flags, () => reported(flags))
}

async function reported(flags: VerifyFlags): Promise<number> {
  const since = performance.now()
  const described = await describedClusters(flags)
  const connect = await connector(flags)
  const { signal, release } = onInterrupt()
  const report = await openReport({
    format: flags.json ? 'json' : 'auto',
    diff: false,
    output: false,
    secrets: new Set([...described.secrets, ...connect.secrets]),
    stdout: process.stdout,
  })
  const { emit } = report
  try {
    await using pool = sessionPool(described.machines, connect.open, signal)
    const failed = await proveAll(described.clusters, pool, { emit, signal, patience: 0 })
    emit({ is: 'run-finished', seconds: (performance.now() - since) / 1000 })
    return statusAfter(failed, signal)
  } finally {
    await report.close()
    release()
  }
}

/** After VRRP and health checks were told something new they need a few rounds until all is settled. */
const settling = 30_000

/** The proof at the end of `apply`, over the connections of the run. */
export async function verifyAfterwards(
  { clusters, machines, hosts }: Machines & { readonly hosts: Machines['machines'] },
  runs: readonly HostRun[],
  { connect, emit, signal }: { connect: Connect; emit: Emit; signal: AbortSignal },
): Promise<number> {
  const open = new Map(runs.map((run) => [run.host.name, run.session]))
  await using pool = sessionPool(new Map([...machines, ...hosts]), connect, signal, open)
  const failed = await proveAll(clusters, pool, { emit, signal, patience: settling })
  return statusAfter(failed, signal)
}

async function proveAll(clusters: readonly Cluster[], pool: SessionPool, proving: Proving): Promise<number> {
  let failed = 0
  for (const cluster of clusters) {
    proving.emit({ is: 'verify-started', cluster: cluster.name })
    failed += await verifyCluster(cluster, { ...proving, session: (host) => pool.session(host) })
  }
  return failed
}

function statusAfter(failed: number, signal: AbortSignal): number {
  if (signal.aborted) return exitStatus.interrupted
  return failed > 0 ? exitStatus.notProven : exitStatus.fine
}
