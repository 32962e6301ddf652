import { Failure } from '../model/failure.ts'
import { readHolder, takenBy } from '../model/holder.ts'
import type { Program } from '../model/script.ts'
import type { Frame } from '../model/session.ts'
import { parseFrames } from '../shell/frames.ts'
import { robbedStatus, robberIn } from '../shell/lock.ts'
import { sh } from '../shell/quote.ts'
import { aborted, atMost, type Channel, type Ending } from './channel.ts'
import { Deadlines } from './deadlines.ts'

/** Who runs a program, and for how long. */
export interface Running {
  readonly signal: AbortSignal
  /** Seconds for a host to answer, from which follows how long it may be silent. */
  readonly timeoutSeconds: number
  /** What a program that changes something tells the journal of the machine: who runs it, and why. */
  readonly deed?: string | undefined
  /** The run that must have the machine's lock where something is changed. */
  readonly run?: string | undefined
  /** That lock was another run's, which did not come to its end: what it has begun there is waited for. */
  readonly tookOver?: boolean
  /** It was sent already, and what it prints comes over this channel. */
  readonly isSent?: boolean
  /** Why the connection was lost, once it is. */
  lost(): string | undefined
}

/**
 * Sends a program to a channel that is ready for it and yields its frames; on abort no further step starts. Throws what
 * `Session.run` says.
 */
export async function* runProgram(
  channel: Channel,
  program: Program,
  { signal, timeoutSeconds, deed, run, tookOver = false, isSent = false, lost }: Running,
): AsyncGenerator<Frame> {
  const heard = { tail: '' }
  let done = false
  const over = new AbortController()
  const deadlines = new Deadlines(program, timeoutSeconds)
  const until = AbortSignal.any([signal, deadlines.expired, over.signal])
  const frames = parseFrames(program.nonce, listen(channel, until, heard), (...mark) =>
    deadlines.mark(...mark),
  )
  if (!isSent)
    channel.stdin.end((tookOver ? `${sh`us_took=yes`}\n` : '') + asWhom(program, deed, run) + program.script)
  try {
    for await (const frame of withWords(frames, deadlines)) {
      done = frame.is === 'done'
      yield frame
    }
    if (done) return
    const ending = await channel.ended
    throw endedEarly(ending, channel.said(), heard.tail, lost())
  } finally {
    deadlines.end()
    over.abort()
    channel.close()
    if (!done) await atMost(2000, channel.ended)
  }
}

/** Lines before a program: of which run it is and, where it changes something, what that is told of as. */
function asWhom({ steps, regardless }: Program, deed: string | undefined, run: string | undefined): string {
  const told = deed === undefined || steps.length === 0 ? '' : `${sh`us_deed=${deed}`}\n`
  return run === undefined || regardless ? told : `${told}${sh`us_run=${run}`}\n`
}

/** The frames, and a word now and then while none comes. */
async function* withWords(frames: AsyncGenerator<Frame>, deadlines: Deadlines): AsyncGenerator<Frame> {
  for (;;) {
    const next = frames.next()
    // Nobody waits for it any more where the reader turns away.
    next.catch(() => undefined)
    for (let result: IteratorResult<Frame> | undefined; result === undefined; ) {
      const word = deadlines.word()
      const waited = word.told.then((wait) => ({ is: 'slow', ...wait }) as const)
      const came = await Promise.race([next, waited]).finally(() => word.clear())
      if ('is' in came) yield came
      else if (came.done) return
      else result = came
      if (result) yield result.value
    }
  }
}

/** The text a channel prints, until it ends; an abort ends it with the signal's reason. */
async function* listen(
  { stdout }: Channel,
  signal: AbortSignal,
  heard: { tail: string },
): AsyncGenerator<string> {
  const waiting: string[] = []
  let over = false
  let wake = () => {}
  const onText = (text: string) => {
    heard.tail = (heard.tail + text).slice(-2048)
    waiting.push(text)
    stdout.pause()
    wake()
  }
  const onEnd = () => {
    over = true
    wake()
  }
  const abort = aborted(signal)
  stdout.on('data', onText).on('end', onEnd).on('close', onEnd)
  try {
    for (;;) {
      for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) yield text
      if (over) return
      const more = new Promise<void>((resolve) => {
        wake = resolve
      })
      stdout.resume()
      await Promise.race([more, abort.promise])
    }
  } finally {
    abort.release()
    stdout.off('data', onText).off('end', onEnd).off('close', onEnd)
    stdout.resume()
  }
}

function endedEarly(ending: Ending, said: string, printed: string, lost: string | undefined): Failure {
  const output = said.trim()
  const detail = output === '' ? {} : { output }
  if (ending.status === undefined && ending.signal === undefined)
    return new Failure('CONNECTION_LOST', `the connection was cut${lost ? `: ${lost}` : ''}`, {
      ...detail,
      next: 'the step under way finishes on the host and no further one starts; run the same command again',
    })
  if (ending.status === 75)
    return new Failure('LOCKED', output || 'another run holds the host', {
      next: 'wait for it, then run again',
    })
  if (ending.status === robbedStatus) return takenBy(readHolder(robberIn(output)))
  const how = ending.signal ? `was ended by signal ${ending.signal}` : `ended with status ${ending.status}`
  const last = output || printed.replaceAll(/^@@.*$/gm, '').trim()
  return new Failure('CONNECTION_LOST', `the program on the host ${how} before it was done`, {
    ...(last === '' ? {} : { output: last }),
    next: 'run the same command again',
  })
}
