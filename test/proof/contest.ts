import { setTimeout as pause } from 'node:timers/promises'
import { readBlocks } from '../../src/adoption/index.ts'
import type { Election } from '../../src/proof/election.ts'
import { networkOf } from '../../src/proof/network.ts'
import { partitionsOf } from '../../src/proof/partitions.ts'
import { readTold } from '../../src/proof/read.ts'
import { plightsOf, type Situation, situations } from '../../src/proof/situations.ts'
import { type Course, Trials } from '../../src/proof/trial.ts'
import { chance } from './random.ts'
import { KeepalivedWorld } from './world.ts'

/** What the model and keepalived make of one configuration, where they do not agree. */
export interface Contradiction {
  readonly configurations: readonly string[]
  readonly after: string
  readonly expected: string
  readonly seen: string
  readonly logs: string
}

/** Seconds for which the real one may be later than the model: the computer may be busy. */
const late = 4

/** Runs a configuration with keepalived, makes some things fail, and compares who holds what with the model's word. */
export async function contest(
  configurations: readonly string[],
  { seed, rounds }: { readonly seed: number; readonly rounds: number },
): Promise<{ readonly compared: number; readonly contradictions: readonly Contradiction[] }> {
  const tolds = configurations.map((text, index) =>
    readTold({
      director: `d${index + 1}`,
      statements: readBlocks({ main: { path: '/conf', text }, includes: new Map(), configId: '' }).statements,
      addresses: new Map([0, 1].map((link) => [`eth${link}`, { ipv4: `10.${link}.0.${11 + index}` }])),
    }),
  )
  const speakers = tolds.flatMap((told) => told.speakers)
  const network = networkOf(speakers)
  const trials = new Trials(tolds, network)
  const all = [
    ...situations(
      tolds,
      tolds.map((told) => plightsOf(told, tolds)),
      partitionsOf(tolds, network),
      400,
    ),
  ].filter(({ mishaps }) => mishaps.length > 0 && mishaps.length < 3)
  const { one, shuffled } = chance(seed)
  using world = await KeepalivedWorld.of(configurations)
  const vipsOf = (election: Election, gone: ReadonlySet<string>) =>
    tolds.map(({ director }) => {
      const held = speakers.flatMap(({ vips, director: own }, index) =>
        own === director && !gone.has(own) && election.standings[index]?.state === 'MASTER' ? vips : [],
      )
      return `${director}: ${held.toSorted().join(' ') || '–'}`
    })
  const seen = async () =>
    [...(await world.held())].map(
      ([director, held]) => `${director}: ${[...held].toSorted().join(' ') || '–'}`,
    )
  const contradictions: Contradiction[] = []
  let compared = 0
  // Where nobody takes a VIP back, whoever recovers first has it: that is not for the model to say.
  const homes = new Set(
    trials.rests().flatMap((rest) => holdersIn(vipsOf(rest, new Set<string>()).join('; '))),
  )
  /** Which of what the model says may come of it has come of it. */
  const compare = async (
    after: string,
    elections: readonly Election[],
    { settles, gone = new Set<string>(), anyHome = false }: Comparison,
  ) => {
    compared++
    const heldIn = (election: Election) => vipsOf(election, gone).join('; ')
    const expected = [...new Set(elections.map(heldIn))]
    await pause(1000 * (settles + 0.5))
    let last = ''
    for (let waited = 0, agreed = 0; waited < 1000 * late && agreed < 2; waited += 250) {
      const before = last
      last = (await seen()).join('; ')
      agreed = !expected.includes(last) ? 0 : last === before ? agreed + 1 : 1
      if (agreed < 2) await pause(250)
    }
    const found = elections.find((election) => heldIn(election) === last)
    if (found) return found
    if (
      anyHome &&
      expected.some((one) => hasVips(last, one)) &&
      holdersIn(last).every((one) => homes.has(one))
    )
      return undefined
    // The model has all instances of one director a little faster; where nothing holds them together chance decides for each.
    const each = new Set(expected.flatMap(holdersIn))
    if (
      speakers.every(({ sync }) => sync === undefined) &&
      expected.some((one) => hasVips(last, one)) &&
      holdersIn(last).length === holdersIn(expected[0] ?? '').length &&
      holdersIn(last).every((one) => each.has(one))
    )
      return undefined
    let logs = ''
    for (const { director } of tolds) logs += `${director}\n${await world.log(director)}`
    contradictions.push({ configurations, after, expected: expected.join(', or '), seen: last, logs })
    return undefined
  }

  // A script that has not been run yet counts for nothing: one interval more.
  const first = one(tolds).director
  const starts =
    trials.longest + (tolds.some(({ watched }) => watched.some(({ is }) => is === 'script')) ? 1.2 : 0.2)
  await world.start(first)
  await pause(1000 * starts)
  for (const { director } of tolds.filter((told) => told.director !== first)) await world.start(director)
  // Of those that wait equally long when they are started together, chance decides who comes first.
  // What they watch is looked at when they have begun: those count, too, that come to the same then.
  const rested = trials.rest(first)
  const ranks = speakers.map(({ priority }, index) => [priority, rested.standings[index]?.effective])
  const isTied = speakers.some((one, index) =>
    speakers.some(
      (other, at) =>
        other.director !== one.director &&
        other.name === one.name &&
        ranks[index]?.some((rank, which) => rank === ranks[at]?.[which]),
    ),
  )
  const begun = [rested, ...(isTied ? trials.rests() : [])]
  let election = await compare(`${first} starts first`, begun, { settles: starts })
  for (const situation of shuffled(all).slice(0, rounds)) {
    if (!election) break
    const what = situation.mishaps.map((mishap) => mishap.what).join(' + ')
    const apart = situation.partition?.apart ?? new Set<string>()
    const downs = new Set(situation.plights.flatMap(({ down, director }) => (down ? [director] : [])))
    const outcomes = trials.befall(election, situation)
    const courses = outcomes.map(({ course }) => course)
    if (!courses.every(({ rested }) => rested)) continue
    await world.strike(situation.mishaps, apart)
    const struck = await compare(
      what,
      outcomes.map((outcome) => outcome.election),
      { settles: settled(courses, trials.longest), gone: downs },
    )
    if (!struck) break
    const back = trials.recover(struck, situation)
    if (!back.course.rested) break
    await world.heal(situation.mishaps, apart)
    election = await compare(`${what}, and back`, [back.election], {
      settles: settled([back.course], trials.longest) + delay(situation),
      anyHome: true,
    })
  }
  return { compared, contradictions }
}

