import type { Cluster, ClusterProblem } from '../cluster/index.ts'
import type { LoadedIntent } from '../config/index.ts'
import type { Facts } from '../model/facts.ts'
import { type BadState, badState } from '../model/failover.ts'
import { proofRules } from '../proof/index.ts'
import { failoverOf } from './failover.ts'

/** Combinations, and steps of their elections, that a run looks at before it begins: all of most clusters, and nobody waits for it. */
const most = 2000
const work = 2_000_000

/** What the proof of failover has against the clusters of an intent, by what is known of their machines. */
export function failoverProblems(
  intent: LoadedIntent,
  facts?: ReadonlyMap<string, Facts>,
): readonly ClusterProblem[] {
  const proved = failoverOf(intent, { most, work, ...(facts ? { facts } : {}) })
  return proved.flatMap(({ cluster: name, failover }) => {
    const cluster = intent.clusters.find((one) => one.name === name)
    return cluster ? failover.bad.map((bad) => problemOf(cluster, bad)) : []
  })
}

function problemOf(cluster: Cluster, bad: BadState): ClusterProblem {
  const rule = `proof-${bad.is}` as const
  const index = cluster.vips.findIndex(({ address, also }) =>
    [address, ...also.map((one) => one.address)].includes(bad.vip),
  )
  const [first] = cluster.directors
  return {
    rule,
    severity: bad.mishaps.length > 1 ? 'warning' : proofRules[rule].severity,
    message: badState(bad),
    next: '`understudy explain` tells what becomes of each VIP, and why.',
    ...(first ? { host: first.host } : {}),
    path: index < 0 ? ['cluster'] : ['cluster', 'vips', index],
  }
}
