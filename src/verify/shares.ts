import type { Shares } from '../cluster/index.ts'

/** A healthy cluster is told that it is not in less than one of a million verifications. */
const falseAlarms = 1e-6

/** Requests for one page: enough to see that it is the right one, and no more than takes a few seconds. */
const [fewest, most] = [12, 60]

/**
 * With what probability each of so many realservers may be suspected wrongly, so that all of them together stay within
 * the false alarms. Half is left for clients that happen to ask in step with us.
 */
export function alarmOf(judged: number): number {
  return falseAlarms / 2 / Math.max(1, judged)
}

/**
 * The fewest of `requests` answers a realserver can have without being suspected of getting nothing; 0: so few requests
 * tell nothing. Others ask in between, so that it is not known whose turn it is: at the worst as if the turns were drawn,
 * and of that the binomial tail is summed exactly.
 */
export function leastOf(shares: Shares, index: number, requests: number, alarm: number): number {
  if (shares.is === 'none') return 0
  const part = shares.parts[index] ?? 0
  let [tail, ways] = [0, 1]
  for (let count = 0; count <= requests; count++) {
    tail += ways * part ** count * (1 - part) ** (requests - count)
    if (tail > alarm) return count
    ways *= (requests - count) / (count + 1)
  }
  return requests
}

/** As many requests as judge every realserver that can be judged by a number of them that is bearable. */
export function requestsTelling(shares: Shares, alarm: number): number {
  if (shares.is === 'none') return fewest
  const needed = shares.parts.map((_, index) => {
    for (let requests = fewest; requests <= most; requests++)
      if (leastOf(shares, index, requests, alarm) > 0) return requests
    return 0
  })
  return Math.max(Math.min(most, Math.max(fewest, 2 * shares.parts.length)), ...needed)
}
