import { Failure } from '../model/failure.ts'
import type { ExpectedCluster } from '../verify/expected.ts'
import { never } from './armed.ts'
import { changeScript, changeStatus, lasts, type Move } from './change.ts'
import { isAlone } from './directors.ts'
import { type DrainTools, drained, type Left } from './drained.ts'
import { type Sent, send } from './send.ts'

/** What a wave works with. */
export interface WaveTools extends DrainTools {
  readonly tell: (step: WaveStep, seconds: number, told: string) => void
}

/** How far a realserver has come. */
export type WaveStep = 'drained' | 'not-drained' | 'changed' | 'back' | 'left-out' | 'went-back' | 'failed'

/** A realserver whose turn it is. */
export interface Turn {
  readonly host: string
  /** As the directors reach it. */
  readonly address: string
  readonly moves: readonly Move[]
  /** What it serves is not well before it is changed. */
  readonly isIll: boolean
}

/** What became of it: whether all moves were made, and why not. */
export type WaveOutcome =
  | { readonly is: 'changed' }
  | { readonly is: 'went-back' | 'failed'; readonly failure: Failure; readonly left: Left }

/**
 * One realserver: out of the pools of all directors, its connections waited for, changed, and in again unless no version is well there.
 * Before the first director lets it out, each has been told to take it back by itself after a time.
 */
export async function wave(cluster: ExpectedCluster, turn: Turn, tools: WaveTools): Promise<WaveOutcome> {
  const { host, isIll } = turn
  if (isAlone(cluster, host)) {
    tools.tell('not-drained', 0, 'nobody else serves what it serves')
    return change(turn, tools)
  }
  const directors = cluster.directors.map((director) => director.host)
  const work = turn.moves.reduce((sum, move) => sum + lasts(move), 0)
  const { outcome, notBack } = await drained(
    cluster,
    { host, directors, lasts: work, isIll },
    tools,
    async () => {
      const done = await change(turn, tools)
      return { outcome: done, left: done.is === 'changed' ? 'well' : done.left }
    },
  )
  // That it does not come back after it went back is told less urgently than why it did.
  if (!notBack || outcome.is !== 'changed') return outcome
  if (notBack.code === 'INTERRUPTED') throw notBack
  return { is: 'failed', failure: notBack, left: 'unknown' }
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
    return { is: back ? 'went-back' : 'failed', failure, left: leftBy[sent.status] ?? 'unknown' }
  }
  return { is: 'changed' }
}

/** What a realserver is whose change ended so; where it did not come so far, nothing was done to it. */
const leftBy: Readonly<Record<number, Left>> = {
  [changeStatus.wentBack]: 'well',
  [changeStatus.notEvenBack]: 'ill',
  [changeStatus.nothingBefore]: 'ill',
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
