import type { Change } from '../model/change.ts'
import { sh } from '../shell/quote.ts'

const cannot = 'cannot: '

/**
 * A change that cannot be made as things stand: plans show why, and running it fails with the same words
 * before anything is touched.
 */
export function refuse(reason: string): Change {
  return {
    summary: `${cannot}${reason}`,
    differences: [],
    script: sh`printf '%s\n' ${reason} >&2; exit 1`,
    impact: 'none',
    disturbs: [],
  }
}

/** Whether there will be anything to do shows only once what comes before it is done; where that still is so then, it is refused. */
export function untold(reason: string): Change {
  return { ...refuse(reason), untold: true }
}

/** Is this a change that cannot be made? */
export function isRefusal({ summary }: Change): boolean {
  return summary.startsWith(cannot)
}
