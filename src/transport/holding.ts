import { randomBytes } from 'node:crypto'
import { writtenDeed } from '../model/deed.ts'
import { Failure } from '../model/failure.ts'
import { type Holder, type HoldOutcome, type HoldRequest, readHolder } from '../model/holder.ts'
import { beatEvery, keeper, keeperWords } from '../shell/lock.ts'
import { aborted, atMost, type Channel } from './channel.ts'
import { patience, tooLate } from './deadlines.ts'

/** The process on a machine that has its lock for us. */
export interface Keeper {
  /** Gives the lock back, and waits for it. */
  release(): Promise<void>
  /** Stops talking to it; the lock stays. */
  abandon(): void
}

/** Characters that a keeper has to say in all of a run. */
const mostSaid = 256 * 1024

/** Milliseconds for a keeper to give its lock back. */
const releasing = 5000

/**
 * Has a keeper take the lock, over a channel that is ready for its program; without the lock there is no keeper. Throws
 * STEP_FAILED where the machine has no place for a lock, CONNECTION_LOST, UNREACHABLE, or the signal's reason.
 */
export async function startKeeper(
  channel: Channel,
  { deed, steal, onTaken }: HoldRequest,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<{ readonly outcome: HoldOutcome; readonly keeper?: Keeper }> {
  const nonce = randomBytes(12).toString('hex')
  const abort = aborted(signal)
  const late = tooLate('its lock', timeoutSeconds * patience.question)
  let beating: NodeJS.Timeout | undefined
  let before: Holder | undefined
  let over = false
  const stop = () => {
    over = true
    clearInterval(beating)
  }
  try {
    const verdict = new Promise<HoldOutcome>((resolve, reject) => {
      onMarks(channel, nonce, (word, rest) => {
        const holder = readHolder(rest)
        if (word === 'dead' || word === 'stolen') before = holder
        else if (word === 'held') resolve({ is: 'held', ...(before ? { before } : {}) })
        else if (word === 'busy' && holder) resolve({ is: 'busy', holder })
        else if (word === 'robbed' && !over) {
          clearInterval(beating)
          onTaken(holder)
        } else if (word === 'trouble') reject(noPlace(rest))
      })
      void channel.ended.then(() => {
        stop()
        reject(new Failure('CONNECTION_LOST', 'the lock of the machine could not be taken: its shell ended'))
      })
    })
    verdict.catch(() => undefined)
    channel.stdin.write(keeper({ nonce, run: deed.run, deed: writtenDeed(deed), steal }))
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
      keeper: {
        async release() {
          const ended = over
          stop()
          if (!ended) {
            channel.stdin.end(`${keeperWords.release}\n`)
            await atMost(releasing, channel.ended)
          }
          channel.close()
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
    channel.stdin.end(`${keeperWords.release}\n`)
    await atMost(releasing, channel.ended)
    channel.close()
    throw error
  } finally {
    abort.release()
    late.clear()
  }
}

function noPlace(why: string): Failure {
  return new Failure('STEP_FAILED', `the machine has no place for the lock of a run: ${why}`, {
    next: 'see whether /run can be written to there; root can take any lock: --become',
  })
}

/** Hands on the words behind each mark; what else is printed there is nobody's. */
function onMarks({ stdout }: Channel, nonce: string, take: (word: string, rest: string) => void): void {
  let said = 0
  let line = ''
  stdout.on('data', (text: string) => {
    said += text.length
    if (said > mostSaid) return
    const parts = (line + text).split('\n')
    line = parts.pop() ?? ''
    for (const part of parts) {
      if (!part.startsWith(`@@${nonce} `)) continue
      const [word = '', ...rest] = part.slice(nonce.length + 3).split(' ')
      take(word, rest.join(' '))
    }
  })
}
