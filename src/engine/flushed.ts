import type { Handler } from '../model/task.ts'
import type { Flow } from './flow.ts'
import type { Notifications, Notified } from './notifications.ts'
import { leftBehind, type Steps } from './steps.ts'

/** Runs the handlers that were notified, those among them that others of them notify included; each once. */
export function flushed(
  notifications: Notifications,
  steps: Steps,
  key: string,
  walk: (handler: Handler, how: Notified) => Flow,
): Flow {
  const ran = new Set<string>()
  for (;;) {
    const [handler] = notifications.due(ran)
    if (!handler) return 'on'
    ran.add(handler.id)
    const isKept = notifications.isKept(handler)
    const how = notifications.take(handler)
    if (isKept)
      steps.place(handler.task, `${key}.${handler.id}.kept`, {
        id: `handler[${handler.id}]`,
        verdict: leftBehind,
      })
    const from = steps.all.length
    const flow = walk(handler, how)
    if (flow !== 'on') return flow
    if (how === 'surely') steps.forgetAfter(handler, from, key)
  }
}
