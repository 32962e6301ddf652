import { seeded } from '../../verify/balancers.ts'

/** Something that is done to one machine, whichever part of a cluster it plays. */
export interface Wound {
  /** In a few words. */
  readonly is: string
  /** A shell script that does it, run by root. */
  readonly by: string
  /** A shell script: what a person does where the plan refuses to undo it. */
  readonly remedy?: string
  /** A shell script: what a person does where nothing at all is planned before it is done. */
  readonly settlement?: string
  /** A shell script that removes what is somebody's own afterwards, and does no harm any more. */
  readonly leaves?: string
}

/** Chance that is the same at every run. */
export interface Chance {
  /** A whole number from 0 on, below a limit. */
  below(limit: number): number
  one<T>(of: readonly [T, ...(readonly T[])]): T
  /** As many of them as asked for, in a random order. */
  some<T>(of: readonly T[], count: number): readonly T[]
}

export function chanceOf(seed: number): Chance {
  const next = seeded(seed)
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    one: (of) => of[below(of.length)] ?? of[0],
    some: (of, count) => {
      const left = [...of]
      return Array.from({ length: Math.min(count, left.length) }, () =>
        left.splice(below(left.length), 1),
      ).flat()
    },
  }
}
