/** One request of the open loop. Times are milliseconds on the controller's clock. */
export interface ProbeRecord {
  /** When it was due, and sent: a late answer to one never delays the next. */
  readonly sent: number
  /** When its answer was complete; absent where none came in time. */
  readonly answered?: number
  readonly verdict: 'good' | 'wrong' | 'failed'
  readonly servedBy?: string
}

/** A time in which a client was not served. */
export interface Outage {
  /** When the first request that was not served was sent. */
  readonly from: number
  /** When the first request served after it was sent; absent while the measurement ended before. */
  readonly until?: number
  readonly requests: number
}

/** What a client felt during a drill. */
export interface Felt {
  readonly sent: number
  readonly good: number
  readonly slow: number
  readonly wrong: number
  readonly failed: number
  readonly outages: readonly Outage[]
  /** The longest outage, in ms; 0 where there was none. An outage still open counts up to the last request. */
  readonly longest: number
  /** Answers by realserver. */
  readonly servedBy: ReadonlyMap<string, number>
}

/**
 * Judges by the time each request was sent, so that requests piling up behind a dead director do not hide it
 * (coordinated omission). An answer later than `slowAfter` ms, such as one to a repeated SYN, did not serve its
 * client in time: it belongs to the outage.
 */
export function felt(records: readonly ProbeRecord[], slowAfter: number): Felt {
  const ordered = records.toSorted((a, b) => a.sent - b.sent)
  const outages: Outage[] = []
  const servedBy = new Map<string, number>()
  let open: { from: number; requests: number } | undefined
  let slow = 0
  for (const record of ordered) {
    const late = record.answered !== undefined && record.answered - record.sent > slowAfter
    if (record.verdict === 'good' && late) slow += 1
    if (record.verdict === 'good' && record.servedBy)
      servedBy.set(record.servedBy, (servedBy.get(record.servedBy) ?? 0) + 1)
    if (record.verdict === 'good' && !late) {
      if (open) outages.push({ ...open, until: record.sent })
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
    failed: count('failed'),
    outages,
    longest: Math.max(0, ...outages.map(({ from, until }) => (until ?? last) - from)),
    servedBy,
  }
}
