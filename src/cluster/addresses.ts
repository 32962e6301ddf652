import ipaddr from 'ipaddr.js'
import type { Family } from './cluster.ts'

/** The family of an address that is known to be one. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** The kernel's end of every tunnel of the family of an address, by its name. */
export function tunnelDeviceOf(address: string): 'tunl0' | 'ip6tnl0' {
  return familyOf(address) === 'ipv6' ? 'ip6tnl0' : 'tunl0'
}

/** The form the kernel prints, so that addresses can be compared as text. */
export function canonical(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.parse(address).toString() : address
}

/** An address a machine can be reached at from elsewhere, as opposed to a host name or a loopback address. */
export function isReachableAddress(text: string): boolean {
  const literal = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
  return literal && !text.includes('%') && ipaddr.parse(text).range() !== 'loopback'
}

/** Is `address` in the network of `member`/`prefix`? An address that is alone in its network has no neighbours. */
export function inNetwork(
  address: string,
  { address: member, prefix, family }: { address: string; prefix: number; family: Family },
): boolean {
  if (familyOf(address) !== family || prefix >= (family === 'ipv6' ? 128 : 32)) return false
  return ipaddr.parse(address).match(ipaddr.parse(member), prefix)
}

const ofNoMachine: Readonly<Record<string, string>> = {
  loopback: 'a loopback address',
  multicast: 'a multicast address',
  unspecified: 'an address that stands for none',
  broadcast: 'a broadcast address',
  linkLocal: 'a link-local address',
}

/** Why an address cannot be given to a machine, if so. */
export function unfitForVip(address: string, prefix: number | undefined): string | undefined {
  const parsed = ipaddr.parse(address)
  const kind = ofNoMachine[parsed.range()]
  if (kind !== undefined) return `it is ${kind}`
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress())
    return `it is ${parsed.toIPv4Address()} as programs of IPv6 see it, which no packet bears (RFC 4291, 2.5.5.2)`
  return endOfNetwork(address, prefix)
}

/** Which end of its network an address is, if so: of one that has some. */
export function endOfNetwork(address: string, prefix: number | undefined): string | undefined {
  if (prefix === undefined || prefix > (familyOf(address) === 'ipv6' ? 126 : 30)) return undefined
  const whole = `${address}/${prefix}`
  if (familyOf(address) === 'ipv6')
    return ipaddr.IPv6.networkAddressFromCIDR(whole).toString() === canonical(address)
      ? `it is the address of all routers of the network ${whole} (RFC 4291, 2.6.1)`
      : undefined
  if (ipaddr.IPv4.networkAddressFromCIDR(whole).toString() === address)
    return `it is the address of the network ${whole} itself`
  if (ipaddr.IPv4.broadcastAddressFromCIDR(whole).toString() === address)
    return `it is the broadcast address of ${whole}`
  return undefined
}
