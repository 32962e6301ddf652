import { JinjaError } from '../failure.ts'
import { wholeGiven } from '../given.ts'
import { bitsOf, firstOf, isWithin, lastOf, type Network, networkOf, sizeOf } from '../network.ts'
import { isSequence } from '../values.ts'
import { ask, edges, text, withPrefix } from './address-queries.ts'
import type { Filter, Filters } from './filter.ts'
import { hardware } from './hardware.ts'

function family(version: 4 | 6 | undefined): Filter {
  return {
    parameters: 'query version',
    call: (value, [query = '', given]) =>
      ask(value, String(query), version ?? (given === 4 || given === 6 ? given : undefined)),
  }
}

function mustBe(value: unknown): Network {
  const found = typeof value === 'string' ? networkOf(value) : undefined
  if (found) return found
  throw new JinjaError('an address or network is needed here')
}

/** Filters of addresses, by the names of ansible.utils. */
export const addresses: Filters = {
  ipaddr: family(undefined),
  ipv4: family(4),
  ipv6: family(6),
  ipwrap: { parameters: 'query', call: (value, [query = '']) => wrap(value, String(query)) },
  ipsubnet: { parameters: 'query index', call: (value, [query = '', index]) => subnets(value, query, index) },
  nthhost: {
    parameters: 'query',
    call: (value, [query]) => {
      const network = typeof value === 'string' ? networkOf(value) : undefined
      if (!network || query === undefined) return false
      const at = BigInt(wholeGiven(typeof query === 'string' ? Number(query) : query, 'nthhost'))
      const ip = at < 0n ? lastOf(network) + 1n + at : firstOf(network) + at
      return ip >= firstOf(network) && ip <= lastOf(network) ? text(network, ip) : false
    },
  },
  next_nth_usable: {
    parameters: 'offset',
    call: (value, [offset]) => nthUsable(value, wholeGiven(offset, 'next_nth_usable')),
  },
  previous_nth_usable: {
    parameters: 'offset',
    call: (value, [offset]) => nthUsable(value, -wholeGiven(offset, 'previous_nth_usable')),
  },
  network_in_usable: {
    parameters: 'test',
    call: (value, [test]) => {
      const [outer, inner] = [mustBe(value), mustBe(test)]
      const [first, last] = sizeOf(outer) > 1n ? edges(outer) : [firstOf(outer), lastOf(outer)]
      return outer.version === inner.version && firstOf(inner) >= first && lastOf(inner) <= last
    },
  },
  network_in_network: { parameters: 'test', call: (value, [test]) => isWithin(mustBe(test), mustBe(value)) },
  ip4_hex: {
    parameters: 'delimiter',
    call: (value, [delimiter = '']) => {
      const { ip, version } = mustBe(value)
      if (version !== 4) throw new JinjaError('an IPv4 address is needed here')
      return [...ip.toString(16).padStart(8, '0').matchAll(/../g)]
        .map(([byte]) => byte)
        .join(String(delimiter))
    },
  },
  ipmath: {
    parameters: 'amount',
    call: (value, [amount]) => {
      const network = mustBe(value)
      const ip = network.ip + BigInt(wholeGiven(amount, 'ipmath'))
      if (ip < 0n || ip >= 1n << BigInt(bitsOf(network.version)))
        throw new JinjaError('there is no such address')
      return text(network, ip)
    },
  },
  reduce_on_network: {
    parameters: 'network',
    call: (value, [within]) =>
      (isSequence(value) ? value : [value]).filter((one) => isWithin(mustBe(one), mustBe(within))),
  },
  usable_range: {
    parameters: '',
    call: (value, _, { work }) => {
      const network = mustBe(value)
      const hosts = { usable_ips: [] as string[], number_of_ips: Number(sizeOf(network)) }
      work.list(hosts.number_of_ips)
      for (let ip = firstOf(network); ip <= lastOf(network); ip++) hosts.usable_ips.push(text(network, ip))
      return hosts
    },
  },
  slaac: {
    parameters: 'query',
    call: (value, [mac = '']) => {
      const network = typeof value === 'string' ? networkOf(value) : undefined
      const digits = String(mac).replaceAll(/[^\da-fA-F]/g, '')
      if (network?.version !== 6 || digits.length !== 12) return false
      const eui = BigInt(`0x${digits.slice(0, 6)}fffe${digits.slice(6)}`) ^ (2n << 56n)
      return text(network, (firstOf(network) & ~((1n << 64n) - 1n)) | eui)
    },
  },
  ...hardware,
}

function wrap(value: unknown, query: string): unknown {
  if (isSequence(value)) return value.map((one) => wrap(one, query))
  const found = ask(value, query === '' ? '' : query, undefined)
  if (found === false || found === null) return value
  return ask(found, 'wrap', undefined)
}

function nthUsable(value: unknown, offset: number): unknown {
  const network = mustBe(value)
  if (sizeOf(network) <= 1n) return false
  const [first, last] = edges(network)
  const ip = network.ip + BigInt(offset)
  return ip >= first && ip <= last ? text(network, ip) : false
}

function subnets(value: unknown, query: unknown, index: unknown): unknown {
  const network = typeof value === 'string' ? networkOf(value) : undefined
  if (!network) return false
  const bits = bitsOf(network.version)
  const own = firstOf(network) === network.ip ? network : { ...network, prefix: bits }
  const isAddress = sizeOf(own) === 1n
  if (query === '') return withPrefix(network, firstOf(network))
  const at = index === undefined || index === null ? undefined : wholeGiven(Number(index), 'ipsubnet')
  if (!/^\d+$/.test(String(query))) {
    const outer = networkOf(String(query))
    if (!outer || !isWithin(network, outer))
      throw new JinjaError(`"${String(query)}" is no network that this one is in`)
    // Which of the outer network's parts of this size it is, counted from 1.
    return String((firstOf(network) - firstOf(outer)) / sizeOf(network) + 1n)
  }
  const prefix = Number(query)
  if (prefix > bits) return false
  if (isAddress) {
    const around = { ...network, prefix: at === undefined ? prefix : at < 0 ? bits + at : prefix + at }
    return around.prefix >= prefix && around.prefix < bits ? withPrefix(around, firstOf(around)) : false
  }
  if (prefix < network.prefix)
    throw new JinjaError(`a network of ${network.prefix} bits has no part of ${prefix}`)
  const count = 1n << BigInt(prefix - network.prefix)
  if (at === undefined) return String(count)
  const place = at < 0 ? count + BigInt(at) : BigInt(at)
  if (place < 0n || place >= count) return false
  const part = { ...network, prefix }
  return withPrefix(part, firstOf(network) + place * sizeOf(part))
}
