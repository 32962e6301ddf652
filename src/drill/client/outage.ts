import type { Felt, Outage, ProbeRecord } from '../../model/drill.ts'

/**
 * Judges by the time each request was sent, so that requests piling up behind a dead director do not hide it
 * (coordinated omission). An answer later than `slowAfter` ms, such as one to a repeated SYN, did not serve its
 * client in time: it belongs to the outage. Outages that were over before `since` are no doing of the fault.
 */
export function felt(
  records: readonly ProbeRecord[],
  slowAfter: number,
  since = Number.NEGATIVE_INFINITY,
): Felt {
  const ordered = records.toSorted((a, b) => a.sent - b.sent)
  const outages: Outage[] = []
  const servedBy: Record<string, number> = {}
  let open: { from: number; requests: number } | undefined
  let slow = 0
  for (const record of ordered) {
    const late = record.answered !== undefined && record.answered - record.sent > slowAfter
    if (record.verdict === 'good' && late) slow += 1
    if (record.verdict === 'good' && record.servedBy)
      servedBy[record.servedBy] = (servedBy[record.servedBy] ?? 0) + 1
    if (record.verdict === 'good' && !late) {
      if (open && record.sent > since) outages.push({ ...open, until: record.sent })
      open = undefined
    } else open = { from: open?.from ?? record.sent, requests: (open?.requests ?? 0) + 1 }
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
    servedBy,
  }
}

/** Did its client get a good answer soon enough? */
export function inTime({ verdict, sent, answered }: ProbeRecord, slowAfter: number): boolean {
  return verdict === 'good' && answered !== undefined && answered - sent <= slowAfter
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
