import { type ClusterProblem, interfaceFor, problemsWithFacts } from '../cluster/index.ts'
import type { LoadedIntent } from '../config/index.ts'
import { askFacts } from './asked-facts.ts'
import type { ConnectionOptions } from './options.ts'

/** What the directors said of themselves. */
export interface FoundInterfaces {
  /** By the names of the directors. */
  readonly interfaces: ReadonlyMap<string, string>
  /** What of the inventory does not fit the directors. */
  readonly problems: readonly ClusterProblem[]
  /** Directors that could not be asked, and why. */
  readonly notAsked: readonly { readonly host: string; readonly why: string }[]
}

/**
 * Asks the directors which of their interfaces carries the VIPs, and what of the inventory does not fit them. A director
 * that cannot be asked, or has several such interfaces, is left out: each run finds them by itself.
 */
export async function findInterfaces(
  { clusters, machines }: LoadedIntent,
  options: ConnectionOptions & { readonly signal?: AbortSignal },
): Promise<FoundInterfaces> {
  const directors = clusters.flatMap((cluster) => cluster.directors.map(({ host }) => host))
  const hosts = new Map([...machines].filter(([name]) => directors.includes(name)))
  const { facts, notAsked } = await askFacts(hosts, options)
  const problems = clusters.flatMap((cluster) => problemsWithFacts(cluster, facts))
  const interfaces = new Map(
    clusters.flatMap((cluster) =>
      cluster.directors.flatMap((director): [string, string][] => {
        const known = facts.get(director.host)
        if (!known) return []
        const names = cluster.vips.map((vip) => interfaceFor(cluster, vip, director, known)?.name)
        const [name, ...others] = new Set(names)
        return name !== undefined && others.length === 0 ? [[director.host, name]] : []
      }),
    ),
  )
  return {
    interfaces,
    problems,
    notAsked: notAsked.map(({ host, failure }) => ({ host, why: failure?.message ?? 'interrupted' })),
  }
}
