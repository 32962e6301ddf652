import { arm, strikeArmed, undoNow } from '../drill/deadman.ts'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { lines } from '../shell/quote.ts'
import type { ExpectedCluster } from '../verify/expected.ts'
import { changeScript, changeStatus, lasts, type Move } from './change.ts'
import { drainOf, isAlone } from './directors.ts'
import { type Drain, nobodyElse } from './drain.ts'
import { type Sent, send, sendOrFail } from './send.ts'

/** What a wave works with. */
export interface WaveTools {
  readonly session: (host: string) => Promise<Session>
  readonly signal: AbortSignal
  readonly now: () => number
  readonly tell: (step: WaveStep, seconds: number, told: string) => void
  /** Seconds for which connections are waited for. */
  readonly patience: number
}

/** How far a realserver has come. */
export type WaveStep = 'drained' | 'not-drained' | 'changed' | 'back' | 'went-back' | 'failed'

/** A realserver whose turn it is. */
export interface Turn {
  readonly host: string
  /** As the directors reach it. */
  readonly address: string
  readonly moves: readonly Move[]
}

/** What became of it: whether all moves were made, and why not. */
export type WaveOutcome =
  | { readonly is: 'changed' }
  | { readonly is: 'went-back' | 'failed'; readonly failure: Failure }

/** A signal that never comes: what puts things back is not to be kept from it. */
const never = new AbortController().signal

/**
 * One realserver: out of the pools of all directors, its connections waited for, changed, and in again whatever came of it.
 * Before the first director lets it out, each has been told to take it back by itself after a time.
 */
export async function wave(cluster: ExpectedCluster, turn: Turn, tools: WaveTools): Promise<WaveOutcome> {
  const { host } = turn
  if (isAlone(cluster, host)) {
    tools.tell('not-drained', 0, 'nobody else serves what it serves')
    return change(turn, tools)
  }
  const id = armedAs(host)
  const drain = drainOf(cluster, host, id)
  const directors = cluster.directors.map((director) => director.host)
  const longest = tools.patience + turn.moves.reduce((sum, move) => sum + lasts(move), 0) + 60
  const since = tools.now()
  let outcome: WaveOutcome
  try {
    // What a deployment that was killed has armed would take it back in the middle of this one.
    const arming = lines(undoNow(id, drain.give), arm(id, drain.give, longest))
    await together(directors, tools, host, 'to take it back in the end', () => arming)
    await together(directors, tools, host, 'to let it out', () => strikeArmed(id, drain.take, drain.give))
    const left = await connectionsLeft(directors, drain, tools, host)
    tools.tell('drained', (tools.now() - since) / 1000, left)
    outcome = await change(turn, tools)
  } catch (error) {
    await giveBack(directors, id, drain, longest, tools, host)
    throw error
  }
  await giveBack(directors, id, drain, longest, tools, host)
  if (outcome.is === 'failed') return outcome
  const returning = tools.now()
  try {
    await together(directors, tools, host, 'to send it clients again', () => drain.back)
  } catch (error) {
    // That it does not come back after it went back is told less urgently than why it did.
    if (outcome.is !== 'changed' || !(error instanceof Failure) || error.code === 'INTERRUPTED') {
      if (outcome.is === 'changed') throw error
      return outcome
    }
    return { is: 'failed', failure: error }
  }
  tools.tell('back', (tools.now() - returning) / 1000, '')
  return outcome
}

/** The same for every deployment: of two the later one knows what the one before has left. */
function armedAs(host: string): string {
  return `deploy-${host.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}`
}

/** The same on all directors at once; the first failure counts once all have ended. */
async function together(
  directors: readonly string[],
  { session, signal }: WaveTools,
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
  tools: WaveTools,
  host: string,
): Promise<string> {
  const until = tools.now() + 1000 * tools.patience
  let left: number
  do {
    tools.signal.throwIfAborted()
    const counts = await together(directors, tools, host, 'to wait for its connections', () => drain.left)
    left = counts.reduce((sum, count) => sum + Number(count.trim()), 0)
  } while (left > 0 && tools.now() < until)
  await together(directors, tools, host, 'that it is changed now', () => drain.leave)
  return left === 0 ? '' : `${left} connections had not ended after ${tools.patience} s`
}

/** Nothing keeps it from that: neither an interruption nor whoever has the machine's lock by now. */
async function giveBack(
  directors: readonly string[],
  id: string,
  drain: Drain,
  longest: number,
  { session, tell }: WaveTools,
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

/** Each application in turn, up to the first that does not become well. Once begun, a change is waited for. */
async function change({ host, address, moves }: Turn, tools: WaveTools): Promise<WaveOutcome> {
  for (const move of moves) {
    tools.signal.throwIfAborted()
    const since = tools.now()
    const { name } = move.application
    const title = `changing ${name} to ${move.to}`
    const sent = await send(await tools.session(host), changeScript(move, address), { title, signal: never })
    const seconds = (tools.now() - since) / 1000
    if (sent.status === 0) {
      tools.tell('changed', seconds, `${name} ${move.to} is well`)
      continue
    }
    const failure = failureOf(host, title, sent)
    const back = sent.status === changeStatus.wentBack
    tools.tell(
      back ? 'went-back' : 'failed',
      seconds,
      back ? `${name} is again what it was` : failure.message,
    )
    return { is: back ? 'went-back' : 'failed', failure }
  }
  return { is: 'changed' }
}

function failureOf(host: string, title: string, { status, stderr, stdout }: Sent): Failure {
  const what: Readonly<Record<number, string>> = {
    [changeStatus.wentBack]: 'it did not become well, and the version before serves again',
    [changeStatus.notEvenBack]: 'it did not become well, and neither did the version before',
    [changeStatus.nothingBefore]: 'it did not become well, and there is no version before it',
  }
  return new Failure('STEP_FAILED', `${title}: ${what[status] ?? `it failed with status ${status}`}`, {
    where: { host },
    output: (stderr || stdout).trim(),
    next: 'other realservers were left as they are; mend the version, and run understudy deploy again',
  })
}
