import { setMaxListeners } from 'node:events'
import { exitStatus } from './exit.ts'

/**
 * Turns the first Ctrl-C into an abort, so that each host finishes the step under way and no other is started;
 * a second one ends the process at once.
 */
export function onInterrupt(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController()
  // As many as there are clusters at a time wait for it: that is no leak.
  setMaxListeners(0, controller.signal)
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitStatus.interrupted)
    controller.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
    },
  }
}
