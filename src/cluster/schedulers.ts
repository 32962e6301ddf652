import type { Cluster, Service } from './cluster.ts'

/** How a scheduler chooses the realserver of the next connection. */
type Way = 'turns' | 'weighted turns' | 'connections' | 'address' | 'order'

/**
 * Each scheduler that the vocabulary knows: IPVS has them all (Linux, net/netfilter/ipvs). nginx and HAProxy have rr and
 * wrr as their round robin, lc and wlc as least_conn or leastconn, sh as the hash of the client's address or source.
 */
const ways: Readonly<Record<Service['scheduler'], Way>> = {
  rr: 'turns',
  wrr: 'weighted turns',
  // lc and wlc count connections that are over, too, for as long as the kernel remembers them; of equals, sed and nq
  // take the first.
  lc: 'connections',
  wlc: 'connections',
  sed: 'connections',
  nq: 'connections',
  // The client's address decides, without its port; or that of the VIP, which is one.
  sh: 'address',
  mh: 'address',
  dh: 'address',
  lblc: 'address',
  lblcr: 'address',
  fo: 'order',
  ovf: 'order',
}

const reasons: Readonly<Record<Exclude<Way, 'turns' | 'weighted turns'>, string>> = {
  connections: 'goes by the connections of all clients',
  address: 'keeps an address with one realserver',
  order: 'fills one realserver before the next',
}

/** What one client can expect that asks again and again, each time over a new connection. */
export type Shares =
  | {
      readonly is: 'turns'
      /** The part of its requests that each realserver is due, in their order; all of them are 1. */
      readonly parts: readonly number[]
    }
  | { readonly is: 'none' /** Such as `wlc goes by the connections of all clients`. */; readonly why: string }

/**
 * Turns until all had theirs, beyond which the kernel's wrr promises one client nothing: where weights differ it serves
 * the heavy ones alone for a while, and a client whose requests all fall there meets nobody else. Proxies mix the turns.
 */
const longestRound = 8

/** What a service promises one client of realservers with these weights; 0 takes nothing. */
export function sharesOf(
  { balancer }: Pick<Cluster, 'balancer'>,
  {
    scheduler,
    persistence,
    extra,
  }: Pick<Service, 'scheduler' | 'persistence'> & { readonly extra: Pick<Service['extra'], 'backend'> },
  weights: readonly number[],
): Shares {
  if (balancer === 'none') return { is: 'none', why: 'the holder of the VIP serves all' }
  if (persistence !== undefined)
    return { is: 'none', why: `a client stays with its realserver for ${persistence} s` }
  // A later line of the same backend wins over ours.
  if (balancer === 'haproxy' && /^\s*(balance|stick|use-server|hash-type)\b/m.test(extra.backend))
    return { is: 'none', why: 'extra says itself how HAProxy chooses' }
  const way = ways[scheduler]
  if (way !== 'turns' && way !== 'weighted turns') return { is: 'none', why: `${scheduler} ${reasons[way]}` }
  const counted = way === 'turns' ? weights.map((weight) => Math.min(1, weight)) : weights
  const all = counted.reduce((sum, weight) => sum + weight, 0)
  const round = all / counted.filter((weight) => weight > 0).reduce(divisor, 0)
  const differ = new Set(counted.filter((weight) => weight > 0)).size > 1
  if (balancer === 'ipvs' && differ && round > longestRound)
    return { is: 'none', why: `wrr needs ${round} turns with these weights until all had theirs` }
  return { is: 'turns', parts: counted.map((weight) => weight / all) }
}

/** Whether nginx and HAProxy are told weights of realservers with a scheduler; with others none and one are all that there is. */
export function countsWeights(scheduler: string): boolean {
  return scheduler.startsWith('w')
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
