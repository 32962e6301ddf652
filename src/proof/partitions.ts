import type { Mishap } from '../model/failover.ts'
import { type Network, type Partition, type Port, portOf } from './network.ts'
import type { Told } from './speaker.ts'
import { subsets, subsetsOf } from './subsets.ts'

/** Of many directors so many are cut off from the others at most, and fewer where there are still more ways than these. */
const mostApart = 6
const mostWays = 500

/** Links that several directors are on, each by itself and all of them, and these directors. */
function sharedLinks(tolds: readonly Told[], { links }: Network) {
  const byLink = new Map<number, Set<string>>()
  for (const { director, speakers } of tolds)
    for (const { interface: device } of speakers) {
      const link = links.get(portOf(director, device))
      if (link !== undefined) byLink.set(link, (byLink.get(link) ?? new Set()).add(director))
    }
  const shared = [...byLink].filter(([, directors]) => directors.size > 1)
  const kinds = [
    ...shared.map(([link]) => [link]),
    ...(shared.length > 1 ? [shared.map(([link]) => link)] : []),
  ]
  return { shared, kinds, directors: [...new Set(shared.flatMap(([, names]) => [...names]))] }
}

/** How many ways there are in which directors may be parted in two. */
export function waysToPart(tolds: readonly Told[], network: Network): number {
  const { kinds, directors } = sharedLinks(tolds, network)
  return kinds.length * (2 ** Math.max(0, directors.length - 1) - 1)
}

/** Every way in which directors may be parted in two that do not hear each other: on each link, and on all of them. */
export function partitionsOf(
  tolds: readonly Told[],
  network: Network,
): readonly (Partition & { readonly mishap: Mishap })[] {
  const { shared, kinds, directors } = sharedLinks(tolds, network)
  const [first, ...others] = directors
  if (first === undefined) return []
  let most = Math.min(others.length, mostApart)
  while (most > 1 && kinds.length * subsetsOf(others.length, most) > mostWays) most--
  const sides = [...subsets(others, most)].filter((side) => side.length > 0)
  const nameOf = (link: number) => {
    const port = [...network.links].find(([, number]) => number === link)?.[0] as Port
    return port.split(' ')[1]
  }
  return kinds.flatMap((kind) =>
    sides.map((side) => {
      const here = directors.filter((name) => !side.includes(name))
      const [few, many] = side.length <= here.length ? [side, here] : [here, side]
      const where =
        shared.length > 1 && kind.length === 1 ? ` on the link of ${nameOf(kind[0] as number)}` : ''
      const what =
        directors.length === 2
          ? `${listed(directors)} do not hear each other${where}`
          : `${listed(few)} ${few.length > 1 ? 'are' : 'is'} cut off from ${listed(many)}${where}`
      return { links: kind, apart: new Set(side), mishap: { is: 'partition', what } as const }
    }),
  )
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
