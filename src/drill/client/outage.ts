import type { Felt, Outage, ProbeRecord } from '../../model/drill.ts'

/**
 * Judges by the time each request was sent, so that requests piling up behind a dead director do not hide it
 * (coordinated omission). An answer later than `slowAfter` ms, such as one to a repeated SYN, did not serve its
 * client in time: it belongs to the outage. Outages that were over before `since` are no doing of the fault.
 *
 * An outage began after the last request that was served and ended after the last that was not: its length is right but
 * for the gaps there.
 */
export function felt(
  records: readonly ProbeRecord[],
  slowAfter: number,
  since = Number.NEGATIVE_INFINITY,
): Felt {
  const ordered = records.toSorted((a, b) => a.sent - b.sent)
  const outages: Outage[] = []
  const servedBy: Record<string, number> = {}
  let open: { from: number; requests: number; doubt: number } | undefined
  let slow = 0
  let asked = ordered[0]?.sent ?? 0
  let widest = 0
  for (const record of ordered) {
    const gap = record.sent - asked
    asked = record.sent
    widest = Math.max(widest, gap)
    const late = record.answered !== undefined && record.answered - record.sent > slowAfter
    if (record.verdict === 'good' && late) slow += 1
    if (record.verdict === 'good' && record.servedBy)
      servedBy[record.servedBy] = (servedBy[record.servedBy] ?? 0) + 1
    if (record.verdict === 'good' && !late) {
      if (open && record.sent > since)
        outages.push({ ...open, until: record.sent, doubt: Math.max(open.doubt, gap) })
      open = undefined
    } else if (open) open.requests += 1
    else open = { from: record.sent, requests: 1, doubt: gap }
  }
  if (open) outages.push(open)
  const last = ordered.at(-1)?.sent ?? 0
  const count = (verdict: ProbeRecord['verdict']) => ordered.filter((one) => one.verdict === verdict).length
  return {
    sent: ordered.length,
    good: count('good'),
    slow,
    wrong: count('wrong'),
    sorry: ordered.filter(({ verdict, servedBy }) => verdict === 'wrong' && servedBy === 'sorry').length,
    failed: count('failed'),
    outages,
    longest: Math.max(0, ...outages.map(({ from, until }) => (until ?? last) - from)),
    troubled: longestTrouble(outages, last),
    doubt: outages.length === 0 ? widest : Math.max(...outages.map(({ doubt }) => doubt)),
    servedBy,
  }
}

/** Did its client get a good answer soon enough? */
export function inTime({ verdict, sent, answered }: ProbeRecord, slowAfter: number): boolean {
  return verdict === 'good' && answered !== undefined && answered - sent <= slowAfter
}

/**
 * Milliseconds, up to `now`, for which nobody has been served: from the last request that was, but not before `since`. Who was
 * asked of late may still answer in time.
 */
export function unservedSince(
  records: readonly ProbeRecord[],
  slowAfter: number,
  since: number,
  now: number,
): number {
  const served = records.findLast((one) => inTime(one, slowAfter))?.sent ?? since
  return Math.max(0, now - slowAfter - Math.max(served, since))
}

/** Milliseconds without any failure after which trouble is over: what comes later has another cause. */
const calm = 1000

/** Outages that follow each other closely are one trouble: a dead realserver takes every second request only. */
function longestTrouble(outages: readonly Outage[], last: number): number {
  let [from, until, longest] = [0, Number.NEGATIVE_INFINITY, 0]
  for (const outage of outages) {
    if (outage.from - until > calm) from = outage.from
    until = outage.until ?? last
    longest = Math.max(longest, until - from)
  }
  return longest
}
