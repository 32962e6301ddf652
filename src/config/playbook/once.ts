import type { Failure } from '../../model/failure.ts'
import { problem } from '../problem.ts'
import type { Entry } from './spec.ts'
import { specsIn } from './tree.ts'

const next = 'write it among the tasks of the play itself, where all hosts can wait for it'

/** A part of a play that all its hosts go through before the next one begins. */
export interface Segment {
  readonly entries: readonly Entry[]
  /** One task that runs on one host. */
  readonly once: boolean
}

/** The tasks of a play, split where one of them runs once for all. */
export function segmentsOf(entries: readonly Entry[]): readonly Segment[] {
  const segments: { entries: Entry[]; once: boolean }[] = []
  for (const entry of entries) {
    const last = segments.at(-1)
    if (entry.runOnce) segments.push({ entries: [entry], once: true })
    else if (last && !last.once) last.entries.push(entry)
    else segments.push({ entries: [entry], once: false })
  }
  return segments
}

/** Notes tasks that are to run once where hosts cannot wait for each other. */
export function checkOnce(
  tasks: readonly Entry[],
  handlers: readonly Entry[],
  inWaves: boolean,
  problems: Failure[],
): void {
  problems.push(...onceInside(handlers))
  for (const entry of tasks) {
    if ('is' in entry && entry.is === 'block') problems.push(...onceInside([entry]))
    else if (entry.runOnce && inWaves)
      problems.push(
        problem('"run_once" cannot be done beside "serial"', entry.origin, 'write a play of its own for it'),
      )
  }
}

/** What is wrong with tasks that are to run once and stand inside others. */
export function onceInside(entries: readonly Entry[]): readonly Failure[] {
  return specsIn(entries)
    .filter(({ runOnce }) => runOnce)
    .map(({ origin }) =>
      problem(
        '"run_once" cannot be done in handlers, in what is included, or in a block with rescue or always',
        origin,
        next,
      ),
    )
}
