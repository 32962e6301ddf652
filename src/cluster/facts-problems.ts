import type { Facts, Interface } from '../model/facts.ts'
import { canonical, familyOf, inNetwork } from './addresses.ts'
import { behind } from './behind.ts'
import { bfdProblems } from './bfd.ts'
import type { Cluster, Director, Realserver, Vip } from './cluster.ts'
import { connectionProblems } from './connection-problems.ts'
import { exporterProblems } from './exporter-problems.ts'
import { missingAddress, missingInterfaces, vrrpLinkProblems, vrrpLinksApart } from './link-problems.ts'
import {
  addressByFacts,
  allAddresses,
  carrierOf,
  interfaceFor,
  knownAddress,
  needsNeighbours,
  networkOf,
  ownAddresses,
} from './network.ts'
import { ownAddressProblems } from './own-address-problems.ts'
import { phpProblems } from './php.ts'
import { placeProblems } from './place-problems.ts'
import { routeProblems } from './route-problems.ts'
import { routerProblems, wayInProblems } from './router-problems.ts'
import type { FactProblem } from './rules/facts.ts'
import { asMetBy } from './servers.ts'
import { tiersOf } from './tiers.ts'
import { eachAddress, eachFamily } from './together.ts'
import { versionProblems } from './version-problems.ts'

/** Problems that only the machines can show. Machines whose facts are not known are passed over. */
export function problemsWithFacts(
  cluster: Cluster,
  facts: ReadonlyMap<string, Facts>,
): readonly FactProblem[] {
  const directors = cluster.directors.flatMap((director) => {
    const known = facts.get(director.host)
    return known
      ? [
          ...directorProblems(cluster, director, known),
          ...gatewayProblems(cluster, director, known),
          ...routerProblems(cluster, director, known),
        ]
      : []
  })
  const realservers = tiersOf(cluster).flatMap((tier) => realserversProblems(tier, facts))
  const own = [...ownAddressProblems(cluster, facts), ...wayInProblems(cluster, facts)]
  const php = tiersOf(cluster).flatMap((tier) => phpProblems(tier, facts))
  const exporters = tiersOf(cluster).flatMap((tier) => exporterProblems(tier, facts))
  const versions = tiersOf(cluster).flatMap((tier) => versionProblems(tier, facts))
  const connections = tiersOf(cluster).flatMap((tier) => connectionProblems(tier, facts))
  const programs = [...php, ...exporters, ...versions, ...connections]
  return [...directors, ...realservers, ...own, ...programs, ...vrrpLinksApart(cluster, facts)]
}

function realserversProblems(cluster: Cluster, facts: ReadonlyMap<string, Facts>): readonly FactProblem[] {
  return cluster.realservers.flatMap((realserver) =>
    asMetBy(cluster, realserver.host)
      .vips.filter(({ services }) => services.length > 0)
      .flatMap((vip) => eachFamily(cluster, vip))
      .flatMap((vip) => realserverProblems(cluster, behind(cluster, vip), realserver, facts)),
  )
}

function directorProblems(cluster: Cluster, director: Director, facts: Facts): readonly FactProblem[] {
  const missing = [
    ...missingInterfaces(cluster, director, facts),
    ...missingAddress(cluster, director, facts),
  ]
  if (missing.length > 0) return missing
  return cluster.vips.flatMap((vip, index) => {
    const device = interfaceFor(cluster, vip, director, facts)
    if (!device || !(networkOf(cluster, vip, device) || isDeliberate(vip, director)))
      return [
        vipOutside(
          cluster,
          vip,
          ['vips', index, 'address'],
          director.host,
          device ? [device] : Object.values(facts.interfaces),
        ),
      ]
    return [
      ...placeProblems(cluster, vip, ['vips', index, 'address'], director.host, device),
      ...othersOutside(cluster, vip, index, director, facts),
      ...vrrpLinkProblems(cluster, vip, director, facts),
      ...routeProblems(cluster, vip, index, director, facts),
      ...(index === 0 ? bfdProblems(cluster, director, facts) : []),
    ]
  })
}

/** Addresses that move with a VIP and have no place on a director: those of the other family need a network there. */
function othersOutside(
  cluster: Cluster,
  vip: Vip,
  index: number,
  director: Director,
  facts: Facts,
): readonly FactProblem[] {
  return eachAddress(vip).flatMap((one, at) => {
    const device = carrierOf(cluster, vip, one.address, director, facts)
    const path = ['vips', index, 'also', at - 1]
    if (device && at > 0 && networkOf(cluster, one, device))
      return placeProblems(cluster, one, path, director.host, device)
    if (one.family === vip.family) return []
    if (isDeliberate(one, director)) return []
    return [vipOutside(cluster, one, path, director.host, Object.values(facts.interfaces))]
  })
}

/** A router may well send packets for a lone address to the directors: whoever says both means it. */
function isDeliberate({ prefix, onDirectors }: Vip, { host }: Director): boolean {
  return prefix !== undefined && onDirectors.get(host)?.interface !== undefined
}

