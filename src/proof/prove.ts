import type {
  BadState,
  Consequence,
  Failover,
  Mishap,
  ProvedVip,
  Trouble,
  WorstTakeover,
} from '../model/failover.ts'
import type { Election } from './election.ts'
import { type Judgement, judgeAll } from './judge.ts'
import { networkOf, type Router } from './network.ts'
import { partitionsOf, waysToPart } from './partitions.ts'
import { type Configured, readTold } from './read.ts'
import {
  combinationsOn,
  type Plight,
  plightsOf,
  type Situation,
  situations,
  togetherOn,
} from './situations.ts'
import type { Speaker } from './speaker.ts'
import { Trials } from './trial.ts'
import { located } from './whereabouts.ts'
import { wordsOfTakeover } from './words.ts'

/** How much is looked at: nobody waits for ever. */
export interface Extent {
  /** Combinations that differ to keepalived. */
  readonly most: number
  /** Steps of elections and of judging them; none are begun beyond these. */
  readonly work: number
}

interface Tally {
  bad: Map<string, BadState>
  split: Map<string, { readonly vip: string; readonly mishaps: readonly Mishap[] }>
  single: (WorstTakeover | undefined)[]
  any: (WorstTakeover | undefined)[]
  rows: Map<string, { readonly mishap: Mishap; readonly consequences: Consequence[] }>
  looked: number
  different: number
}

/**
 * Looks at every combination of machines, services and links that are down and of directors that do not hear each other, and
 * computes who holds each VIP and since when.
 */
export function proveFailover(configured: readonly Configured[], { most, work }: Extent): Failover {
  const tolds = located(configured.map((one) => readTold(one)))
  const speakers = tolds.flatMap((told) => told.speakers)
  const network = networkOf(speakers)
  const trials = new Trials(tolds, network, work)
  const routers = network.routers.filter(({ vips }) => vips.length > 0)
  const plights = tolds.map((told) => plightsOf(told, tolds))
  const partitions = partitionsOf(tolds, network)
  const rests = trials.rests()
  const tally: Tally = {
    ...{ bad: new Map(), split: new Map(), rows: new Map(), single: [], any: [], looked: 0, different: 0 },
  }
  const well = wellOf(plights)
  let left: Situation | undefined
  for (const situation of situations(tolds, plights, partitions, most + 1)) {
    left = situation
    if (tally.different === most || trials.isSpent) break
    for (const rest of rests) {
      const outcomes = trials.befall(rest, situation)
      const backs = new Set(outcomes.map(({ election }) => trials.recover(election, situation).course))
      for (const [at, router] of routers.entries()) {
        const around = { speakers, network, router }
        trials.judged(router.members, [...outcomes.map(({ course }) => course), ...backs])
        const judged = judgeAll(
          around,
          situation,
          outcomes.map(({ course }) => course),
        )
        note(tally, at, { router, speakers, situation, judged })
        const recovered = judgeAll(around, { ...situation, ...well }, [...backs])
        for (const trouble of recovered.troubles)
          noteTrouble(tally, trouble, { router, speakers, situation, judged: recovered, afterwards: true })
      }
      if (trials.isSpent) break
    }
    if (trials.isSpent) break
    tally.looked += situation.combinations
    tally.different++
    left = undefined
  }
  const ways = waysToPart(tolds, network)
  const all = tolds.reduce((product, told) => product * combinationsOn(told, tolds), ways + 1)
  const limits = [...tolds.map((told) => togetherOn(told, tolds)), left && left.mishaps.length - 1]
  const known = limits.filter((one) => one !== undefined)
  return {
    vips: routers.map((router, at) => provedVip(router, speakers, rests, tally, at)),
    singles: alone(plights, partitions).flatMap(({ mishap, by }) => {
      const row = tally.rows.get(by.what)
      return row ? { ...row, mishap } : []
    }),
    bad: [...tally.bad.values()].filter((one, _, all) => !(one.afterwards && all.some(isAlways(one)))),
    split: [...tally.split.values()],
    combinations: {
      ...{ looked: tally.looked, all, different: tally.different },
      ...(known.length > 0 ? { atOnce: Math.max(0, Math.min(...known)) } : {}),
    },
  }
}

/** What is so while all is well comes back by itself. */
function isAlways({ is, vip }: BadState) {
  return (other: BadState) => other.is === is && other.vip === vip && other.mishaps.length === 0
}

/** What can fail alone, in the order of the directors, the whole machine first; `by`: what was tried for all that comes to the same. */
function alone(
  plights: readonly (readonly Plight[])[],
  partitions: readonly { readonly mishap: Mishap }[],
): readonly { readonly mishap: Mishap; readonly by: Mishap }[] {
  const own = plights.flatMap((all) => {
    const single = all.filter(({ mishaps }) => mishaps.length === 1)
    return [...single.filter(({ down }) => down), ...single.filter(({ down }) => !down)]
  })
  return [
    ...own.flatMap(({ mishaps, alike }) =>
      mishaps.flatMap((by) => [by, ...alike].map((mishap) => ({ mishap, by }))),
    ),
    ...partitions.map(({ mishap }) => ({ mishap, by: mishap })),
  ]
}

