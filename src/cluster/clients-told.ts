import ipaddr from 'ipaddr.js'
import type { Knowledge } from '../model/task.ts'
import { sourcesOf } from './addresses-of.ts'
import { behind } from './behind.ts'
import type { Cluster } from './cluster.ts'
import type { Machine } from './network.ts'
import { proxyOf } from './proxies.ts'

/**
 * Whom those that serve pages believe about clients: the directors, where these speak with clients themselves; where packets
 * come as clients sent them, the proxies that the inventory names. Throws NeedsFacts.
 */
export function believedBy(cluster: Cluster, server: Machine, known: Knowledge): readonly string[] {
  const { vips, directors, trustedProxies } = cluster
  if (!proxyOf(cluster)) return trustedProxies
  const addresses = vips.flatMap((vip) =>
    directors.flatMap((director) =>
      sourcesOf(cluster, behind(cluster, vip), { director, realserver: server }, known),
    ),
  )
  return [...new Set(addresses)]
}

/** How those that serve a port learn who asks there. */
export type Told = 'header' | 'PROXY' | 'packet'

/**
 * By the header of a balancer that understands requests, or of the proxies before the cluster; by what the PROXY protocol says
 * before anything else; or of nothing but the packets. Where a balancer passes on connections alone to a port, a header there is what a client says of itself.
 */
export function toldOn(cluster: Cluster, backendPort: number): Told {
  if (!proxyOf(cluster)) return cluster.trustedProxies.length > 0 ? 'header' : 'packet'
  const services = cluster.vips.flatMap((vip) => vip.services)
  const here = services.filter((one) => one.backendPort === backendPort)
  if (here.some(({ proxyProtocol }) => proxyProtocol.out)) return 'PROXY'
  return here.some(({ mode }) => mode === 'tcp') ? 'packet' : 'header'
}

/** The same of programs that learn it on all ports alike. */
export function toldOnAll(cluster: Cluster): Told {
  const ports = cluster.vips.flatMap(({ services }) => services.map(({ backendPort }) => backendPort))
  return ports.every((port) => toldOn(cluster, port) === 'header') ? 'header' : 'packet'
}

/** Addresses as a regular expression of Java over addresses as Java writes them; empty where there are none. */
export function patternOfAddresses(addresses: readonly string[]): string {
  const written = addresses.map((address) =>
    ipaddr.parse(address).toNormalizedString().replaceAll('.', '\\.'),
  )
  return [...new Set(written)].join('|')
}

/** An address or a network as programs take it without a word: nothing of it beyond its prefix. */
export function networkOf(text: string): string {
  const [address = '', prefix] = text.split('/')
  if (prefix === undefined) return ipaddr.parse(address).toString()
  const first = address.includes(':')
    ? ipaddr.IPv6.networkAddressFromCIDR(text)
    : ipaddr.IPv4.networkAddressFromCIDR(text)
  return `${first.toString()}/${prefix}`
}
