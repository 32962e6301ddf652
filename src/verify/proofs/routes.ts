import { routeWords, ruleWords } from '../../cluster/index.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { type KernelRoute, type KernelRule, routingOfHost } from '../../sensors/routing.ts'
import type { ExpectedCluster, ExpectedVip } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { holdersOf } from './holder.ts'

/** The kernel of who holds a VIP has the routes and rules that move with it, and that of no other director has. */
export function routeProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return instancesWithRouting(cluster).flatMap((vip) => {
    const holders = holdersOf(vip.address, cluster, seen)
    return cluster.directors.flatMap(({ host }) => {
      const member = seen.members.get(host)
      if (!member || member instanceof Failure) return []
      const { routes, rules } = member.read(routingOfHost)
      const all = [
        ...vip.routes.map((route) => ({
          words: routeWords(route),
          there: routes.some((one) => isRoute(one, route)),
        })),
        ...vip.rules.map((rule) => ({
          words: `rule ${ruleWords(rule)}`,
          there: rules.some((one) => isRule(one, rule)),
        })),
      ]
      const holds = holders.includes(host)
      return [proofOn(host, vip, holds, all)]
    })
  })
}

/** VIPs that bring routes or rules, one for each instance. */
export function instancesWithRouting({ vips }: ExpectedCluster): readonly ExpectedVip[] {
  const first = new Map(vips.toReversed().map((vip) => [vip.instance, vip]))
  return [...first.values()].toReversed().filter(({ routes, rules }) => routes.length + rules.length > 0)
}

function proofOn(
  host: string,
  { address, instance }: ExpectedVip,
  holds: boolean,
  all: readonly { readonly words: string; readonly there: boolean }[],
): ProofResult {
  const common = {
    name: holds
      ? 'the holder of the VIP has the routes that move with it'
      : 'who does not hold the VIP has none of the routes that move with it',
    subject: `${host} ${address}`,
  }
  const wrong = all.filter(({ there }) => there !== holds).map(({ words }) => words)
  if (wrong.length === 0)
    return { ...common, verdict: 'pass', ...(holds ? { seen: `${all.length} of ${all.length}` } : {}) }
  return {
    ...common,
    verdict: 'fail',
    expected: holds ? wrong.join('; ') : 'none of them',
    seen: holds ? 'not there' : wrong.join('; '),
    cause: holds
      ? `somebody took it away, or keepalived runs with another configuration of ${instance}`
      : 'it was set by hand, or stayed when keepalived ended',
    next: `on ${host}: ip route show table all; ip rule; ${holds ? 'systemctl restart keepalived' : 'take it away'}`,
  }
}

/** What the inventory does not say the kernel chose. One that a machine has of its own stays whoever holds the VIP. */
export function isRoute(found: KernelRoute, wanted: ExpectedVip['routes'][number]): boolean {
  const { via, dev, src, metric, table = 254 } = wanted
  return (
    !found.own &&
    found.to === wanted.to &&
    found.table === table &&
    found.via === via &&
    (dev === undefined || found.dev === dev) &&
    (src === undefined || found.src === src) &&
    (metric === undefined || found.metric === metric)
  )
}

/** A rule is known by its place and by all that it says. */
export function isRule(found: KernelRule, wanted: ExpectedVip['rules'][number]): boolean {
  return (
    found.family === wanted.family &&
    found.priority === wanted.priority &&
    found.table === wanted.table &&
    found.from === wanted.from &&
    found.to === wanted.to &&
    found.iif === wanted.iif &&
    found.fwmark === wanted.fwmark
  )
}
