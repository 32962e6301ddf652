import { JinjaError } from '../failure.ts'
import {
  addressText,
  bitsOf,
  firstOf,
  isInAny,
  isLoopback,
  isMulticast,
  isPrivate,
  isWithin,
  lastOf,
  maskOf,
  type Network,
  networkOf,
  sizeOf,
} from '../network.ts'
import { int, isInt, isSequence, present, typeWords } from '../values.ts'

/** An address as it was given: alone or with the length of its network. */
interface Given {
  readonly network: Network
  readonly isNetwork: boolean
  readonly value: unknown
}

type Query = (given: Given) => unknown

/** An address in writing. */
export const text = (network: Network, ip = network.ip) => addressText(ip, network.version)
/** The same with the length of its network. */
export const withPrefix = (network: Network, ip = network.ip) => `${text(network, ip)}/${network.prefix}`
const hasBroadcast = ({ version, prefix }: Network) => version === 6 || prefix <= 30

const addressOf: Query = ({ network }) => {
  if (
    sizeOf(network) === 1n ||
    network.ip !== firstOf(network) ||
    !hasBroadcast(network) ||
    network.version === 6
  )
    return text(network)
  return undefined
}
const gateway: Query = ({ network }) => {
  const isEdge = network.ip === firstOf(network) || (hasBroadcast(network) && network.ip === lastOf(network))
  return sizeOf(network) > 2n && isEdge ? false : withPrefix(network)
}
const subnet: Query = ({ network }) => withPrefix(network, firstOf(network))
const only =
  (holds: (network: Network) => boolean): Query =>
  ({ network, value }) =>
    holds(network) ? value : undefined
const usable =
  (choose: (network: Network) => bigint | undefined): Query =>
  ({ network, isNetwork }) => {
    if (!isNetwork) throw new JinjaError('this is an address, and not one with the length of its network')
    const found = sizeOf(network) > 1n ? choose(network) : undefined
    return found === undefined ? undefined : text(network, found)
  }
/** The first and the last address that hosts can have. */
export const edges = (network: Network): readonly [bigint, bigint] =>
  sizeOf(network) === 2n ? [firstOf(network), lastOf(network)] : [firstOf(network) + 1n, lastOf(network) - 1n]
const beside = (by: bigint) =>
  usable((network) => {
    const [first, last] = edges(network)
    const next = network.ip + by
    return next >= first && next <= last ? next : undefined
  })
const to4: Query = ({ network, value }) => {
  if (network.version === 4) return value
  const low = network.ip & 0xffffffffn
  return network.ip >> 32n === 0xffffn || network.ip >> 32n === 0n
    ? `${addressText(low, 4)}/${Math.max(0, network.prefix - 96)}`
    : false
}
const to6: Query = ({ network, value }) =>
  network.version === 6 ? value : `::ffff:${text(network)}/${network.prefix + 96}`
const isNetmask = (network: Network): boolean =>
  networkOf(`0.0.0.0/${text(network)}`) !== undefined && network.version === 4
const isPublic = (network: Network): boolean => {
  const alone = { ...network, prefix: bitsOf(network.version) }
  return !isMulticast(alone) && !isPrivate(alone) && !isLoopback(alone) && !isNetmask(alone)
}

