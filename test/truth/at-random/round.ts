import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { unlike } from '../../e2e/as-planned.ts'
import type { TestCluster } from '../../e2e/cluster.ts'
import { recapsOf, stepsOf, wantedOf } from '../../e2e/events.ts'
import type { Ran } from '../../e2e/understudy.ts'
import { becomes, type Snapshots, snapshots, troubleOf } from '../suite.ts'
import { chanceOf, type Wound } from './wound.ts'
import { woundsOf } from './wounds.ts'

/** A cluster that stands, as it was told of before anybody touched it. */
export interface Whole {
  readonly cluster: TestCluster
  readonly members: readonly string[]
  /** The plan of machines that are as they should be. */
  readonly plan: Ran
  readonly snapshots: Snapshots
}

interface Wounded {
  readonly host: string
  readonly wound: Wound
}

export async function wholeOf(cluster: TestCluster): Promise<Whole> {
  const members = cluster.lab.machines.map(({ name }) => name).filter((name) => name !== 'client')
  const plan = await cluster.run(['plan', '--json'])
  expect(plan.status, plan.stdout).toBe(0)
  return { cluster, members, plan, snapshots: await snapshots(cluster) }
}

/**
 * Wounds machines at random, and throws unless the plan tells what `apply` then does, no more and no less, all is as it was
 * afterwards, and nothing is left to do. A plan that was kept before some of it was done is refused where it holds no more.
 */
export async function round(whole: Whole, seed: number): Promise<void> {
  const chance = chanceOf(seed)
  const { cluster } = whole
  const wounded = whole.members.flatMap((host) =>
    woundsOf(stepsOf(whole.plan, host), chance.below(6), chance).map((wound) => ({ host, wound })),
  )
  const told = wounded.map(({ host, wound }) => `${host}: ${wound.is}`).join('; ')
  console.info(`seed ${seed}: ${told}`)
  const half = chance.below(wounded.length + 1)
  await each(whole, wounded.slice(0, half), ({ by }) => by)
  const kept = join(cluster.scratch, 'kept.json')
  rmSync(kept, { force: true })
  const first = await cluster.run(['plan', '--json', '--out', kept])
  await each(whole, wounded.slice(half), ({ by }) => by)
  const second = await settled(whole, wounded, await cluster.run(['plan', '--json']))
  await holdsOnlyWhereNothingMoved(whole, { first, second, kept })
  await drifted(whole, second)
  const planned = await remedied(whole, wounded, second)
  const applied = await cluster.run(['apply', '--json'])
  expect.soft(applied.status, troubleOf(applied)).toBe(0)
  expect.soft(unlike(planned, applied)).toEqual({ notMade: [], notPlanned: [] })
  const again = await cluster.run(['plan', '--json'])
  expect.soft(wantedEverywhere(whole, again)).toEqual([])
  await each(whole, wounded, ({ leaves }) => leaves)
  await becomes(whole.snapshots, cluster)
}

/** A script of each wound, machine by machine at once, those of one machine in their order. */
async function each(
  { cluster, members }: Whole,
  wounded: readonly Wounded[],
  script: (wound: Wound) => string | undefined,
): Promise<void> {
  await Promise.all(
    members.map(async (host) => {
      for (const one of wounded.filter((it) => it.host === host)) {
        const text = script(one.wound)
        if (text) await cluster.on(host, `exec 2>&1\n${text}`)
      }
    }),
  )
}

/** What contradicts the inventory is planned by nobody, nor applied, until a person has settled it. */
async function settled(whole: Whole, wounded: readonly Wounded[], planned: Ran): Promise<Ran> {
  if (planned.status !== 5) return planned
  const { cluster } = whole
  const before = onDisks(await snapshots(cluster))
  const applied = await cluster.run(['apply', '--json'])
  expect.soft(applied.status, troubleOf(applied)).toBe(5)
  expect.soft(onDisks(await snapshots(cluster))).toEqual(before)
  await each(whole, wounded, ({ settlement }) => settlement)
  const again = await cluster.run(['plan', '--json'])
  expect.soft([0, 2], troubleOf(again)).toContain(again.status)
  return again
}

