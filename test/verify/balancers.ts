/** Models of the schedulers that promise turns, as their sources have them: whose turn it is, for ever. */

type Turns = (weights: readonly number[]) => () => number

/** Linux, ip_vs_wrr.c: levels from the highest weight down, and at each of them everybody who is that heavy. */
export const kernelWeightedRoundRobin: Turns = (weights) => {
  const step = weights.filter((weight) => weight > 0).reduce(divisor, 0)
  const highest = Math.max(...weights)
  let [at, level] = [-1, 0]
  return () => {
    for (;;) {
      at = (at + 1) % weights.length
      if (at === 0) {
        level -= step
        if (level <= 0) level = highest
      }
      if (level > 0 && (weights[at] ?? 0) >= level) return at
    }
  }
}

/** Linux, ip_vs_rr.c: one after the other, as long as they have any weight. */
export const kernelRoundRobin: Turns = (weights) =>
  kernelWeightedRoundRobin(weights.map((weight) => Math.min(1, weight)))

/** nginx, ngx_http_upstream_round_robin.c: smooth weighted round robin. */
export const nginxRoundRobin: Turns = (weights) => {
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const current = weights.map(() => 0)
  return () => {
    for (const [index, weight] of weights.entries()) current[index] = (current[index] ?? 0) + weight
    const best = current.reduce(
      (first, value, index) => ((weights[index] ?? 0) > 0 && value > (current[first] ?? 0) ? index : first),
      weights.findIndex((weight) => weight > 0),
    )
    current[best] = (current[best] ?? 0) - all
    return best
  }
}

/** HAProxy, lb_fwrr.c: whoever is due first, each at a distance of all weights by its own. */
export const haproxyRoundRobin: Turns = (weights) => {
  const due = weights.map((weight) => (weight > 0 ? 1 / weight : Number.POSITIVE_INFINITY))
  return () => {
    const first = due.indexOf(Math.min(...due))
    due[first] = (due[first] ?? 0) + 1 / (weights[first] ?? 1)
    return first
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

/** Numbers from 0 to 1 that are the same at every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
