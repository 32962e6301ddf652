import type { SeenCluster, Sight } from './sight.ts'

/** What turned between two looks, in words for people who listen: who holds VIPs, how clusters fare, runs that began or are over. */
export function turnsBetween(before: Sight, after: Sight): readonly Turn[] {
  const known = new Map(before.clusters.map((one) => [one.cluster, one]))
  const runsBefore = new Map(before.runs.map((one) => [one.run, one]))
  const runsAfter = new Map(after.runs.map((one) => [one.run, one]))
  return [
    ...after.clusters.flatMap((one) => clusterTurns(known.get(one.cluster), one)),
    ...after.runs.flatMap(({ run, operation, is }): readonly Turn[] => {
      const was = runsBefore.get(run)
      if (was?.is === is) return []
      return [{ run, text: was ? `Run ${run} is ${is}` : `Run ${run} began: ${operation}` }]
    }),
    ...before.runs
      .filter(({ run }) => !runsAfter.has(run))
      .map(({ run }) => ({ run, text: `Run ${run} is over` })),
  ]
}

/** One of them, and what it is about. */
export interface Turn {
  readonly cluster?: string
  readonly run?: string
  readonly text: string
}

function clusterTurns(before: SeenCluster | undefined, after: SeenCluster): readonly Turn[] {
  const { cluster } = after
  const [was, is] = [before?.state, after.state]
  if (!is) return []
  const heldBefore = new Map(was?.picture?.picture.vips.map(({ address, holders }) => [address, holders]))
  const moved = (is.picture?.picture.vips ?? []).flatMap(({ address, holders }) => {
    const then = heldBefore.get(address)
    if (!then || then.join() === holders.join()) return []
    return [`${cluster}: ${address} is now with ${namesOf(holders)}, before with ${namesOf(then)}`]
  })
  const health = was && was.health !== is.health ? [`${cluster} is ${is.health}, before ${was.health}`] : []
  return [...moved, ...health].map((text) => ({ cluster, text }))
}

function namesOf(holders: readonly string[]): string {
  return holders.length === 0 ? 'nobody' : holders.join(' and ')
}
