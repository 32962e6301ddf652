import { z } from 'zod'
import { asked } from './kept.ts'

/** What machines are told of a run before its first step there, so that it can be gone on with. */
const begunRun = z.strictObject({
  made: z.strictObject({ at: z.string(), by: z.string(), understudy: z.string() }),
  asked,
  salt: z.string(),
})

export type BegunRun = z.infer<typeof begunRun>

/** In one line. */
export function writtenRun(run: BegunRun): string {
  return JSON.stringify(run)
}

/** The run that was written so; `undefined` where it was by another version of understudy, or is not whole. */
export function readRun(line: string): BegunRun | undefined {
  try {
    return begunRun.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
