/** Turns of hosts at tasks that are made on so many of them at a time. */
export class Turns {
  readonly #taken = new Map<string, number>()
  readonly #waiting = new Map<string, (() => void)[]>()

  /** Waits until it is this one's turn; disposing of it ends the turn. Throws where the signal says so. */
  async take(of: string, most: number, signal: AbortSignal): Promise<Disposable> {
    while ((this.#taken.get(of) ?? 0) >= most) {
      await new Promise<void>((resolve) => {
        this.#waiting.set(of, [...(this.#waiting.get(of) ?? []), resolve])
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      signal.throwIfAborted()
    }
    this.#taken.set(of, (this.#taken.get(of) ?? 0) + 1)
    return { [Symbol.dispose]: () => this.#end(of) }
  }

  #end(of: string): void {
    this.#taken.set(of, (this.#taken.get(of) ?? 1) - 1)
    const [next, ...others] = this.#waiting.get(of) ?? []
    this.#waiting.set(of, others)
    next?.()
  }
}
