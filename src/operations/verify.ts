import type { Cluster } from '../cluster/index.ts'
import type { Machines } from '../config/index.ts'
import type { Connect } from '../engine/delegates.ts'
import type { HostRun } from '../engine/host.ts'
import type { Emit, ProofResult, RunEvent } from '../model/event.ts'
import { verifyCluster } from '../verify/verify.ts'
import { type ClusterOptions, describedClusters } from './clusters.ts'
import { connector } from './connector.ts'
import { uninterrupted } from './interruption.ts'
import type { Following } from './options.ts'
import { type SessionPool, sessionPool } from './sessions.ts'

/** Which clusters are proved. */
export type VerifyOptions = ClusterOptions &
  Following<RunEvent> & {
    /** Seconds for which what fails is looked at again; where absent, as long as the cluster may need after a change. */
    readonly wait?: number | undefined
  }

/** What was proved of one cluster. */
export interface ClusterProofs {
  readonly cluster: string
  readonly proofs: readonly ProofResult[]
}

/** What was proved of all clusters. */
export interface VerifyResult {
  readonly clusters: readonly ClusterProofs[]
  /** It was told to stop before it was done. */
  readonly interrupted: boolean
}

interface Proving {
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly wait?: number | undefined
  readonly changed?: boolean
}

/** Proves, without changing anything, that the clusters of the inventory do what they should. */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  const since = performance.now()
  const described = await describedClusters(options)
  const connect = await connector(options)
  const { signal = uninterrupted, onEvent: emit = () => {}, wait } = options
  options.onSecrets?.(new Set(connect.secrets))
  await using pool = sessionPool(described.machines, connect.open, signal)
  const clusters = await proveAll(described.clusters, pool, { emit, signal, wait })
  emit({ is: 'run-finished', seconds: (performance.now() - since) / 1000 })
  return { clusters, interrupted: signal.aborted }
}

/** The proof at the end of `apply`, over the connections of the run. */
export async function proveAfterwards(
  intent: Machines & { readonly hosts: Machines['machines'] },
  runs: readonly HostRun[],
  {
    connect,
    ...proving
  }: { readonly connect: Connect } & Pick<Proving, 'emit' | 'signal'> & { readonly changed: boolean },
): Promise<readonly ClusterProofs[]> {
  const { clusters } = intent
  const { signal, emit } = proving
  await using pool = poolOver(runs, intent, { connect, signal, emit })
  // Awaited here: the pool is to outlive what uses it.
  return await proveAll(clusters, pool, proving)
}

/** Sessions with all machines of an inventory: those that a run has, and further ones where it has none. */
export function poolOver(
  runs: readonly HostRun[],
  { machines, hosts }: Pick<Machines, 'machines'> & { readonly hosts: Machines['machines'] },
  { connect, signal, emit }: { readonly connect: Connect; readonly signal: AbortSignal; readonly emit: Emit },
): SessionPool {
  const open = (name: string) => runs.find(({ host }) => host.name === name)?.openSession
  const waits = (host: string, on: string) => emit({ is: 'host-waiting', host, on })
  return sessionPool(new Map([...machines, ...hosts]), connect, signal, open, waits)
}

async function proveAll(
  clusters: readonly Cluster[],
  pool: SessionPool,
  proving: Proving,
): Promise<readonly ClusterProofs[]> {
  const all: ClusterProofs[] = []
  for (const cluster of clusters) {
    proving.emit({ is: 'verify-started', cluster: cluster.name })
    const proofs = await verifyCluster(cluster, { ...proving, session: (host) => pool.session(host) })
    all.push({ cluster: cluster.name, proofs })
  }
  return all
}
