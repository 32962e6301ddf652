import { setTimeout as pause } from 'node:timers/promises'
import { limited } from '../../engine/limit.ts'
import type { Result, Run } from '../../fleet/kept.ts'
import { countsAsFailure } from '../../fleet/outcome.ts'
import { mustStop } from '../../fleet/waves.ts'

/** What came of a cluster in a run. */
export type ClusterResult = Pick<Result, 'cluster' | 'status' | 'seconds' | 'changed'> & {
  readonly worker?: string
  readonly why?: string
}

/** How jobs of a run are carried out: by workers through the engine, or in this process. */
export interface Dispatch {
  /** Begins one; a result at once where it cannot be begun. */
  readonly begin: (cluster: string) => Promise<ClusterResult | undefined>
  /** Says that a wave begins, of so many clusters. */
  readonly wave: (wave: number, clusters: number) => Promise<void>
  /** What has come of those that were begun so far. */
  readonly results: () => Promise<ReadonlyMap<string, ClusterResult>>
  /** What the run was told meanwhile. */
  readonly told: () => Promise<Run['is']>
  /** Says how the run goes on, or ended. */
  readonly turn: (to: Run['is'], why?: string) => Promise<void>
  /** Clusters that are begun at the same time. */
  readonly atOnce: number
  /** Milliseconds between two looks. */
  readonly every: number
  /** Why these are not over, where nothing comes of them for long; nothing where there is nothing to wait for. */
  readonly whyStill?: (open: readonly string[]) => Promise<readonly StillEvent[]>
}

/** Why nothing comes of a run: something is amiss, or it takes its time. */
export type StillEvent = { readonly is: 'warning' | 'waiting'; readonly message: string }

/** What is told of a run while it goes on. */
export type DrivingEvent =
  | { readonly is: 'wave'; readonly wave: number; readonly of: number; readonly clusters: readonly string[] }
  | { readonly is: 'result'; readonly result: ClusterResult }
  | { readonly is: 'paused' }
  | StillEvent
  | { readonly is: 'stopped'; readonly why: string }

/** How a run ended. */
export interface Driven {
  readonly is: Run['is']
  readonly results: readonly ClusterResult[]
  /** Clusters whose turn did not come. */
  readonly left: readonly string[]
}

/** How long it may be still before somebody is told why, and between two times at most: milliseconds. */
const usualQuiet = 60_000
const mostQuiet = 600_000

/** How long nothing came: told once, and again after twice the time. */
class Silence {
  readonly #first: number
  #patience: number
  #since = performance.now()

  constructor(first: number) {
    this.#first = first
    this.#patience = first
  }

  broken(): void {
    this.#since = performance.now()
    this.#patience = this.#first
  }

  isLong(): boolean {
    if (performance.now() - this.#since < this.#patience) return false
    this.#since = performance.now()
    this.#patience = Math.min(2 * this.#patience, mostQuiet)
    return true
  }
}

/**
 * Drives a run through its waves: begins all of a wave, waits until all of it is over, and goes on unless too many failed. Who takes a run
 * up that somebody else began finds what is over, and goes on there.
 */
export async function drive(
  { waves, mayFail }: Pick<Run, 'waves' | 'mayFail'>,
  dispatch: Dispatch,
  {
    signal,
    onEvent,
    quietFor = usualQuiet,
  }: {
    readonly signal: AbortSignal
    readonly onEvent: (event: DrivingEvent) => void
    /** Milliseconds without anything new after which it is told why; then twice as many. */
    readonly quietFor?: number
  },
): Promise<Driven> {
  const all = waves.flat()
  const over = new Map<string, ClusterResult>()
  const collect = (found: Iterable<ClusterResult>) => {
    for (const result of found) {
      if (over.has(result.cluster) || !all.includes(result.cluster)) continue
      over.set(result.cluster, result)
      onEvent({ is: 'result', result })
    }
  }
  const ended = (is: Run['is']): Driven => ({
    is,
    results: [...over.values()],
    left: all.filter((cluster) => !over.has(cluster)),
  })
  for (const [index, wave] of waves.entries()) {
    collect((await dispatch.results()).values())
    const open = wave.filter((cluster) => !over.has(cluster))
    if (open.length === 0) continue
    const told = await unlessPaused(dispatch, signal, onEvent)
    if (told !== 'running') return ended(told)
    await dispatch.wave(index + 1, open.length)
    onEvent({ is: 'wave', wave: index + 1, of: waves.length, clusters: open })
    let [hasBegun, isAborted] = [false, false]
    const beginning = limited(dispatch.atOnce, open, async (cluster) => {
      if (signal.aborted || isAborted) return
      const refused = await dispatch.begin(cluster)
      if (refused) collect([refused])
    }).finally(() => {
      hasBegun = true
    })
    beginning.catch(() => undefined)
    const silence = new Silence(quietFor)
    // Of many, the first are over long before the last has begun.
    for (let before: Run['is'] = 'running'; !hasBegun || wave.some((cluster) => !over.has(cluster)); ) {
      const next = pause(dispatch.every, undefined, { signal }).catch(() => undefined)
      await (hasBegun ? next : Promise.race([next, beginning]))
      if (signal.aborted) break
      const known = over.size
      collect((await dispatch.results()).values())
      if (over.size > known) silence.broken()
      const now = await dispatch.told()
      isAborted = now === 'aborted'
      if (isAborted) break
      if (now === 'paused' && before !== 'paused') onEvent({ is: 'paused' })
      before = now
      if (!hasBegun || now !== 'running') silence.broken()
      else if (silence.isLong()) {
        const still = wave.filter((cluster) => !over.has(cluster))
        for (const event of (await dispatch.whyStill?.(still)) ?? []) onEvent(event)
      }
      if (hasBegun) await beginning
    }
    await beginning
    if (signal.aborted) return ended('running')
    if (isAborted) return ended('aborted')
    const failures = failuresOf(all, over)
    if (mustStop(failures, failuresOf(wave, over), mayFail)) {
      const isLast = over.size === all.length
      const why = `${failures.failed} of ${failures.done} failed`
      if (isLast) break
      onEvent({ is: 'stopped', why })
      await dispatch.turn('stopped', why)
      return ended('stopped')
    }
  }
  await dispatch.turn('done')
  return ended('done')
}

function failuresOf(clusters: readonly string[], over: ReadonlyMap<string, ClusterResult>) {
  const done = clusters.flatMap((cluster) => over.get(cluster) ?? [])
  return { all: clusters.length, done: done.length, failed: done.filter(isFailure).length }
}

/** Whether it counts against the share that may fail. */
export function isFailure({ status }: ClusterResult): boolean {
  return status === 'withdrawn' || status === 'dead' || countsAsFailure(status)
}

async function unlessPaused(
  dispatch: Dispatch,
  signal: AbortSignal,
  onEvent: (event: DrivingEvent) => void,
): Promise<Run['is']> {
  let told = await dispatch.told()
  if (told === 'paused') onEvent({ is: 'paused' })
  while (told === 'paused' && !signal.aborted) {
    await pause(dispatch.every, undefined, { signal }).catch(() => undefined)
    told = await dispatch.told()
  }
  return told
}
