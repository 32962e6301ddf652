import type { Failure } from '../model/failure.ts'
import { unchanged } from '../model/resource.ts'
import type { Control, Play } from '../model/task.ts'
import type { Came, Meeting } from './meeting.ts'
import { isBefore } from './moments.ts'
import type { Memorable } from './planning.ts'

/** A place in a play at which a host waits for the others of its wave. */
export interface Standing {
  readonly host: string
  readonly key: string
}

/** A place of a task as the hosts of one wave have it. */
interface Place {
  readonly id: string
  /** Index of the play, and number of the wave in it. */
  readonly play: number
  readonly number: number
  readonly wave: readonly string[]
}

/** Where hosts of a wave wait for each other: before tasks that run once, and behind those whose failure ends all. */
export class Meetings {
  readonly #plays: readonly Play[]
  readonly #isOut: (host: string, play: number) => boolean
  /** Who runs what, by wave and place: as it looks now, and for good. */
  readonly #foreseen = new Map<string, string>()
  readonly #leaders = new Map<string, string>()
  readonly #open = new Set<string>()
  readonly #came = new Map<string, Came>()
  /** Plays that a task ended for all, and in which of their waves. */
  readonly #ended = new Map<number, number>()
  /** Hosts that had failed when a task of a play forgave that. */
  readonly #forgiven = new Map<number, Set<string>>()

  constructor(plays: readonly Play[], isOut: (host: string, play: number) => boolean) {
    this.#plays = plays
    this.#isOut = isOut
  }

  /** What a task that runs once, at this place, is to this host. */
  at(key: string, host: string): Meeting {
    const { id, play, wave } = this.#place(key, host)
    const left = wave.filter((name) => !this.#isOut(name, play))
    const leader = this.#leaders.get(id) ?? this.#foreseen.get(id) ?? left[0] ?? host
    if (leader === host)
      return { is: 'leading', held: !this.#open.has(id) && left.some((name) => name !== host) }
    const came = this.#came.get(id)
    return { is: 'following', leader, ...(came ? { came } : {}) }
  }

  /** May a host go beyond this place? */
  isOpen(key: string, host: string): boolean {
    const { id, play, wave } = this.#place(key, host)
    return this.#open.has(id) || wave.every((name) => name === host || this.#isOut(name, play))
  }

  /** Has an earlier wave of the play ended it for all? */
  isOver(play: number, host: string): boolean {
    const ended = this.#ended.get(play)
    if (ended === undefined) return false
    return (this.#plays[play]?.waves ?? []).slice(ended + 1).some((wave) => wave.includes(host))
  }

  /** Hosts that had failed when a task of the play forgave that. */
  forgivenIn(play: number): ReadonlySet<string> {
    return this.#forgiven.get(play) ?? new Set()
  }

  /** Foresees who runs what, by the places that each host is going to come to: the first in the order of the wave. */
  foresee(coming: ReadonlyMap<string, readonly string[]>): void {
    this.#foreseen.clear()
    for (const [host, keys] of coming)
      for (const key of keys) {
        const { id, play, wave } = this.#place(key, host)
        const before = this.#foreseen.get(id)
        if (this.#isOut(host, play) || (before !== undefined && wave.indexOf(before) < wave.indexOf(host)))
          continue
        this.#foreseen.set(id, host)
      }
  }

  /** Tells the others what came of tasks that this host ran for all. */
  tell(host: string, memorable: readonly Memorable[], lastPlay: number): void {
    for (const { key, play, task, reached, expansion, result, failure } of memorable) {
      // What stands behind something that may fail may have to be done by another one.
      if (!task.once || !reached || play > lastPlay || !result) continue
      if (this.at(key, host).is !== 'leading') continue
      const place = this.#place(key, host)
      this.#leaders.set(place.id, host)
      this.#came.set(place.id, { result, expansion, ...(failure ? { failure } : {}) })
      if (expansion.is === 'control') this.#decided(expansion.controls, place)
    }
  }

  /** What a task that runs once says of other hosts than those who meet there. */
  #decided(controls: readonly Control[], { play, number, wave }: Place): void {
    for (const control of controls) {
      if (control.is === 'end' && control.of === 'all') this.#ended.set(play, number)
      if (control.is !== 'forgive') continue
      const before = this.#forgiven.get(play) ?? []
      this.#forgiven.set(play, new Set([...before, ...wave.filter((name) => this.#isOut(name, play))]))
    }
  }

  /** A host that ran something for all is lost: nothing will come of it. */
  lose(host: string, failure: Failure): void {
    for (const [id, leader] of this.#leaders)
      if (leader === host && !this.#came.has(id))
        this.#came.set(id, { result: { ...unchanged, failed: true, msg: failure.message }, failure })
  }

  /** Lets hosts go on that wait where nobody else is to come any more: those who have come the least far. */
  open(waiting: readonly Standing[]): boolean {
    const [first] = waiting
    if (!first) return false
    const key = waiting.reduce((one, next) => (isBefore(next.key, one) ? next.key : one), first.key)
    const there = waiting.filter((one) => one.key === key).map(({ host }) => host)
    const { id, wave } = this.#place(key, first.host)
    if (this.#open.has(id)) return false
    this.#open.add(id)
    const leader = wave.find((name) => there.includes(name))
    if (leader !== undefined && !this.#leaders.has(id)) this.#leaders.set(id, leader)
    return true
  }

  #place(key: string, host: string): Place {
    const play = Number(key.split('.')[0])
    const waves = this.#plays[play]?.waves ?? []
    const number = waves.findIndex((wave) => wave.includes(host))
    return { id: `${number}/${key}`, play, number, wave: waves[number] ?? [host] }
  }
}
