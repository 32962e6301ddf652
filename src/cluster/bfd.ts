import type { Facts } from '../model/facts.ts'
import type { Knowledge } from '../model/task.ts'
import { canonical, familyOf, inNetwork } from './addresses.ts'
import type { Cluster, Director } from './cluster.ts'
import { allAddresses } from './network.ts'
import type { FactProblem } from './rules/facts.ts'

/** A router that directors watch by BFD. */
export interface NamedRouter {
  /** That of its session in keepalived.conf. */
  readonly name: string
  readonly neighbor: string
}

/** One as a director is told of it, in the words of keepalived.conf(5). */
export interface WatchedRouter extends NamedRouter {
  /** The director's own address in the network of the router. */
  readonly source: string | false
  /** Milliseconds between two signs of life, either way. */
  readonly interval: number
  readonly multiplier: number
}

/** Where BFD to a neighbour is heard (RFC 5881, 4). */
export const bfdPort = 3784

/** The routers that every director watches. */
export function routersOf({ vrrp }: Cluster): readonly NamedRouter[] {
  return vrrp.bfd.map(({ neighbor }, index) => ({
    name: `router_${index + 1}`,
    neighbor: canonical(neighbor),
  }))
}

/**
 * Seconds until the sessions with all of them are up, or known to be none: a side that is not up speaks once a second (RFC 5880,
 * 6.8.3), and each has to hear the other twice.
 */
export function routersFound({ vrrp }: Cluster): number {
  return Math.max(0, ...vrrp.bfd.map(({ interval, multiplier }) => 3 + interval * multiplier))
}

/** The routers as a director is told of them. */
export function watchedRouters(
  cluster: Cluster,
  { host }: Director,
  { facts }: Knowledge,
): readonly WatchedRouter[] {
  const known = facts.get(host)
  return routersOf(cluster).flatMap((router, index) => {
    const said = cluster.vrrp.bfd[index]
    if (!said) return []
    const source = known ? (ownAddressBeside(cluster, router.neighbor, known) ?? false) : false
    return [{ ...router, source, interval: Math.round(said.interval * 1000), multiplier: said.multiplier }]
  })
}

/** Routers that are no neighbours of a director: BFD with them would never come up, and it would never hold a VIP. */
export function bfdProblems(cluster: Cluster, { host }: Director, facts: Facts): readonly FactProblem[] {
  return cluster.vrrp.bfd.flatMap(({ neighbor }, index): readonly FactProblem[] =>
    ownAddressBeside(cluster, neighbor, facts) === undefined
      ? [
          {
            rule: 'facts-router-outside',
            severity: 'error',
            message: `the router ${neighbor} is in no network of ${host}`,
            next: 'Give the address that the router has in a network of the directors.',
            host,
            path: ['cluster', 'vrrp', 'bfd', index, 'neighbor'],
          },
        ]
      : [],
  )
}

function ownAddressBeside(cluster: Cluster, neighbor: string, facts: Facts): string | undefined {
  const own = allAddresses(cluster, { family: familyOf(neighbor) }, facts)
  return own.find((one) => inNetwork(canonical(neighbor), one))?.address
}
