import { loadMachines } from '../config/index.ts'
import { progressOn } from '../engine/asking.ts'
import type { HostRun } from '../engine/host.ts'
import { Failure, Problems } from '../model/failure.ts'
import type { Progress } from '../model/progress.ts'
import { type BegunRun, readRun } from '../plans/begun-run.ts'
import { stale } from '../plans/moved.ts'
import { type ApplyOptions, carriedOut } from './carried-out.ts'
import { connector } from './connector.ts'
import { endedBy, uninterrupted } from './interruption.ts'
import { askingAgain, ourVersion } from './keeping.ts'
import { secretTeller } from './options.ts'
import { type GoneOnWith, recorder } from './recording.ts'
import type { RunResult } from './run.ts'
import { sessionPool } from './sessions.ts'

/** What is not said here is as it was for the run that is gone on with. */
export type ResumeOptions = Omit<ApplyOptions, 'playbook'> & {
  readonly playbook?: string | undefined
  /** Was the inventory named, or is it the one that is found where nobody names one? */
  readonly namesInventory?: boolean
}

/**
 * Goes on with the last `apply` of these machines that was cut off, or failed: what had ended is not done again, and what came of
 * it is known to what comes after. Throws INVALID_INPUT where there is none, and PLAN_STALE, before anything is changed, where
 * something has moved since.
 */
export async function resume({ namesInventory = true, ...given }: ResumeOptions): Promise<RunResult> {
  const found = await progressOf(given)
  const goesOn = lastOf(found)
  const { begun, run, before } = goesOn
  const name = `run ${run}`
  if (begun.made.understudy !== ourVersion())
    throw new Failure(
      'INVALID_INPUT',
      `${name} was begun by understudy ${begun.made.understudy}, and this is ${ourVersion()}: its steps may be others`,
      { next: 'go on with that one, or begin anew: understudy apply' },
    )
  const { playbook, inventory, ...others } = given
  const named = namesInventory ? { inventory } : {}
  if (playbook !== undefined && playbook !== begun.asked.playbook)
    throw new Failure(
      'INVALID_INPUT',
      `${name} was of ${begun.asked.playbook ?? 'the playbook that comes with understudy'}, and this says ${playbook}`,
      { next: `leave it out, or ${anew}` },
    )
  const options = { ...given, ...askingAgain(name, begun, { ...others, ...named }, anew) }
  const { at, by } = begun.made
  const ended = [...before].map(([host, { ended }]) => `${host}: ${ended.size}`)
  given.onEvent?.({
    is: 'warning',
    message: `goes on with run ${run}, which ${by} began at ${at}; steps that had ended: ${ended.join(', ')}`,
  })
  const records = recorder(options, goesOn)
  return carriedOut(options, records, async (intent, { hosts }) => {
    await nobodyElse(hosts, found, given.signal ?? uninterrupted)
    const moved = movedFiles(before, records.sums(intent), name)
    if (moved.length > 0)
      throw new Problems('PLAN_STALE', [
        new Failure('PLAN_STALE', `${name} cannot be gone on with, and nothing was changed`, {
          next: `put back what moved, or ${anew}`,
        }),
        ...moved,
      ])
    return undefined
  })
}

const anew = 'begin anew: understudy apply'

/** What each machine that can be reached has recorded. */
async function progressOf(options: ResumeOptions): Promise<ReadonlyMap<string, Progress | undefined>> {
  const { inventory, limit, extraVars = [], vaultPasswords, become, settings } = options
  const { signal = uninterrupted } = options
  const asked = { inventory, limit, extraVars, vaultPasswords, become, settings }
  const { machines, chosen } = await loadMachines({ ...asked, onSecret: secretTeller(options) })
  const { open } = await connector(options)
  await using pool = sessionPool(machines, open, signal)
  const told = await Promise.all(
    chosen.map(async (host) => {
      try {
        return [[host, await progressOn(await pool.session(host), signal)] as const]
      } catch (error) {
        // What such a machine had done is not known: where it answers later, it is refused.
        if (error instanceof Failure && error.code !== 'INTERRUPTED') return []
        throw endedBy(error, signal)
      }
    }),
  )
  return new Map(told.flat())
}

/** The last run that any of these machines has recorded. Throws INVALID_INPUT where nothing of it is left to do. */
function lastOf(found: ReadonlyMap<string, Progress | undefined>): GoneOnWith {
  const all = [...found].flatMap(([host, progress]) => (progress ? [{ host, progress }] : []))
  const known = all.map((one) => ({ ...one, begun: readRun(one.progress.asked) }))
  const [last] = known.toSorted((one, other) => timeOf(other.begun) - timeOf(one.begun))
  if (!last)
    throw new Failure(
      'INVALID_INPUT',
      'none of these machines knows of an apply that is to be gone on with',
      {
        next: found.size === 0 ? 'none of them could be reached' : anew,
      },
    )
  const { begun } = last
  if (!begun)
    throw new Failure('INVALID_INPUT', `what ${last.host} keeps of its last apply is of another understudy`, {
      where: { host: last.host },
      next: anew,
    })
  const { run, isOver } = last.progress
  if (isOver)
    throw new Failure(
      'INVALID_INPUT',
      `nothing is left to do: the last apply of these machines, run ${run} of ${begun.made.by} at ${begun.made.at}, came to its end`,
      { next: anew },
    )
  const before = all.filter(({ progress }) => progress.run === run)
  return { run, begun, before: new Map(before.map(({ host, progress }) => [host, progress])) }
}

function timeOf(begun: BegunRun | undefined): number {
  return begun ? Date.parse(begun.made.at) : Number.NEGATIVE_INFINITY
}

/** Throws PLAN_STALE where a machine has recorded something else meanwhile: another run was there, or this one went on. */
async function nobodyElse(
  hosts: readonly HostRun[],
  found: ReadonlyMap<string, Progress | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const others = await Promise.all(
    hosts.map(async ({ host: { name }, openSession }) => {
      if (!openSession) return []
      const now = await progressOn(openSession, signal)
      if (found.has(name) && traceOf(now) === traceOf(found.get(name))) return []
      return [stale('another run was here meanwhile, or the one that was to be gone on with still is', name)]
    }),
  )
  const all = others.flat()
  if (all.length > 0) throw new Problems('PLAN_STALE', all)
}

function traceOf(progress: Progress | undefined): string {
  return progress ? `${progress.run} ${progress.isOver} ${progress.ended.size}` : ''
}

/** Files that machines know of and that are not what they were. */
function movedFiles(
  before: ReadonlyMap<string, Progress>,
  now: ReadonlyMap<string, string>,
  name: string,
): readonly Failure[] {
  const files = new Map([...before.values()].flatMap(({ files }) => [...files]))
  return [...files].flatMap(([path, digest]) => {
    const found = now.get(path)
    if (found === digest) return []
    return [
      stale(
        found === undefined
          ? `${path} was read for ${name}, and is not read any more`
          : `${path} was changed since ${name} was begun`,
      ),
    ]
  })
}
