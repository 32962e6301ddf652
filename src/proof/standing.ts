import type { Speaker } from './speaker.ts'

export type State = 'BACKUP' | 'MASTER' | 'FAULT'

/** What an instance makes of what it watches. */
export interface Found {
  readonly speaker: number
  /** How many of these things make it give up, and what is added to its priority. */
  readonly faults: number
  readonly priority: number
}

/** How much of that changes at some time. */
export interface Blow extends Found {
  readonly at: number
}

/** That an instance became something else. */
export interface Turn {
  readonly at: number
  readonly speaker: number
  readonly state: State
}

/** Where an instance of one director stands. */
export interface Standing {
  state: State
  /** What it goes to as soon as its group lets it. */
  want: State
  /** How many of the things that it watches make it give up. */
  faults: number
  /** Its priority with all that is added, and what is left of that. */
  total: number
  effective: number
  /** keepalived lowers it where two own the same address. */
  base: number
  /** Seconds between adverts of whoever is master. */
  masterAdvert: number
  /** Seconds without an advert after which it takes over. */
  down: number
  /** When it speaks or takes over next. */
  due: number
  /** From when on it takes over from a lower one; 0: nobody lower was heard. */
  preemptAt: number
}

/** An instance that has just been started. */
export function fresh({ priority, advert, startsAsMaster }: Speaker): Standing {
  return {
    ...{ state: 'BACKUP', want: startsAsMaster ? 'MASTER' : 'BACKUP', faults: 0 },
    ...{ total: priority, effective: priority, base: priority, masterAdvert: advert },
    ...{ down: 0, due: Number.POSITIVE_INFINITY, preemptAt: 0 },
  }
}

/** The priority that others are told (vrrp_track.c, vrrp_set_effective_priority). */
export function told({ base, total }: Standing): number {
  return base === 255 ? 255 : Math.min(254, Math.max(1, total))
}

/** The members of a `vrrp_sync_group`, what state it is in, and how many of them give up. */
export interface Group {
  readonly members: readonly number[]
  state: State
  faulty: number
}

/** What instances do to what is around them. */
export interface Around {
  readonly speakers: readonly Speaker[]
  readonly now: () => number
  readonly advertise: (from: number, priority: number) => void
  /** Between equals the higher address decides: whether the first has it. */
  readonly above: (one: number, other: number) => boolean
  /** Seconds by which one is a little faster than its clock says: no two machines' clocks agree. */
  readonly haste: (speaker: number) => number
}
