import { setTimeout as pause } from 'node:timers/promises'
import type { ClusterFailover } from '../../src/model/failover.ts'
import type { Election } from '../../src/proof/election.ts'
import type { Situation } from '../../src/proof/situations.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { DirectorMachines, heldBy, modelOf } from './machines.ts'

/** Seconds for which machines on a busy computer may be later than they should be. */
const late = 2
/** How long machines that have just started may need until keepalived is at its work. */
const starts = 30

/** What the model and keepalived make of one combination, where they do not agree. */
interface Contradiction {
  readonly after: string
  readonly expected: string
  readonly seen: string
  readonly logs: string
}

interface Asked {
  readonly directors: readonly string[]
  readonly service: string
  /** What fails of the first director. */
  readonly failure: string
  readonly announced: ClusterFailover
}

/** Makes every combination real in which this fails of the first director, and compares who holds what, and from when on. */
export async function everyCombination(
  cluster: TestCluster,
  { directors, service, failure, announced }: Asked,
): Promise<{ readonly compared: number; readonly found: readonly Contradiction[] }> {
  const { speakers, trials, situations } = await modelOf(cluster, directors)
  const vips = new Set(speakers.flatMap((speaker) => [...speaker.vips, ...speaker.excluded]))
  using machines = new DirectorMachines(cluster, directors, { vips, service })
  const said = announced.failover.vips.map(({ worst }) =>
    Math.max(0, worst.single?.seconds ?? 0, worst.any?.seconds ?? 0),
  )
  const longest = Math.max(...said)
  const found: Contradiction[] = []
  const expectedOf = (election: Election, { plights }: Pick<Situation, 'plights'>) =>
    directors
      .map((director) => {
        const isDown = plights.some((one) => one.director === director && one.down)
        const own = speakers.flatMap((speaker, index) =>
          !isDown && speaker.director === director && election.standings[index]?.state === 'MASTER'
            ? [...speaker.vips, ...speaker.excluded]
            : [],
        )
        return heldBy(director, own)
      })
      .join('; ')
  const seen = async () => (await machines.held(directors)).join('; ')
  /** Since when it has been so without a gap, in seconds from now; looks for longer than anything may take. */
  const since = async (isExpected: (held: string) => boolean, patience: number) => {
    const began = performance.now()
    const now = () => (performance.now() - began) / 1000
    let from: number | undefined
    let held = ''
    for (;;) {
      const asked = now()
      held = await seen()
      if (isExpected(held)) from ??= asked
      else from = undefined
      const over = asked > longest + 1
      if (over && ((from !== undefined && asked > from + 1) || asked > patience)) return { from, held }
      await pause(100)
    }
  }
  const complain = async (after: string, expected: string, held: string) =>
    void found.push({ after, expected, seen: held, logs: await machines.logs() })
  const homes = trials.rests().map((rest) => ({ rest, held: expectedOf(rest, { plights: [] }) }))
  const settled = async (after: string, isExpected: (held: string) => boolean) => {
    const { from, held } = await since(isExpected, starts + longest)
    const home = homes.find((one) => one.held === held)
    if (from === undefined || !home) await complain(after, homes.map((one) => one.held).join(', or '), held)
    return home?.rest
  }
  let rest = await settled('the bring-up', (held) => homes.some((one) => one.held === held))
  let compared = 0
  for (const situation of situations.filter((one) => failingOf(one, directors[0]) === failure)) {
    if (!rest || found.length > 0) break
    if (situation.mishaps.length === 0) continue
    const what = situation.mishaps.map((mishap) => mishap.what).join(' + ')
    const outcomes = trials.befall(rest, situation)
    if (!outcomes.every(({ course }) => course.rested)) throw new Error(`the model does not rest: ${what}`)
    const expected = [...new Set(outcomes.map(({ election }) => expectedOf(election, situation)))]
    const [{ from, held }] = await Promise.all([
      since((now) => expected.includes(now), longest + late + 5),
      machines.strike(situation),
    ])
    compared++
    console.info(`${what}: announced ${longest.toFixed(2)} s, seen ${from?.toFixed(2) ?? 'never'} s`)
    const struck = outcomes.find(({ election }) => expectedOf(election, situation) === held)
    if (from === undefined || !struck) {
      await complain(what, expected.join(', or '), held)
      break
    } else if (from > longest + late)
      await complain(what, `${expected} within ${longest} s`, `only after ${from} s`)
    const { election: back } = trials.recover(struck.election, situation)
    await machines.heal(situation)
    const home = expectedOf(back, { plights: [] })
    // Where nobody takes a VIP back, whoever of several recovers first has it: that is not for the model to say.
    const isHome = (now: string) =>
      now === home || (situation.mishaps.length > 1 && homes.some((one) => one.held === now))
    rest = await settled(`${what}, and back`, isHome)
  }
  return { compared, found }
}

/** `nothing`, or what fails of a director. */
function failingOf({ plights }: Situation, director: string | undefined): string {
  const kinds = plights.find((one) => one.director === director)?.mishaps.map(({ is }) => is) ?? []
  return kinds.join(' and ') || 'nothing'
}
