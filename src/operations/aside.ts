import { type Cluster, homeOf, raiseFor } from '../cluster/index.ts'
import { never } from '../deploy/armed.ts'
import { isAlone, isAsked } from '../deploy/directors.ts'
import { drained, type Left, takeBack } from '../deploy/drained.ts'
import { type Handed, handOver, withoutHandovers } from '../deploy/handed.ts'
import { passagesOf } from '../drill/passage.ts'
import type { HostRun } from '../engine/host.ts'
import { Failure, type FailureCode } from '../model/failure.ts'
import { expectedTiers } from '../verify/expected.ts'
import { factsOfHost, hindranceOf, holdersOf } from '../verify/proofs/holder.ts'
import { asInTables, hindrancesOf } from '../verify/standing.ts'
import { type Examination, type ExamineOptions, examine } from '../verify/verify.ts'
import { type RollingTools, tellRolling } from './rolling-tools.ts'

/** Seconds for which the connections of a realserver are waited for before it is changed. */
const patience = 30
/** Seconds after which directors undo by themselves what a run that was killed has told them; longer than packages take. */
const longest = 1800

/** One cluster as it was before a wave disturbs it. */
export interface Disturbed {
  readonly cluster: Cluster
  readonly before: Examination
  /** Addresses of which directors do not hear each other from then on, until all are changed: they cannot be handed over. */
  readonly unheard?: ReadonlySet<string>
}

type Work = () => Promise<void>

/** What keeps a realserver in the pools, and is no reason to leave it as it is: what that costs was announced. */
const hinders: ReadonlySet<FailureCode> = new Set(['VERIFICATION_FAILED', 'STEP_FAILED'])

/**
 * Lets a realserver out of the pools while something is done to it, as long as anybody else serves what it serves. Where nobody is sent
 * there afterwards, as it is not well, what takes it back is handed back.
 */
export async function whileDrained(
  { cluster, before }: Disturbed,
  host: string,
  runs: readonly HostRun[],
  tools: RollingTools,
  work: Work,
): Promise<Work | undefined> {
  const { pool, signal, emit } = tools
  const tier = expectedTiers(before.expected).find(({ realservers }) =>
    realservers.some((one) => one.host === host),
  )
  const seen = tier && asInTables(tier, before.seen)
  const stays = async (why: string) => {
    tellRolling(emit, host, 'not-drained', performance.now(), why)
    await work()
    return undefined
  }
  // Where keepalived of all directors is gone, nobody is in a table.
  if (seen && !isAsked(seen, host)) {
    await work()
    return undefined
  }
  if (!seen || isAlone(seen, host)) return stays('nobody else serves what it serves')
  const all = seen.directors.map((one) => one.host)
  const directors = all.filter((name) => isReached(name, before))
  for (const name of all)
    if (!directors.includes(name))
      emit({ is: 'warning', message: `${name} cannot be told to send ${host} no clients meanwhile` })
  const draining = {
    session: (name: string) => pool.session(name),
    ...{ signal, patience, now: () => performance.now() },
    tell: (step: 'drained' | 'back' | 'left-out' | 'failed', seconds: number, told: string) =>
      step === 'failed'
        ? emit({ is: 'warning', message: told })
        : emit({ is: 'rolling', host, step, seconds, told }),
  }
  let begun = false
  try {
    const { outcome, notBack } = await drained(
      seen,
      { host, directors, lasts: longest },
      draining,
      async () => {
        begun = true
        await work()
        const left = await leftBy(
          host,
          runs,
          { cluster, before },
          { session: (name) => pool.session(name), signal: never },
        )
        return { outcome: left, left }
      },
    )
    if (notBack) runs.find((run) => run.host.name === host)?.fail(notBack)
    return outcome === 'ill'
      ? () => takeBack(seen, [host], () => ({ ...draining, signal: never }))
      : undefined
  } catch (error) {
    // Clients of who alone is well could be sent to nobody else; its change may be what mends the others' service. A director that
    // cannot be told, as its own files are not what they should be, is mended only behind this: its turn is after the realservers'.
    if (begun || !(error instanceof Failure) || !hinders.has(error.code)) throw error
    return stays(error.output ?? error.message)
  }
}

