import { randomBytes } from 'node:crypto'
import { writtenDeed } from '../model/deed.ts'
import { Failure } from '../model/failure.ts'
import { type Holder, type HoldOutcome, type HoldRequest, readHolder } from '../model/holder.ts'
import { beatEvery, keeper, keeperWords } from '../shell/lock.ts'
import { BesideKeeper } from './beside.ts'
import { aborted, atMost, type Channel } from './channel.ts'
import { patience, tooLate } from './deadlines.ts'

/** The process on a machine that has its lock for us. */
export interface Keeper {
  /** Gives the lock back, and waits for it; the machine notes first that nothing of that run is left to do. */
  release(over?: string): Promise<void>
  /** Stops talking to it; the lock stays. */
  abandon(): void
}

/** What came of asking for a lock. */
export interface Held {
  readonly outcome: HoldOutcome
  readonly keeper?: Keeper
  /** What the program that was sent along prints. */
  readonly beside?: Channel
}

/** Characters that a keeper has to say in all of a run. */
const mostSaid = 256 * 1024

/** Milliseconds for a keeper to give its lock back. */
const releasing = 5000

/**
 * Has a keeper take the lock, over a channel that is ready for its program; without the lock there is no keeper. Throws
 * STEP_FAILED where the machine has no place for a lock, LOCKED where it has seen a higher fence, CONNECTION_LOST, UNREACHABLE, or the signal's reason.
 */
export async function startKeeper(
  channel: Channel,
  { deed, steal, fence, ahead, onTaken }: HoldRequest,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<Held> {
  const nonce = randomBytes(12).toString('hex')
  const abort = aborted(signal)
  const late = tooLate('its lock', timeoutSeconds * patience.question)
  let beating: NodeJS.Timeout | undefined
  let before: Holder | undefined
  let over = false
  // Its shell may stay for what works beside it.
  let onReleased = () => {}
  const released = new Promise<void>((resolve) => {
    onReleased = resolve
  })
  const letGo = async (overRun?: string) => {
    if (overRun !== undefined) channel.stdin.write(`${keeperWords.over} ${overRun}\n`)
    channel.stdin.end(`${keeperWords.release}\n`)
    await atMost(releasing, Promise.race([released, channel.ended]))
    channel.close()
  }
  const beside = ahead && new BesideKeeper(channel)
  const stop = () => {
    over = true
    clearInterval(beating)
  }
  try {
    const verdict = new Promise<HoldOutcome>((resolve, reject) => {
      const onMark = (word: string, rest: string) => {
        const holder = readHolder(rest)
        if (word === 'dead' || word === 'stolen') before = holder
        else if (word === 'held') {
          beside?.begin()
          resolve({ is: 'held', ...(before ? { before } : {}) })
        } else if (word === 'released') onReleased()
        else if (word === 'over') beside?.end({ status: Number(rest) })
        else if (word === 'busy' && holder) resolve({ is: 'busy', holder })
        else if (word === 'robbed' && !over) {
          clearInterval(beating)
          onTaken(holder)
        } else if (word === 'fenced') reject(fencedOff())
        else if (word === 'trouble') reject(noPlace(rest))
      }
      onLines(channel, nonce, { onMark, onOther: (text) => beside?.take(text) })
      void channel.ended.then((ending) => {
        stop()
        beside?.end(ending)
        reject(new Failure('CONNECTION_LOST', 'the lock of the machine could not be taken: its shell ended'))
      })
    })
    verdict.catch(() => undefined)
    const program = { nonce, run: deed.run, deed: writtenDeed(deed), steal, fence }
    channel.stdin.write(keeper({ ...program, ...(ahead ? { ahead: ahead.script } : {}) }))
    channel.stdout.resume()
    const outcome = await Promise.race([verdict, late.promise, abort.promise])
    if (outcome.is === 'busy') {
      channel.close()
      return { outcome }
    }
    beating = setInterval(() => {
      if (!over) channel.stdin.write(`${keeperWords.beat}\n`)
    }, 1000 * beatEvery)
    beating.unref()
    return {
      outcome,
      ...(beside ? { beside: beside.channel } : {}),
      keeper: {
        async release(overRun) {
          const ended = over
          stop()
          if (ended) channel.close()
          else await letGo(overRun)
        },
        abandon() {
          stop()
          channel.close()
        },
      },
    }
  } catch (error) {
    stop()
    // It may have taken it all the same.
    await letGo()
    throw error
  } finally {
    abort.release()
    late.clear()
  }
}

function fencedOff(): Failure {
  return new Failure('LOCKED', 'somebody who was given this cluster later has been here: nothing was done', {
    next: 'nothing: a worker that has lost a cluster comes too late, and another one has it',
  })
}

function noPlace(why: string): Failure {
  return new Failure('STEP_FAILED', `the machine has no place for the lock of a run: ${why}`, {
    next: 'see whether /run can be written to there; root can take any lock: --become',
  })
}

/** Hands on the words behind each mark of the keeper, and what else is printed there. */
function onLines(
  { stdout }: Channel,
  nonce: string,
  {
    onMark,
    onOther,
  }: {
    readonly onMark: (word: string, rest: string) => void
    readonly onOther: (text: string) => void
  },
): void {
  const prefix = `@@${nonce} `
  let said = 0
  let line = ''
  stdout.on('data', (text: string) => {
    const parts = (line + text).split('\n')
    line = parts.pop() ?? ''
    let others = ''
    for (const part of parts) {
      if (!part.startsWith(prefix)) {
        others += `${part}\n`
        continue
      }
      said += part.length
      if (said <= mostSaid) {
        onOther(others)
        others = ''
        const [word = '', ...rest] = part.slice(prefix.length).split(' ')
        onMark(word, rest.join(' '))
      }
    }
    if (others !== '') onOther(others)
  })
}
