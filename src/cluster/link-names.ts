import { type Knowledge, NeedsFacts } from '../model/task.ts'
import { canonical, inNetwork } from './addresses.ts'
import type { Cluster } from './cluster.ts'
import { interfacesOf } from './links.ts'
import { knownAddress, type Machine, ownAddresses } from './network.ts'
import { allAddressesOf } from './together.ts'

/**
 * The interfaces on which a machine meets its cluster and the cluster's clients, as sysctl(8) writes their names. Throws
 * NeedsFacts where the machine was not asked.
 */
export function linkNamesOf(cluster: Cluster, host: string, { facts }: Knowledge): readonly string[] {
  const own = facts.get(host)
  if (!own) throw new NeedsFacts(host)
  const { vips, nat, directors, realservers } = cluster
  const director = directors.find((one) => one.host === host)
  const met = [
    ...vips.flatMap(allAddressesOf),
    ...(nat ? [nat.gateway] : []),
    ...[...directors, ...realservers].flatMap((machine) => toldAddresses(machine)),
  ]
  const near = Object.values(own.interfaces).filter((device) =>
    (['ipv4', 'ipv6'] as const).some((family) =>
      ownAddresses(device, cluster, { family }).some((one) => met.some((address) => inNetwork(address, one))),
    ),
  )
  const names = [...near.map(({ name }) => name), ...(director ? interfacesOf(cluster, director, own) : [])]
  // A dot parts what belongs together.
  return [...new Set(names)].toSorted().map((name) => name.replaceAll('.', '/'))
}

function toldAddresses(machine: Machine): readonly string[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const told = knownAddress(machine, { family })
    return told === undefined ? [] : [canonical(told)]
  })
}
