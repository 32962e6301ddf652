import type { HolderSpan, Homecoming, ProbedService } from '../model/drill.ts'
import type { Scene } from './scene.ts'

/** What was seen of the VIPs during a drill. */
interface Wandering {
  readonly spans: readonly HolderSpan[]
  /** Who holds each VIP in the end. */
  readonly holders: ReadonlyMap<string, string>
  readonly undoneAt: number
  readonly probed: readonly ProbedService[]
}

/** Where the VIPs are that somebody else held for a while, and what a client felt of their return. */
export function homecomings(
  { holders: held, services }: Pick<Scene, 'holders' | 'services'>,
  { spans, holders, undoneAt, probed }: Wandering,
): readonly Homecoming[] {
  return [...holders].flatMap(([vip, after]) => {
    const before = held.get(vip)
    const wandered = spans.some((span) => span.vip === vip && span.host !== before)
    if (before === undefined || !(wandered || after !== before)) return []
    const own = probed.filter((_, index) => services[index]?.address === vip)
    const outages = own.flatMap(({ felt }) => felt.outages).filter(({ from }) => from >= undoneAt)
    const felt = Math.max(0, ...outages.map(({ from, until }) => (until ?? from) - from))
    const gaps = outages.length > 0 ? outages : own.map(({ interval, late }) => ({ doubt: interval + late }))
    return [{ vip, before, after, felt, doubt: Math.max(0, ...gaps.map(({ doubt }) => doubt)) }]
  })
}
