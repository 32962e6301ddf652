import type { Knowledge } from '../model/task.ts'
import { familyOf, inNetwork } from './addresses.ts'
import { addressOf } from './addresses-of.ts'
import type { Cluster } from './cluster.ts'
import { allAddressesOf } from './together.ts'

/** Who leaves with the address of a director, in the words of the kind `packet_rules`. */
export interface MasqueradeVariables {
  readonly from: readonly string[]
  readonly except_from: readonly string[]
  readonly except_to: readonly string[]
}

/** Who gets out through the directors with their address; `false`: nobody. Throws NeedsFacts. */
export function masqueradeOf(cluster: Cluster, known: Knowledge): MasqueradeVariables | false {
  const { nat, vips, directors, realservers, balancer } = cluster
  const [first] = vips
  if (balancer !== 'ipvs' || nat?.masquerade === undefined || !first) return false
  // Whoever leaves that way is of the family of the gateway.
  const vip = { ...first, family: familyOf(nat.gateway) }
  const addresses = (machines: Cluster['directors'] | Cluster['realservers']) =>
    machines.map((one) => addressOf(cluster, vip, one, known))
  const virtual = [...vips.flatMap(allAddressesOf), nat.gateway]
  const own = addresses(realservers)
  const from = nat.masquerade === 'realservers' ? own : nat.masquerade
  return {
    from: outermost(from),
    except_from: outermost(virtual),
    except_to: outermost([...from, ...own, ...addresses(directors), ...virtual]),
  }
}

/** Those that are in no other: nft(8) takes none that overlap. */
function outermost(all: readonly string[]): readonly string[] {
  const written = [...new Set(all)].map((text) => {
    const [address = '', prefix] = text.split('/')
    const family = familyOf(address)
    const whole = family === 'ipv6' ? 128 : 32
    return { text, address, family, prefix: prefix === undefined ? whole : Number(prefix) }
  })
  return written
    .filter((one) => !written.some((other) => other.prefix < one.prefix && inNetwork(one.address, other)))
    .map(({ text }) => text)
}
