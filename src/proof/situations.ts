import type { Mishap } from '../model/failover.ts'
import { type Network, networkOf, type Partition, portOf } from './network.ts'
import type { Speaker, Told, Watched } from './speaker.ts'
import { subsets, subsetsOf } from './subsets.ts'
import { effectOf } from './tracks.ts'

/** Something of one director that can fail by itself. */
interface Part {
  readonly mishap: Mishap
  readonly watched?: Watched
  readonly link?: string
}

/** What keepalived of one director makes of what failed there. */
export interface Plight {
  readonly director: string
  readonly mishaps: readonly Mishap[]
  readonly down: boolean
  readonly links: readonly string[]
  /** What is added to each of its instances, by their places among all speakers, and when. */
  readonly blows: readonly {
    readonly at: number
    readonly speaker: number
    readonly faults: number
    readonly priority: number
    readonly why: string
  }[]
  /** Instances of it for which everything is well that they watch. */
  readonly healthy: ReadonlySet<number>
  /** So many combinations of mishaps come to this. */
  readonly combinations: number
  /** What else comes to this where it alone happens. */
  readonly alike: readonly Mishap[]
}

/** One combination of mishaps, as keepalived of all directors sees it. */
export interface Situation {
  readonly plights: readonly Plight[]
  readonly partition: (Partition & { readonly mishap: Mishap }) | undefined
  readonly mishaps: readonly Mishap[]
  readonly combinations: number
}

/** Of so many parts of one director at most, so many are put together; of more, one at a time. */
const together = [
  { parts: 10, at: 10 },
  { parts: 40, at: 3 },
  { parts: 150, at: 2 },
] as const
/** How much is looked at to find the plights of all directors: combinations, times instances and what these track. */
const mostCells = 2_000_000

/** So many parts of a director are put together at most; `undefined`: all. */
export function togetherOn(told: Told, tolds: readonly Told[]): number | undefined {
  const parts = partsOf(told, tolds).length
  const cells = told.speakers.reduce((sum, { tracks }) => sum + 1 + tracks.length, 1)
  const fits = (at: number) => subsetsOf(parts, at) * cells * tolds.length <= mostCells
  const most = together.find((one) => parts <= one.parts && fits(one.at))?.at ?? 1
  return parts <= most ? undefined : most
}

/** All plights of a director, from none on. */
export function plightsOf(told: Told, tolds: readonly Told[]): readonly Plight[] {
  const speakers = tolds.flatMap((one) => one.speakers)
  const parts = partsOf(told, tolds)
  const own = [...speakers.entries()].filter(([, { director }]) => director === told.director)
  const plights = new Map<string, Plight>()
  const idle = new Set(own.filter(([, speaker]) => atRest(told, speaker).faults > 0).map(([at]) => at))
  for (const failed of subsets(parts, togetherOn(told, tolds) ?? parts.length)) {
    const plight = plightOf(told, { own, idle }, failed)
    const key = JSON.stringify([
      plight.links,
      plight.blows.map(({ why: _, ...blow }) => blow),
      [...plight.healthy],
    ])
    const known = plights.get(key)
    if (!known) plights.set(key, plight)
    else {
      const single = known.mishaps.length === 1 && plight.mishaps.length === 1
      const alike = single ? [...known.alike, ...plight.mishaps] : known.alike
      plights.set(key, { ...known, combinations: known.combinations + 1, alike })
    }
  }
  const down: Plight = {
    ...{ director: told.director, down: true, links: [], blows: [], healthy: new Set<number>(), alike: [] },
    mishaps: [{ is: 'machine', what: `${told.director} is down` }],
    // Whatever else failed there.
    combinations: [...plights.values()].reduce((sum, { combinations }) => sum + combinations, 0),
  }
  return [...plights.values(), down]
}

/** How many combinations of mishaps there are on a director. */
export function combinationsOn(told: Told, all: readonly Told[]): number {
  return 2 ** (partsOf(told, all).length + 1)
}

function partsOf({ director, speakers, watched }: Told, all: readonly Told[]): readonly Part[] {
  const names = new Set([
    ...speakers.flatMap(({ interface: device, carriers }) => [device, ...carriers]),
    ...watched.filter(({ is }) => is === 'interface').map(({ name }) => name),
  ])
  const links = [...names].filter((name) => name !== '')
  return [
    ...watched.flatMap((one): Part[] =>
      one.is === 'interface' || one.failed === undefined || speakerAt(one.neighbor, all) !== undefined
        ? []
        : [{ mishap: mishapOf(one, director), watched: one }],
    ),
    ...links.map((name): Part => {
      const found = watched.find((one) => one.is === 'interface' && one.name === name)
      return {
        mishap: { is: 'link', what: `${name} of ${director} has no link` },
        link: name,
        ...(found ? { watched: found } : {}),
      }
    }),
  ]
}

function mishapOf({ is, name, neighbor }: Watched, director: string): Mishap {
  return is === 'bfd'
    ? { is: 'link', what: `${director} does not reach ${neighbor}` }
    : { is: 'service', what: `${is} ${name} of ${director} fails` }
}

/**
 * Who speaks from an address, or asks from there by BFD, where that is known: a session of BFD with a director ends when that one does.
 */
function speakerAt(address: string | undefined, tolds: readonly Told[]): Speaker | undefined {
  if (address === undefined) return undefined
  const speaks = tolds.flatMap(({ speakers }) => speakers).find(({ source }) => source === address)
  if (speaks) return speaks
  return tolds.flatMap(({ speakers, watched }) => {
    const asked = watched.find(({ from }) => from === address)
    const isOn = ({ tracks }: Speaker) => tracks.some(({ is, name }) => is === 'bfd' && name === asked?.name)
    return asked ? (speakers.find(isOn) ?? []) : []
  })[0]
}

