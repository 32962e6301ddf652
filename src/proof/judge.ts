import type { Trouble } from '../model/failover.ts'
import { type Network, portOf, type Router } from './network.ts'
import type { Situation } from './situations.ts'
import type { Speaker } from './speaker.ts'
import type { Course } from './trial.ts'

/** What became of one VIP. */
export interface Judgement {
  readonly troubles: readonly Trouble[]
  /** Who held it before. */
  readonly before: number | undefined
  readonly holders: readonly number[]
  readonly healthy: readonly number[]
  /** Seconds after which whoever hears whom has a director that is well and holds it; `undefined`: nobody is left. */
  readonly seconds: number | undefined
  /** Who took over last. */
  readonly last: number | undefined
  /** Held by directors that do not hear each other. */
  readonly split: boolean
}

interface Members {
  readonly speakers: readonly Speaker[]
  readonly network: Network
  readonly router: Router
}

/** Judges how one VIP fared at its worst. */
export function judgeAll(around: Members, situation: Situation, courses: readonly Course[]): Judgement {
  const all = courses.map((course) => judge(around, situation, course))
  const longest = ({ troubles, seconds = 0 }: Judgement) =>
    troubles.length > 0 ? Number.POSITIVE_INFINITY : seconds
  return all.reduce((one, other) => (longest(other) > longest(one) ? other : one))
}

/** Judges how one VIP fared. */
function judge(around: Members, situation: Situation, { states, rested }: Course): Judgement {
  const { speakers, router } = around
  const plightOf = (index: number) =>
    situation.plights.find(({ director }) => director === speakers[index]?.director)
  const isSeen = (index: number) => {
    const plight = plightOf(index)
    const { carriers = [], interface: device = '' } = speakers[index] ?? {}
    const devices = carriers.length > 0 ? carriers : [device]
    return plight?.down === false && devices.every((name) => !plight.links.includes(name))
  }
  const healthy = router.members.filter((index) => plightOf(index)?.healthy.has(index) === true)
  const seen = router.members.filter(isSeen)
  const last = (index: number) => states[index]?.at(-1)?.state
  const holders = seen.filter((index) => last(index) === 'MASTER')
  const sides = sidesOf(around, situation)
  const troubles = sides.flatMap((side): readonly Trouble[] => {
    const able = healthy.filter((index) => side.includes(index))
    const own = holders.filter((index) => side.includes(index))
    if (!rested && side.some((index) => restless(states[index] ?? []))) return ['flaps']
    if (haveOneTwice(own.map((index) => speakers[index] as Speaker))) return ['doubled']
    if (own.length === 0 && situation.mishaps.length === 0) return ['orphaned']
    // Where instances move together, those who still hear the holder of one of them wait for it with all.
    const waits = sides.length > 1 && side.every((index) => speakers[index]?.sync !== undefined)
    if (able.length === 0 || (own.length === 0 && waits && holders.length > 0)) return []
    if (own.length === 0) return ['orphaned']
    return able.includes(own[0] as number) ? [] : ['unserved']
  })
  const times = sides.flatMap((side) => {
    const able = healthy.filter((index) => side.includes(index))
    const held = holders.some((index) => side.includes(index))
    return able.length === 0 || !held ? [] : [servedSince(able.filter(isSeen), states)]
  })
  const slowest = times.toSorted((one, other) => other.at - one.at)[0]
  return {
    troubles: [...new Set(troubles)],
    before: router.members.find((index) => states[index]?.[0]?.state === 'MASTER'),
    ...{ holders, healthy },
    seconds: troubles.length > 0 ? undefined : slowest?.at,
    last: slowest?.by,
    split: sides.filter((side) => holders.some((index) => side.includes(index))).length > 1,
  }
}

/** Those of the members that hear each other. */
function sidesOf(
  { speakers, network, router }: Members,
  { partition }: Situation,
): readonly (readonly number[])[] {
  const hit = (index: number) => {
    const speaker = speakers[index] as Speaker
    return (
      partition?.links.includes(network.links.get(portOf(speaker.director, speaker.interface)) ?? -1) === true
    )
  }
  if (!partition || !router.members.some(hit)) return [router.members]
  const isApart = (index: number) => partition.apart.has(speakers[index]?.director ?? '')
  return [
    router.members.filter((index) => !isApart(index)),
    router.members.filter((index) => isApart(index)),
  ].filter((side) => side.length > 0)
}

/** Is one address on several of them? What each lists for itself alone the others cannot have. */
function haveOneTwice(holders: readonly Speaker[]): boolean {
  const all = holders.flatMap(({ vips, excluded }) => [...new Set([...vips, ...excluded])])
  return new Set(all).size < all.length
}

/** Since when one of them has been master without a gap, and who that is. */
function servedSince(
  able: readonly number[],
  states: Course['states'],
): { readonly at: number; readonly by: number | undefined } {
  const moments = able
    .flatMap((index) => (states[index] ?? []).map(({ at, state }) => ({ at, index, state })))
    .toSorted((one, other) => one.at - other.at)
  const masters = new Set<number>()
  let since: { at: number; by: number | undefined } = { at: 0, by: undefined }
  for (const { at, index, state } of moments) {
    if (state === 'MASTER') {
      if (masters.size === 0) since = { at, by: index }
      masters.add(index)
    } else masters.delete(index)
  }
  return since
}

/** More often than any takeover needs. */
function restless(states: readonly unknown[]): boolean {
  return states.length > 6
}
