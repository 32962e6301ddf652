import type { ClusterStatus } from '../model/status.ts'
import { statusOf } from '../verify/status.ts'
import { type ClusterOptions, describedClusters } from './clusters.ts'
import { connector } from './connector.ts'
import { endedBy, uninterrupted } from './interruption.ts'
import { sessionPool } from './sessions.ts'

/** Which clusters are looked at. */
export type StatusOptions = ClusterOptions & {
  /** Ends the look under way: it throws INTERRUPTED then. */
  readonly signal?: AbortSignal
}

/** Milliseconds after which a watched machine that does not answer is shown as such: the others go on. */
const patience = 3000

/** Looks once at every cluster of the inventory; a machine that cannot be asked is part of the answer. */
export async function status(options: StatusOptions): Promise<readonly ClusterStatus[]> {
  for await (const found of watchStatus(options)) return found
  return []
}

/** Looks at every cluster of the inventory whenever the next look is asked for, over connections that are kept. */
export async function* watchStatus(
  options: StatusOptions,
): AsyncGenerator<readonly ClusterStatus[], void, undefined> {
  const { clusters, machines } = await describedClusters(options)
  const connect = await connector(options)
  const { signal = uninterrupted } = options
  await using pool = sessionPool(machines, connect.open, signal)
  for (let round = 0; ; round++)
    yield await Promise.all(
      clusters.map((cluster) =>
        statusOf(cluster, {
          session: (host) => pool.session(host),
          signal,
          // Connecting for the first time takes as long as it takes.
          ...(round > 0 ? { patience } : {}),
        }),
      ),
    ).catch((error) => {
      throw endedBy(error, signal)
    })
}
