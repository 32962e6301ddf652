/** Lets a limited number of holders in at once, first come, first served. */
export interface Gate {
  /** Resolves to the function that gives the place back; rejects with the signal's reason on abort. */
  enter(signal: AbortSignal): Promise<() => void>
}

/** A gate with that many places. */
export function createGate(places: number): Gate {
  const waiting: (() => void)[] = []
  let free = places
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  const once = (): (() => void) => {
    let left = false
    return () => {
      if (!left) leave()
      left = true
    }
  }
  return {
    enter(signal) {
      if (signal.aborted) return Promise.reject(signal.reason)
      if (free > 0) {
        free -= 1
        return Promise.resolve(once())
      }
      return new Promise((resolve, reject) => {
        const admit = () => {
          signal.removeEventListener('abort', abandon)
          resolve(once())
        }
        const abandon = () => {
          waiting.splice(waiting.indexOf(admit), 1)
          reject(signal.reason)
        }
        waiting.push(admit)
        signal.addEventListener('abort', abandon, { once: true })
      })
    },
  }
}
