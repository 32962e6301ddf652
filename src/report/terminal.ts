import { DefaultRenderer, Listr, type ListrTask, PRESET_TIMER } from 'listr2'
import type { RunEvent } from '../model/event.ts'
import { changeOf, type HostPlan } from '../model/plan.ts'
import { waitingLine } from './proofs.ts'
import { inOneLine } from './redaction.ts'

/** A promise that someone else settles. */
interface Deferred {
  readonly promise: Promise<void>
  readonly settle: (failure?: Error) => void
}

/** The moving part of a report: drawn while things happen, folded when they are done. */
export interface LiveView {
  take(event: RunEvent): void
  /** Leaves the screen as it should stay; lines may be written after that. */
  settled(): Promise<void>
  /** The screen is somebody else's for a while: nothing moves on it, and nobody is asked any more before the changes. */
  still(): void
  /** The screen is ours again: the changes that were taken off it are drawn anew. */
  resume(): void
  /** Nothing moves any more, whatever is still missing. */
  close(): void
}

/** Hosts beyond this number would scroll off the screen: they are shown as one line that counts. */
const mostHosts = 20

/** Draws with listr2: asking hosts first, then each host with its steps. */
export function liveView(redact: (text: string) => string): LiveView {
  const plans = new Map<string, HostPlan>()
  const hosts = new Map<string, { readonly done: Deferred; readonly steps: Map<string, Deferred> }>()
  let asking: ReturnType<typeof counting> | undefined
  let applying: ReturnType<typeof counting> | undefined
  let waiting: ReturnType<typeof passing> | undefined
  let drawing: Promise<unknown> = Promise.resolve()
  /** The changes as they are drawn now, while they are. */
  let drawn: Deferred | undefined

  const draw = (tasks: readonly ListrTask[], clearOutput = false, isWiped = () => false) => {
    const list = new Listr([...tasks], {
      concurrent: true,
      exitOnError: false,
      renderer: class extends DefaultRenderer {
        override create(options?: Parameters<DefaultRenderer['create']>[0]) {
          return isWiped() ? '' : super.create(options)
        }
      },
      // Ctrl-C is answered elsewhere; listr2 would end the process where it stands.
      registerSignalListeners: false,
      rendererOptions: {
        collapseSubtasks: true,
        collapseErrors: true,
        showErrorMessage: false,
        clearOutput,
        timer: PRESET_TIMER,
      },
    })
    drawing = drawing.then(() => list.run().catch(() => undefined))
  }

  const beginApplying = () => {
    asking?.finish()
    const busy = [...plans.values()].filter(({ steps }) => steps.some(isOpen))
    if (busy.length > mostHosts) applying = counting('changing', busy.length, 'hosts are done')
    else
      for (const { host, steps } of busy) {
        const open = steps.filter(isOpen).map(({ id }) => [id, deferred()] as const)
        hosts.set(host, { done: deferred(), steps: new Map(open) })
      }
    drawChanges()
  }

  /** Draws them as they stand, until they are done or taken off the screen. */
  const drawChanges = () => {
    const off = deferred()
    drawn = off
    const until = (done: Promise<void> | undefined) => Promise.race([done, off.promise])
    const tasks = applying ? [applying.taskUntil(off.promise)] : [...hosts.keys()].map(hostTask(until))
    draw(tasks, false, () => drawn !== off)
  }

  const hostTask =
    (until: (done: Promise<void> | undefined) => Promise<void>) =>
    (host: string): ListrTask => {
      const state = hosts.get(host)
      return {
        title: host,
        task: (_, task) =>
          task.newListr(
            [
              ...[...(state?.steps ?? [])].map(
                ([id, { promise }]): ListrTask => ({
                  title: inOneLine(redact(id)),
                  task: () => until(promise),
                }),
              ),
              {
                title: 'asking again whether all is as it should be',
                task: () => until(state?.done.promise),
              },
            ],
            { concurrent: false, exitOnError: true },
          ),
      }
    }

  const wait = (text: string) => {
    if (waiting) return waiting.say(text)
    waiting = passing(text)
    draw([waiting.task], true)
  }
  const stopWaiting = () => {
    waiting?.finish()
    waiting = undefined
  }

  const finish = (host: string, failure?: Error) => {
    const state = hosts.get(host)
    applying?.count()
    if (!state) return
    // What was expected and turned out not to be needed is done, too.
    for (const step of state.steps.values()) step.settle(failure)
    state.done.settle(failure)
  }

  return {
    take(event) {
      switch (event.is) {
        case 'run-started':
          asking = counting('asking', event.hosts.length, 'hosts answered')
          draw([asking.taskUntil()])
          return
        case 'host-planned':
          plans.set(event.plan.host, event.plan)
          asking?.count()
          return
        case 'host-slow':
          asking?.note(redact(`${event.host}: waiting for ${event.what}, ${event.seconds} s so far`))
          return
        case 'wave-started':
          if (hosts.size === 0 && !applying) beginApplying()
          return
        case 'step-finished':
          hosts
            .get(event.host)
            ?.steps.get(event.step)
            ?.settle(event.outcome === 'failed' ? new Error(event.summary) : undefined)
          return
        case 'host-failed':
          asking?.count()
          return finish(event.host, event.failure)
        case 'host-finished':
          asking?.finish()
          return finish(event.recap.host)
        case 'verify-waiting':
          return wait(waitingLine(event, redact))
        case 'proof':
          return stopWaiting()
        case 'run-finished':
        case 'run-failed':
          stopWaiting()
          asking?.finish()
          for (const host of hosts.keys()) finish(host)
          return
        default:
      }
    },
    still() {
      asking?.finish()
      const off = drawn
      drawn = undefined
      off?.settle()
    },
    resume() {
      if (!drawn && (hosts.size > 0 || applying)) drawChanges()
    },
    settled: () => drawing.then(() => undefined),
    close: stopWaiting,
  }
}

