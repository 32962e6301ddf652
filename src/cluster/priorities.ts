import type { Vip } from './cluster.ts'

/** As many directors as distinct priorities ten apart leave room for below 255. */
export const MOST_DIRECTORS = 25

/**
 * VRRP priority of every director in one instance: the owner first, then the others in the order of the
 * group, starting behind the owner and going round, so that several VIPs spread over the survivors. Ten apart,
 * from 100 down where that is enough. What is said of a director wins.
 */
export function prioritiesFor(
  owner: string,
  directors: readonly { readonly host: string; readonly priority?: number }[],
): ReadonlyMap<string, number> {
  const first = Math.max(
    0,
    directors.findIndex(({ host }) => host === owner),
  )
  const order = [...directors.slice(first), ...directors.slice(0, first)]
  const top = Math.max(100, 10 * order.length)
  return new Map(order.map(({ host, priority }, index) => [host, priority ?? top - 10 * index]))
}

/** Priorities of all who may hold a VIP; what nobody knows of a peer is taken to be `unknown`. */
export function rivalsFor(
  { priorities, peers }: Pick<Vip, 'priorities' | 'peers'>,
  unknown: number,
): readonly number[] {
  return [...priorities.values(), ...peers.map(({ priority = unknown }) => priority)]
}
