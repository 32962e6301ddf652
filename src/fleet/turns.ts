import { createHash } from 'node:crypto'
import type { Schedule } from './order.ts'

/**
 * Which turn of a schedule a moment belongs to. Clusters begin their turns at different moments of an interval, each always at its
 * own: a thousand clusters that are verified every five minutes are verified at three or four a second.
 */
export function turnOf(cluster: string, { operation, every }: Schedule, now: number): number {
  return Math.floor((now / 1000 + shiftOf(cluster, operation, every)) / every)
}

/** Milliseconds since the epoch at which a turn begins. */
export function beginOf(cluster: string, { operation, every }: Schedule, turn: number): number {
  return 1000 * (turn * every - shiftOf(cluster, operation, every))
}

/** Seconds, less than the interval. */
function shiftOf(cluster: string, operation: string, every: number): number {
  return createHash('sha256').update(`${operation} ${cluster}`).digest().readUInt32BE(0) % every
}
