import ipaddr from 'ipaddr.js'
import { allAddressesOf, type Cluster, canonical, type Vip } from '../cluster/index.ts'
import type { Facts, Interface, InterfaceAddress } from '../model/facts.ts'
import { likelyMachines } from './playbook/likely-machines.ts'

type Address = Pick<InterfaceAddress, 'address' | 'prefix'>

/**
 * Machines of a cluster as they would be if they fitted what its inventory says, for those who look at it without asking any
 * of them: an interface for each network that the inventory knows of, with the addresses that it names.
 */
export function assumedMachines(cluster: Cluster): ReadonlyMap<string, Facts> {
  const machines = [...cluster.directors, ...cluster.realservers]
  const taken = new Set(
    [
      ...cluster.vips.flatMap((vip) => allAddressesOf(vip)),
      ...(cluster.nat ? [cluster.nat.gateway] : []),
      ...machines.flatMap(({ address, connection }) => [address, connection]),
    ].flatMap((one) => (one !== undefined && ipaddr.isValid(one) ? [canonical(one)] : [])),
  )
  const freeAt = freeAddresses(taken)
  return new Map(
    machines.map(({ host, address, connection }, index) => {
      const own = [address, connection].find((one) => one !== undefined && ipaddr.isValid(one))
      const vips = cluster.vips.map((vip) => ({ vip, said: vip.onDirectors.get(host) }))
      const interfaces = new Map<string, Address[]>()
      for (const { vip, said } of vips) {
        place(interfaces, vip, {
          name: said?.interface?.value,
          own,
          free: (near) => freeAt(near, index),
        })
        const from = said?.address?.value
        const speaks = said?.vrrpInterface?.value
        if (from !== undefined) add(interfaces, speaks ?? nameFor(interfaces, from), from)
        else if (speaks !== undefined && !interfaces.has(speaks))
          add(interfaces, speaks, `198.18.0.${index + 1}`)
      }
      if (own !== undefined && ![...interfaces.values()].flat().some((one) => one.address === own))
        add(interfaces, nameFor(interfaces, own), own)
      if (cluster.nat)
        place(interfaces, gatewayOf(cluster.nat.gateway), { own, free: (near) => freeAt(near, index) })
      return [host, factsWith(host, interfaces)] as const
    }),
  )
}

type Placed = Pick<Vip, 'address' | 'family' | 'prefix'>

const gatewayOf = (address: string): Placed => ({ address, family: address.includes(':') ? 'ipv6' : 'ipv4' })

/** Gives a machine an address in the network of a VIP, where it has none. */
function place(
  interfaces: Map<string, Address[]>,
  vip: Placed,
  {
    name,
    own,
    free,
  }: {
    readonly name?: string | undefined
    readonly own: string | undefined
    /** One of the same network that nobody has. */
    readonly free: (near: string) => string
  },
): void {
  const has = (device: readonly Address[]) => device.some((one) => isNear(vip.address, one))
  const near = [...interfaces].find(([, device]) => has(device))?.[0]
  if (near !== undefined && (name === undefined || name === near)) return
  const isOwn =
    own !== undefined && near === undefined && isNear(vip.address, { address: own, prefix: usual(own) })
  const address = isOwn ? own : free(vip.address)
  add(interfaces, name ?? nameFor(interfaces, address), address)
}

function add(interfaces: Map<string, Address[]>, name: string, address: string): void {
  const all = interfaces.get(name) ?? []
  if (!all.some((one) => one.address === address))
    interfaces.set(name, [...all, { address, prefix: usual(address) }])
}

/** The interface in whose network an address is, or the next one there would be. */
function nameFor(interfaces: ReadonlyMap<string, readonly Address[]>, address: string): string {
  const near = [...interfaces].find(([, device]) => device.some((one) => isNear(address, one)))?.[0]
  if (near !== undefined) return near
  const family = address.includes(':')
  const free = [...interfaces].find(([, device]) =>
    device.every((one) => one.address.includes(':') !== family),
  )
  if (free) return free[0]
  for (let number = 0; ; number++) if (!interfaces.has(`eth${number}`)) return `eth${number}`
}

const usual = (address: string): number => (address.includes(':') ? 64 : 24)

function isNear(address: string, network: Address): boolean {
  const one = ipaddr.parse(address)
  const other = ipaddr.parse(network.address)
  return one.kind() === other.kind() && one.match(other, network.prefix)
}

/** Of each network the addresses that nobody has, by the places of machines; where there are more of those, they share some. */
function freeAddresses(taken: ReadonlySet<string>): (near: string, index: number) => string {
  const known = new Map<string, readonly string[]>()
  return (near, index) => {
    const bytes = ipaddr.parse(near).toByteArray()
    const key = bytes.slice(0, -1).join('.')
    const free =
      known.get(key) ??
      lastNumbers
        .map((number) => ipaddr.fromByteArray(bytes.with(-1, number)).toString())
        .filter((one) => !taken.has(one))
    known.set(key, free)
    return free[index % free.length] ?? near
  }
}

/** Those that few people give to a machine first. */
const lastNumbers = Array.from({ length: 254 }, (_, index) => 1 + ((199 + index) % 254))

function factsWith(hostname: string, interfaces: ReadonlyMap<string, readonly Address[]>): Facts {
  const [likely] = likelyMachines
  const devices = [...interfaces].map(([name, addresses]): [string, Interface] => [
    name,
    {
      ...{ name, mac: '02:00:00:00:00:01', mtu: 1500, up: true },
      addresses: addresses.map((one) => ({
        ...one,
        family: one.address.includes(':') ? 'ipv6' : 'ipv4',
        scope: 'global',
      })),
    },
  ])
  return { ...(likely as Facts), hostname, interfaces: Object.fromEntries(devices) }
}
