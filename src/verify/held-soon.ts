import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../model/failure.ts'
import { type Asking, askAll } from './asking.ts'
import type { ExpectedCluster } from './expected.ts'
import { factsOfHost, holdersOf } from './proofs/holder.ts'

/** Milliseconds between two looks, each of which costs directors a few hundredths of a second. */
const rest = 200

/**
 * Waits until some director holds each VIP, as after a change of what elects them: a look from outside at an address that
 * nobody holds takes three seconds, in which an election is over. Where this can never be so the whole look tells why, and
 * it is told at once: a director that cannot be asked, or a VIP that somebody else may hold. True when all are held, or
 * nothing can be waited for; false at `deadline`, milliseconds of `performance.now()`. Throws INTERRUPTED.
 */
export async function heldSoon(cluster: ExpectedCluster, asking: Asking, deadline: number): Promise<boolean> {
  const { signal } = asking
  const directors = cluster.directors.map(({ host }) => host)
  const vips = cluster.vips.filter(({ peers }) => peers.length === 0)
  for (;;) {
    const members = await askAll(directors, asking, () => [factsOfHost])
    if ([...members.values()].some((member) => member instanceof Failure)) return true
    if (vips.every(({ address }) => holdersOf(address, cluster, { members }).length > 0)) return true
    if (signal.aborted || performance.now() >= deadline) return false
    await pause(rest, undefined, { signal }).catch(() => {})
  }
}
