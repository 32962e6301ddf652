import type { Position } from '../adoption/index.ts'

/** Something that keepalived watches, and what it makes of it in one instance. */
export interface Track {
  readonly is: 'script' | 'process' | 'file' | 'interface' | 'bfd'
  readonly name: string
  /** 0: the instance is given up; otherwise what is added to its priority. */
  readonly weight: number
  readonly reverse: boolean
}

/** What a director watches, by what is tracked. */
export interface Watched {
  readonly is: Track['is']
  readonly name: string
  /** What it says while all is well: 1 and 0 of what succeeds or fails, any number of a file. */
  readonly well: number
  /** What it says of a failure; absent: nobody can tell what a failure would be. */
  readonly failed?: number
  /** Who is at the other end of a session of BFD. */
  readonly neighbor?: string
  /** From which address it is asked, where that is said. */
  readonly from?: string
  /** Seconds at most until keepalived knows. */
  readonly detection: number
  readonly why: string
}

/** One `vrrp_instance` of one director, as keepalived takes it. */
export interface Speaker {
  readonly director: string
  readonly name: string
  readonly at: Position
  readonly interface: string
  /** The interfaces that carry its addresses. */
  readonly carriers: readonly string[]
  readonly vrid: number
  readonly family: 'ipv4' | 'ipv6'
  readonly version: 2 | 3
  readonly priority: number
  readonly startsAsMaster: boolean
  readonly nopreempt: boolean
  /** Seconds. */
  readonly preemptDelay: number
  readonly advert: number
  /** So many adverts missed end a master. */
  readonly downAdverts: number
  /** By which adverts of others are judged; the same on all who may understand each other. */
  readonly auth: string
  /** Addresses in its adverts, and those that only move with them. */
  readonly vips: readonly string[]
  readonly excluded: readonly string[]
  /** Where multicast goes. */
  readonly group: string
  readonly unicast: boolean
  readonly peers: readonly string[]
  /** Whether it takes unicast from its peers alone. */
  readonly checksSource: boolean
  /** From which it speaks, where that is known. */
  readonly source: string | undefined
  readonly answersLower: boolean
  readonly answersHigher: boolean
  readonly tracks: readonly Track[]
  /** Name of its `vrrp_sync_group`. */
  readonly sync: string | undefined
}

/** The keepalived of one machine. */
export interface Told {
  readonly director: string
  readonly speakers: readonly Speaker[]
  readonly watched: readonly Watched[]
}
