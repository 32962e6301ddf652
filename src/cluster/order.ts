import type { Cluster } from './cluster.ts'

/**
 * Hosts in the order in which they may be changed: machines with no part first, then realservers, so that what
 * directors send packets to is there; then directors, those that own least first, so that a mistake
 * meets a backup before a master. Otherwise the given order stays.
 */
export function rolloutOrder(clusters: readonly Cluster[], hosts: readonly string[]): readonly string[] {
  const ranks = new Map<string, readonly [part: number, owned: number, weight: number]>()
  for (const { realservers, directors, vips } of clusters) {
    for (const { host } of realservers) ranks.set(host, [1, 0, 0])
    for (const { host } of directors) {
      const owned = vips.filter(({ owner }) => owner === host).length
      const weight = vips.reduce((sum, { priorities }) => sum + (priorities.get(host) ?? 0), 0)
      ranks.set(host, [2, owned, weight])
    }
  }
  const rank = (host: string) => ranks.get(host) ?? ([0, 0, 0] as const)
  return hosts.toSorted((a, b) => {
    const [[partA, ownedA, weightA], [partB, ownedB, weightB]] = [rank(a), rank(b)]
    return partA - partB || ownedA - ownedB || weightA - weightB
  })
}
