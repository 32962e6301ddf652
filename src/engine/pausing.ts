import type { Emit } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import type { Pausing } from '../model/pausing.ts'
import { changeOf } from '../model/plan.ts'
import type { Registered } from '../model/resource.ts'
import { keepFinished } from './finished.ts'
import type { HostRun } from './host.ts'
import type { Paused, Pauses } from './pauses.ts'
import type { PlacedStep } from './planning.ts'
import { type Finished, overdue } from './printed.ts'

/** The pause that a step is, where it is one. */
export function pauseOf({ step }: PlacedStep): Pausing | undefined {
  return changeOf(step)?.pauses
}

/** Pauses instead of sending something, and keeps what came of it. Throws INTERRUPTED. */
export async function runPause(
  run: HostRun,
  placed: PlacedStep,
  pausing: Pausing,
  { emit, pauses }: { readonly emit: Emit; readonly pauses: Pauses },
): Promise<void> {
  const { step, key } = placed
  const host = run.host.name
  const { left, timeout } = step.resource?.options ?? {}
  if (left !== undefined)
    throw new Failure('INVALID_INPUT', 'a pause cannot be left alone', {
      where: { host, resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
      next: 'remove "async"',
    })
  emit({ is: 'step-started', host, step: step.id, title: step.title, play: step.play })
  const paused = await pauses.take(host, key, { ...pausing, title: step.title })
  const { milliseconds } = paused
  const isLate = timeout !== undefined && milliseconds > 1000 * timeout
  const status = paused.isAborted ? 1 : isLate ? overdue : 0
  keepFinished(run, placed, { ...told(pausing, paused), status, milliseconds }, emit)
}

/** What a pause tells, as Ansible does: rounded, and in the time of this computer. */
function told(
  { isSecret, unit }: Pausing,
  { start, stop, milliseconds, answer, isAborted }: Paused,
): Pick<Finished, 'stdout' | 'stderr' | 'found' | 'isSecret'> {
  const seconds = milliseconds / 1000
  const amount = Math.round(100 * (unit === 'minutes' ? seconds / 60 : seconds)) / 100
  const found: Registered['found'] = {
    start: momentOf(start),
    stop: momentOf(stop),
    delta: Math.floor(seconds),
    echo: !isSecret,
    user_input: answer,
  }
  return {
    stdout: `Paused for ${Number.isInteger(amount) ? amount.toFixed(1) : amount} ${unit}`,
    stderr: isAborted ? 'user requested abort!' : '',
    found,
    isSecret,
  }
}

/** `2026-02-28 09:05:00.250000`, as Python writes it. */
function momentOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}000`
}
