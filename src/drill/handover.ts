import { type Cluster, handoverFile, homeOf, raiseFor, type Vip } from '../cluster/index.ts'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import { lines, sh } from '../shell/quote.ts'
import type { ScriptedFault } from './fault.ts'

/** One VIP and the director that shall hold it; or the peer whose it is, which nobody can tell anything. */
export interface Move {
  readonly vip: Vip
  readonly to: string
}

/** keepalived.conf(5), track_file: an instance with as little as this left gives its VIP up, without a goodbye. */
const giveUp = -254

/**
 * A handover is a drill whose end is another one than its beginning. Directors that preempt are told who is the
 * first among them now, and stay told, so that the new holder still has a backup. Without preemption keepalived of the
 * old holder is stopped for a moment, and the new one keeps the VIP by itself; a director that shall keep other VIPs
 * gives up the one alone, which takes as long as a crash.
 */
export function handover(
  cluster: Cluster,
  moves: readonly Move[],
  held: ReadonlyMap<string, string>,
): ScriptedFault {
  const { preempt } = cluster.vrrp
  const moved = new Set(moves.map(({ vip }) => vip.address))
  const losers = new Set(moves.flatMap(({ vip }) => held.get(vip.address) ?? []))
  const directors = new Set(cluster.directors.map(({ host }) => host))
  const keeps = (host: string) =>
    cluster.vips.some(({ address }) => held.get(address) === host && !moved.has(address))
  const stops = (host: string) => !preempt && losers.has(host) && !keeps(host)
  const during = (host: string, { vip, to }: Move) => {
    if (host === to) return preempt && to === homeOf(vip) ? 0 : raised(vip, to)
    return preempt || stops(host) || held.get(vip.address) !== host ? 0 : giveUp
  }
  return {
    name: 'handover',
    summary: moves.map(({ vip, to }) => `${vip.address} is handed to ${to}`).join(', '),
    strikes: 'all-directors',
    // A peer that nobody manages here is told nothing: it is overruled.
    toll: [...losers].some((one) => !directors.has(one) || (!preempt && keeps(one)))
      ? 'takeover'
      : 'handover',
    leaves: new Map(
      moves.flatMap(({ vip, to }) => [vip, ...vip.also].map(({ address }) => [address, to] as const)),
    ),
    inject: ({ host }) =>
      lines(
        ...moves.map((move) => addToPriority(move.vip, during(host, move))),
        stops(host) ? sh`systemctl stop keepalived` : sh`:`,
      ),
    undo: ({ host }) =>
      preempt
        ? sh`:`
        : lines(
            ...moves.map((move) => addToPriority(move.vip, 0)),
            stops(host) ? sh`systemctl start keepalived` : sh`:`,
          ),
  }
}

/** Has keepalived add to a director's priority. Only where it reads that: otherwise nothing would move, and nobody would know why. */
export function addToPriority(vip: Vip, value: number): Script {
  const file = handoverFile(vip)
  return sh`if [ -e ${file} ]; then echo ${value} >${file}; else
  echo ${`keepalived does not watch ${file}: bring its configuration up to date with understudy apply`} >&2; exit 1
fi`
}

/** Fails where keepalived does not read what is added to a director's priority, as before the first apply there. */
export function readsHandovers(vips: readonly Vip[]): Script {
  return lines(...vips.map((vip) => sh`[ -e ${handoverFile(vip)} ] || exit 1`))
}

function raised(vip: Vip, director: string): number {
  const raise = raiseFor(vip, director)
  if (raise !== undefined) return raise
  throw new Failure('INVALID_INPUT', `no priority is left above that of ${vip.owner} for ${vip.address}`, {
    where: { host: director },
    next: 'Give the directors priorities below 254.',
  })
}
