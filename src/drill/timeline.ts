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

/** What is known of a drill beside the notes; times on our clock. */
export interface Course {
  readonly startedAt: number
  readonly faultAt: number
  readonly undoneAt: number
  readonly struck: readonly string[]
  /** Who holds each VIP in the end. */
  readonly holders: ReadonlyMap<string, string>
}

/** Who held each VIP when, on our clock. */
export function holderSpans(
  accounts: readonly Account[],
  vips: readonly string[],
  course: Course,
): readonly HolderSpan[] {
  const { startedAt, struck } = course
  return accounts.flatMap((account) =>
    vips.flatMap((vip) => {
      const { host, skew, watched, heldBefore } = account
      if (watched.lost && struck.includes(host)) return spansWithoutNotes(account, vip, course)
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

/** A director that was switched off held nothing from then on, until keepalived says so again, or somebody sees it. */
function spansWithoutNotes(
  { host, skew, watched, heldBefore }: Account,
  vip: string,
  { startedAt, faultAt, undoneAt, holders }: Course,
): readonly HolderSpan[] {
  const before = heldBefore.includes(vip) ? [{ vip, host, from: startedAt, until: faultAt }] : []
  if (holders.get(vip) !== host) return before
  const again = watched.log
    .filter(({ text }) => /Entering MASTER STATE/.test(text))
    .map(({ at }) => at - skew)
    .find((at) => at > faultAt)
  return [...before, { vip, host, from: again ?? undoneAt }]
}

/** The notes of all machines in one order, on our clock. */
export function logOf(
  accounts: readonly Account[],
  { startedAt }: Pick<Course, 'startedAt'>,
): readonly LogLine[] {
  return accounts
    .flatMap(({ host, skew, watched }) => watched.log.map(({ at, text }) => ({ at: at - skew, host, text })))
    .filter(({ at }) => at >= startedAt)
    .toSorted((a, b) => a.at - b.at)
}