function vipOutside(
  cluster: Cluster,
  vip: Vip,
  path: readonly PropertyKey[],
  host: string,
  devices: readonly Interface[],
): FactProblem {
  const shown = devices
    .flatMap((device) =>
      ownAddresses(device, cluster, vip).map(({ address, prefix }) => `${device.name} ${address}/${prefix}`),
    )
    .toSorted()
  const family = vip.family === 'ipv6' ? 'IPv6' : 'IPv4'
  // Whoever manages the links takes the addresses of one that is down away.
  const down = devices.filter(({ up, name }) => !up && name !== 'lo').map(({ name }) => name)
  return {
    rule: 'facts-vip-outside',
    severity: 'error',
    message:
      shown.length > 0
        ? `the VIP ${vip.address} is outside the networks of ${host} (${shown.join(', ')})`
        : `${host} has no ${family} address beside which it could hold the VIP ${vip.address}`,
    next:
      down.length > 0
        ? `There ${down.join(', ')} ${down.length > 1 ? 'are' : 'is'} down: ip link; where that is not it, choose a free address of a network that it has.`
        : 'Choose a free address of that network; or, if a router sends packets for the VIP there, give it a prefix and name the interface.',
    host,
    path: ['cluster', ...path],
  }
}

/** What a realserver's address must be, by the way packets get there. */
function realserverProblems(
  cluster: Cluster,
  vip: Vip,
  realserver: Realserver,
  facts: ReadonlyMap<string, Facts>,
): readonly FactProblem[] {
  const { host } = realserver
  const own = facts.get(host)
  const better = own ? addressByFacts(cluster, vip, own) : undefined
  const address = knownAddress(realserver, vip) ?? better
  const neighbours = needsNeighbours(cluster, vip)
  const next =
    better === undefined
      ? `Set realserver: { address: … } for ${host} to its address ${neighbours ? 'in the network of the VIP' : 'at which the directors reach it'}.`
      : `Set realserver: { address: ${better} } for ${host}.`
  const problem = (message: string): readonly FactProblem[] => [
    {
      rule: 'facts-realserver-address',
      severity: 'error',
      message,
      next,
      host,
      path: ['realserver', 'address'],
    },
  ]
  if (address === undefined) return own ? problem(noAddress(cluster, vip, host, own)) : []
  if (own && !holds(own, address))
    return problem(`${address} is no address of ${host}: the directors could not forward to it`)
  if (neighbours) return isNear(cluster, vip, address, facts) ? [] : problem(notNear(vip, host, address))
  return own ? wayBackProblems(cluster, vip, host, own) : []
}

function noAddress(cluster: Cluster, vip: Vip, host: string, own: Facts): string {
  const all = allAddresses(cluster, vip, own).map(({ address }) => address)
  if (needsNeighbours(cluster, vip) || all.length < 2)
    return `${host} has no address in the network of the VIP ${vip.address}`
  return `${host} has several addresses, ${all.join(', ')}, and none in the network of the VIP ${vip.address}: nobody knows at which the directors reach it`
}

function notNear({ address: vip }: Vip, host: string, address: string): string {
  return `${address} of ${host} is not in the network of the VIP ${vip}, which direct routing needs`
}

/** Is an address in a network in which a director holds the VIP, as far as directors are known? */
function isNear(cluster: Cluster, vip: Vip, address: string, facts: ReadonlyMap<string, Facts>): boolean {
  const networks = cluster.directors.flatMap((director) => {
    const known = facts.get(director.host)
    const device = known ? interfaceFor(cluster, vip, director, known) : undefined
    return (device && networkOf(cluster, vip, device)) ?? []
  })
  return networks.length === 0 || networks.some((network) => inNetwork(address, network))
}

/** Answers that are translated back leave through the gateway, which has to be a neighbour. */
function wayBackProblems(cluster: Cluster, vip: Vip, host: string, own: Facts): readonly FactProblem[] {
  const { nat } = cluster
  if (!nat || !vip.services.some(({ forwarding }) => forwarding === 'nat')) return []
  if (hasNetworkOf(cluster, nat.gateway, own)) return []
  return [
    {
      rule: 'facts-way-back',
      severity: 'error',
      message: `${host} has no address in the network of the gateway ${nat.gateway}: its answers could not leave through the directors`,
      next: 'Set nat.gateway to a free address in the network that realservers and directors share.',
      host,
      path: ['cluster', 'nat', 'gateway'],
    },
  ]
}

/** A gateway that no director could hold. */
function gatewayProblems(cluster: Cluster, { host }: Director, facts: Facts): readonly FactProblem[] {
  const { nat } = cluster
  if (cluster.balancer !== 'ipvs' || !nat || hasNetworkOf(cluster, nat.gateway, facts)) return []
  return [
    {
      rule: 'facts-gateway-outside',
      severity: 'error',
      message: `the gateway ${nat.gateway} is outside the networks of ${host}, which is to hold it with the VIP`,
      next: 'Choose a free address in the network that realservers and directors share.',
      host,
      path: ['cluster', 'nat', 'gateway'],
    },
  ]
}

function hasNetworkOf(cluster: Cluster, address: string, facts: Facts): boolean {
  const family = familyOf(address)
  return allAddresses(cluster, { family }, facts).some((own) => inNetwork(address, own))
}

function holds(facts: Facts, wanted: string): boolean {
  return Object.values(facts.interfaces).some(({ addresses }) =>
    addresses.some(({ address }) => canonical(address) === wanted),
  )
}
