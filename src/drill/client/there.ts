import { setTimeout as pause } from 'node:timers/promises'
import type { ProbeRecord } from '../../model/drill.ts'
import type { Script } from '../../model/script.ts'
import { type ByteStream, forNobodyElse } from '../../model/session.ts'
import { sh } from '../../shell/quote.ts'
import { type ClockDifference, clockDifference, readClock } from '../clock.ts'
import { prober } from './prober.ts'
import { headOf, type ProbePlan, type Probing, takesProgram, verdictOf } from './probing.ts'

/** What a prober needs of the machine that asks. */
export interface Place {
  /** Starts a program there, to talk to. */
  readonly converse: (script: Script) => Promise<ByteStream>
  readonly now: () => number
  /** Is told when the program is needed no longer. */
  readonly over: () => void
}

/** Milliseconds the prober may need to start: where another can ask in its place, and where nobody can and the machine may be busy. */
const [startsWithin, startsAtLast] = [5000, 30_000]
/** Milliseconds between two signs of life that we give it. */
const heartbeat = 5000
/** Readings of its clock; the quickest counts. */
const readings = 8
/** Milliseconds beyond the time a request may take in which the prober must have ended. */
const endsWithin = 5000

/**
 * Has the machine itself ask, so that its own times count and our way there does not. Resolves to `unable` where it
 * has no Perl with the usual modules, and to `late` where it has not started in time.
 */
export async function probeThere(
  plan: ProbePlan,
  { converse, now, over }: Place,
): Promise<Probing | 'unable' | 'late'> {
  const { address, port, path, interval, timeout, atMost } = plan
  const { sent, mask, value } = plan.datagram ?? { sent: '', mask: '', value: '' }
  const first = plan.saysFirst ? forNobodyElse : ''
  const stays = plan.stays ?? ''
  const stream = await converse(
    sh`exec perl -e ${prober} ${address} ${port} ${path} ${interval} ${timeout} ${atMost} ${first} ${sent} ${mask} ${value} ${stays} ${plan.echo ? 'echo' : ''} ${headOf(plan)} 2>/dev/null`,
  )
  const talk = listenTo(stream)
  const patience = pause(takesProgram(plan) ? startsAtLast : startsWithin, 'late' as const, { ref: false })
  const started = await Promise.race([talk.next('ready').then((line) => line ?? 'unable'), patience])
  if (started === 'late' || started === 'unable') {
    stream.destroy()
    over()
    return started
  }
  const { skew, doubt } = await theirClock(stream, talk, now)
  const records: ProbeRecord[] = []
  let late = 0
  talk.eachRequest((line) => {
    const [, due, sent, answered, status, servedBy] = line.split(' ')
    late = Math.max(late, Number(sent) - Number(due))
    records.push({
      sent: Number(sent) - skew,
      ...(answered === '-' ? {} : { answered: Number(answered) - skew }),
      verdict: verdictOf(status === '-' ? undefined : Number(status), plan),
      ...(servedBy === '-' || servedBy === undefined ? {} : { servedBy }),
    })
  })
  const alive = setInterval(() => stream.write('t\n'), heartbeat)
  let broken = false
  const ended = talk.next('end').then((end) => {
    clearInterval(alive)
    broken = end === undefined
  })
  return {
    records,
    get late() {
      return late
    },
    clockDoubt: doubt,
    get broken() {
      return broken
    },
    stop: async () => {
      stream.write('stop\n')
      const patience = pause(timeout + endsWithin, 'late', { ref: false })
      if ((await Promise.race([ended, patience])) === 'late') broken = true
      clearInterval(alive)
      stream.destroy()
      over()
      return records.toSorted((a, b) => a.sent - b.sent)
    },
  }
}

/** By how many milliseconds its clock is ahead of ours. */
async function theirClock(stream: ByteStream, talk: Talk, now: () => number): Promise<ClockDifference> {
  const ask = async () => {
    stream.write('t\n')
    const line = await talk.next('t')
    return line === undefined ? undefined : Number(line.split(' ')[1])
  }
  return clockDifference(await readClock(ask, now, readings))
}

/** Lines of the prober by their first word. */
interface Talk {
  /** The next line that begins with a word; `undefined` once there can be none any more. */
  next(word: string): Promise<string | undefined>
  /** Is given each request, those first that came before anybody wanted them. */
  eachRequest(take: (line: string) => void): void
}

function listenTo(stream: ByteStream): Talk {
  const waiting = new Map<string, (line: string | undefined) => void>()
  let over = false
  let take: ((line: string) => void) | undefined
  const early: string[] = []
  const hear = (line: string) => {
    const word = line.split(' ', 1)[0] ?? ''
    if (word === 'r') {
      if (take) take(line)
      else early.push(line)
      return
    }
    waiting.get(word)?.(line)
    waiting.delete(word)
  }
  const finish = () => {
    over = true
    for (const resolve of waiting.values()) resolve(undefined)
    waiting.clear()
  }
  const listening = async () => {
    let rest = ''
    for await (const chunk of stream) {
      const whole = (rest + String(chunk)).split('\n')
      rest = whole.pop() ?? ''
      for (const line of whole) hear(line)
    }
  }
  listening().then(finish, finish)
  return {
    next: (word) =>
      new Promise((resolve) => {
        if (over) resolve(undefined)
        else waiting.set(word, resolve)
      }),
    eachRequest(taker) {
      take = taker
      for (const line of early.splice(0)) taker(line)
    },
  }
}
