/** One request of the open loop. Times are milliseconds since the epoch, on the controller's clock. */
export interface ProbeRecord {
  /** When it was sent: a late answer to one never delays the next. */
  readonly sent: number
  /** When its answer was complete, less the time in which nobody could look; absent where none came in time. */
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
  /** By how many ms its length may be wrong either way: nobody asked between two requests. */
  readonly doubt: number
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
  /**
   * By how many ms `longest` and `troubled` may be wrong either way: the widest gap between two requests where an outage
   * began or ended. Without one, the widest gap of all: as short an outage could have hidden there.
   */
  readonly doubt: number
  /** Answers by realserver. */
  readonly servedBy: Readonly<Record<string, number>>
}

/** One connection over which a client asked again and again. */
export interface KeptConnection {
  readonly opened: number
  readonly ended: number
  /**
   * `open` to the last; `closed` by the server in order, as after so many requests; `broken` while an answer was
   * missing; `silent`: the answer had not come when the measurement ended.
   */
  readonly end: 'open' | 'closed' | 'broken' | 'silent'
  readonly answers: number
}

/** What a client felt that keeps its connection open. */
export interface KeptOpen {
  /** More than one where the first did not live to the end. */
  readonly connections: readonly KeptConnection[]
  /** The longest wait for an answer, in ms; where its connection broke, up to the first answer over another. */
  readonly stall: number
  /** By how many ms that may be wrong: the time between two requests. */
  readonly doubt: number
}

/** Pages that last: over the one both speak, over the other only the server. */
export type StreamKind = 'websocket' | 'events'

/** What became of streams that a client held. */
export interface HeldStreams {
  readonly path: string
  readonly kind: StreamKind
  /** How many were to be held, and how many came about. */
  readonly connections: number
  readonly opened: number
  /** How often one ended, and how often one said nothing any more, so that its client gave it up. */
  readonly broken: number
  readonly silent: number
  /** Those that could not be opened again before the measurement ended. */
  readonly lost: number
  /** The longest time, in ms, from the last word over one to the first over the next. */
  readonly longest: number
  /** By how many ms that may be wrong. */
  readonly doubt: number
  /** What was answered where none came about. */
  readonly answer?: string
}

/** What was seen through one VIP. */
export interface ProbedService {
  readonly url: string
  /** Milliseconds between requests. */
  readonly interval: number
  /** Milliseconds that were asked for; less than `interval` where the way to the cluster carries no more. */
  readonly wished: number
  /** How late the prober itself was at most, in ms: what it measures is no finer than that. */
  readonly late: number
  /** By how many ms the times of its requests may be off the controller's clock, all of them alike. */
  readonly clockDoubt: number
  readonly records: readonly ProbeRecord[]
  readonly felt: Felt
  readonly kept: KeptOpen
  /** Streams that the inventory names. */
  readonly streams: readonly HeldStreams[]
  /** Milliseconds after which an answer came too late for its client; 250 where absent. */
  readonly lateAfter?: number
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
  /** By how many ms that may be wrong either way. */
  readonly doubt: number
}

/** Something a machine noted, on the controller's clock. */
export interface LogLine {
  readonly at: number
  readonly host: string
  readonly text: string
}

/** A change in the pool of a director, on the controller's clock. */
export interface PoolChange {
  readonly at: number
  /** Milliseconds that may have passed before anybody looked: a table of IPVS is read from time to time. */
  readonly unseen: number
  /** The director whose pool it is. */
  readonly host: string
  /** As in `tcp 10.0.0.100:80`; with HAProxy the backend. */
  readonly service: string
  /** A realserver's name, or an address that is none of them. */
  readonly server: string
  readonly change: 'in' | 'out' | 'weight' | 'sorry-in' | 'sorry-out'
  readonly weight?: number
}

/** A route, or a rule of routing, that came to a director or went from it with a VIP, on the controller's clock. */
export interface RouteChange {
  readonly at: number
  readonly host: string
  readonly came: boolean
  /** In the words of ip-route(8), or `rule` and those of ip-rule(8). */
  readonly route: string
}

/** A VRRP advert or a gratuitous ARP as it went over the wire, on the controller's clock. */
export interface WirePacket {
  readonly at: number
  readonly kind: 'advert' | 'announcement'
  /** The director that sent it, or an address that is none of theirs. */
  readonly from: string
  /** The VRID of an advert, the address that is announced. */
  readonly about: string
  /** Of an advert; 0 says goodbye. */
  readonly priority?: number
  /** The machines that saw it. */
  readonly seenBy: readonly string[]
}

/** What went over the wire, as far as anybody could look. */
export interface Wire {
  /** Machines with tcpdump. */
  readonly watched: readonly string[]
  /** Machines where packets cannot be seen: tcpdump is missing there. */
  readonly without: readonly string[]
  readonly packets: readonly WirePacket[]
}

/** The clock of a machine, beside the controller's. */
export interface MachineClock {
  readonly host: string
  /** By how many ms what this machine noted may stand too early or too late, after its clock was held against ours. */
  readonly doubt: number
}

/** What a client may feel at most, in ms, and where that comes from: reckoned, not measured. */
export interface Bound {
  readonly milliseconds: number
  readonly why: string
}

/** One drill, over and judged. */
export interface DrillResult {
  readonly name: string
  /** The realserver it struck, where one was named. */
  readonly on?: string
  readonly summary: string
  /** Hosts the fault struck. */
  readonly struck: readonly string[]
  readonly startedAt: number
  /** When the fault was ordered. */
  readonly faultAt: number
  /** Milliseconds after which it had struck at the latest. */
  readonly strikeTook: number
  readonly undoneAt: number
  readonly endedAt: number
  readonly services: readonly ProbedService[]
  /** VIPs of which nobody asked: whoever did has no way there. What their clients felt is not known. */
  readonly unasked: readonly string[]
  readonly holders: readonly HolderSpan[]
  readonly homecomings: readonly Homecoming[]
  readonly log: readonly LogLine[]
  readonly pool: readonly PoolChange[]
  /** What moved with the VIPs of routes and rules. */
  readonly routes: readonly RouteChange[]
  readonly wire: Wire
  /** The machines that noted something. */
  readonly clocks: readonly MachineClock[]
  readonly bound: Bound
  readonly passed: boolean
  /** Why it did not pass, one sentence each. */
  readonly reasons: readonly string[]
}

/** A drill that was wished for and not carried out. */
export interface DrillNotRun {
  readonly name: string
  /** The realserver it was to strike, where one was named. */
  readonly on?: string
  readonly summary: string
  /** Why: what is in the way, and what to do about it, in lines. */
  readonly reason: string
}

/** A machine of the cluster, as reports show it. */
export interface ReportedMachine {
  readonly host: string
  /** `proxy`: it stands between directors and realservers. */
  readonly role: 'director' | 'proxy' | 'realserver' | 'client'
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
  readonly notRun: readonly DrillNotRun[]
}
