import { Failure } from '../model/failure.ts'
import type { Program } from '../model/script.ts'

/**
 * How long a host that has let us in may be silent, in multiples of the time it has to answer a connection (`--timeout`):
 * with the usual 15 s that is a minute and a half, 5 minutes, and an hour.
 */
export const patience = { question: 6, change: 20, longChange: 240 } as const

/** Seconds in which a program that waits for another one to release the host ends by itself. */
const lockPatience = 1000

/** Multiples of the same after which those who watch are told for the first time; each further time takes twice as long. */
const firstWord = 2

/** Rejects when a host has been waited for that long; the timer must be cleared. */
export function tooLate(what: string, seconds: number): { readonly promise: Promise<never>; clear(): void } {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silent(what, seconds)), seconds * 1000)
  })
  promise.catch(() => undefined)
  return { promise, clear: () => clearTimeout(timer) }
}

/** What a host is waited for, and since when. */
export interface Wait {
  readonly what: string
  /** So far. */
  readonly seconds: number
}

/**
 * Watches a program by its marks. Each may come once: marks that nobody waits for do not buy time. `expired` is aborted
 * with a failure when the host is silent for too long.
 */
export class Deadlines {
  readonly #program: Program
  readonly #timeout: number
  readonly #expired = new AbortController()
  readonly #seen = new Set<string>()
  #what = 'its shell'
  #isStep = false
  #since = performance.now()
  #timer: NodeJS.Timeout | undefined
  #nextWord: number

  constructor(program: Program, timeoutSeconds: number) {
    this.#program = program
    this.#timeout = timeoutSeconds
    this.#nextWord = firstWord * timeoutSeconds
    this.#wait('its shell', patience.question * timeoutSeconds)
  }

  get expired(): AbortSignal {
    return this.#expired.signal
  }

  /** A mark has come. */
  mark(verb: string, index: number): void {
    const key = `${verb} ${index}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const { asks, steps } = this.#program
    const step = steps[index]
    if (verb === 'start' && step)
      this.#wait(step.title, this.#timeout * (step.long ? patience.longChange : patience.change), true)
    else if (verb === 'locked') this.#wait('another run to end', lockPatience)
    else if (verb === 'ask')
      this.#wait(`its answer to "${asks[index] ?? index}"`, patience.question * this.#timeout)
    else if (verb === 'answer' || verb === 'finish')
      this.#wait('its next word', patience.question * this.#timeout)
  }

  /** Resolves when it is time to tell for how long a host has been waited for; the timer must be cleared. */
  word(): { readonly told: Promise<Wait>; clear(): void } {
    let timer: NodeJS.Timeout | undefined
    const told = new Promise<Wait>((resolve) => {
      const left = this.#since + 1000 * this.#nextWord - performance.now()
      timer = setTimeout(
        () => {
          const seconds = this.#nextWord
          this.#nextWord *= 2
          resolve({ what: this.#what, seconds })
        },
        Math.max(0, left),
      )
    })
    return { told, clear: () => clearTimeout(timer) }
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #wait(what: string, seconds: number, isStep = false): void {
    clearTimeout(this.#timer)
    this.#what = what
    this.#isStep = isStep
    this.#since = performance.now()
    this.#nextWord = firstWord * this.#timeout
    this.#timer = setTimeout(() => this.#expired.abort(this.#failure(seconds)), seconds * 1000)
  }

  #failure(seconds: number): Failure {
    if (!this.#isStep) return silent(this.#what, seconds)
    return new Failure('STEP_FAILED', `${this.#what} has not ended within ${inWords(seconds)}`, {
      next: 'it goes on there, and nothing else of this run is begun; see what it waits for, or give --timeout more seconds',
    })
  }
}

function silent(what: string, seconds: number): Failure {
  return new Failure('UNREACHABLE', `the host lets us in, but we waited ${inWords(seconds)} for ${what}`, {
    next: 'log in and see what its shell waits for; where it is only slow, give --timeout more seconds',
  })
}

function inWords(seconds: number): string {
  return seconds >= 600 ? `${Math.round(seconds / 60)} min` : `${seconds} s`
}
