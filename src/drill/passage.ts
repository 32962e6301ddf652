import {
  allAddressesOf,
  type Cluster,
  canonical,
  carrierOf,
  eachAddress,
  familyOf,
  portsIn,
  type Vip,
} from '../cluster/index.ts'
import type { Facts, Interface } from '../model/facts.ts'
import type { Move } from './handover.ts'

/** A VIP that moves from one director to another, while both are well. */
export interface Passage {
  readonly address: string
  readonly from: { readonly host: string; readonly device: string; readonly mac: string }
  readonly to: { readonly host: string; readonly device: string; readonly mac: string }
  /** Where the kernel balances what comes there: of which ports, and at which address of its own the old holder is reached. */
  readonly balanced?: { readonly ports: readonly (number | string)[]; readonly at: string }
}

/**
 * Where connections of clients can be kept over a handover: where they end at the director itself, under nginx, HAProxy, and with services of
 * the directors; and where IPVS sends them on, without a way back through the director. Those that directors tell each other of
 * (`connection_sync`) are known to all of them.
 */
export function passagesOf(
  cluster: Cluster,
  moves: readonly Move[],
  held: ReadonlyMap<string, string>,
  factsOf: (host: string) => Facts | undefined,
): readonly Passage[] {
  const { balancer, notify } = cluster
  const stopped = balancer === 'none' && notify?.mode === 'mb' && notify.services.length > 0
  if ((balancer === 'ipvs' && cluster.connectionSync) || stopped) return []
  return moves.flatMap(({ vip, to }) => {
    const from = held.get(vip.address)
    if (vip.vmac || from === undefined || from === to) return []
    const ports = balancer === 'ipvs' ? portsSentOn(vip) : undefined
    if (ports?.length === 0) return []
    return eachAddress(vip).flatMap(({ address }): readonly Passage[] => {
      const [old, next] = [from, to].map((host) => {
        const director = cluster.directors.find((one) => one.host === host)
        const facts = factsOf(host)
        const device = director && facts ? carrierOf(cluster, vip, address, director, facts) : undefined
        return device && device.mac !== ''
          ? { host, device: device.name, mac: device.mac, own: device }
          : undefined
      })
      if (!old || !next) return []
      const ends = { address, from: endOf(old), to: endOf(next) }
      if (!ports) return [ends]
      const at = ownAddress(cluster, address, old.own)
      return at === undefined ? [] : [{ ...ends, balanced: { ports, at } }]
    })
  })
}

function endOf({ host, device, mac }: Passage['from']): Passage['from'] {
  return { host, device, mac }
}

/**
 * Of TCP, whose answers go past the directors; answers of those with `nat` would come to one that knows nothing of the connection. What
 * is told by marks of the inventory bears these already.
 */
function portsSentOn({ services }: Vip): readonly (number | string)[] {
  const sent = services.filter(
    ({ protocol, forwarding, marked }) => protocol === 'tcp' && forwarding !== 'nat' && marked === undefined,
  )
  return [...new Set(sent.map(portsIn))]
}

/** An address of a director's own in the family of a VIP, on the interface that carries it. */
function ownAddress({ vips }: Cluster, vip: string, { addresses }: Interface): string | undefined {
  const virtual = new Set(vips.flatMap(allAddressesOf).map(canonical))
  return addresses.find(
    ({ address, family }) =>
      family === familyOf(vip) && !virtual.has(canonical(address)) && !/^fe80:/i.test(address),
  )?.address
}
