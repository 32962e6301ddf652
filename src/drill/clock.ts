import type { Script } from '../model/script.ts'
import { sh } from '../shell/quote.ts'

/** A program, in one line, that says that it listens, and then the time whenever it is given a line. */
export const tellTime: Script = sh`echo; while read -r us_asked; do date +%s.%N; done; exit`

/** What `tellTime` said, in milliseconds since the epoch. Busybox knows no %N: whole seconds are better than nothing. */
export function readTime(text: string): number {
  return Number(text.trim().replace(/\.%?N$/, '')) * 1000
}

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

/** Reads a clock so many times; the last reading may be wanting. `ask` resolves to its milliseconds since the epoch. */
export async function readClock(
  ask: () => Promise<number | undefined>,
  now: () => number,
  readings: number,
): Promise<readonly ClockSample[]> {
  const samples: ClockSample[] = []
  while (samples.length < readings) {
    const before = now()
    const theirs = await ask()
    if (theirs === undefined) break
    samples.push({ before, theirs, after: now() })
  }
  return samples
}
