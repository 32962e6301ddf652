import type { ClusterState } from './kept.ts'
import { countsAsFailure, type OutcomeStatus } from './outcome.ts'
import { alertDays } from './state.ts'

/** How soon somebody should look at a cluster: at once, some time, or not at all. */
export type Trouble = 'now' | 'soon' | 'none'

/** What is known of a cluster, as trouble; `now` in milliseconds since the epoch. */
export function troubleOf(state: ClusterState | undefined, now: number): Trouble {
  if (state?.health === 'ill' || state?.health === 'unreachable') return 'now'
  const { vips = [] } = state?.picture?.picture ?? {}
  const days = certificateDaysAt(state, now)
  if (vips.some(({ holders }) => holders.length !== 1) || (days !== undefined && days <= 0)) return 'now'
  if (state?.drill?.passed === false || undoneChange(state) || (days !== undefined && days <= alertDays))
    return 'soon'
  return (state?.drift?.count ?? 0) > 0 ? 'soon' : 'none'
}

/** Those in trouble first, otherwise as they were. */
export function troubledFirst<One extends { readonly state?: ClusterState | undefined }>(
  all: readonly One[],
  now: number,
): readonly One[] {
  const order = { now: 0, soon: 1, none: 2 } as const
  return all.toSorted((a, b) => order[troubleOf(a.state, now)] - order[troubleOf(b.state, now)])
}

/** A change that was asked for and was not made, or not wholly. */
export interface UndoneChange {
  readonly operation: 'apply' | 'deploy'
  readonly status: OutcomeStatus
  readonly at: string
  readonly run: string
}

/** The last change, where it was not made and none was since; one that was made and not proven is told by how the cluster fares. */
export function undoneChange(state: ClusterState | undefined): UndoneChange | undefined {
  const [newest] = (['apply', 'deploy'] as const)
    .flatMap((operation) => {
      const last = state?.last[operation]
      return last ? [{ operation, status: last.status, at: last.at, run: last.run }] : []
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
  return newest && countsAsFailure(newest.status) && newest.status !== 'not-proven' ? newest : undefined
}

/** Whole days that are left now of the certificate that ends first, as it was looked at some time ago; less than none once it has ended. */
export function certificateDaysAt(state: ClusterState | undefined, now: number): number | undefined {
  const { at, picture } = state?.picture ?? {}
  if (at === undefined || picture?.certificateDays === undefined) return undefined
  return picture.certificateDays - Math.floor(Math.max(0, now - Date.parse(at)) / 86_400_000)
}

/** Whether what was seen of a cluster is of before its machines could no longer be reached. */
export function isSeenBefore({ health, since, picture }: ClusterState): boolean {
  return health === 'unreachable' && picture !== undefined && picture.at < since
}
