import type { Facts, Interface } from '../model/facts.ts'
import { canonical, inNetwork } from './addresses.ts'
import type { Cluster, ClusterProblem, Director, Realserver, Vip } from './cluster.ts'
import { addressByFacts, interfaceFor, knownAddress, networkOf, ownAddresses } from './network.ts'

/** Problems that only the machines can show. Machines whose facts are not known are passed over. */
export function problemsWithFacts(
  cluster: Cluster,
  facts: ReadonlyMap<string, Facts>,
): readonly ClusterProblem[] {
  const directors = cluster.directors.flatMap((director) => {
    const known = facts.get(director.host)
    return known ? directorProblems(cluster, director, known) : []
  })
  const realservers = cluster.realservers.flatMap((realserver) =>
    cluster.vips.flatMap((vip) => realserverProblems(cluster, vip, realserver, facts)),
  )
  return [...directors, ...realservers]
}

function directorProblems(cluster: Cluster, director: Director, facts: Facts): readonly ClusterProblem[] {
  const { host } = director
  const names = Object.keys(facts.interfaces).filter((name) => name !== 'lo')
  if (director.interface !== undefined && !(director.interface in facts.interfaces))
    return [
      {
        severity: 'error',
        message: `${host} has no interface ${director.interface}`,
        next: `It has ${names.toSorted().join(', ')}. Without interface the one in the network of the VIP is taken.`,
        host,
        path: ['director', 'interface'],
      },
    ]
  return cluster.vips.flatMap((vip, index) => {
    const device = interfaceFor(cluster, vip, director, facts)
    if (device && (networkOf(cluster, vip, device) || isDeliberate(vip, director))) return []
    return [vipOutside(cluster, vip, index, host, device ? [device] : Object.values(facts.interfaces))]
  })
}

/** A router may well send packets for a lone address to the directors: whoever says both means it. */
function isDeliberate({ prefix }: Vip, director: Director): boolean {
  return prefix !== undefined && director.interface !== undefined
}

function vipOutside(
  cluster: Cluster,
  vip: Vip,
  index: number,
  host: string,
  devices: readonly Interface[],
): ClusterProblem {
  const shown = devices
    .flatMap((device) =>
      ownAddresses(device, cluster, vip).map(({ address, prefix }) => `${device.name} ${address}/${prefix}`),
    )
    .toSorted()
  const family = vip.family === 'ipv6' ? 'IPv6' : 'IPv4'
  return {
    severity: 'error',
    message:
      shown.length > 0
        ? `the VIP ${vip.address} is outside the networks of ${host} (${shown.join(', ')})`
        : `${host} has no ${family} address beside which it could hold the VIP ${vip.address}`,
    next: 'Choose a free address of that network; or, if a router sends packets for the VIP there, give it a prefix and name the interface.',
    host,
    path: ['cluster', 'vips', index, 'address'],
  }
}

/** Direct routing works within one network segment only: the director replaces nothing but the MAC address. */
function realserverProblems(
  cluster: Cluster,
  vip: Vip,
  realserver: Realserver,
  facts: ReadonlyMap<string, Facts>,
): readonly ClusterProblem[] {
  const { host } = realserver
  const own = facts.get(host)
  const address = knownAddress(realserver, vip) ?? (own ? addressByFacts(cluster, vip, own) : undefined)
  const better = own ? addressByFacts(cluster, vip, own) : undefined
  const next =
    better === undefined
      ? `Set realserver: { address: … } for ${host} to its address in the network of the VIP.`
      : `Set realserver: { address: ${better} } for ${host}.`
  const problem = (message: string): readonly ClusterProblem[] => [
    { severity: 'error', message, next, host, path: ['realserver', 'address'] },
  ]
  if (address === undefined)
    return own ? problem(`${host} has no address in the network of the VIP ${vip.address}`) : []
  if (own && !holds(own, address))
    return problem(`${address} is no address of ${host}: the directors could not forward to it`)
  const networks = cluster.directors.flatMap((director) => {
    const known = facts.get(director.host)
    const device = known ? interfaceFor(cluster, vip, director, known) : undefined
    return (device && networkOf(cluster, vip, device)) ?? []
  })
  if (networks.length === 0 || networks.some((network) => inNetwork(address, network))) return []
  return problem(
    `${address} of ${host} is not in the network of the VIP ${vip.address}, which direct routing needs`,
  )
}

function holds(facts: Facts, wanted: string): boolean {
  return Object.values(facts.interfaces).some(({ addresses }) =>
    addresses.some(({ address }) => canonical(address) === wanted),
  )
}
