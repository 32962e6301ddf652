import { dirname, resolve } from 'node:path'
import { type Cluster, type ClusterProblem, resolveClusters } from '../cluster/index.ts'
import { Failure, InvalidInput } from '../model/failure.ts'
import type { Origin } from '../model/origin.ts'
import type { Warning } from '../model/rule.ts'
import type { Intent } from '../model/task.ts'
import { type Releases, withReleases } from './applications/releases.ts'
import { withCertificates } from './certificates.ts'
import { type ClusterMembers, clusterMembers, type Inventory } from './inventory/index.ts'
import type { SecretReads } from './secret-reads.ts'
import type { SecretSources } from './secret-sources.ts'

/** The clusters of an inventory, and what is doubtful about them. */
export interface ClustersFound {
  readonly clusters: readonly Cluster[]
  readonly warnings: Intent['warnings']
  /** Versions of applications, where their sources were read. */
  readonly releases: Releases
  /** A problem that only the machines could show, at its place in the inventory. */
  failureOf(problem: ClusterProblem): Failure
}

/** What reading clusters takes beside the inventory. */
export interface ClusterReading {
  readonly reads: SecretReads
  readonly secrets: SecretSources
  /** Nothing is going to be sent: a certificate that has expired keeps nobody from looking. */
  readonly onlyLooks: boolean
  /** Whether the sources of applications are read; where absent, where anything is going to be sent. */
  readonly readsApplications?: boolean
}

/** Reads the HA vocabulary of an inventory, with the certificates it names. Throws InvalidInput with everything that is wrong. */
export function clustersOf(
  inventory: Inventory,
  { onlyLooks, readsApplications = !onlyLooks, ...means }: ClusterReading,
): ClustersFound {
  const written = clusterMembers(inventory)
  const { originOf } = written
  const { members, problems: unread, warnings } = withCertificates(written, means)
  if (unread.length > 0) throw new InvalidInput(unread)
  // Most inventories of playbooks have none, and need not load what knows of them.
  const none = { clusters: [], problems: [] }
  const { clusters: resolved, problems } = members.some(({ cluster }) => cluster)
    ? resolveClusters(members, { now: Date.now(), onlyLooks })
    : none
  const failureOf = (found: ClusterProblem) => failureAt(found, originOf(found))
  const errors = problems.filter(({ severity }) => severity === 'error')
  const doubts = problems
    .filter(({ severity }) => severity === 'warning')
    .map((found) => warningOf(found, originOf(found)))
  if (errors.length > 0) throw new InvalidInput(errors.map(failureOf), doubts)
  const releases = new Map<string, () => Uint8Array>()
  const unusable: Failure[] = []
  const withVersions = (cluster: Cluster): Cluster => {
    const host = cluster.directors[0]?.host ?? ''
    const read = withReleases(cluster, (path) => originOf({ host, path }))
    for (const [sum, tar] of read.releases) releases.set(sum, tar)
    unusable.push(...read.problems)
    return read.cluster
  }
  const clusters = resolved.map((cluster) =>
    placed(cluster, originOf, readsApplications ? withVersions : undefined),
  )
  if (unusable.length > 0) throw new InvalidInput(unusable)
  return {
    clusters,
    releases,
    failureOf,
    warnings: [...warnings, ...doubts],
  }
}

function placed(
  cluster: Cluster,
  originOf: ClusterMembers['originOf'],
  withVersions: (cluster: Cluster) => Cluster = (one) => one,
): Cluster {
  const { behind } = cluster
  return {
    ...withVersions(cluster),
    source: archivesOf(cluster, originOf),
    ...(behind ? { behind: placed(behind, originOf, withVersions) } : {}),
  }
}

/** Archives with paths that mean the same from everywhere: relative ones start at the file they are written in. */
function archivesOf({ source, directors }: Cluster, originOf: ClusterMembers['originOf']): Cluster['source'] {
  const placed = Object.entries(source).map(([program, built]) => {
    const path = ['cluster', 'source', program, 'archive']
    const origin = originOf({ host: directors[0]?.host ?? '', path })
    return [program, { ...built, archive: resolve(dirname(origin?.file ?? ''), built.archive) }]
  })
  return Object.fromEntries(placed)
}

/** A problem of a cluster at its place; the rule that found it is one of `cluster/rules/`. */
function failureAt({ rule, message, next, fix }: ClusterProblem, origin: Origin | undefined): Failure {
  return new Failure('INVALID_INPUT', message, {
    rule,
    fix,
    ...(origin ? { where: { origin } } : {}),
    ...(next ? { next } : {}),
  })
}

function warningOf({ rule, message, next, fix }: ClusterProblem, origin: Origin | undefined): Warning {
  return { rule, message, next, fix, ...(origin ? { origin } : {}) }
}
