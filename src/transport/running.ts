import { Failure } from '../model/failure.ts'
import type { Program } from '../model/script.ts'
import type { Frame } from '../model/session.ts'
import { parseFrames } from '../shell/frames.ts'
import { aborted, atMost, type Channel, type Ending } from './channel.ts'

/** Sends a program to a channel that is ready for it and yields its frames; on abort no further step starts. */
export async function* runProgram(
  channel: Channel,
  program: Program,
  signal: AbortSignal,
  lost: () => string | undefined,
): AsyncGenerator<Frame> {
  const heard = { tail: '' }
  let done = false
  channel.stdin.end(program.script)
  try {
    for await (const frame of parseFrames(program.nonce, listen(channel, signal, heard))) {
      done = frame.is === 'done'
      yield frame
    }
    if (done) return
    const ending = await channel.ended
    throw endedEarly(ending, channel.said(), heard.tail, lost())
  } finally {
    channel.close()
    if (!done) await atMost(2000, channel.ended)
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
  const how = ending.signal ? `was ended by signal ${ending.signal}` : `ended with status ${ending.status}`
  const last = output || printed.replaceAll(/^@@.*$/gm, '').trim()
  return new Failure('CONNECTION_LOST', `the program on the host ${how} before it was done`, {
    ...(last === '' ? {} : { output: last }),
    next: 'run the same command again',
  })
}
