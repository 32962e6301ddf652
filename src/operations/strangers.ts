import { type ClusterProblem, strangersAmong, takenProblems, unheldAddresses } from '../cluster/index.ts'
import type { LoadedIntent } from '../config/index.ts'
import { answeringFor } from '../engine/asking.ts'
import type { HostRun } from '../engine/host.ts'
import { Failure } from '../model/failure.ts'
import { factsOf } from './facts-of.ts'

/**
 * VIPs and gateways that somebody outside the inventory has, by asking their networks. Only what no director holds is asked for, so
 * that a run on a cluster that stands costs nothing; where nobody can ask, nothing is known.
 */
export async function strangers(
  { clusters, restsOnClusters }: Pick<LoadedIntent, 'clusters' | 'restsOnClusters'>,
  hosts: readonly HostRun[],
  signal: AbortSignal,
): Promise<readonly ClusterProblem[]> {
  if (!restsOnClusters()) return []
  const facts = factsOf(hosts)
  const unheld = clusters.flatMap((cluster) => unheldAddresses(cluster, facts))
  const asked = await Promise.all(
    unheld.map(async (one) => {
      const asker = hosts.find(({ host, stopped }) => host.name === one.asker && !stopped)
      const ask = async (address: string | undefined) =>
        asker && address !== undefined ? await answersTo(asker, address, signal) : []
      const to = await ask(one.address)
      const toBeside = strangersAmong(to, facts).length > 0 ? await ask(one.beside) : []
      return takenProblems(one, { to, toBeside }, facts)
    }),
  )
  return asked.flat()
}

/** Hardware addresses; none where they cannot be asked for: that is no reason to do nothing. */
async function answersTo(asker: HostRun, address: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const reading = await answeringFor(address, asker.session, signal)
    return reading.asked ? reading.answers : []
  } catch (error) {
    if (error instanceof Failure) return []
    throw error
  }
}
