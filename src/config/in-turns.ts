import { setImmediate as turn } from 'node:timers/promises'

/** Work in small parts: each step of it does one. */
export type InParts<T> = Generator<undefined, T>

/** All of it, without a break. Throws what it throws. */
export function atOnce<T>(work: InParts<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** All of it, while whatever else goes on, such as connecting to hosts, has its turn between two parts. Rejects with what it throws. */
export async function inTurns<T>(work: InParts<T>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await turn()
  }
}