/** A plan that was kept is refused, with the name of what moved, where the machines would have another one now. */
async function holdsOnlyWhereNothingMoved(
  { cluster, members }: Whole,
  { first, second, kept }: { readonly first: Ran; readonly second: Ran; readonly kept: string },
): Promise<void> {
  const moved = members.filter((host) => openIn(first, host) !== openIn(second, host))
  if (moved.length === 0 || !existsSync(kept)) return
  const before = onDisks(await snapshots(cluster))
  const refused = await cluster.run(['apply', kept, '--json'])
  expect.soft(refused.status, troubleOf(refused)).toBe(7)
  const named = refused.events
    .filter(({ event }) => event === 'run-failed')
    .flatMap(({ failure }) => (failure as Refused).problems ?? [])
    .flatMap(({ where }) => where?.host ?? [])
  expect.soft(named, troubleOf(refused)).toEqual(expect.arrayContaining([...moved]))
  expect.soft(onDisks(await snapshots(cluster))).toEqual(before)
}

/** What was wounded may still change in what runs: only files stand still. */
function onDisks(all: Snapshots): Snapshots {
  return new Map([...all].map(([machine, lines]) => [machine, lines.slice(0, lines.indexOf('# addresses'))]))
}

interface Refused {
  readonly problems?: readonly { readonly where?: { readonly host?: string } }[]
}

function openIn(ran: Ran, host: string): string {
  return JSON.stringify(
    stepsOf(ran, host).filter(({ verdict }) => !/^(converged|skipped|told)$/.test(verdict)),
  )
}

/** `drift` says the same, apart from what only follows. */
async function drifted(whole: Whole, planned: Ran): Promise<void> {
  const ran = await whole.cluster.run(['drift', '--json'])
  const found = ran.events
    .filter(({ event }) => event === 'drift-found')
    .map(({ drift }) => drift as { readonly host: string; readonly id: string; readonly summary: string })
  const wanted = wantedEverywhere(whole, planned)
  expect.soft([ran.status, found.length > 0], ran.stderr).toEqual(wanted.length > 0 ? [2, true] : [0, false])
  const unplanned = found.filter(({ host, id }) => !wanted.includes(`${host} ${id}`))
  expect.soft(unplanned.map(({ host, id, summary }) => `${host} ${id}: ${summary}`)).toEqual([])
}

/** What cannot be undone is told by plan and apply in the same words; then a person does what is needed. */
async function remedied(whole: Whole, wounded: readonly Wounded[], planned: Ran): Promise<Ran> {
  const { cluster, members } = whole
  const refusals = members.flatMap((host) =>
    stepsOf(planned, host).flatMap(({ summary = '' }) =>
      summary.startsWith('cannot: ') ? [{ host, summary }] : [],
    ),
  )
  if (refusals.length === 0) return planned
  const applied = await cluster.run(['apply', '--json', '--no-verify'])
  expect.soft(applied.status, troubleOf(applied)).toBe(1)
  const hosts = new Set(refusals.map(({ host }) => host))
  // Others may be kept from their turn by it, and fail with nothing of their own.
  const failing = recapsOf(applied).filter(({ failed }) => failed > 0)
  expect.soft(failing.length, troubleOf(applied)).toBeGreaterThan(0)
  const others = failing.map(({ host }) => host).filter((host) => !hosts.has(host))
  expect.soft(others, troubleOf(applied)).toEqual([])
  expect.soft(unlike(planned, applied).notPlanned).toEqual([])
  await each(whole, wounded, ({ remedy }) => remedy)
  return await cluster.run(['plan', '--json'])
}

function wantedEverywhere({ members }: Whole, ran: Ran): readonly string[] {
  return members.flatMap((host) => wantedOf(ran, host).map((id) => `${host} ${id}`))
}
