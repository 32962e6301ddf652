/** One request of the open loop. Times are milliseconds since the epoch, on the controller's clock. */
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
  /** Of the wrong ones, the sorry page of a director. */
  readonly sorry: number
  readonly failed: number
  readonly outages: readonly Outage[]
  /** The longest outage, in ms; 0 where there was none. An outage still open counts up to the last request. */
  readonly longest: number
  /**
   * The longest time, in ms, in which requests kept failing with less than a second between: with one of two
   * realservers gone every second request fails, which no single outage shows.
   */
  readonly troubled: number
  /** Answers by realserver. */
  readonly servedBy: Readonly<Record<string, number>>
}

/** What was seen through one VIP. */
export interface ProbedService {
  readonly url: string
  /** Milliseconds between requests. */
  readonly interval: number
  readonly records: readonly ProbeRecord[]
  readonly felt: Felt
}

/** A time in which a director held a VIP; open ends lie outside the drill. */
export interface HolderSpan {
  readonly vip: string
  readonly host: string
  readonly from: number
  readonly until?: number
}

/** Where a VIP was when all was over that another director had held, or should have. */
export interface Homecoming {
  readonly vip: string
  /** Who held it before the drill, and who at its end. */
  readonly before: string
  readonly after: string
  /** Milliseconds a client was not served at a stretch after the fault was undone: what the return cost. */
  readonly felt: number
}

/** Something a machine noted, on the controller's clock. */
export interface LogLine {
  readonly at: number
  readonly host: string
  readonly text: string
}

/** What a client may feel at most, in ms, and where that comes from. */
export interface Bound {
  readonly milliseconds: number
  readonly why: string
}

/** One drill, over and judged. */
export interface DrillResult {
  readonly name: string
  readonly summary: string
  /** Hosts the fault struck. */
  readonly struck: readonly string[]
  readonly startedAt: number
  readonly faultAt: number
  readonly undoneAt: number
  readonly endedAt: number
  readonly services: readonly ProbedService[]
  readonly holders: readonly HolderSpan[]
  readonly homecomings: readonly Homecoming[]
  readonly log: readonly LogLine[]
  readonly bound: Bound
  readonly passed: boolean
  /** Why it did not pass, one sentence each. */
  readonly reasons: readonly string[]
}

/** A machine of the cluster, as reports show it. */
export interface ReportedMachine {
  readonly host: string
  readonly role: 'director' | 'realserver' | 'client'
  readonly address: string
  /** Operating system, kernel and daemons with their versions, for people. */
  readonly software: readonly string[]
}

/** Everything a report of drills shows. */
export interface DrillReport {
  readonly cluster: string
  readonly vips: readonly string[]
  readonly machines: readonly ReportedMachine[]
  readonly results: readonly DrillResult[]
}
