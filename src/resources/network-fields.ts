import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** An IPv4 or IPv6 address; IPv6 as the kernel prints it (RFC 5952). */
export const ipAddress = z.union(
  [z.ipv4(), z.ipv6().transform((address) => ipaddr.IPv6.parse(address).toRFC5952String())],
  { error: 'must be an IPv4 or IPv6 address' },
)

/** An address or a network. */
export const ipDestination = z.union([ipAddress, z.cidrv4(), z.cidrv6()], {
  error: 'must be an address, or a network such as 10.0.0.0/24',
})

/** The name of a network interface: at most 15 bytes, netdevice(7); one that starts with `-` would be an option. */
export const networkDevice = z
  .string()
  .regex(/^(?!-|\.{1,2}$)[A-Za-z0-9_.@-]{1,15}$/, 'must be the name of a network interface')

/** The two versions of IP. */
export type Family = 'ipv4' | 'ipv6'

/** The family of an address or a network that is known to be one. */
export function familyOfDestination(text: string): Family {
  return text.includes(':') ? 'ipv6' : 'ipv4'
}

/** An address or a network in the one form that the kernel and its tools print. */
export function canonicalDestination(text: string): string {
  const [address = '', prefix] = text.split('/')
  if (prefix === undefined) return ipaddr.parse(address).toString()
  const [bare] = (text.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4)
    .networkAddressFromCIDR(text)
    .toString()
    .split('/')
  return Number(prefix) === (text.includes(':') ? 128 : 32) ? `${bare}` : `${bare}/${prefix}`
}

/** Which cluster asks for what a machine gets. */
export const cluster = z
  .string()
  .min(1)
  .optional()
  .describe('Name of the cluster that asks for it, by which what it no longer asks for is found.')
