import { TooMuch } from './failure.ts'

/** Steps of one rendering; ten thousand hosts with twenty lines each need a tenth of it. */
const mostSteps = 5_000_000
/** Letters of the longest text, and items of the longest list. */
const longestText = 16 * 1024 * 1024
const longestList = 1_000_000
/** Values inside values, macros inside macros. */
const deepest = 400

/** Counts the work of one rendering, and ends it when it is more than anybody can have meant. */
export interface Work {
  spend(steps?: number): void
  /** Refuses a text that would become longer than any can be. */
  text(length: number): void
  /** The same for a list. */
  list(length: number): void
  /** Does something one level deeper. */
  deeper<T>(work: () => T): T
}

/** Work that has not begun. */
export function newWork(): Work {
  let steps = 0
  let depth = 0
  return {
    spend: (more = 1) => {
      steps += more
      if (steps > mostSteps)
        throw new TooMuch(`this takes more than ${mostSteps} steps`, {
          next: 'loop over less, or compute it in parts',
        })
    },
    text: (length) => {
      if (length > longestText)
        throw new TooMuch(`this makes a text of more than ${longestText >> 20} MiB`, {
          next: 'make less of it',
        })
    },
    list: (length) => {
      if (length > longestList)
        throw new TooMuch(`this makes a list of more than ${longestList} items`, { next: 'make less of it' })
    },
    deeper: (work) => {
      depth += 1
      try {
        if (depth > deepest)
          throw new TooMuch(`this goes more than ${deepest} levels deep`, {
            next: 'end the recursion: a macro must stop calling itself, a value cannot hold itself',
          })
        return work()
      } finally {
        depth -= 1
      }
    },
  }
}
