import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, homeOf, settlingTime, type Vip } from '../cluster/index.ts'
import { arm, strikeArmed, undoNow } from '../drill/deadman.ts'
import { addToPriority, readsHandovers } from '../drill/handover.ts'
import type { Passage } from '../drill/passage.ts'
import { keepStanding } from '../drill/standing-connections.ts'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import { lines, sh } from '../shell/quote.ts'
import { observe } from '../verify/observe.ts'
import { factsOfHost } from '../verify/proofs/holder.ts'
import { armedAs, never } from './armed.ts'
import { send, sendOrFail } from './send.ts'

/** What VIPs are handed over with. */
export interface HandTools {
  readonly session: (host: string) => Promise<Session>
  readonly signal: AbortSignal
  readonly now: () => number
}

/** VIPs that a director gives to another one for a while. */
export interface Handing {
  readonly from: string
  readonly to: string
  readonly vips: readonly Vip[]
  /** Those of them that it holds by a handover, and not by its own priority. */
  readonly kept: readonly Vip[]
  /** Directors that can be reached: those that are told. */
  readonly directors: readonly string[]
  /** The way of each address to the other director, and back: connections that stand are gone on with where they end. */
  readonly there: readonly Passage[]
  readonly back: readonly Passage[]
  /** Seconds after which the VIPs come back by themselves, whoever has forgotten them. */
  readonly lasts: number
}

/** VIPs that were handed over. Of two things one is to be done with them. */
export interface Handed {
  /** They go to whom they came from; where directors do not take VIPs from each other, they stay. */
  back(): Promise<void>
  /** They stay where they are, until somebody hands them back. */
  leave(): Promise<void>
}

/**
 * Above whatever priorities directors run with, before the change and after it: keepalived adds it, and never exceeds 254
 * (`vrrp_set_effective_priority` in its vrrp.c).
 */
const most = 253

/** Milliseconds between two looks at who holds a VIP. */
const rest = 200

/**
 * Hands the VIPs of a director to another one before something is done to it, as `understudy handover` does it, and waits until they are
 * there. Throws VERIFICATION_FAILED where they do not get there, with everything as before.
 */
export async function handOver(cluster: Cluster, handing: Handing, tools: HandTools): Promise<Handed> {
  const { from, to, vips, kept, directors, lasts } = handing
  const { preempt } = cluster.vrrp
  const id = armedAs('rolling', from)
  const raise = (host: string, vip: Vip, by: string) => addToPriority(vip, host === by ? most : 0)
  // Without preemption keepalived goes, and the others keep what they take.
  const forth = (host: string): Script =>
    preempt
      ? lines(...vips.map((vip) => raise(host, vip, to)))
      : host === from
        ? sh`systemctl stop keepalived`
        : sh`:`
  const undo = (host: string): Script =>
    preempt
      ? lines(...vips.map((vip) => (kept.includes(vip) ? raise(host, vip, from) : addToPriority(vip, 0))))
      : host === from
        ? sh`systemctl start keepalived`
        : sh`:`
  const each = (title: string, script: (host: string) => Script, signal = tools.signal, regardless = false) =>
    Promise.all(
      directors.map(async (host) =>
        sendOrFail(await tools.session(host), host, script(host), { title, signal, regardless }),
      ),
    )
  const keep = async (passages: readonly Passage[], ...how: readonly [AbortSignal?, boolean?]) => {
    if (passages.length > 0)
      await each('going on with connections that stand', (host) => keepStanding(host, passages), ...how)
  }
  const undone = () =>
    each(`handing the VIPs back to ${from}`, (host) => undoNow(id, undo(host)), never, true)
  try {
    await each(`arming what hands the VIPs of ${from} back`, (host) =>
      lines(undoNow(id, sh`:`), arm(id, undo(host), lasts)),
    )
    await keep(handing.there)
    await each(`handing the VIPs of ${from} to ${to}`, (host) => strikeArmed(id, forth(host), undo(host)))
    await untilHeld(cluster, vips, () => to, handing, tools)
  } catch (error) {
    await undone().catch(() => {})
    throw error
  }
  if (!preempt) await undone()
  return {
    back: async () => {
      if (!preempt) return
      await keep(handing.back, never, true)
      await undone()
      // The change may have made another director the owner: somebody is to hold them then.
      await untilHeld(cluster, vips, (vip) => (homeOf(vip) === from ? from : undefined), handing, tools)
    },
    leave: async () => {
      if (preempt) await each('leaving the VIPs where they are', () => undoNow(id, sh`:`), never, true)
    },
  }
}

/** Directors whose keepalived knows nothing of handovers yet: one that somebody set up by hand, before the first apply. */
export async function withoutHandovers(
  { vrrp: { preempt } }: Cluster,
  { vips, directors }: Pick<Handing, 'vips' | 'directors'>,
  { session, signal }: HandTools,
): Promise<readonly string[]> {
  // Without preemption keepalived is stopped, which takes no file.
  if (!preempt) return []
  const looked = await Promise.all(
    directors.map(async (host) => {
      const title = `looking whether ${host} can be told of a handover`
      return [host, await send(await session(host), readsHandovers(vips), { title, signal })] as const
    }),
  )
  return looked.flatMap(([host, { status }]) => (status === 0 ? [] : [host]))
}

async function untilHeld(
  cluster: Cluster,
  vips: readonly Vip[],
  wished: (vip: Vip) => string | undefined,
  { directors }: Handing,
  { session, signal, now }: HandTools,
): Promise<void> {
  const until = now() + 1000 * settlingTime(cluster)
  for (;;) {
    const held = await Promise.all(
      directors.map(async (host) => {
        const seen = await observe(await session(host), [factsOfHost], signal)
        const all = Object.values(seen.read(factsOfHost).interfaces).filter(({ name }) => name !== 'lo')
        return [host, new Set(all.flatMap(({ addresses }) => addresses.map((one) => one.address)))] as const
      }),
    )
    const wrong = vips.filter((vip) => {
      const [holder, ...others] = held.filter(([, addresses]) => addresses.has(vip.address))
      return holder === undefined || others.length > 0 || (wished(vip) ?? holder[0]) !== holder[0]
    })
    if (wrong.length === 0) return
    if (now() >= until) {
      const what = wrong.map((vip) => `${vip.address} (${wished(vip) ?? 'anybody'})`)
      throw new Failure(
        'VERIFICATION_FAILED',
        `not held by one director alone, as it was to be: ${what.join(', ')}`,
        {
          next: 'see with understudy verify what is wrong with the directors',
        },
      )
    }
    await pause(rest, undefined, { signal })
  }
}
