import type { Facts, Interface } from '../model/facts.ts'
import { familyOf, inNetwork } from './addresses.ts'
import type { Cluster, Director, Vip } from './cluster.ts'
import { hasAddress, interfaceFor, ownAddresses, vrrpInterfaceFor } from './network.ts'
import type { FactProblem } from './rules/facts.ts'

/** Interfaces that the inventory names and a director lacks, each once. */
export function missingInterfaces(
  { vips }: Cluster,
  { host }: Director,
  { interfaces }: Facts,
): readonly FactProblem[] {
  const names = Object.keys(interfaces).filter((name) => name !== 'lo')
  const has = names.toSorted().join(', ')
  const found = vips.flatMap(({ onDirectors }) => {
    const { interface: carrier, vrrpInterface } = onDirectors.get(host) ?? {}
    return [
      { said: carrier, without: 'Without interface the one in the network of the VIP is taken.' },
      { said: vrrpInterface, without: 'Without it VRRP is spoken where the VIP is.' },
    ].flatMap(({ said, without }): readonly FactProblem[] =>
      said === undefined || said.value in interfaces
        ? []
        : [
            {
              rule: 'facts-no-interface',
              severity: 'error',
              message: `${host} has no interface ${said.value}`,
              next: `It has ${has}. ${without}`,
              host,
              path: said.path,
            },
          ],
    )
  })
  return [...new Map(found.map((problem) => [problem.path.join('.'), problem])).values()]
}

/** The address from which a director is to speak for all VIPs, and which it does not have. */
export function missingAddress(
  cluster: Cluster,
  { host, address }: Director,
  facts: Facts,
): readonly FactProblem[] {
  const devices = Object.values(facts.interfaces)
  if (address === undefined || devices.some((device) => hasAddress(device, address))) return []
  const problem = noSource(cluster, host, address, devices, ['director', 'address'])
  return [
    {
      ...problem,
      next: `${problem.next} Without address it speaks from the one in the network of the VIP.`,
    },
  ]
}

/** A director is to speak VRRP from an address that none of its interfaces has. */
function noSource(
  cluster: Cluster,
  host: string,
  address: string,
  devices: readonly Interface[],
  path: readonly PropertyKey[],
) {
  return {
    rule: 'facts-vrrp-source',
    severity: 'error',
    message: `${address} is no address of ${host}: it could not speak VRRP from it`,
    next: `It has ${shown(cluster, { family: familyOf(address) }, devices)}.`,
    host,
    path,
  } as const
}

/** What keeps a director from speaking VRRP for a VIP where and as it is told to. */
export function vrrpLinkProblems(
  cluster: Cluster,
  vip: Vip,
  director: Director,
  facts: Facts,
): readonly FactProblem[] {
  const { host } = director
  const { address, vrrpInterface } = vip.onDirectors.get(host) ?? {}
  const device = vrrpInterfaceFor(cluster, vip, director, facts)
  if (!device) return []
  const problem = (
    message: string,
    next: string,
    path: readonly PropertyKey[],
    rule: 'facts-vrrp-source' | 'facts-vmac-apart' = 'facts-vrrp-source',
  ): FactProblem => ({
    rule,
    severity: 'error',
    message,
    next,
    host,
    path,
  })
  if (address !== undefined && !hasAddress(device, address.value)) {
    const devices = Object.values(facts.interfaces)
    const holder = devices.find((one) => hasAddress(one, address.value))
    return [
      holder
        ? problem(
            `${address.value} is an address of ${holder.name} of ${host}, and VRRP is spoken on ${device.name}`,
            'Name one of the two, and leave the other out.',
            address.path,
          )
        : noSource(cluster, host, address.value, devices, address.path),
    ]
  }
  const carrier = interfaceFor(cluster, vip, director, facts)
  if (vip.vmac && carrier && carrier.name !== device.name)
    return [
      problem(
        `the MAC address of VRRP is where VRRP is spoken, on ${device.name} of ${host}, and the VIP ${vip.address} on ${carrier.name}`,
        'Leave vmac out, or let VRRP be spoken where the VIP is.',
        (vrrpInterface ?? address)?.path ?? ['cluster', 'vips'],
        'facts-vmac-apart',
      ),
    ]
  if (vrrpInterface === undefined || canSpeak(cluster, vip, device)) return []
  const family = vip.family === 'ipv6' ? 'IPv6' : 'IPv4'
  return [
    problem(
      `${device.name} of ${host} has no ${family} address from which VRRP could be spoken for ${vip.address}`,
      `It has ${shown(cluster, vip, Object.values(facts.interfaces))}.`,
      vrrpInterface.path,
    ),
  ]
}

/** Multicast of IPv6 comes from addresses of the link (RFC 5798, 5.1.2.1). */
function canSpeak(cluster: Cluster, vip: Vip, device: Interface): boolean {
  if (vip.family === 'ipv6' && !cluster.vrrp.unicast)
    return device.addresses.some(({ family }) => family === 'ipv6')
  return ownAddresses(device, cluster, vip).length > 0
}

function shown(cluster: Cluster, vip: Pick<Vip, 'family'>, devices: readonly Interface[]): string {
  const all = devices.flatMap((device) =>
    ownAddresses(device, cluster, vip).map(({ address, prefix }) => `${device.name} ${address}/${prefix}`),
  )
  return all.toSorted().join(', ') || 'none of its family'
}

/** Directors whose links for VRRP are in no common network most likely do not hear each other; under `unicast` a router may carry it. */
export function vrrpLinksApart(cluster: Cluster, facts: ReadonlyMap<string, Facts>): readonly FactProblem[] {
  return cluster.vips.flatMap((vip, index) => {
    const links = cluster.directors.flatMap((director) => {
      const known = facts.get(director.host)
      const device = known && vrrpInterfaceFor(cluster, vip, director, known)
      if (!known || !device || device === interfaceFor(cluster, vip, director, known)) return []
      const own = ownAddresses(device, cluster, vip)
      return own.length === 0 ? [] : [{ host: director.host, device, own }]
    })
    const [first, ...others] = links
    const apart = others.find(
      ({ own }) => first && !own.some((one) => first.own.some((their) => inNetwork(one.address, their))),
    )
    if (!first || !apart) return []
    const said = vip.onDirectors.get(apart.host)
    return [
      {
        rule: 'facts-links-apart',
        severity: 'warning',
        message: `${first.host} and ${apart.host} speak VRRP for ${vip.address} in different networks (${shown(cluster, vip, [first.device])}; ${shown(cluster, vip, [apart.device])}): ${cluster.vrrp.unicast ? 'they hear each other only through a router' : 'they may not hear each other'}`,
        next: cluster.vrrp.unicast
          ? 'Name interfaces of one network, unless a router passes VRRP (IP protocol 112) on between these.'
          : 'Name interfaces of one network.',
        host: apart.host,
        path: (said?.address ?? said?.vrrpInterface)?.path ?? ['cluster', 'vips', index, 'address'],
      },
    ]
  })
}
