import { Failure } from '../model/failure.ts'
import type { AskStep } from '../model/stepping.ts'
import type { HostRun } from './host.ts'
import { keyed } from './plan.ts'
import type { PlacedStep } from './planning.ts'

/** What is sent after somebody was asked: nothing where it is to be left out. The next one is asked when this is disposed of. */
export interface Agreed extends Disposable {
  readonly batch: readonly PlacedStep[]
}

/** Asks of each change before it is sent, one after the other, whichever host it is for. */
export class Stepping {
  readonly #ask: AskStep
  readonly #signal: AbortSignal
  readonly #agreed = new Set<string>()
  #turn: Promise<void> = Promise.resolve()
  #asksNoMore = false
  #isOver = false

  constructor(ask: AskStep, signal: AbortSignal) {
    this.#ask = ask
    this.#signal = signal
  }

  /** Asks of one change. Throws INTERRUPTED where somebody ended the run. */
  async take(run: HostRun, placed: PlacedStep): Promise<Agreed> {
    const before = this.#turn
    let next = () => {}
    this.#turn = new Promise((done) => {
      next = done
    })
    await before
    try {
      const isMade = await this.#agrees(run, placed)
      if (!isMade) run.carried.leaveOut(placed)
      return { batch: isMade ? [placed] : [], [Symbol.dispose]: next }
    } catch (error) {
      next()
      throw error
    }
  }

  async #agrees(run: HostRun, placed: PlacedStep): Promise<boolean> {
    const { step, key } = placed
    const { host } = run
    const place = `${host.name} ${key}`
    if (this.#isOver) throw ended(host.name)
    // What a run notes of itself on a host is no change; what was begun is finished.
    if (this.#asksNoMore || placed.asksAgain || this.#agreed.has(place) || step.id.startsWith('handler['))
      return true
    const choice = await this.#ask({ host, on: step.resource?.options.on, step: keyed(placed) }, this.#signal)
    if (choice === 'leave') return false
    if (choice === 'end') {
      this.#isOver = true
      throw ended(host.name)
    }
    if (choice === 'all') this.#asksNoMore = true
    this.#agreed.add(place)
    return true
  }
}

function ended(host: string): Failure {
  return new Failure('INTERRUPTED', 'ended at the terminal, before its next change', { where: { host } })
}
