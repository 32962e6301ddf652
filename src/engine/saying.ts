import type { RunEvent } from '../model/event.ts'
import type { Resource } from '../model/resource.ts'
import type { Program } from '../model/script.ts'
import type { Frame } from '../model/session.ts'
import type { Expansion, Task } from '../model/task.ts'
import type { StepScript } from '../shell/program.ts'

/** What a task has to say, as events. */
export function saidBy(
  host: string,
  { title }: Pick<Task, 'title'>,
  { controls }: Extract<Expansion, { is: 'control' }>,
): readonly RunEvent[] {
  return controls.flatMap((control) =>
    control.is === 'say' ? [{ is: 'task-said', host, title, text: control.text }] : [],
  )
}

/** The program that a host is sent. Of one in which a task wants nothing of itself to be shown nothing is. */
export function sentTo(
  host: string,
  { script }: Program,
  {
    resources,
    steps = [],
  }: { readonly resources: readonly Resource[]; readonly steps?: readonly StepScript[] },
): RunEvent {
  const isSecret = steps.some(({ isSecret }) => isSecret) || resources.some(({ options }) => options.noLog)
  return { is: 'program-sent', host, script: isSecret ? undefined : script }
}

/** What a program of a host tells of waiting, as an event. */
export function toldOf(frame: Extract<Frame, { is: 'locked' | 'slow' }>, host: string): RunEvent {
  return frame.is === 'locked'
    ? { is: 'host-waiting', host, on: frame.holder }
    : { is: 'host-slow', host, what: frame.what, seconds: frame.seconds }
}
