import ipaddr from 'ipaddr.js'

/** A range of addresses, as in 10.77.0.0/24 or fd00:77::/64. */
export type Range = string

/** Is this an address of either family, written out? */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
}

/** Is this a range of either family? */
export function isRange(text: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text)
}

/** The family of an address or a range. */
export function familyOf(text: string): 4 | 6 {
  return text.includes(':') ? 6 : 4
}

/** The length of a range's prefix. */
export function prefixOf(range: Range): number {
  return Number(range.split('/')[1])
}

/** The same address in the one way in which the kernel and everybody else writes it. */
export function canonical(address: string): string {
  return ipaddr.parse(address).toString()
}

/** Is an address, or the beginning of another range, within a range? */
export function isWithin(range: Range, address: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(range)
  const other = ipaddr.parse(address.split('/')[0] ?? '')
  return other.kind() === base.kind() && other.match(base, bits)
}

/** Have two ranges an address in common? */
export function overlap(one: Range, other: Range): boolean {
  return isWithin(one, other) || isWithin(other, one)
}

/** Can a host in this range have this address? The first names the range itself, and the last of IPv4 all its hosts. */
export function isHostOf(range: Range, address: string): boolean {
  if (!isWithin(range, address)) return false
  const edges =
    familyOf(range) === 6
      ? [ipaddr.IPv6.networkAddressFromCIDR(range)]
      : [ipaddr.IPv4.networkAddressFromCIDR(range), ipaddr.IPv4.broadcastAddressFromCIDR(range)]
  return !edges.some((edge) => edge.toString() === canonical(address))
}

/** The first address of a range that a host can have. */
export function firstHostOf(range: Range): string {
  const base =
    familyOf(range) === 6
      ? ipaddr.IPv6.networkAddressFromCIDR(range)
      : ipaddr.IPv4.networkAddressFromCIDR(range)
  const bytes = base.toByteArray()
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1
  return ipaddr.fromByteArray(bytes).toString()
}

/** The last byte of an address. */
export function lastByteOf(address: string): number {
  return ipaddr.parse(address).toByteArray().at(-1) ?? 0
}

/** An address as it is written before a port. */
export function bracketed(address: string): string {
  return familyOf(address) === 6 ? `[${address}]` : address
}