/** Where a step failed before it was looked at, it may serve as before, or not any more: that is looked at now. */
async function leftBy(
  host: string,
  runs: readonly HostRun[],
  { cluster, before }: Disturbed,
  looking: ExamineOptions,
): Promise<Left> {
  if (runs.every(({ failure }) => !failure)) return 'well'
  const own = runs.find((run) => run.host.name === host)?.failure
  if (!own) return 'unknown'
  if (own.code === 'VERIFICATION_FAILED') return 'ill'
  const old = hindrancesOf(host, before)
  const now = hindrancesOf(host, await examine(cluster, looking))
  return now.some((one) => !old.includes(one)) ? 'ill' : 'unknown'
}

/**
 * Has another director hold the VIPs of one while something is done to it. Where that went wrong they stay there; what hands them
 * back is handed back then.
 */
export async function whileHandedOver(
  { cluster, before, unheard = new Set() }: Disturbed,
  host: string,
  runs: readonly HostRun[],
  tools: RollingTools,
  work: Work,
): Promise<Work | undefined> {
  const handed = await handOverFrom(host, { cluster, before, unheard }, tools)
  await work()
  if (!handed) return undefined
  if (runs.some((run) => run.host.name === host && run.failure)) {
    await handed.leave()
    return () => handed.back()
  }
  const since = performance.now()
  await handed.back()
  if (cluster.vrrp.preempt) tellRolling(tools.emit, host, 'handed-back', since)
  return undefined
}

async function handOverFrom(
  from: string,
  { cluster, before, unheard }: Required<Disturbed>,
  { pool, signal, emit }: RollingTools,
): Promise<Handed | undefined> {
  const { expected, seen } = before
  // Where others hold it, too, they do not hear each other: none is told anything.
  const vips = cluster.vips.filter(
    ({ address }) => !unheard.has(address) && holdersOf(address, expected, seen).join() === from,
  )
  if (vips.length === 0) return undefined
  const ready = cluster.directors
    .map(({ host }) => host)
    .filter((host) => host !== from)
    .filter((host) =>
      vips.every(
        (vip) =>
          hindranceOf(host, vip.instance, expected, seen) === undefined && raiseFor(vip, host) !== undefined,
      ),
    )
  const rank = (host: string) => vips.reduce((sum, vip) => sum + (vip.priorities.get(host) ?? 0), 0)
  const [to] = ready.toSorted((a, b) => rank(b) - rank(a))
  const what = vips.map(({ address }) => address).join(', ')
  if (to === undefined) {
    emit({ is: 'warning', message: `${from} holds ${what}, and no other director can take it meanwhile` })
    return undefined
  }
  const directors = cluster.directors.map(({ host }) => host).filter((host) => isReached(host, before))
  const hands = { session: (host: string) => pool.session(host), signal, now: () => performance.now() }
  const unable = await withoutHandovers(cluster, { vips, directors }, hands)
  if (unable.length > 0) {
    const message = `${from} keeps ${what} meanwhile: keepalived of ${unable.join(', ')} reads no handovers before it is told what this run brings`
    emit({ is: 'warning', message })
    return undefined
  }
  const since = performance.now()
  const raised = factsSeen(from, before)?.handovers ?? []
  const kept = vips.filter(({ instance }) => raised.includes(instance))
  const moving = (who: typeof vips, by: string, next: string) =>
    passagesOf(
      cluster,
      who.map((vip) => ({ vip, to: next })),
      new Map(who.map(({ address }) => [address, by])),
      (host) => factsSeen(host, before),
    )
  const there = moving(vips, from, to)
  const back = moving(
    vips.filter((vip) => homeOf(vip) === from),
    to,
    from,
  )
  const handing = { from, to, vips, kept, directors, there, back, lasts: longest }
  const handed = await handOver(cluster, handing, hands)
  tellRolling(emit, from, 'handed-over', since, `${what} to ${to}`)
  return handed
}

function factsSeen(host: string, { seen }: Examination) {
  const member = seen.members.get(host)
  return member && !(member instanceof Failure) ? member.read(factsOfHost) : undefined
}

function isReached(host: string, { seen }: Examination): boolean {
  return !(seen.members.get(host) instanceof Failure)
}