const queries: Readonly<Record<string, Query>> = {
  '': ({ network, isNetwork }) => (isNetwork ? withPrefix(network) : text(network)),
  address: addressOf,
  ip: addressOf,
  'address/prefix': gateway,
  gateway,
  gw: gateway,
  'host/prefix': gateway,
  hostnet: gateway,
  router: gateway,
  bool: () => true,
  broadcast: ({ network }) =>
    sizeOf(network) > 2n && hasBroadcast(network) ? text(network, lastOf(network)) : undefined,
  cidr: ({ network }) => withPrefix(network),
  first_usable: usable((network) => edges(network)[0]),
  last_usable: usable((network) => edges(network)[1]),
  next_usable: beside(1n),
  previous_usable: beside(-1n),
  range_usable: ({ network, isNetwork }) => {
    if (!isNetwork) throw new JinjaError('this is an address, and not one with the length of its network')
    return sizeOf(network) > 1n
      ? edges(network)
          .map((ip) => text(network, ip))
          .join('-')
      : undefined
  },
  host: ({ network }) =>
    sizeOf(network) === 1n || network.ip !== firstOf(network) || !hasBroadcast(network)
      ? withPrefix(network)
      : undefined,
  hostmask: ({ network }) => text(network, maskOf(network) ^ ((1n << BigInt(bitsOf(network.version))) - 1n)),
  wildcard: ({ network }) => text(network, maskOf(network) ^ ((1n << BigInt(bitsOf(network.version))) - 1n)),
  int: ({ network, isNetwork }) => (isNetwork ? `${network.ip}/${network.prefix}` : int(network.ip)),
  'ip/prefix': ({ network }) =>
    sizeOf(network) === 2n || (sizeOf(network) > 1n && network.ip !== firstOf(network))
      ? withPrefix(network)
      : undefined,
  ip_netmask: ({ network }) =>
    sizeOf(network) === 2n || (sizeOf(network) > 1n && network.ip !== firstOf(network))
      ? `${text(network)} ${text(network, maskOf(network))}`
      : undefined,
  ipv4: to4,
  v4: to4,
  ipv6: to6,
  v6: to6,
  'link-local': only((network) =>
    isInAny({ ...network, prefix: bitsOf(network.version) }, ['169.254.0.0/16', 'fe80::/10']),
  ),
  loopback: only((network) => isLoopback({ ...network, prefix: bitsOf(network.version) })),
  lo: only((network) => isLoopback({ ...network, prefix: bitsOf(network.version) })),
  multicast: only(isMulticast),
  unicast: only((network) => !isMulticast(network)),
  private: only(isPrivate),
  public: only(isPublic),
  net: ({ network }) =>
    sizeOf(network) > 1n && network.ip === firstOf(network) ? withPrefix(network) : undefined,
  netmask: ({ network }) => text(network, maskOf(network)),
  network: ({ network }) => text(network, firstOf(network)),
  network_id: ({ network }) => text(network, firstOf(network)),
  'network/prefix': subnet,
  subnet,
  network_netmask: ({ network }) => `${text(network, firstOf(network))} ${text(network, maskOf(network))}`,
  network_wildcard: ({ network }) =>
    `${text(network, firstOf(network))} ${text(network, maskOf(network) ^ 0xffffffffn)}`,
  peer: usable((network) => {
    const size = sizeOf(network)
    if (size === 2n) return network.ip ^ 1n
    if (size !== 4n) throw new JinjaError('this is no network of two')
    if (network.ip % 4n === 0n || network.ip % 4n === 3n)
      throw new JinjaError('the first and the last address of a /30 have no peer')
    return network.ip ^ 3n
  }),
  prefix: ({ network }) => network.prefix,
  revdns: ({ network }) =>
    network.version === 4
      ? `${text(network).split('.').toReversed().join('.')}.in-addr.arpa.`
      : `${[...network.ip.toString(16).padStart(32, '0')].toReversed().join('.')}.ip6.arpa.`,
  size: ({ network }) => int(sizeOf(network)),
  size_usable: ({ network }) =>
    sizeOf(network) === 1n ? 0 : sizeOf(network) === 2n ? 2 : int(sizeOf(network) - 2n),
  type: ({ network }) => (sizeOf(network) === 1n || network.ip !== firstOf(network) ? 'address' : 'network'),
  version: ({ network }) => network.version,
  wrap: ({ network, isNetwork, value }) =>
    network.version === 4 ? value : isNetwork ? `[${text(network)}]/${network.prefix}` : `[${text(network)}]`,
  '6to4': ({ network, value }) => {
    if (network.version === 6) return isInAny({ ...network, prefix: 128 }, ['2002::/16']) ? value : false
    if (sizeOf(network) > 1n && network.ip === firstOf(network)) return false
    const hex = network.ip.toString(16).padStart(8, '0')
    return `2002:${hex.slice(0, 4)}:${hex.slice(4)}::1/48`
  },
}

function givenOf(value: unknown, version: 4 | 6 | undefined): Given | undefined {
  if (isInt(value) || (typeof value === 'string' && /^\d+$/.test(value))) {
    const ip = BigInt(value)
    const chosen = version ?? (ip < 1n << 32n ? 4 : 6)
    if (ip < 0n || ip >= 1n << BigInt(bitsOf(chosen))) return undefined
    const network = { version: chosen, ip, prefix: bitsOf(chosen) }
    return { network, isNetwork: false, value: withPrefix(network) }
  }
  if (typeof value !== 'string') return undefined
  const numeric = /^(\d+)\/(\d+)$/.exec(value)
  if (numeric) {
    const ip = BigInt(numeric[1] ?? 0)
    const prefix = Number(numeric[2])
    const chosen = ip < 1n << 32n && prefix <= 32 ? 4 : 6
    if (prefix > bitsOf(chosen) || ip >= 1n << BigInt(bitsOf(chosen))) return undefined
    const network: Network = { version: chosen, ip, prefix }
    return { network, isNetwork: true, value: withPrefix(network) }
  }
  const network = networkOf(value)
  return network && { network, isNetwork: value.includes('/'), value }
}

/** Looks at an address, or at each of a list, and gives what the query asks for; false where it is none. */
export function ask(value: unknown, query: string, version: 4 | 6 | undefined): unknown {
  if (isSequence(value))
    return value
      .map((one) => ask(one, query, version))
      .filter((one) => one !== false && one !== undefined && one !== null && one !== '' && one !== 0)
  present(value)
  if (value === null || value === '' || value === true || value === false || value === 0) return false
  if (typeof value !== 'string' && !isInt(value))
    throw new JinjaError(`an address is needed here, and this is ${typeWords(value)}`)
  const given = givenOf(value, version)
  if (!given || (version !== undefined && given.network.version !== version)) return false
  const known = Object.hasOwn(queries, query) ? queries[query] : undefined
  if (known) return known(given) ?? null
  const { network } = given
  if (/^-?\d+$/.test(query)) {
    if (sizeOf(network) === 1n) return given.isNetwork ? withPrefix(network) : text(network)
    const at = BigInt(query)
    const ip = at < 0n ? lastOf(network) + 1n + at : firstOf(network) + at
    return ip >= firstOf(network) && ip <= lastOf(network) ? withPrefix(network, ip) : false
  }
  const outer = networkOf(query)
  if (outer) return isWithin(network, outer) ? given.value : null
  throw new JinjaError(`"${query}" is nothing that can be asked of an address`, {
    next: `known: ${Object.keys(queries).filter(Boolean).join(', ')}`,
  })
}
