import type { Cluster } from './cluster.ts'
import { tiersOf } from './tiers.ts'

/**
 * Hosts in the order in which they may be changed: machines with no part first, then realservers, so that what
 * directors send packets to is there; then directors that stand behind others; then those others, those that own least
 * first, so that a mistake meets a backup before a master. Otherwise the given order stays.
 */
export function rolloutOrder(clusters: readonly Cluster[], hosts: readonly string[]): readonly string[] {
  const ranks = new Map<string, readonly [part: number, owned: number, weight: number]>()
  for (const { realservers, directors, vips, front } of clusters.flatMap((one) =>
    tiersOf(one).toReversed(),
  )) {
    for (const { host } of realservers) if (!ranks.has(host)) ranks.set(host, [1, 0, 0])
    for (const { host } of directors) {
      if (front !== undefined) {
        ranks.set(host, [2, 0, 0])
        continue
      }
      const owned = vips.filter(({ owner }) => owner === host).length
      const weight = vips.reduce((sum, { priorities }) => sum + (priorities.get(host) ?? 0), 0)
      ranks.set(host, [3, owned, weight])
    }
  }
  const rank = (host: string) => ranks.get(host) ?? ([0, 0, 0] as const)
  return hosts.toSorted((a, b) => {
    const [[partA, ownedA, weightA], [partB, ownedB, weightB]] = [rank(a), rank(b)]
    return partA - partB || ownedA - ownedB || weightA - weightB
  })
}
