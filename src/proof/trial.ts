import { Election, latency, type Patience, type Surroundings } from './election.ts'
import { type Network, type Port, portOf, understands } from './network.ts'
import type { Situation } from './situations.ts'
import { atRest } from './situations.ts'
import type { Speaker, Told } from './speaker.ts'
import type { Blow, Found, State } from './standing.ts'

/** Who is master from when on. */
export interface Course {
  /** By the places of the speakers. */
  readonly states: readonly (readonly { readonly at: number; readonly state: State }[])[]
  readonly rested: boolean
}

/** An election once what befell it has had its effect, or is over. */
interface Outcome {
  readonly election: Election
  readonly course: Course
}

/** Lets elections take place among the instances of all directors. */
export class Trials {
  readonly speakers: readonly Speaker[]
  readonly #tolds: readonly Told[]
  /** The interface of each, and the link that it is on. */
  readonly #ports: readonly Port[]
  readonly #links: readonly (number | undefined)[]
  /** Whom each understands, and by whom it is understood, by their places. */
  readonly #understands: readonly (readonly number[])[]
  readonly #understood: readonly (readonly number[])[]
  readonly #pairs: number
  /** Seconds for which somebody may wait for whoever is gone, or before it takes over. */
  readonly longest: number
  /** How much work all elections were so far, and how much they may be. */
  #work = 0
  readonly #mostWork: number
  /** Many situations are over in the same way. */
  readonly #recovered = new Map<string, Outcome>()

  constructor(tolds: readonly Told[], network: Network, work = Number.POSITIVE_INFINITY) {
    this.#mostWork = work
    this.#tolds = tolds
    this.speakers = tolds.flatMap(({ speakers }) => speakers)
    this.#ports = this.speakers.map(({ director, interface: device }) => portOf(director, device))
    this.#links = this.#ports.map((port) => network.links.get(port))
    const pairs = pairsAmong(this.speakers)
    this.#pairs = pairs.reduce((sum, { length }) => sum + length, 0)
    this.#understands = pairs.map((others, to) =>
      others.filter((from) => isUnderstood(this.speakers, to, from)),
    )
    this.#understood = pairs.map((others, from) =>
      others.filter((to) => isUnderstood(this.speakers, to, from)),
    )
    this.longest = Math.max(
      1,
      ...this.speakers.map(
        ({ downAdverts, advert, preemptDelay }) => (downAdverts + 1) * advert + preemptDelay,
      ),
    )
  }

  /** Whether elections were as much work as they may be: what is told of the last one may not be all. */
  get isSpent(): boolean {
    return this.#work >= this.#mostWork
  }

  /** To judge what became of instances is work, too. */
  judged(instances: readonly number[], courses: readonly Course[]): void {
    for (const { states } of courses)
      for (const index of instances) this.#work += 3 + (states[index]?.length ?? 0)
  }

  /** The elections of which something else may come while all is well: each director comes first once, unless that is too much work. */
  rests(): readonly Election[] {
    const seen = new Map<string, Election>()
    for (const { director } of this.#tolds) {
      if (seen.size > 0 && this.isSpent) break
      const election = this.rest(director)
      seen.set(mastersOf(election), election)
    }
    return [...seen.values()]
  }

  /** What comes of it when one director is started, and all others once that one has come to rest. */
  rest(first: string): Election {
    const started = new Set<number>()
    const around = { ...this.#around(undefined), alive: (index: number) => started.has(index) }
    const election = new Election(around)
    for (const turn of [true, false]) {
      for (const told of this.#tolds.filter(({ director }) => (director === first) === turn)) {
        const found = this.#foundBy(told.director)
        for (const { speaker } of found) started.add(speaker)
        election.start(found)
      }
      election.run([], this.#patience(election.now))
    }
    this.#work += election.work
    return election
  }

  /**
   * What may come of a situation that befalls an election at rest: where a failure is noticed later than it happens, at two
   * unlucky moments; where something else happens with it, also when that failure is noticed at once; and where several wait equally
   * long, whichever of them comes first.
   */
  befall(rest: Election, situation: Situation): readonly Outcome[] {
    const around = this.#around(situation)
    const usual = this.#outcomes(rest, situation, around)
    const tied = new Set([rest, ...usual.map(({ election }) => election)].flatMap((one) => this.#tied(one)))
    const hasty = [...tied].flatMap((director) =>
      this.isSpent
        ? []
        : this.#outcomes(rest, situation, {
            ...around,
            haste: (index) => (this.speakers[index]?.director === director ? 3 * latency : 0),
          }),
    )
    return [...usual, ...hasty]
  }

  #outcomes(rest: Election, situation: Situation, around: Surroundings): readonly Outcome[] {
    return momentsOf(situation).flatMap((blows) => {
      const last = Math.max(0, ...blows.map(({ at }) => at))
      return (last > 0 ? [0, last] : [0]).map((then) => {
        const election = rest.continued(around, then)
        const before = election.standings.map(({ state }) => state)
        const rested = election.run(blows, this.#patience(last))
        this.#work += election.work
        return { election, course: courseOf(election, before, rested) }
      })
    })
  }

  /** Directors with instances that wait as long as one of another director: which of them comes first is chance. */
  #tied({ standings }: Election): readonly string[] {
    return this.speakers.flatMap((one, index) =>
      this.#understands[index]?.some(
        (at) =>
          [index, at].every((place) => standings[place]?.state !== 'FAULT') &&
          standings[index]?.effective === standings[at]?.effective,
      )
        ? [one.director]
        : [],
    )
  }

  /** What comes of it when all that befell it is over. */
  recover(election: Election, situation: Situation): Outcome {
    const downs = situation.plights.flatMap(({ down, director }) => (down ? [director] : []))
    this.#work += this.speakers.length
    const stand = election.standings.map(({ due: _, down: __, preemptAt: ___, ...one }) => one)
    const key = JSON.stringify([downs, stand])
    const known = this.#recovered.get(key)
    if (known) return known
    const back = election.continued(this.#around(undefined))
    for (const director of downs) back.start(this.#foundBy(director))
    const before = back.standings.map(({ state }) => state)
    const blows = situation.plights.flatMap((plight) =>
      plight.blows.map(({ speaker, faults, priority }) => ({
        ...{ at: 0, speaker },
        ...{ faults: -faults, priority: -priority },
      })),
    )
    const rested = back.run(blows, this.#patience(0))
    this.#work += back.work
    const recovery = { election: back, course: courseOf(back, before, rested) }
    this.#recovered.set(key, recovery)
    return recovery
  }

  #foundBy(director: string): readonly Found[] {
    const told = this.#tolds.find((one) => one.director === director)
    return [...this.speakers.entries()].flatMap(([speaker, one]) =>
      told && one.director === director ? [{ speaker, ...atRest(told, one) }] : [],
    )
  }

  #patience(from: number): Patience {
    // Whoever waits for a master that is heard no more has waited by then.
    return { quiet: this.longest + 0.1, limit: from + 20 * this.longest }
  }

  #around(situation: Situation | undefined): Surroundings {
    const { speakers } = this
    const { plights = [], partition } = situation ?? {}
    this.#work += this.#pairs
    const downs = new Set(plights.flatMap((one) => (one.down ? [one.director] : [])))
    const cut = new Set(plights.flatMap((one) => one.links.map((name) => portOf(one.director, name))))
    const off = this.#ports.map((port) => cut.has(port))
    const apart = speakers.map(({ director }) => partition?.apart.has(director) === true)
    const torn = this.#links.map((link) => link !== undefined && partition?.links.includes(link) === true)
    const reaches = (to: number, from: number) =>
      this.#links[to] === this.#links[from] &&
      !off[to] &&
      !off[from] &&
      !(torn[from] && apart[to] !== apart[from])
    const heard = this.#understood.map((others, from) => others.filter((to) => reaches(to, from)))
    return {
      speakers,
      alive: (index) => !downs.has(speakers[index]?.director ?? ''),
      listeners: (from) => heard[from] ?? [],
      above: (one, other) => comesLater(speakers[one], speakers[other], one - other),
    }
  }
}

