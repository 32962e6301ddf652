import { endpointOf } from '../model/endpoint.ts'
import type { PacketMark } from '../model/packet-marks.ts'
import type { Effect, Rewritten } from './addresses.ts'
import { portsBalanced, virtualServersIn } from './served.ts'

/** A service of a VIP that nothing answers any more. */
export function lost(address: string, port: number | string): Effect {
  const service = endpointOf({ address, port })
  return { address, moves: 0, service, why: `nothing answers on ${service} any more` }
}

/** The marks of a director's packets before and after a change. */
interface Marks {
  readonly before: readonly PacketMark[]
  readonly after: readonly PacketMark[]
}

/** Services of these VIPs that keepalived takes out of the kernel's table. */
export function lostServers(
  held: readonly string[],
  { before = '', after = '' }: Rewritten,
  marks: Marks,
): readonly Effect[] {
  const left = new Set(portsBalanced(after, marks.after).map(endpointOf))
  return portsBalanced(before, marks.before)
    .filter((one) => held.includes(one.address) && !left.has(endpointOf(one)))
    .map(({ address, port }) => lost(address, port))
}

/**
 * Services of these VIPs that realservers come to answer by another route, as with NAT instead of anything else, or without it: they take
 * that before or after directors send them packets so.
 */
export function otherRoutes(
  held: readonly string[],
  { before = '', after = '' }: Rewritten,
): readonly Effect[] {
  const former = new Map(virtualServersIn(before).map((one) => [endpointOf(one), one.ways]))
  return virtualServersIn(after)
    .filter((one) => held.includes(one.address))
    .filter((one) =>
      [...one.ways].some(([realserver, way]) =>
        isOtherRoute(former.get(endpointOf(one))?.get(realserver), way),
      ),
    )
    .map(({ address, port }) => ({
      ...lost(address, port),
      why: `realservers of ${endpointOf({ address, port })} answer by another route once all are told of it`,
    }))
}

function isOtherRoute(before: string | undefined, after: string): boolean {
  return before !== undefined && before !== after && [before, after].includes('NAT')
}