interface Seen {
  readonly router: Router
  readonly speakers: readonly Speaker[]
  readonly situation: Situation
  readonly judged: Judgement
}

/** Nothing is wrong any more. */
function wellOf(plights: readonly (readonly Plight[])[]): Pick<Situation, 'plights' | 'partition'> {
  const none = plights.flatMap((all) => all.find(({ mishaps }) => mishaps.length === 0) ?? [])
  return { plights: none, partition: undefined }
}

function note(tally: Tally, at: number, seen: Seen): void {
  const { router, speakers, situation, judged } = seen
  const vip = router.vips[0] ?? ''
  const { mishaps } = situation
  for (const trouble of judged.troubles) noteTrouble(tally, trouble, { ...seen, afterwards: false })
  if (judged.split && !tally.split.has(vip)) tally.split.set(vip, { vip, mishaps })
  const nameOf = (index: number | undefined) => (index === undefined ? undefined : speakers[index]?.director)
  if (mishaps.length === 1) {
    const [mishap] = mishaps as [Mishap]
    const row = tally.rows.get(mishap.what) ?? { mishap, consequences: [] }
    tally.rows.set(mishap.what, row)
    const consequence: Consequence = {
      before: nameOf(judged.before),
      after: judged.holders.flatMap((index) => nameOf(index) ?? []),
      seconds: judged.healthy.length === 0 ? undefined : judged.seconds,
      ...(judged.troubles[0] ? { trouble: judged.troubles[0] } : {}),
    }
    const known = row.consequences[at]
    if (!known || badness(known) < badness(consequence)) row.consequences[at] = consequence
  }
  const { seconds, last } = judged
  // Where directors are parted, those on the far side of the holder have nobody to lose.
  if (seconds === undefined || seconds === 0 || last === undefined || situation.partition) return
  const found = (): WorstTakeover => ({
    ...{ seconds, mishaps, from: nameOf(judged.before), to: nameOf(last) ?? '' },
    why: wordsOfTakeover(speakers, situation, judged),
  })
  if (seconds > (tally.any[at]?.seconds ?? 0)) tally.any[at] = found()
  if (mishaps.length === 1 && seconds > (tally.single[at]?.seconds ?? 0)) tally.single[at] = found()
}

/** Where the VIP may be held by one or another, the worse of two is told. */
function badness({ seconds = 0, trouble }: Consequence): number {
  return trouble ? Number.POSITIVE_INFINITY : seconds
}

function noteTrouble(
  { bad }: Tally,
  is: Trouble,
  { router, speakers, situation, judged, afterwards }: Seen & { readonly afterwards: boolean },
): void {
  const vip = router.vips[0] ?? ''
  const key = `${is} ${afterwards} ${vip}`
  const known = bad.get(key)
  const names = (indices: readonly number[]) => namesOf(indices.map((index) => speakers[index] as Speaker))
  // Combinations come in the order of their sizes.
  bad.set(key, {
    ...(known ?? {
      ...{ is, vip, afterwards, mishaps: situation.mishaps },
      healthy: names(judged.healthy),
      holders: names(judged.holders),
    }),
    combinations: (known?.combinations ?? 0) + situation.combinations,
  })
}

/** Directors, and where it is one that holds something several times, by which of its instances. */
function namesOf(all: readonly Speaker[]): readonly string[] {
  const directors = [...new Set(all.map(({ director }) => director))]
  return directors.length === 1 && all.length > 1
    ? [`${directors[0]} by ${all.map(({ name }) => name).join(' and ')}`]
    : directors
}

function provedVip(
  { members, vips }: Router,
  speakers: readonly Speaker[],
  rests: readonly Election[],
  { single, any }: Tally,
  at: number,
): ProvedVip {
  const own = members.map((index) => speakers[index] as Speaker)
  const homes = rests.map(({ standings }) => [
    ...new Set(
      members.flatMap((index) =>
        standings[index]?.state === 'MASTER' ? [speakers[index]?.director ?? ''] : [],
      ),
    ),
  ])
  const [address = '', ...also] = [...vips, ...new Set(own.flatMap(({ excluded }) => excluded))]
  return {
    ...{ address, also, homes: [...new Set(homes.flat())], atOnce: homes.some(({ length }) => length > 1) },
    directors: own
      .map(({ director, priority }) => ({ name: director, priority }))
      .toSorted((one, other) => other.priority - one.priority),
    worst: {
      ...(single[at] ? { single: single[at] } : {}),
      ...(any[at] ? { any: any[at] } : {}),
    },
  }
}
