import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

const clock: Sensor<number> = {
  name: 'clock',
  // Busybox knows no %N: whole seconds are better than nothing.
  ask: () => sh`date +%s.%N`,
  read: (output, subjects) => {
    const seconds = Number(output.trim().replace(/\.%?N$/, ''))
    return new Map(subjects.map((subject) => [subject, seconds * 1000]))
  },
}

/** Asks for the time of a machine, in milliseconds since the epoch. */
export const timeOfDay: Query<number> = { sensor: clock, subject: '', about: [] }

/** One reading of a machine's clock between two of ours. */
export interface ClockSample {
  readonly before: number
  readonly theirs: number
  readonly after: number
}

/** How far a machine's clock is ahead of ours, and by how much that may be wrong; both in milliseconds. */
export interface ClockDifference {
  readonly skew: number
  readonly doubt: number
}

/**
 * Of several samples the one with the shortest round trip counts, halved, as NTP does (RFC 5905, section 8); the
 * other half is the doubt.
 */
export function clockDifference(samples: readonly ClockSample[]): ClockDifference {
  const [best] = samples.toSorted((a, b) => a.after - a.before - (b.after - b.before))
  if (!best) return { skew: 0, doubt: 0 }
  return {
    skew: best.theirs - (best.before + best.after) / 2,
    doubt: (best.after - best.before) / 2,
  }
}
