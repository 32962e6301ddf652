import type { Registered } from '../model/resource.ts'
import type { Outcome, PlacedStep } from './planning.ts'

/** How often anything was carried out, on all hosts of a run together. */
export interface Deeds {
  count: number
}

/** What a run has carried out on a host. */
export class Carried {
  /** Keys of steps carried out, and how often each changed something. */
  readonly done = new Map<string, number>()
  readonly outcomes = new Map<string, Outcome>()
  readonly tries = new Map<string, number>()
  /** Keys of changes that somebody wanted to be left out. */
  readonly leftOut = new Set<string>()
  failed = 0
  readonly #deeds: Deeds

  constructor(deeds: Deeds) {
    this.#deeds = deeds
  }

  /** Keeps what came of a step; nothing where it only asked again. */
  keep({ key }: PlacedStep, outcome: Outcome | undefined): void {
    this.#deeds.count += 1
    if (!outcome) return
    this.outcomes.delete(key)
    this.outcomes.set(key, outcome)
    if (outcome.failure) this.failed += 1
    else if (!outcome.again) this.done.set(key, (this.done.get(key) ?? 0) + 1)
  }

  /** Keeps that a change is not to be made. */
  leaveOut({ key }: PlacedStep): void {
    this.#deeds.count += 1
    this.leftOut.add(key)
  }

  /** How often anything was changed. */
  get count(): number {
    return [...this.done.values()].reduce((sum, times) => sum + times, 0)
  }

  /** Adds to the result of a step what is known later only. */
  tellBeside({ key }: PlacedStep, told: Registered['found']): void {
    const outcome = this.outcomes.get(key)
    if (!outcome) return
    this.#deeds.count += 1
    const { result } = outcome
    this.outcomes.set(key, { ...outcome, result: { ...result, found: { ...result.found, ...told } } })
  }

  /** Counts an attempt at a step that is tried until something holds. */
  countTry(key: string): number {
    this.#deeds.count += 1
    const times = (this.tries.get(key) ?? 0) + 1
    this.tries.set(key, times)
    return times
  }
}
