import { setTimeout as pause } from 'node:timers/promises'
import type { ProbeRecord } from '../../model/drill.ts'
import type { ByteStream, Endpoint } from '../../model/session.ts'
import { headOf, type ProbePlan, type Probing, verdictOf } from './probing.ts'

/** Opens a TCP connection as the machine that looks from outside would. */
export type Dial = (endpoint: Endpoint, signal: AbortSignal) => Promise<ByteStream>

/**
 * Asks at a fixed rate, each request over a connection of its own, whether or not earlier ones were answered:
 * an open loop, so that an outage delays no request that should have shown it. When each is due is reckoned from the
 * first, so that being late with one moves none of the others.
 */
export function probe(plan: ProbePlan, dial: Dial, now: () => number): Probing {
  const records: ProbeRecord[] = []
  const pending = new Set<Promise<void>>()
  const stopping = new AbortController()
  const habit = { spoke: 0 }
  let late = 0
  const loop = (async () => {
    const start = now()
    for (let count = 0; !stopping.signal.aborted; count++) {
      const due = start + count * plan.interval
      const wait = due - now()
      if (wait > 0) await pause(wait, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      if (pending.size >= plan.atMost) {
        records.push({ sent: due, verdict: 'failed' })
        continue
      }
      const sent = now()
      late = Math.max(late, sent - due)
      const one: Promise<void> = ask(plan, dial, habit, sent, now).then((record) => {
        records.push(record)
        pending.delete(one)
      })
      pending.add(one)
    }
  })()
  return {
    records,
    get late() {
      return late
    },
    clockDoubt: 0,
    broken: false,
    stop: async () => {
      stopping.abort()
      await loop
      await Promise.all(pending)
      return records.toSorted((a, b) => a.sent - b.sent)
    },
  }
}

/** On how many connections the other end was the first to speak. */
interface Habit {
  spoke: number
}

/** Who was on so many is expected to be on all: a greeting tells more than that nobody hung up. */
const expected = 5

async function ask(
  plan: ProbePlan,
  dial: Dial,
  habit: Habit,
  sent: number,
  now: () => number,
): Promise<ProbeRecord> {
  const signal = AbortSignal.timeout(plan.timeout)
  try {
    if (plan.path === '')
      return { sent, answered: await takenAt(plan, dial, habit, signal, now), verdict: 'good' }
    const text = await answerOf(plan, dial, signal)
    const { follows } = plan
    const last =
      follows && isSentTo(text, follows) ? await answerOf({ ...plan, ...follows }, dial, signal) : text
    const answer = read(last, plan, follows !== undefined && last === text)
    return answer.verdict === 'failed' ? { sent, verdict: 'failed' } : { sent, answered: now(), ...answer }
  } catch {
    // Refused, reset, timed out: to a client it is all the same.
    return { sent, verdict: 'failed' }
  }
}

/** When a connection was taken by somebody, to the best of what its client can know. */
async function takenAt(
  plan: ProbePlan,
  dial: Dial,
  habit: Habit,
  signal: AbortSignal,
  now: () => number,
): Promise<number> {
  const stream = await dial(plan, signal)
  const made = now()
  try {
    if (plan.stays === undefined) return made
    const first = stream[Symbol.asyncIterator]().next()
    first.catch(() => undefined)
    const wait = habit.spoke < expected ? plan.stays : plan.timeout
    const heard = await Promise.race([first, pause(wait, undefined, { signal })])
    if (!heard) return made
    if (heard.done) throw new Error('closed without a word')
    habit.spoke += 1
    return now()
  } finally {
    stream.destroy()
  }
}

/** What is said to one request. */
async function answerOf(plan: ProbePlan, dial: Dial, signal: AbortSignal): Promise<string> {
  const stream = await dial(plan, signal)
  try {
    return await exchange(stream, plan, signal)
  } finally {
    stream.destroy()
  }
}

/** Does the answer send its client there? By which name it asked is its own affair. */
function isSentTo(text: string, { port }: Endpoint): boolean {
  const [, at = '443'] =
    /^location: *https:\/\/(?:\[[^\]]*\]|[^/:\s]+)(?::(\d+))?\//im.exec(
      text.slice(0, text.indexOf('\r\n\r\n')),
    ) ?? []
  return /^HTTP\/1\.[01] 30[1278]/.test(text) && Number(at) === port
}

async function exchange(stream: ByteStream, plan: ProbePlan, signal: AbortSignal): Promise<string> {
  const cut = () => stream.destroy(new Error('timed out'))
  signal.addEventListener('abort', cut, { once: true })
  try {
    const head = [`GET ${plan.path} HTTP/1.1`, ...headOf(plan), 'Connection: close']
    stream.write(`${head.join('\r\n')}\r\n\r\n`)
    let text = ''
    for await (const chunk of stream) {
      text += String(chunk)
      // A page is read to its end, within reason: a body cut short is no answer.
      if (text.length > 65_536) break
    }
    return text
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

/** `astray`: it should have sent its client elsewhere. */
function read(text: string, plan: ProbePlan, astray: boolean): Pick<ProbeRecord, 'verdict' | 'servedBy'> {
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1])
  const servedBy = /^x-served-by: *(\S+)/im.exec(text)?.[1]
  const whole = /\r\n\r\n/.test(text)
  const verdict = verdictOf(whole ? status : undefined, plan)
  return { verdict: astray && verdict === 'good' ? 'wrong' : verdict, ...(servedBy ? { servedBy } : {}) }
}
