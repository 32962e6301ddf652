import type { ClusterState } from './kept.ts'
import { alertDays } from './state.ts'

/** How soon somebody should look at a cluster: at once, some time, or not at all. */
export type Trouble = 'now' | 'soon' | 'none'

/** What is known of a cluster, as trouble. */
export function troubleOf(state: ClusterState | undefined): Trouble {
  if (state?.health === 'ill' || state?.health === 'unreachable') return 'now'
  const { certificateDays: days, vips = [] } = state?.picture?.picture ?? {}
  if (vips.some(({ holders }) => holders.length !== 1)) return 'now'
  if (state?.drill?.passed === false || (days !== undefined && days <= alertDays)) return 'soon'
  return (state?.drift?.count ?? 0) > 0 ? 'soon' : 'none'
}

/** Those in trouble first, otherwise as they were. */
export function troubledFirst<One extends { readonly state?: ClusterState | undefined }>(
  all: readonly One[],
): readonly One[] {
  const order = { now: 0, soon: 1, none: 2 } as const
  return all.toSorted((a, b) => order[troubleOf(a.state)] - order[troubleOf(b.state)])
}
