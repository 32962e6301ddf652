import type { RunEvent } from '../model/event.ts'
import type { Frame } from '../model/session.ts'
import type { Expansion, Task } from '../model/task.ts'

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

/** What a program of a host tells of waiting, as an event. */
export function toldOf(frame: Extract<Frame, { is: 'locked' | 'slow' }>, host: string): RunEvent {
  return frame.is === 'locked'
    ? { is: 'host-waiting', host, on: frame.holder }
    : { is: 'host-slow', host, what: frame.what, seconds: frame.seconds }
}
