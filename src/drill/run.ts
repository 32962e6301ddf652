import { setTimeout as pause } from 'node:timers/promises'
import type { DrillResult } from '../model/drill.ts'
import type { DrillStage } from '../model/drill-event.ts'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import { lines } from '../shell/quote.ts'
import { accountsOf, collect, watchers } from './accounts.ts'
import type { Client } from './client/client.ts'
import { keepOpen } from './client/kept.ts'
import { felt, inTime, unservedSince } from './client/outage.ts'
import { type Asking, askSteadily } from './client/pace.ts'
import { type ProbePlan, type Probing, slowAfter } from './client/probing.ts'
import { holdStreams } from './client/streams.ts'
import { arm, undoNow } from './deadman.ts'
import { handFor, type PowerSwitch } from './hand.ts'
import { homecomings } from './homecoming.ts'
import { judge } from './judge.ts'
import { wireOf } from './packets.ts'
import { haproxyChanges, ipvsChanges } from './pool.ts'
import { routeChanges } from './routing.ts'
import type { Scene } from './scene.ts'
import { carryOut } from './script-run.ts'
import { holderSpans, logOf } from './timeline.ts'
import { NotUndone, undoTrouble } from './undone.ts'
import { endWatch, startListening, startWatch } from './watch.ts'

interface Seen {
  /** Names of the proofs that fail. */
  readonly unhealed: readonly string[]
  /** Who holds each VIP. */
  readonly holders: ReadonlyMap<string, string>
}

/** What a drill works with. */
export interface DrillTools extends Client {
  /** The open session of a host; a new one where the old was lost. */
  readonly session: (host: string) => Promise<Session>
  /** Milliseconds since the epoch, finer than a millisecond. */
  readonly now: () => number
  readonly signal: AbortSignal
  /** Where machines are of a kind whose power can be cut. */
  readonly power?: PowerSwitch
  /** Is the cluster as it was before, by all that can be seen, or by what its members say of themselves? */
  readonly look: (at: 'everything' | 'members') => Promise<Seen>
  /** Is told of each stage, for a live view. */
  readonly stage: (stage: DrillStage, probes: readonly Probing[]) => void
}

const calm = 1500
/** Seconds in which a rate is found that who asks can keep. */
const pacing = 10
/** Seconds after which a machine heals itself at the latest, beyond the fault's own time. */
const grace = 5
/** Milliseconds between two looks whether all is well again: each keeps small machines busy that are about to recover. */
const again = 1000

/**
 * Breaks the cluster, measures, puts everything back whatever happens, and judges. Throws NotUndone where it had to
 * stop in the middle and something could not be put back.
 */
export async function runDrill(scene: Scene, tools: DrillTools): Promise<DrillResult> {
  const { id, fault, struck, directors } = scene
  const { now } = tools
  const seconds = Math.ceil(scene.lasts / 1000) + grace
  const hand = handFor(id, fault, {
    send: (host, script, until) => (until ? send(tools, host, script, until) : putBack(tools, host, script)),
    ...tools,
  })
  const before = await accountsOf(scene, tools)
  const vips = [...new Set([...scene.services.map(({ address }) => address), ...scene.holders.keys()])]
  const kept = scene.services.map((plan) => keepOpen(plan, tools.dial, now))
  const held = scene.services.map((plan) =>
    plan.streams.map((stream) => holdStreams(plan, stream, tools.dial, now)),
  )
  const startedAt = now()
  let asking: Asking<Scene['services'][number]> = { plans: scene.services, probes: [] }
  let faultAt = startedAt
  let strikeTook = 0
  let undoneAt = startedAt
  let left: readonly string[] = []
  const undo = async () => {
    tools.stage(fault.leaves ? 'settling' : 'undo', asking.probes)
    undoneAt = now()
    // Even after Ctrl-C: it must not be cut short by the same signal.
    const outcomes = await Promise.allSettled(struck.map((one) => hand.undo(one)))
    left = outcomes.flatMap((outcome, index) => undoTrouble(struck[index]?.host ?? '', outcome))
  }
  try {
    await each(directors, ({ host, interfaces }) =>
      noting(
        scene,
        host,
        (longest) => startWatch(id, { devices: interfaces, routes: scene.routing.length > 0 }, longest),
        seconds,
        tools,
      ),
    )
    await listen(scene, vips, seconds, tools)
    tools.stage('baseline', [])
    asking = await askSteadily(scene.services, tools)
    await each(struck, (one) => hand.arm(one, seconds))
    tools.stage(fault.leaves ? 'handover' : 'fault', asking.probes)
    faultAt = now()
    await each(struck, (one) => hand.strike(one))
    strikeTook = now() - faultAt
    if (!fault.leaves) tools.stage('struck', asking.probes)
    await untilCalm(asking, faultAt, scene, tools)
  } catch (error) {
    await undo()
    // Nobody will ask what was seen: nothing may go on looking.
    await Promise.allSettled([
      ...[...asking.probes, ...kept, ...held.flat()].map((one) => one.stop()),
      ...watchers(scene).map((host) => putBack(tools, host, unwatch(id))),
    ])
    if (left.length > 0) throw new NotUndone(left, error)
    throw error
  }
  await undo()
  const { plans: services, probes } = asking
  const deadline = now() + scene.patience
  // To ask for pages and certificates on the machine that measures would be measured, too.
  await untilHealed('members', deadline, tools)
  await untilServed(asking, tools)
  const [records, open, streams] = await Promise.all([
    Promise.all(probes.map((one) => one.stop())),
    Promise.all(kept.map((one) => one.stop())),
    Promise.all(held.map((some) => Promise.all(some.map((one) => one.stop())))),
  ])
  const endedAt = now()
  const accounts = await collect(scene, tools, before, (host) => putBack(tools, host, unwatch(id)))
  const { unhealed, holders } = await untilHealed('everything', deadline, tools)
  tools.stage('healed', probes)
  const probed = services.map(({ url, interval, sorryPage }, index) => ({
    url,
    sorryPage,
    interval,
    wished: scene.services[index]?.interval ?? interval,
    late: probes[index]?.late ?? 0,
    clockDoubt: probes[index]?.clockDoubt ?? 0,
    broken: probes[index]?.broken ?? false,
    lateAfter: lateAfter(scene, index),
    records: records[index] ?? [],
    felt: felt(records[index] ?? [], lateAfter(scene, index), faultAt),
    kept: open[index] ?? { connections: [], stall: 0, doubt: 0 },
    streams: streams[index] ?? [],
  }))
  const hosts = struck.map(({ host }) => host)
  const course = { startedAt, faultAt, undoneAt, struck: hosts, holders }
  const log = logOf(accounts, course)
  const spans = holderSpans(accounts, vips, course)
  return {
    name: fault.name,
    ...(fault.on === undefined ? {} : { on: fault.on }),
    summary: fault.summary,
    struck: hosts,
    startedAt,
    faultAt,
    strikeTook,
    undoneAt,
    endedAt,
    services: probed.map(({ sorryPage: _page, broken: _broken, ...service }) => service),
    unasked: scene.unasked,
    holders: spans,
    homecomings: homecomings(scene, { spans, holders, undoneAt, probed }),
    log,
    pool: [...ipvsChanges(accounts, scene.names), ...haproxyChanges(log)],
    routes: routeChanges(accounts, scene.routing),
    wire: wireOf(accounts, scene.names, vips),
    clocks: accounts.map(({ host, doubt }) => ({ host, doubt })),
    bound: scene.bound,
    ...judge(fault, probed, scene.bound, { unhealed, left }),
  }
}

