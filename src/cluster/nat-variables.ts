import { type Knowledge, NeedsFacts } from '../model/task.ts'
import { familyOf, inNetwork } from './addresses.ts'
import type { Cluster, Family } from './cluster.ts'
import { ownAddresses } from './network.ts'

/** The variable `nat`: the way back through the directors. */
export interface NatVariables {
  readonly gateway: string
  /** Networks in CIDR form. */
  readonly clients: readonly string[]
  readonly family: Family
  /** Names of the host's interfaces in whose network the gateway is. Throws NeedsFacts. */
  readonly interfaces: readonly string[]
}

/** How answers come back, as a host sees it; `false` where nothing is translated. */
export function natVariables(
  { nat, ...cluster }: Cluster,
  host: string,
  known: Knowledge,
): NatVariables | false {
  if (!nat) return false
  const { gateway, clients } = nat
  const family = familyOf(gateway)
  return {
    gateway,
    clients,
    family,
    get interfaces() {
      const facts = known.facts.get(host)
      if (!facts) throw new NeedsFacts(host)
      return Object.values(facts.interfaces)
        .filter((device) =>
          ownAddresses(device, { ...cluster, nat }, { family }).some((own) => inNetwork(gateway, own)),
        )
        .map(({ name }) => name)
        .toSorted()
    },
  }
}