interface Comparison {
  /** Seconds. */
  readonly settles: number
  readonly gone?: ReadonlySet<string>
  /** Each VIP may be wherever it may be while all is well. */
  readonly anyHome?: boolean
}

/** `d1 10.0.0.100`, of all that hold something. */
function holdersIn(held: string): readonly string[] {
  return held.split('; ').flatMap((one) => {
    const [name, vips = ''] = one.split(': ')
    return vips.split(' ').flatMap((vip) => (vip === '–' ? [] : [`${name} ${vip}`]))
  })
}

/** Whether every VIP of the second is held in the first: who has it may bring others along. */
function hasVips(one: string, other: string): boolean {
  const [held = [], wanted = []] = [one, other].map((all) =>
    holdersIn(all).map((holder) => holder.split(' ')[1]),
  )
  return wanted.every((vip) => held.includes(vip))
}

/** Not before somebody who waits for an advert would have waited, and not before the model has come to rest. */
function settled(courses: readonly Course[], longest: number): number {
  const turns = courses.flatMap(({ states }) => states.flatMap((one) => one.map(({ at }) => at)))
  return Math.max(longest, ...turns)
}

/** A script is well again when it has been run again. */
function delay({ plights }: Situation): number {
  return Math.max(
    0,
    ...plights.flatMap(({ blows, down }) => (down ? [1] : blows.map(({ at }) => (at > 0.2 ? 1.2 : 0)))),
  )
}
