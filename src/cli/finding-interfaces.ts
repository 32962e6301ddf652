import { type ClusterProblem, interfaceFor, problemsWithFacts } from '../cluster/index.ts'
import type { LoadedIntent } from '../config/index.ts'
import { prepare } from '../engine/rollout.ts'
import type { Facts } from '../model/facts.ts'
import { connector } from './connector.ts'
import { onInterrupt } from './interrupt.ts'
import type { ConnectionFlags } from './options.ts'

/**
 * Asks the directors which of their interfaces carries the VIPs, and what of the inventory does not fit them. A director that cannot be asked, or has several such interfaces, is left out: each run finds them by itself.
 */
export async function findInterfaces(
  { clusters, machines }: LoadedIntent,
  flags: ConnectionFlags,
): Promise<{
  readonly interfaces: ReadonlyMap<string, string>
  readonly problems: readonly ClusterProblem[]
}> {
  const directors = clusters.flatMap((cluster) => cluster.directors.map(({ host }) => host))
  const hosts = new Map([...machines].filter(([name]) => directors.includes(name)))
  const { signal, release } = onInterrupt()
  try {
    const { open } = await connector(flags)
    await using asked = await prepare(
      { hosts, plays: [], secrets: new Set(), warnings: [] },
      { connect: open, emit: () => {}, forks: flags.forks, signal },
    )
    const facts = new Map<string, Facts>()
    for (const { host, facts: found, failure } of asked.hosts) {
      if (found) facts.set(host.name, found)
      else
        process.stdout.write(
          `${host.name} was not asked for its interface: ${failure?.message ?? 'interrupted'}\n`,
        )
    }
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
    return { interfaces, problems }
  } finally {
    release()
  }
}
