import type { HolderSpan, LogLine } from '../model/drill.ts'
import type { ClockDifference } from './clock.ts'
import type { Watched } from './watch.ts'

/** What one machine noted, with how far its clock is ahead of ours. */
export interface Account extends ClockDifference {
  readonly host: string
  readonly watched: Watched
  /** VIPs it held when the drill began. */
  readonly heldBefore: readonly string[]
}

/** Who held each VIP when, on our clock. A director whose notes are lost keeps what it held without an end. */
export function holderSpans(
  accounts: readonly Account[],
  vips: readonly string[],
  startedAt: number,
): readonly HolderSpan[] {
  return accounts.flatMap(({ host, skew, watched, heldBefore }) =>
    vips.flatMap((vip) => {
      const spans: HolderSpan[] = []
      let since = heldBefore.includes(vip) ? startedAt : undefined
      for (const { at, address, came } of watched.addresses.toSorted((a, b) => a.at - b.at)) {
        if (address !== vip) continue
        if (came) since ??= at - skew
        else if (since !== undefined) {
          spans.push({ vip, host, from: since, until: at - skew })
          since = undefined
        }
      }
      if (since !== undefined) spans.push({ vip, host, from: since })
      return spans
    }),
  )
}

/** The notes of all machines in one order, on our clock. */
export function logOf(accounts: readonly Account[]): readonly LogLine[] {
  return accounts
    .flatMap(({ host, skew, watched }) => watched.log.map(({ at, text }) => ({ at: at - skew, host, text })))
    .toSorted((a, b) => a.at - b.at)
}
