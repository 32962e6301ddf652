import { withDoubt } from '../../model/doubt.ts'
import type { DrillResult, Felt } from '../../model/drill.ts'

/** The longest outage of all services with what it may be wrong by. */
export function longestOf(services: DrillResult['services']): Pick<Felt, 'longest' | 'doubt'> {
  const [first, ...others] = services.map(({ felt }) => felt)
  if (!first) return { longest: 0, doubt: 0 }
  return others.reduce(
    (worst, one) =>
      one.longest > worst.longest || (one.longest === worst.longest && one.doubt > worst.doubt) ? one : worst,
    first,
  )
}

/** The longest outage as a figure; in words where no client could ask for anything. */
export function outageWords(services: DrillResult['services']): string {
  if (services.length === 0) return 'nobody asked'
  const { longest, doubt } = longestOf(services)
  return withDoubt(longest, doubt)
}

/** What is not known of VIPs for which nobody asked; nothing where all were asked for. */
export function unaskedWords({
  unasked,
  services,
}: Pick<DrillResult, 'unasked' | 'services'>): readonly string[] {
  if (unasked.length === 0)
    return services.length > 0
      ? []
      : [
          'nobody asked: no service has a check that a client can make, too (a page on its own port, tcp or smtp), and no address answers an echo to the machine that asks',
        ]
  const them = unasked.length === 1 ? 'its clients' : 'their clients'
  return [
    `not asked for: ${unasked.join(', ')}, to which whoever asks has no way; what ${them} felt is not known: put a machine that has one first into the group clients`,
  ]
}

/** By how many ms what a machine noted may stand too early or too late. */
export function clockDoubt({ clocks }: Pick<DrillResult, 'clocks'>, host: string): number {
  return clocks.find((one) => one.host === host)?.doubt ?? 0
}

/** An instant in seconds since the fault was ordered, with what it may be wrong by. */
export function instantWords(at: number, doubt: number, faultAt: number): string {
  return `${((at - faultAt) / 1000).toFixed(3)} s ± ${Math.ceil(doubt)} ms`
}
