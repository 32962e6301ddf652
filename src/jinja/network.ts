import ipaddr from 'ipaddr.js'

/** An address with the length of its network. */
export interface Network {
  readonly version: 4 | 6
  readonly ip: bigint
  readonly prefix: number
}

/** Bits of an address. */
export const bitsOf = (version: 4 | 6): number => (version === 4 ? 32 : 128)

/** How many addresses there are in a network. */
export const sizeOf = ({ version, prefix }: Network): bigint => 1n << BigInt(bitsOf(version) - prefix)

/** The first address of a network. */
export const firstOf = (network: Network): bigint => network.ip & ~(sizeOf(network) - 1n)

/** The last address of a network. */
export const lastOf = (network: Network): bigint => firstOf(network) + sizeOf(network) - 1n

/** An address or `address/length` as written; `undefined` where it is none. */
export function networkOf(text: string): Network | undefined {
  const [address = '', length, ...more] = text.split('/')
  const found = addressOf(address)
  if (!found || more.length > 0) return undefined
  const bits = bitsOf(found.version)
  if (length === undefined) return { ...found, prefix: bits }
  if (/^\d{1,3}$/.test(length))
    return Number(length) <= bits ? { ...found, prefix: Number(length) } : undefined
  const mask = addressOf(length)
  const prefix = mask?.version === found.version ? prefixOf(mask.ip, bits) : undefined
  return prefix === undefined ? undefined : { ...found, prefix }
}

function addressOf(text: string): Pick<Network, 'version' | 'ip'> | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return { version: 4, ip: numberOf(ipaddr.IPv4.parse(text).toByteArray()) }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return { version: 6, ip: numberOf(ipaddr.IPv6.parse(text).toByteArray()) }
}

function numberOf(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

/** The length of a netmask, or of its opposite. */
function prefixOf(mask: bigint, bits: number): number | undefined {
  const all = (1n << BigInt(bits)) - 1n
  for (let prefix = 0; prefix <= bits; prefix++) {
    const netmask = all ^ (all >> BigInt(prefix))
    if (mask === netmask) return prefix
    if (mask === (all ^ netmask)) return prefix
  }
  return undefined
}

/** An address in writing: four numbers, or the shortest form of RFC 5952. */
export function addressText(ip: bigint, version: 4 | 6): string {
  const bytes = Array.from({ length: bitsOf(version) / 8 }, (_, index) =>
    Number((ip >> BigInt(bitsOf(version) - 8 * (index + 1))) & 0xffn),
  )
  if (version === 4) return bytes.join('.')
  const mapped = ip >> 32n === 0xffffn || (ip >> 32n === 0n && ip > 0xffffn)
  if (mapped) return `${ip >> 32n === 0xffffn ? '::ffff:' : '::'}${addressText(ip & 0xffffffffn, 4)}`
  return new ipaddr.IPv6(bytes).toString()
}

/** A mask with so many ones at its beginning. */
export function maskOf({ version, prefix }: Network): bigint {
  const all = (1n << BigInt(bitsOf(version))) - 1n
  return all ^ (all >> BigInt(prefix))
}

/** Is the whole of one network in the other? */
export function isWithin(inner: Network, outer: Network): boolean {
  return inner.version === outer.version && firstOf(inner) >= firstOf(outer) && lastOf(inner) <= lastOf(outer)
}

/** Is the address in any of these networks? */
export function isInAny(network: Network, written: readonly string[]): boolean {
  return written.some((one) => {
    const outer = networkOf(one)
    return outer !== undefined && isWithin(network, outer)
  })
}

const privateNetworks = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '192.0.0.0/24',
  '198.18.0.0/15',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '239.0.0.0/8',
  'fc00::/7',
  'fec0::/10',
  'fe80::/10',
]

/** Is it private, as netaddr has it: link-local addresses are, too? */
export const isPrivate = (network: Network): boolean =>
  isInAny(
    network,
    privateNetworks.filter((one) => one !== '169.254.0.0/16' || network.version === 4),
  )

/** Is it for many at once? */
export const isMulticast = (network: Network): boolean => isInAny(network, ['224.0.0.0/4', 'ff00::/8'])

/** Is it the host's own? */
export const isLoopback = (network: Network): boolean => isInAny(network, ['127.0.0.0/8', '::1/128'])
