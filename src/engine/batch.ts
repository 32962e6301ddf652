import type { Change } from '../model/change.ts'
import type { Emit } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import { keptBefore } from '../model/kept.ts'
import { changeOf } from '../model/plan.ts'
import type { Resource } from '../model/resource.ts'
import { keepBefore } from '../shell/former.ts'
import type { StepScript } from '../shell/program.ts'
import { lines, sh } from '../shell/quote.ts'
import { keepFinished } from './finished.ts'
import type { HostRun } from './host.ts'
import { noteChanged } from './keeping.ts'
import type { PlacedStep } from './planning.ts'
import { waited } from './time.ts'
import type { Turns } from './turns.ts'

/** What sending steps to a host needs beside them. */
export interface Sending {
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Whose questions are asked again at the end. */
  readonly resources: readonly Resource[]
  readonly disturbed: Change['disturbs']
  readonly turns: Turns
}

/** Sends settled steps as one program, and keeps what came of each. Throws the failures of the connection. */
export async function runBatch(
  run: HostRun,
  batch: readonly PlacedStep[],
  { emit, signal, resources, disturbed, turns }: Sending,
): Promise<void> {
  const [first] = batch
  if (first?.wait) await waited(first.wait, signal)
  const steps: StepScript[] = []
  for (const placed of batch) steps.push(await stepScript(run, placed, signal))
  const { throttle } = first?.step.resource?.options ?? {}
  using _turn = throttle && (await turns.take(throttle.of, throttle.most, signal))
  let since = 0
  const { on } = first?.step.resource?.options ?? {}
  const { record } = run
  const recorded = on === undefined ? record.opening() : undefined
  await run.trip(resources, signal, {
    steps,
    recorded,
    on,
    disturbed,
    onStep: (frame) => {
      const placed = batch[frame.index]
      if (!placed) return
      const { id, title, play } = placed.step
      const common = { host: run.host.name, step: id, title, play }
      if (frame.is === 'step-started') {
        since = performance.now()
        emit({ is: 'step-started', ...common })
        return
      }
      const finished = { ...frame, milliseconds: performance.now() - since }
      if (on !== undefined) record.noteEnd(placed, finished)
      keepFinished(run, placed, finished, emit)
    },
  })
  if (recorded) record.keep(recorded)
}

async function stepScript(run: HostRun, placed: PlacedStep, signal: AbortSignal): Promise<StepScript> {
  const { step } = placed
  const change = changeOf(step)
  if (!change || !step.resource) throw new Error(`${step.id} has nothing to run`)
  const uploads: Record<string, string> = {}
  for (const upload of change.uploads ?? [])
    uploads[upload.name] = await run.sent.upload(upload, signal, step.resource.options.on)
  const { ignoreErrors, runAs, environment, pause, timeout, left, noLog } = step.resource.options
  if (left !== undefined && Object.keys(uploads).length > 0)
    throw new Failure('INVALID_INPUT', 'what needs a large content sent along cannot be left alone', {
      where: { resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
      next: 'give it a poll above 0',
    })
  const { keeping, record } = run
  const records = step.resource.options.on === undefined ? record.recordsOf(placed) : undefined
  const kept = keeping ? keptBefore(step.id, change) : []
  const before = [
    ...(pause === undefined ? [] : [sh`sleep ${pause}`]),
    ...(keeping && kept.length > 0 ? [keepBefore(keeping.run, kept)] : []),
  ]
  if (keeping && kept.length > 0) noteChanged(keeping, step.resource.options.on ?? run.host.name)
  return {
    script: change.script,
    ...(change.unneeded && step.verdict.is === 'provisional' ? { unneeded: change.unneeded } : {}),
    ...(before.length > 0 ? { before: lines(...before) } : {}),
    ...(kept.length > 0 ? { keeps: true } : {}),
    title: step.id,
    takesLong: change.takesLong ?? pause !== undefined,
    ignoreErrors,
    environment,
    uploads,
    ...(change.reads ? { isRead: true } : {}),
    ...(noLog ? { isSecret: true } : {}),
    ...(runAs ? { runAs } : {}),
    ...(timeout === undefined ? {} : { timeout }),
    ...(left === undefined ? {} : { left }),
    ...(records ? { records } : {}),
    ...(placed.notes ? { notes: placed.notes } : {}),
    ...(placed.forgets ? { forgets: placed.forgets } : {}),
  }
}