function lateAfter({ services }: Scene, index: number): number {
  return slowAfter(services[index] ?? { tls: false })
}

/** Waits until every service was good for a while after it had failed, or until the fault has lasted its time. */
async function untilCalm(
  { probes, plans }: Asking<ProbePlan>,
  since: number,
  scene: Scene,
  { now, signal }: DrillTools,
): Promise<void> {
  while (now() - since < scene.lasts) {
    await pause(100, undefined, { signal })
    const most = scene.mostOutage ?? Number.POSITIVE_INFINITY
    const late = (index: number) => lateAfter(scene, index)
    if (probes.some(({ records }, index) => unservedSince(records, late(index), since, now()) > most)) return
    if (scene.fault.toll === 'whole' || now() - since < calm * 2) continue
    const troubled = probes.some(({ records }, index) =>
      records.some((one) => one.sent > since && !inTime(one, late(index))),
    )
    if (troubled && probes.every((one, index) => isCalm(one, plans[index], now()))) return
  }
}

/** Was everything sent of late answered well? A request still under way is no good sign, but for a connection that has to stay for a while. */
function isCalm({ records }: Probing, plan: ProbePlan | undefined, now: number, during = calm): boolean {
  const { interval = 10, stays = 0 } = plan ?? {}
  const recent = records.filter(({ sent }) => sent > now - stays - during)
  const known = recent.filter(({ sent }) => sent <= now - stays)
  return known.length > (0.8 * during) / interval && recent.every(({ verdict }) => verdict === 'good')
}

/** Has a machine note what it sees; notes that nobody came to fetch do not stay there. */
async function noting(
  { id, patience, fault }: Scene,
  host: string,
  start: (seconds: number) => Script,
  seconds: number,
  tools: DrillTools,
): Promise<void> {
  const longest =
    pacing + seconds + (patience + ('cutsPower' in fault ? (tools.power?.bootsWithin ?? 0) : 0)) / 1000
  await send(tools, host, lines(arm(notes(id), endWatch(id), longest), start(longest)))
}

function unwatch(id: string): Script {
  return undoNow(notes(id), endWatch(id))
}

const notes = (id: string) => `${id}-notes`

async function untilHealed(
  at: Parameters<DrillTools['look']>[0],
  deadline: number,
  { look, now }: DrillTools,
): Promise<Seen> {
  for (;;) {
    const seen = await look(at)
    if (seen.unhealed.length === 0 || now() > deadline) return seen
    await pause(again)
  }
}

/** A request that is late by chance must not be the last one. */
async function untilServed(
  { probes, plans }: Asking<ProbePlan>,
  { now }: Pick<DrillTools, 'now'>,
): Promise<void> {
  const deadline = now() + 4 * calm
  while (now() < deadline) {
    if (probes.every((one, index) => isCalm(one, plans[index], now(), calm / 3))) return
    await pause(50)
  }
}

/** Packets at the client's end are a bonus: where they cannot be had, the drill goes on without. */
async function listen(
  scene: Scene,
  [vip]: readonly string[],
  seconds: number,
  tools: DrillTools,
): Promise<void> {
  const { id, observer } = scene
  if (observer === undefined || vip === undefined) return
  try {
    await noting(scene, observer, (longest) => startListening(id, vip, longest), seconds, tools)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'STEP_FAILED') throw error
  }
}

async function send(tools: DrillTools, host: string, script: Script, signal = tools.signal): Promise<void> {
  await carryOut(await tools.session(host), script, signal)
}

/** What is ours there goes, whatever became of us, and whoever has the machine by now. */
async function putBack(tools: DrillTools, host: string, script: Script): Promise<void> {
  await carryOut(await tools.session(host), script, new AbortController().signal, true)
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(work))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
