import { laterBack, whichRun } from '../engine/taking-back.ts'
import { Failure } from '../model/failure.ts'
import { runTask } from './exec.ts'
import type { Locking } from './locking.ts'
import type { InventoryOptions } from './options.ts'
import type { RunOptions, RunResult } from './run.ts'

/** Which machines are taken back. */
export interface RollbackOptions extends InventoryOptions, RunOptions, Locking {
  /** Pattern of hosts: `a:b`, `&c`, `!d`, globs. */
  readonly hosts: string
  /** The run, by the eight letters that `history` shows; the last one that changed any of these hosts where it is not said. */
  readonly run?: string
}

/** A run whose former state machines keep. */
export interface FormerRun {
  readonly run: string
  /** Seconds since the epoch, by the clock of the machine that it changed first. */
  readonly since: number
  readonly hosts: readonly string[]
}

/** The runs before which these machines can be taken back, the last one first. */
export async function formerRuns(
  options: Omit<RollbackOptions, 'run'>,
): Promise<{ readonly runs: readonly FormerRun[]; readonly result: RunResult }> {
  const asked = { ...options, kind: 'shell', fields: whichRun }
  const result = await runTask(asked, { did: 'rollback', locks: false })
  const runs = new Map<string, FormerRun>()
  for (const { host, output = '' } of result.steps) {
    const [, run, since] = /^kept ([0-9a-z]+) (\d+)$/m.exec(output) ?? []
    if (run === undefined) continue
    const known = runs.get(run)
    runs.set(run, {
      run,
      since: Math.min(Number(since), known?.since ?? Number.POSITIVE_INFINITY),
      hosts: [...(known?.hosts ?? []), host],
    })
  }
  return { runs: [...runs.values()].toSorted((one, other) => other.since - one.since), result }
}

/**
 * Takes machines back to what they were before a run, one after the other; `steps` of the result has what each says. Throws
 * INVALID_INPUT where no machine keeps what was before it.
 */
export async function rollback({ run: named, ...options }: RollbackOptions): Promise<RunResult> {
  const { onEvent: _, ...quietly } = options
  const { runs, result } = await formerRuns(quietly)
  if (result.failures.length > 0 && named === undefined) return result
  const run = named === undefined ? runs[0] : runs.find((one) => one.run === named)
  if (!run)
    throw new Failure(
      'INVALID_INPUT',
      named === undefined
        ? 'none of these machines keeps what was there before a run'
        : `none of these machines keeps what was there before the run ${named}`,
      {
        next: 'understudy rollback --list shows what can be taken back: the last run that changed a machine',
      },
    )
  const going = {
    ...options,
    hosts: run.hosts.join(':'),
    forks: 1,
    kind: 'shell',
    fields: laterBack(run.run),
  }
  return runTask(going, { did: 'rollback', locks: true })
}