/** The instances of a director, and which of them are not well before anything fails. */
interface Own {
  readonly own: readonly (readonly [number, Speaker])[]
  readonly idle: ReadonlySet<number>
}

function plightOf({ director }: Told, { own, idle }: Own, failed: readonly Part[]): Plight {
  const links = failed.flatMap(({ link }) => link ?? [])
  const struck = failed.flatMap(({ watched }) => watched ?? [])
  // What adds to the priority of a director with one more link says which is the better one, not which is well.
  const isOn = (one: Watched, { tracks }: Speaker) =>
    tracks.some(
      ({ is, name, weight }) => is === one.is && name === one.name && !(is === 'interface' && weight > 0),
    )
  const blows = blowsOf(own, struck)
  const isWell = (index: number, speaker: Speaker) =>
    !idle.has(index) &&
    !struck.some((one) => isOn(one, speaker)) &&
    ![speaker.interface, ...speaker.carriers].some((name) => links.includes(name))
  const ill = new Set(own.filter(([index, speaker]) => !isWell(index, speaker)).map(([index]) => index))
  // Those of one group give up together.
  const given = new Set(own.flatMap(([index, { sync }]) => (ill.has(index) ? (sync ?? []) : [])))
  return {
    ...{ director, mishaps: failed.map(({ mishap }) => mishap), down: false, links, blows, alike: [] },
    combinations: 1,
    healthy: new Set(
      own.flatMap(([index, { sync }]) =>
        ill.has(index) || (sync !== undefined && given.has(sync)) ? [] : [index],
      ),
    ),
  }
}

/** What it does to instances that these of the things which they watch fail. */
function blowsOf(own: readonly (readonly [number, Speaker])[], struck: readonly Watched[]): Plight['blows'] {
  return own.flatMap(([index, speaker]) =>
    speaker.tracks.flatMap((track) => {
      const found = struck.find(({ is, name }) => is === track.is && name === track.name)
      if (found?.failed === undefined) return []
      const before = effectOf(track, found.well)
      const after = effectOf(track, found.failed)
      const faults = after.faults - before.faults
      const priority = after.priority - before.priority
      return faults === 0 && priority === 0
        ? []
        : [{ at: found.detection, speaker: index, faults, priority, why: found.why }]
    }),
  )
}

/**
 * The same plights with what it does to a director that another one, with which it has a session of BFD, is down or not reached
 * any more. That is no mishap of its own: it is as well as before.
 */
function withSessionsEnded(
  plights: readonly Plight[],
  tolds: readonly Told[],
  partition: Partition | undefined,
  links: Network['links'],
): readonly Plight[] {
  const speakers = tolds.flatMap((told) => told.speakers)
  const isCut = (director: string, neighbor: string | undefined) => {
    const other = speakerAt(neighbor, tolds)
    if (!other) return false
    const link = links.get(portOf(other.director, other.interface))
    const isOff = (plight: Plight) =>
      plight.down || plight.links.some((name) => links.get(portOf(plight.director, name)) === link)
    const isParted =
      link !== undefined &&
      partition?.links.includes(link) === true &&
      partition.apart.has(director) !== partition.apart.has(other.director)
    return isParted || plights.some((one) => [director, other.director].includes(one.director) && isOff(one))
  }
  return plights.map((plight) => {
    const watched = tolds.find(({ director }) => director === plight.director)?.watched ?? []
    const ended = watched.filter(({ neighbor }) => isCut(plight.director, neighbor))
    if (plight.down || ended.length === 0) return plight
    const own = [...speakers.entries()].filter(([, { director }]) => director === plight.director)
    return { ...plight, blows: [...plight.blows, ...blowsOf(own, ended)] }
  })
}

/** What a director's instances find where nothing failed. */
export function atRest(told: Told, speaker: Speaker): { readonly faults: number; readonly priority: number } {
  const effects = speaker.tracks.map((track) => {
    const found = told.watched.find(({ is, name }) => is === track.is && name === track.name)
    return effectOf(track, found?.well ?? 1)
  })
  return {
    faults: effects.reduce((sum, { faults }) => sum + faults, 0),
    priority: effects.reduce((sum, { priority }) => sum + priority, 0),
  }
}

/** Combinations of what may happen to all directors at once: the smaller ones first, so many at most. */
export function* situations(
  tolds: readonly Told[],
  plights: readonly (readonly Plight[])[],
  partitions: readonly (Partition & { readonly mishap: Mishap })[],
  most: number,
): Generator<Situation> {
  const { links } = networkOf(tolds.flatMap((told) => told.speakers))
  const sizes = plights.map((all) => Math.max(...all.map(({ mishaps }) => mishaps.length)))
  const largest = sizes.reduce((sum, size) => sum + size, 1)
  let count = 0
  for (let size = 0; size <= largest; size++)
    for (const partition of [undefined, ...partitions])
      for (const chosen of ofSize(plights, size - (partition ? 1 : 0))) {
        if (count++ >= most) return
        yield {
          plights: withSessionsEnded(chosen, tolds, partition, links),
          partition,
          mishaps: [...chosen.flatMap(({ mishaps }) => mishaps), ...(partition ? [partition.mishap] : [])],
          combinations: chosen.reduce((product, { combinations }) => product * combinations, 1),
        }
      }
}

/** One plight of each, with so many mishaps together. */
function* ofSize(plights: readonly (readonly Plight[])[], size: number): Generator<readonly Plight[]> {
  const [first, ...others] = plights
  if (!first) {
    if (size === 0) yield []
    return
  }
  for (const plight of first)
    if (plight.mishaps.length <= size)
      for (const rest of ofSize(others, size - plight.mishaps.length)) yield [plight, ...rest]
}
