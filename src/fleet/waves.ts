/** How far each wave of a run goes, as shares of all of its clusters; the first is one cluster alone. */
export const usualShares: readonly number[] = [0.05, 0.25, 1]

/**
 * The clusters of each wave: one canary, then as many as make up each share of all of them. Sites take turns, so that a wave tells of
 * all of them. Empty waves are left out.
 */
export function wavesOf<One extends { readonly cluster: string; readonly site: string }>(
  clusters: readonly One[],
  shares: readonly number[] = usualShares,
): readonly (readonly One[])[] {
  const inTurn = takingTurns(clusters)
  const ends = [1, ...shares.map((share) => Math.ceil(share * clusters.length))]
  let from = 0
  const waves: (readonly One[])[] = []
  for (const end of ends) {
    const wave = inTurn.slice(from, end)
    if (wave.length > 0) waves.push(wave)
    from = Math.max(from, end)
  }
  return waves
}

function takingTurns<One extends { readonly site: string }>(clusters: readonly One[]): readonly One[] {
  const bySite = new Map<string, One[]>()
  for (const one of clusters) bySite.set(one.site, [...(bySite.get(one.site) ?? []), one])
  const longest = Math.max(0, ...[...bySite.values()].map(({ length }) => length))
  return Array.from({ length: longest }, (_, turn) =>
    [...bySite.values()].flatMap((all) => all[turn] ?? []),
  ).flat()
}

/** How a run stands. */
export interface Course {
  /** Of all its clusters. */
  readonly all: number
  readonly failed: number
  readonly done: number
}

/**
 * Whether too many have failed to go on: more than that share of all its clusters, or a whole wave of which nothing went well. One
 * that may lose none stops at the first.
 */
export function mustStop({ all, failed }: Course, wave: Course, mayFail: number): boolean {
  if (failed > mayFail * all) return true
  return wave.done === wave.all && wave.all > 0 && wave.failed === wave.all
}
