import { arm, strikeArmed, undoNow } from '../drill/deadman.ts'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import { lines, sh } from '../shell/quote.ts'
import type { ExpectedCluster } from '../verify/expected.ts'
import { observe } from '../verify/observe.ts'
import { armedAs, never } from './armed.ts'
import { expectBalancing } from './balancing.ts'
import { drainOf, isOneOf, servedAlone } from './directors.ts'
import { type Drain, findsOut, nobodyElse } from './drain.ts'
import { leftOut } from './nginx.ts'
import { expectOthers } from './others.ts'
import { send, sendOrFail } from './send.ts'

/** What a realserver is let out of pools with. */
export interface DrainTools {
  readonly session: (host: string) => Promise<Session>
  readonly signal: AbortSignal
  readonly now: () => number
  readonly tell: (step: 'drained' | 'back' | 'left-out' | 'failed', seconds: number, told: string) => void
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
  /** It is ill already: where it is not changed after all, nobody is to be sent there either. */
  readonly isIll?: boolean
}

/**
 * What a realserver is after the work: it is waited for until it is sent clients again (`well`), it is taken back without that
 * (`unknown`), or nobody is to be sent there (`ill`).
 */
export type Left = 'well' | 'unknown' | 'ill'

/**
 * Does something to a realserver while no director sends it clients: out of the pools of all, its connections waited for, and in
 * again unless it is ill. Before the first director lets it out, each has been told to take it back by itself after a time. What the
 * work came to is handed back, with why the realserver does not come back where it does not. Throws what keeps it from being let out.
 */
export async function drained<Outcome>(
  cluster: ExpectedCluster,
  { host, directors, lasts, isIll = false }: Drained,
  tools: DrainTools,
  work: () => Promise<{ readonly outcome: Outcome; readonly left: Left }>,
): Promise<{ readonly outcome: Outcome; readonly notBack?: Failure }> {
  const id = armedAs('deploy', host)
  const drain = drainOf(cluster, host, id)
  const longest = tools.patience + lasts + 60
  const since = tools.now()
  const end = async (left: Left) => {
    await giveBack(directors, id, left === 'ill' ? drain.shun : drain.give, longest, tools, host)
    if (left === 'ill') tools.tell('left-out', 0, untilWhen(cluster.balancer))
  }
  await expectBalancing(cluster, [host], directors, { ...tools, strictness: 'any' })
  let done: Awaited<ReturnType<typeof work>>
  try {
    // What one that was killed has armed would take it back in the middle of this one. It is not taken back before that, as it may be ill.
    const arming = lines(undoNow(id, sh`:`), arm(id, drain.give, longest))
    if (!findsOut(cluster.balancer)) await expectOthers(cluster, host, directors, tools)
    await together(directors, tools, host, 'to take it back in the end', () => arming)
    await together(directors, tools, host, 'to let it out', () => strikeArmed(id, drain.take, drain.give))
    const left = await connectionsLeft(directors, drain, tools, host)
    const alone = servedAlone(cluster, host)
    const kept = alone.length > 0 ? [`it alone serves ${alone.join(', ')}, whose clients it keeps`] : []
    tools.tell('drained', (tools.now() - since) / 1000, [...left, ...kept].join('; '))
    done = await work()
  } catch (error) {
    await end(isIll ? 'ill' : 'unknown')
    throw error
  }
  const { outcome, left } = done
  await end(left)
  if (left !== 'well') return { outcome }
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

function untilWhen(balancer: ExpectedCluster['balancer']): string {
  return findsOut(balancer)
    ? 'nobody is sent there until its check holds'
    : 'nobody is sent there until a deployment leaves it well, or understudy apply writes the configuration of the directors anew'
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

/** Takes back those who are well since a deployment left them out, where directors do not find that out by themselves. */
export async function takeBack(
  cluster: ExpectedCluster,
  well: readonly string[],
  toolsFor: (host: string) => DrainTools,
): Promise<void> {
  if (findsOut(cluster.balancer)) return
  const directors = cluster.directors.map((one) => one.host)
  const found = await Promise.all(
    directors.map(async (director) => {
      const { session, signal } = toolsFor(director)
      const seen = await observe(await session(director), [leftOut], signal)
      return seen.read(leftOut).stdout.split('\n')
    }),
  )
  for (const host of well.filter((one) => isOneOf(cluster, one, found.flat()))) {
    const id = armedAs('deploy', host)
    const tools = toolsFor(host)
    const told = () => undoNow(id, drainOf(cluster, host, id).give)
    await together(directors, tools, host, 'to send it clients again', told)
    tools.tell('back', 0, 'it is well again')
  }
}

/** Nothing keeps it from that: neither an interruption nor whoever has the machine's lock by now. */
async function giveBack(
  directors: readonly string[],
  id: string,
  give: Script,
  longest: number,
  { session, tell }: DrainTools,
  host: string,
): Promise<void> {
  const title = `telling the director to take it back: ${host}`
  await Promise.all(
    directors.map(async (director) => {
      try {
        const sending = { title, signal: never, regardless: true }
        await sendOrFail(await session(director), director, undoNow(id, give), sending)
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
