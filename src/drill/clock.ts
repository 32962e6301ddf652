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

/**
 * How far a machine's clock is ahead of ours, in milliseconds: of several samples the one with the shortest
 * round trip, halved, as NTP does (RFC 5905, section 8).
 */
export function skew(samples: readonly ClockSample[]): number {
  const [best] = samples.toSorted((a, b) => a.after - a.before - (b.after - b.before))
  return best ? best.theirs - (best.before + best.after) / 2 : 0
}
