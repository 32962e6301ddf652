import { arm, strikeArmed, undoNow } from '../drill/deadman.ts'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { lines } from '../shell/quote.ts'
import type { ExpectedCluster } from '../verify/expected.ts'
import { armedAs, never } from './armed.ts'
import { drainOf, servedAlone } from './directors.ts'
import { type Drain, nobodyElse } from './drain.ts'
import { send, sendOrFail } from './send.ts'

/** What a realserver is let out of pools with. */
export interface DrainTools {
  readonly session: (host: string) => Promise<Session>
  readonly signal: AbortSignal
  readonly now: () => number
  readonly tell: (step: 'drained' | 'back' | 'failed', seconds: number, told: string) => void
  /** Seconds for which connections are waited for. */
  readonly patience: number
}

/** A realserver that is let out of the pools, and the directors that do it. */
export interface Drained {
  readonly host: string
  /** Those of the cluster that can be reached. */
  readonly directors: readonly string[]
  /** Seconds that the work takes at most: after these directors take it back by themselves. */
  readonly lasts: number
}

/**
 * Does something to a realserver while no director sends it clients: out of the pools of all, its connections waited for, and in
 * again whatever came of it. Before the first director lets it out, each has been told to take it back by itself after a time. `work`
 * says whether the realserver is to be waited for until it is sent clients again; what it was is handed back, with why it does not
 * come back where it does not. Throws what keeps the realserver from being let out.
 */
export async function drained<Outcome>(
  cluster: ExpectedCluster,
  { host, directors, lasts }: Drained,
  tools: DrainTools,
  work: () => Promise<{ readonly outcome: Outcome; readonly isWell: boolean }>,
): Promise<{ readonly outcome: Outcome; readonly notBack?: Failure }> {
  const id = armedAs('deploy', host)
  const drain = drainOf(cluster, host, id)
  const longest = tools.patience + lasts + 60
  const since = tools.now()
  let done: Awaited<ReturnType<typeof work>>
  try {
    // What one that was killed has armed would take it back in the middle of this one.
    const arming = lines(undoNow(id, drain.give), arm(id, drain.give, longest))
    await together(directors, tools, host, 'to take it back in the end', () => arming)
    await together(directors, tools, host, 'to let it out', () => strikeArmed(id, drain.take, drain.give))
    const left = await connectionsLeft(directors, drain, tools, host)
    const alone = servedAlone(cluster, host)
    const kept = alone.length > 0 ? [`it alone serves ${alone.join(', ')}, whose clients it keeps`] : []
    tools.tell('drained', (tools.now() - since) / 1000, [...left, ...kept].join('; '))
    done = await work()
  } catch (error) {
    await giveBack(directors, id, drain, longest, tools, host)
    throw error
  }
  await giveBack(directors, id, drain, longest, tools, host)
  const { outcome, isWell } = done
  if (!isWell) return { outcome }
  const returning = tools.now()
  try {
    await together(directors, tools, host, 'to send it clients again', () => drain.back)
  } catch (error) {
    if (error instanceof Failure) return { outcome, notBack: error }
    throw error
  }
  tools.tell('back', (tools.now() - returning) / 1000, '')
  return { outcome }
}

/** The same on all directors at once; the first failure counts once all have ended. */
async function together(
  directors: readonly string[],
  { session, signal }: DrainTools,
  host: string,
  what: string,
  script: () => ReturnType<typeof arm>,
): Promise<readonly string[]> {
  const title = `telling the director ${what}: ${host}`
  const done = await Promise.allSettled(
    directors.map(async (director) => {
      const opened = await session(director)
      const { status, stdout, stderr } = await send(opened, script(), { title, signal })
      if (status === 0) return stdout
      throw new Failure(status === nobodyElse ? 'VERIFICATION_FAILED' : 'STEP_FAILED', `${title} failed`, {
        where: { host: director },
        output: (stderr || stdout).trim(),
        ...(status === nobodyElse
          ? { next: 'see with understudy verify why the others are not in the pool' }
          : {}),
      })
    }),
  )
  const failed = done.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  return done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** Whoever interrupts waits no longer than one look takes. */
async function connectionsLeft(
  directors: readonly string[],
  drain: Drain,
  tools: DrainTools,
  host: string,
): Promise<readonly string[]> {
  const until = tools.now() + 1000 * tools.patience
  let left: number
  do {
    tools.signal.throwIfAborted()
    const counts = await together(directors, tools, host, 'to wait for its connections', () => drain.left)
    left = counts.reduce((sum, count) => sum + Number(count.trim()), 0)
  } while (left > 0 && tools.now() < until)
  await together(directors, tools, host, 'that it is changed now', () => drain.leave)
  return left === 0 ? [] : [`${left} connections had not ended after ${tools.patience} s`]
}

/** Nothing keeps it from that: neither an interruption nor whoever has the machine's lock by now. */
async function giveBack(
  directors: readonly string[],
  id: string,
  drain: Drain,
  longest: number,
  { session, tell }: DrainTools,
  host: string,
): Promise<void> {
  const title = `telling the director to take it back: ${host}`
  await Promise.all(
    directors.map(async (director) => {
      try {
        const sending = { title, signal: never, regardless: true }
        await sendOrFail(await session(director), director, undoNow(id, drain.give), sending)
      } catch (error) {
        const why = error instanceof Failure ? error.message : String(error)
        tell(
          'failed',
          0,
          `${director} could not be told to take it back (${why}): it does by itself within ${longest} s`,
        )
      }
    }),
  )
}
