import type { Mishap } from '../model/failover.ts'
import { type Network, type Partition, type Port, portOf } from './network.ts'
import type { Told } from './speaker.ts'
import { subsets } from './subsets.ts'

/** Every way in which directors may be parted in two that do not hear each other: on each link, and on all of them. */
export function partitionsOf(
  tolds: readonly Told[],
  { links }: Network,
): readonly (Partition & { readonly mishap: Mishap })[] {
  const byLink = new Map<number, Set<string>>()
  for (const { director, speakers } of tolds)
    for (const { interface: device } of speakers) {
      const link = links.get(portOf(director, device))
      if (link !== undefined) byLink.set(link, (byLink.get(link) ?? new Set()).add(director))
    }
  const shared = [...byLink].filter(([, directors]) => directors.size > 1)
  const directors = [...new Set(shared.flatMap(([, names]) => [...names]))]
  const kinds = [
    ...shared.map(([link]) => [link]),
    ...(shared.length > 1 ? [shared.map(([link]) => link)] : []),
  ]
  const [first, ...others] = directors
  if (first === undefined) return []
  const sides = [...subsets(others, Math.min(others.length, 6))].filter((side) => side.length > 0)
  const nameOf = (link: number) => {
    const port = [...links].find(([, number]) => number === link)?.[0] as Port
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
