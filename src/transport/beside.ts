import { Readable } from 'node:stream'
import type { Channel, Ending } from './channel.ts'

/**
 * Characters that are kept of what is printed before anybody reads it: more than the reader would take. Beyond them nothing is
 * kept, and the reader finds that the end is missing.
 */
const mostKept = 64 * 1024 * 1024

/** The output of a program that shares a channel with the keeper of a lock, as a channel of its own. */
export class BesideKeeper {
  readonly channel: Channel
  readonly #printed = new Readable({ encoding: 'utf8', read: () => undefined })
  #began = false
  #left = mostKept
  #over: (ending: Ending) => void = () => undefined

  constructor(whole: Channel) {
    const ended = new Promise<Ending>((resolve) => {
      this.#over = resolve
    })
    // Closing the keeper's own channel would end the keeper.
    const close = () => {
      this.#left = 0
    }
    this.channel = { ...whole, stdout: this.#printed, ended, close }
  }

  /** The lock is had: what came before was printed by whatever a shell starts at login. */
  begin(): void {
    this.#began = true
  }

  /** Printed by the program. */
  take(text: string): void {
    if (!this.#began || this.#left <= 0) return
    this.#left -= text.length
    this.#printed.push(text, 'utf8')
  }

  /** It has ended, or nothing more can be heard of it. */
  end(ending: Ending): void {
    if (this.#left === Number.NEGATIVE_INFINITY) return
    this.#left = Number.NEGATIVE_INFINITY
    this.#printed.push(null)
    this.#over(ending)
  }
}
