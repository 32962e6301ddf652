import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where it is written how the preparation of images and packages ended; from `test/e2e/prepare.ts`. */
    preparation?: string
  }
}

/** Waits until all that machines are made of is there; throws what went wrong with it. */
export async function prepared(outcome: string): Promise<void> {
  while (!existsSync(outcome)) await pause(500)
  const trouble = readFileSync(outcome, 'utf8')
  if (trouble !== '') throw new Error(`images and packages could not be prepared: ${trouble}`)
}
