import type { Connection } from './connection.ts'
import type { Destination } from './destination.ts'

/** Connections to machines in between: one for all hosts behind it, closed when the last of them is. */
export interface Jumps<To extends Connection = Connection> {
  use(
    through: Destination,
    open: (signal: AbortSignal) => Promise<To>,
  ): Promise<{ readonly connection: To; release(): void }>
}

interface Shared<To> {
  readonly opening: Promise<To>
  readonly abandon: AbortController
  users: number
}

/** The jump connections of one run. */
export function createJumps<To extends Connection = Connection>(): Jumps<To> {
  const shared = new Map<string, Shared<To>>()
  return {
    async use(through, open) {
      const key = JSON.stringify(through)
      const known = shared.get(key)
      const abandon = new AbortController()
      const one: Shared<To> = known ?? { opening: open(abandon.signal), abandon, users: 0 }
      shared.set(key, one)
      one.users += 1
      let released = false
      const release = () => {
        if (released) return
        released = true
        one.users -= 1
        if (one.users > 0) return
        if (shared.get(key) === one) shared.delete(key)
        one.abandon.abort()
        one.opening.then(
          (connection) => connection.close(),
          () => undefined,
        )
      }
      try {
        const connection = await one.opening
        if (connection.lost() === undefined) return { connection, release }
      } catch (error) {
        if (shared.get(key) === one) shared.delete(key)
        release()
        throw error
      }
      // It was lost since: whoever comes now gets a new one.
      if (shared.get(key) === one) shared.delete(key)
      release()
      return this.use(through, open)
    },
  }
}
