import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/**
 * Waits until no run has this computer for itself: another checkout may be at its own tests, and runs that come upon each
 * other are refused after seconds. Gives up after five minutes, and lets the test say what it meets.
 */
export async function nobodyWorksHere(): Promise<void> {
  const locks = ['/run/understudy.held', '/tmp/understudy.held']
  for (let tries = 0; tries < 600 && locks.some((lock) => existsSync(lock)); tries += 1) await setTimeout(500)
}
