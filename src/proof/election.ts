import { Dues } from './dues.ts'
import type { Speaker } from './speaker.ts'
import type { Blow, Found, Standing, Turn } from './standing.ts'
import { Instances } from './state-machine.ts'

/** Seconds between an advert that is sent and one that is heard. */
export const latency = 0.0005

/** Whose instances have changed so often, one with another, never comes to rest. */
const mostTurns = 40

const never = Number.POSITIVE_INFINITY

interface Message {
  readonly at: number
  readonly to: number
  readonly from: number
  readonly priority: number
}

/** What surrounds an election. */
export interface Surroundings {
  readonly speakers: readonly Speaker[]
  /** Whom an advert sent now reaches, and who understands it. */
  readonly listeners: (from: number) => readonly number[]
  readonly alive: (speaker: number) => boolean
  /** Between equals the higher address decides: whether the first has it. */
  readonly above: (one: number, other: number) => boolean
  /** Seconds by which one is a little faster than others that wait as long; none is, unless told. */
  readonly haste?: (speaker: number) => number
}

/** How long nothing may change until an election counts as over, and when it is given up, in seconds. */
export interface Patience {
  readonly quiet: number
  readonly limit: number
}

/** Instances that speak to each other, in a time of their own. */
export class Election {
  now = 0
  /** How much work it was: each who takes part, each message, each timeout. */
  work: number
  readonly #around: Surroundings
  readonly #instances: Instances
  readonly #dues = new Dues()
  /** What was noted of each last: the same again would only be in the way. */
  readonly #noted: number[] = []
  #messages: Message[] = []

  constructor(around: Surroundings) {
    this.#around = around
    const { speakers, listeners, above, haste = () => 0 } = around
    this.work = speakers.length
    this.#instances = new Instances({
      ...{ speakers, above, haste },
      now: () => this.now,
      advertise: (from, priority) => {
        const at = this.now + latency
        for (const to of listeners(from)) this.#messages.push({ at, to, from, priority })
      },
    })
  }

  get standings(): readonly Standing[] {
    return this.#instances.standings
  }

  get turns(): readonly Turn[] {
    return this.#instances.turns
  }

  /** keepalived starts on a machine, and finds this of what its instances watch. */
  start(found: readonly Found[]): void {
    this.#instances.start(found)
    for (const { speaker } of found) this.#note(speaker)
  }

  /**
   * Another election that goes on from here among other surroundings, at an unlucky moment: everybody has just been told who is
   * master, or will be right before `then`.
   */
  continued(around: Surroundings, then = 0): Election {
    const other = new Election(around)
    other.#instances.resume(this.#instances)
    other.standings.forEach((own, index) => {
      own.preemptAt = 0
      if (own.state === 'FAULT') return
      other.#instances.wait(index)
      const rest = then % own.masterAdvert
      if (then > 0) own.due -= (rest > 0 ? own.masterAdvert - rest : 0) + 2 * latency
    })
    for (const index of other.standings.keys()) other.#note(index)
    return other
  }

  /** Lets time pass until nothing changes any more, or until patience ends; tells whether it came to rest. */
  run(blows: readonly Blow[], { quiet, limit }: Patience): boolean {
    const coming = blows.toSorted((one, other) => one.at - other.at)
    let since = this.now
    for (let seen = this.turns.length; ; ) {
      const [blow] = coming
      const next = Math.min(blow?.at ?? never, this.#messages[0]?.at ?? never, this.#due())
      if (next === never || (!blow && next > since + quiet)) return true
      if (next > limit || this.turns.length > mostTurns * this.standings.length) return false
      this.work++
      this.now = next
      if (blow && blow.at <= next) {
        coming.shift()
        if (this.#around.alive(blow.speaker)) {
          this.#instances.strike(blow)
          this.#note(blow.speaker)
        }
        since = this.now
      } else this.#step()
      if (this.turns.length > seen) since = this.now
      seen = this.turns.length
    }
  }

  #due(): number {
    return this.#next()?.at ?? never
  }

  #next() {
    return this.#dues.first(({ at, of }) => this.standings[of]?.due === at && this.#around.alive(of))
  }

  /** What happens to one may have it, and those of its group, wait for another time. */
  #note(index: number): void {
    for (const one of this.#instances.together(index)) {
      const due = this.standings[one]?.due ?? never
      if (due === never || due === this.#noted[one]) continue
      this.#noted[one] = due
      this.#dues.add(due, one)
    }
  }

  #step(): void {
    const { alive } = this.#around
    const [message] = this.#messages
    if (message && message.at <= this.now) {
      this.#messages.shift()
      if (alive(message.to)) {
        this.#instances.hear(message.to, message.from, message.priority)
        this.#note(message.to)
      }
      return
    }
    const next = this.#next()
    if (!next || next.at > this.now) return
    this.#instances.timeout(next.of)
    this.#note(next.of)
  }
}
