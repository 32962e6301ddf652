import { setTimeout as pause } from 'node:timers/promises'
import type { KeptConnection, KeptOpen } from '../../model/drill.ts'
import type { ByteStream } from '../../model/session.ts'
import type { Dial } from './forwarded.ts'
import { headOf, type ProbePlan } from './probing.ts'

/** A connection under way; `stop` waits a little for an answer that is still missing. */
export interface Keeping {
  stop(): Promise<KeptOpen>
}

/** Milliseconds between two requests over the connection: seldom enough for servers that allow only so many. */
const every = 100
/** Milliseconds `stop` waits for an answer: TCP repeats a lost segment after ever longer pauses. */
const patience = 4000

type Life = { -readonly [Field in keyof KeptConnection]: KeptConnection[Field] }

/**
 * Opens one connection and asks through it again and again, as a browser or a pool of connections does. Where it
 * breaks, another is opened at once, as any client would.
 */
export function keepOpen(plan: ProbePlan, dial: Dial, now: () => number): Keeping {
  // Nobody knows what to say over a connection that is no web server's.
  if (plan.path === '') return { stop: async () => ({ connections: [], stall: 0, doubt: 0 }) }
  const lives: Life[] = []
  const stopping = new AbortController()
  const giving = new AbortController()
  let waiting: number | undefined
  let stall = 0
  const answered = (at: number) => {
    stall = Math.max(stall, at - (waiting ?? at))
    waiting = undefined
  }
  const live = async () => {
    waiting ??= now()
    const stream = await dial(plan, AbortSignal.any([stopping.signal, AbortSignal.timeout(plan.timeout)]))
    const life: Life = { opened: now(), ended: now(), end: 'open', answers: 0 }
    lives.push(life)
    const give = () => stream.destroy()
    giving.signal.addEventListener('abort', give, { once: true })
    try {
      await converse(stream, life)
    } catch {
      // Reset, or given up: `end` says which.
    } finally {
      giving.signal.removeEventListener('abort', give)
      stream.destroy()
    }
    life.ended = now()
    if (giving.signal.aborted) life.end = 'silent'
  }
  const converse = async (stream: ByteStream, life: Life) => {
    const answers = heads(stream)
    // Until an answer says otherwise, whatever ends the connection breaks it.
    while (!stopping.signal.aborted) {
      const sent = now()
      waiting ??= sent
      life.end = 'broken'
      stream.write([`HEAD ${plan.path} HTTP/1.1`, ...headOf(plan), '', ''].join('\r\n'))
      const { value: head, done } = await answers.next()
      if (done) return
      life.end = 'open'
      life.answers += 1
      answered(now())
      if (/^connection: *close/im.test(head)) {
        life.end = 'closed'
        return
      }
      await pause(Math.max(0, sent + every - now()), undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const opened = await live().then(
        () => true,
        () => false,
      )
      if (!opened) await pause(every, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      const giveUp = setTimeout(() => giving.abort(), patience)
      await loop
      clearTimeout(giveUp)
      if (waiting !== undefined) answered(now())
      return { connections: lives, stall, doubt: every }
    },
  }
}

/** The heads of the answers as they come; an answer to HEAD has no body (RFC 9110, section 9.3.2). */
async function* heads(stream: ByteStream): AsyncGenerator<string, undefined> {
  let text = ''
  for await (const chunk of stream) {
    text += String(chunk)
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      yield text.slice(0, end)
      text = text.slice(end + 4)
    }
  }
}
