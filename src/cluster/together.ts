import type { Cluster, Vip } from './cluster.ts'

/** The VIP and those that move with it. */
export function companionsOf({ vips }: Pick<Cluster, 'vips'>, vip: Vip): readonly Vip[] {
  return vip.together === undefined ? [vip] : vips.filter(({ together }) => together === vip.together)
}

/** Names of VIPs that move together, and these. */
export function groupsOf({ vips }: Pick<Cluster, 'vips'>): ReadonlyMap<string, readonly Vip[]> {
  const names = new Set(vips.flatMap(({ together }) => together ?? []))
  return new Map([...names].map((name) => [name, vips.filter(({ together }) => together === name)]))
}
