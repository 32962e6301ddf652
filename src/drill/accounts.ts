import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { observe } from '../verify/observe.ts'
import {
  type ClockDifference,
  type ClockSample,
  clockDifference,
  readClock,
  readTime,
  tellTime,
} from './clock.ts'
import type { Scene } from './scene.ts'
import type { Account } from './timeline.ts'
import { unwatched, type Watched, whatWasNoted } from './watch.ts'

/** How machines are asked. */
export interface Asking {
  readonly session: (host: string) => Promise<Session>
  readonly now: () => number
  readonly signal: AbortSignal
}

/** Readings of a clock: the quickest counts. */
const readings = 5
/** Milliseconds a machine may take to tell the time. */
const soon = 10_000

/** The machines that note what they see. */
export function watchers({ directors, observer }: Scene): readonly string[] {
  return [...directors.map(({ host }) => host), ...(observer === undefined ? [] : [observer])]
}

/** What is known of each of them before anything is noted: its clock, and the VIPs it holds. */
export async function accountsOf(scene: Scene, asking: Asking): Promise<readonly Account[]> {
  return Promise.all(
    watchers(scene).map(async (host) => {
      const clock = await clockOf(host, asking)
      const heldBefore = [...scene.holders].filter(([, holder]) => holder === host).map(([vip]) => vip)
      return { host, ...clock, watched: unwatched, heldBefore }
    }),
  )
}

/** What each of them noted, on its own clock, which is read once more; `fetched` is told of each that answered. */
export async function collect(
  { id, fault, struck }: Scene,
  asking: Asking,
  before: readonly Account[],
  fetched: (host: string) => Promise<void>,
): Promise<readonly Account[]> {
  const query = whatWasNoted(id)
  return Promise.all(
    before.map(async (account) => {
      const { host } = account
      try {
        const session = await asking.session(host)
        const noted = (await observe(session, [query], asking.signal)).read(query)
        const until = asking.now()
        await fetched(host)
        const clock = clockDuring(account, await clockOf(host, asking), noted.lost)
        const jumped = fault.clockJump !== undefined && struck.some((one) => one.host === host)
        const watched = jumped ? withoutJump(noted, fault.clockJump, until + clock.skew + clock.doubt) : noted
        return { ...account, ...clock, watched }
      } catch (error) {
        if (error instanceof Failure) return account
        throw error
      }
    }),
  )
}

/** By one program for all readings: to start one takes longer than what is measured. */
async function clockOf(host: string, { session, now, signal }: Asking): Promise<ClockDifference> {
  const stream = await (await session(host)).converse(tellTime)
  const said = stream[Symbol.asyncIterator]()
  // Of its own, and ended with this: one signal serves all machines, and each wait that is left over hangs on to it.
  const read = new AbortController()
  const late = pause(soon, undefined, { signal: AbortSignal.any([signal, read.signal]), ref: false }).catch(
    () => undefined,
  )
  const line = async (): Promise<string | undefined> => {
    let text = ''
    while (!text.endsWith('\n')) {
      const next = await Promise.race([said.next(), late])
      if (!next || next.done) return undefined
      text += next.value
    }
    return text
  }
  const ask = async () => {
    stream.write('\n')
    const told = await line()
    return told === undefined ? undefined : readTime(told)
  }
  let samples: readonly ClockSample[] = []
  try {
    const listens = (await line()) !== undefined
    if (listens) samples = await readClock(ask, now, readings)
  } finally {
    read.abort()
    stream.destroy()
  }
  if (signal.aborted) throw new Failure('INTERRUPTED', 'interrupted', { where: { host } })
  if (samples.length > 0) return clockDifference(samples)
  throw new Failure('INSPECTION_FAILED', 'the machine does not tell the time', { where: { host } })
}

/**
 * A clock that was read before a drill and after it: what it did in between is anybody's guess, and the difference is
 * doubt. A machine that was switched on anew has a clock of its own since.
 */
export function clockDuring(before: ClockDifference, after: ClockDifference, anew: boolean): ClockDifference {
  if (anew) return after
  const drift = Math.abs(after.skew - before.skew)
  return { skew: before.skew, doubt: Math.max(before.doubt, drift + after.doubt) }
}

/** What was noted while a clock was ahead by `jump` bears times later than `latest`, the time at which it was fetched. */
export function withoutJump(watched: Watched, jump: number, latest: number): Watched {
  const back = <Noted extends { readonly at: number }>(noted: Noted): Noted =>
    noted.at > latest ? { ...noted, at: noted.at - jump } : noted
  return {
    ...watched,
    addresses: watched.addresses.map(back),
    ...(watched.routes ? { routes: watched.routes.map(back) } : {}),
    log: watched.log.map(back),
    pools: watched.pools.map(back),
    ...(watched.packets ? { packets: watched.packets.map(back) } : {}),
  }
}