function isOpen(step: HostPlan['steps'][number]): boolean {
  return changeOf(step) !== undefined
}

function deferred(): Deferred {
  let [resolve, reject]: [() => void, (failure: Error) => void] = [() => {}, () => {}]
  const promise = new Promise<void>((done, failed) => {
    resolve = done
    reject = failed
  })
  // A step that fails before its line is drawn is no unhandled rejection.
  promise.catch(() => undefined)
  return { promise, settle: (failure) => (failure ? reject(failure) : resolve()) }
}

/** One line that says what is waited for, and goes when it is there. */
function passing(first: string) {
  const over = deferred()
  let show: (text: string) => void = () => {}
  return {
    task: {
      title: first,
      task: (_: unknown, task: { title: string }) => {
        show = (text) => {
          task.title = text
        }
        return over.promise
      },
    } satisfies ListrTask,
    say: (text: string) => show(text),
    finish: () => over.settle(),
  }
}

/** One line that counts. */
function counting(title: string, total: number, what: string) {
  const all = deferred()
  let done = 0
  let show: (text: string) => void = () => {}
  const taskUntil = (off?: Promise<void>) =>
    ({
      title: `${title} ${total} ${total === 1 ? 'host' : 'hosts'}`,
      task: (_: unknown, task: { output: string }) => {
        show = (text) => {
          task.output = text
        }
        return off ? Promise.race([all.promise, off]) : all.promise
      },
    }) satisfies ListrTask
  return {
    taskUntil,
    count() {
      done += 1
      show(`${done} of ${total} ${what}`)
      if (done >= total) all.settle()
    },
    /** What keeps the others waiting. */
    note: (text: string) => show(`${done} of ${total} ${what}; ${inOneLine(text)}`),
    finish() {
      // What is no more on the screen takes no more lines.
      show = () => {}
      all.settle()
    },
  }
}