/** Those of each that may understand it, by their places: nobody else has its VRID. */
function pairsAmong(speakers: readonly Speaker[]): readonly (readonly number[])[] {
  const sharing = new Map<string, number[]>()
  const keys = speakers.map(({ vrid, family }) => `${vrid} ${family}`)
  for (const [index, key] of keys.entries()) {
    const others = sharing.get(key)
    if (others) others.push(index)
    else sharing.set(key, [index])
  }
  return keys.map((key) => sharing.get(key) ?? [])
}

function isUnderstood(speakers: readonly Speaker[], to: number, from: number): boolean {
  return understands(speakers[to] as Speaker, speakers[from] as Speaker, speakers)
}

/**
 * When failures are noticed: all of them as late as they may be; and, where several things fail at once, those of one director or of
 * all at once, as that may decide who is first.
 */
function momentsOf({ plights, mishaps }: Situation): readonly (readonly Blow[])[] {
  const late = plights.flatMap(({ blows }) => blows)
  const slow = plights.filter(({ blows }) => blows.some(({ at }) => at > 0))
  if (slow.length === 0 || mishaps.length < 2) return [late]
  const early = (isEarly: (director: string) => boolean) =>
    plights.flatMap(({ director, blows }) =>
      isEarly(director) ? blows.map((blow) => ({ ...blow, at: 0 })) : blows,
    )
  return [
    late,
    early(() => true),
    ...(slow.length > 1 ? slow.map((one) => early((director) => director === one.director)) : []),
  ]
}

/** Whether an address is the higher one; where one is unknown, the order of the files stands for it. */
function comesLater(one: Speaker | undefined, other: Speaker | undefined, otherwise: number): boolean {
  if (one?.source === undefined || other?.source === undefined) return otherwise > 0
  const [first = '', second = ''] = [one.source, other.source].map(sortable)
  return first === second ? otherwise > 0 : first > second
}

/** An address such that texts compare as addresses do. */
function sortable(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((part) => part.padStart(3, '0'))
      .join('.')
  const [head = '', tail] = address.split('::')
  const heads = head.split(':').filter((part) => part !== '')
  const tails = (tail ?? '').split(':').filter((part) => part !== '')
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - heads.length - tails.length)).fill('0')
  return [...heads, ...zeros, ...tails].map((part) => part.padStart(4, '0')).join(':')
}

function mastersOf(election: Election): string {
  return election.standings.map(({ state }) => state[0]).join('')
}

function courseOf(election: Election, before: readonly State[], rested: boolean): Course {
  return {
    rested,
    states: before.map((state, index) => [
      { at: 0, state },
      ...election.turns.filter(({ speaker }) => speaker === index),
    ]),
  }
}
