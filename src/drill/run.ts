import { setTimeout as pause } from 'node:timers/promises'
import type { DrillResult } from '../model/drill.ts'
import type { DrillStage } from '../model/drill-event.ts'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import { lines } from '../shell/quote.ts'
import { observe } from '../verify/observe.ts'
import type { Client } from './client/client.ts'
import { keepOpen } from './client/kept.ts'
import { felt, inTime } from './client/outage.ts'
import { affordable } from './client/pace.ts'
import type { Probing } from './client/probing.ts'
import { type ClockSample, clockDifference, timeOfDay } from './clock.ts'
import { arm, undoNow } from './deadman.ts'
import { handFor, type PowerSwitch } from './hand.ts'
import { homecomings } from './homecoming.ts'
import { judge } from './judge.ts'
import { wireOf } from './packets.ts'
import { haproxyChanges, ipvsChanges } from './pool.ts'
import type { Scene } from './scene.ts'
import { carryOut } from './script-run.ts'
import { type Account, holderSpans, logOf } from './timeline.ts'
import { endWatch, startListening, startWatch, unwatched, whatWasNoted } from './watch.ts'

interface Seen {
  readonly unhealed: readonly string[]
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
  /** Is the cluster as it was before? Names of the proofs that fail, and who holds each VIP. */
  readonly look: () => Promise<Seen>
  /** Is told of each stage, for a live view. */
  readonly stage: (stage: DrillStage, probes: readonly Probing[]) => void
}

const baseline = 1000
const calm = 1500
/** Seconds after which a machine heals itself at the latest, beyond the fault's own time. */
const grace = 5
const slowAfter = 250

/** Breaks the cluster, measures, puts everything back whatever happens, and judges. */
export async function runDrill(scene: Scene, tools: DrillTools): Promise<DrillResult> {
  const { id, fault, struck, directors } = scene
  const { now, signal } = tools
  const services = await affordable(scene.services, tools)
  const seconds = Math.ceil(scene.lasts / 1000) + grace
  const hand = handFor(id, fault, {
    send: (host, script, until = new AbortController().signal) => send(tools, host, script, until),
    ...tools,
  })
  const before = await accountsOf(scene, tools)
  const vips = [...new Set(services.map(({ address }) => address))]
  const probes = await Promise.all(services.map(tools.ask))
  const kept = services.map((plan) => keepOpen(plan, tools.dial, now))
  const startedAt = now()
  let faultAt = startedAt
  let undoneAt = startedAt
  try {
    await each(directors, ({ host, interface: device }) =>
      noting(scene, host, (longest) => startWatch(id, device, longest), seconds, tools),
    )
    await listen(scene, vips, seconds, tools)
    tools.stage('baseline', probes)
    await pause(baseline, undefined, { signal })
    await each(struck, (one) => hand.arm(one, seconds))
    tools.stage(fault.leaves ? 'handover' : 'fault', probes)
    faultAt = now()
    await each(struck, (one) => hand.strike(one))
    if (!fault.leaves) tools.stage('struck', probes)
    await untilCalm(probes, faultAt, { ...scene, services }, tools)
  } catch (error) {
    // Nobody will ask what was seen: nothing may go on looking.
    await Promise.allSettled([
      ...[...probes, ...kept].map((one) => one.stop()),
      ...watchers(scene).map((host) => send(tools, host, unwatch(id), new AbortController().signal)),
    ])
    throw error
  } finally {
    // Even after Ctrl-C: the undo must not be cut short by the same signal.
    tools.stage(fault.leaves ? 'settling' : 'undo', probes)
    undoneAt = now()
    await Promise.allSettled(struck.map((one) => hand.undo(one)))
  }
  const { unhealed, holders } = await untilHealed(scene, tools)
  await untilServed(probes, { ...scene, services }, tools)
  const [records, open] = await Promise.all([
    Promise.all(probes.map((one) => one.stop())),
    Promise.all(kept.map((one) => one.stop())),
  ])
  const endedAt = now()
  const accounts = await collect(scene, tools, before)
  tools.stage('healed', probes)
  const probed = services.map(({ url, interval, sorryPage }, index) => ({
    url,
    sorryPage,
    interval,
    wished: scene.services[index]?.interval ?? interval,
    late: probes[index]?.late ?? 0,
    broken: probes[index]?.broken ?? false,
    records: records[index] ?? [],
    felt: felt(records[index] ?? [], slowAfter, faultAt),
    kept: open[index] ?? { connections: [], stall: 0 },
  }))
  const hosts = struck.map(({ host }) => host)
  const course = { startedAt, faultAt, undoneAt, struck: hosts, holders }
  const log = logOf(accounts, course)
  const spans = holderSpans(accounts, vips, course)
  return {
    name: fault.name,
    summary: fault.summary,
    struck: hosts,
    startedAt,
    faultAt,
    undoneAt,
    endedAt,
    services: probed.map(({ sorryPage: _page, broken: _broken, ...service }) => service),
    holders: spans,
    homecomings: homecomings(scene, { spans, holders, undoneAt, probed }),
    log,
    pool: [...ipvsChanges(accounts, scene.names), ...haproxyChanges(log)],
    wire: wireOf(accounts, scene.names, vips),
    bound: scene.bound,
    ...judge(fault, probed, scene.bound, unhealed),
  }
}

/** Waits until every service was good for a while after it had failed, or until the fault has lasted its time. */
async function untilCalm(
  probes: readonly Probing[],
  since: number,
  scene: Scene,
  { now, signal }: DrillTools,
): Promise<void> {
  while (now() - since < scene.lasts) {
    await pause(100, undefined, { signal })
    if (scene.fault.toll === 'whole' || now() - since < calm * 2) continue
    const troubled = probes.some(({ records }) =>
      records.some((one) => one.sent > since && !inTime(one, slowAfter)),
    )
    if (troubled && probes.every((one, index) => isCalm(one, scene.services[index]?.interval ?? 10, now())))
      return
  }
}

/** Was everything sent of late answered well? A request still under way is no good sign. */
function isCalm({ records }: Probing, interval: number, now: number, during = calm): boolean {
  const recent = records.filter(({ sent }) => sent > now - during)
  return recent.length > (0.8 * during) / interval && recent.every(({ verdict }) => verdict === 'good')
}

/** Has a machine note what it sees; notes that nobody came to fetch do not stay there. */
async function noting(
  { id, patience }: Scene,
  host: string,
  start: (seconds: number) => Script,
  seconds: number,
  tools: DrillTools,
): Promise<void> {
  const longest = seconds + patience / 1000
  await send(tools, host, lines(arm(notes(id), endWatch(id), longest), start(longest)))
}

function unwatch(id: string): Script {
  return undoNow(notes(id), endWatch(id))
}

const notes = (id: string) => `${id}-notes`

async function untilHealed({ patience }: Scene, { look, now }: DrillTools): Promise<Seen> {
  const deadline = now() + patience
  for (;;) {
    const seen = await look()
    if (seen.unhealed.length === 0 || now() > deadline) return seen
    await pause(500)
  }
}

/** A request that is late by chance must not be the last one. */
async function untilServed(
  probes: readonly Probing[],
  { services }: Scene,
  { now }: DrillTools,
): Promise<void> {
  const deadline = now() + 4 * calm
  while (now() < deadline) {
    if (probes.every((one, index) => isCalm(one, services[index]?.interval ?? 10, now(), calm / 3))) return
    await pause(50)
  }
}

/** The machines that note what they see. */
function watchers({ directors, observer }: Scene): readonly string[] {
  return [...directors.map(({ host }) => host), ...(observer === undefined ? [] : [observer])]
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

async function accountsOf(scene: Scene, tools: DrillTools): Promise<readonly Account[]> {
  return Promise.all(
    watchers(scene).map(async (host) => {
      const samples: ClockSample[] = []
      for (let count = 0; count < 5; count++) {
        const session = await tools.session(host)
        const before = tools.now()
        const theirs = (await observe(session, [timeOfDay], tools.signal)).read(timeOfDay)
        samples.push({ before, theirs, after: tools.now() })
      }
      const heldBefore = [...scene.holders].filter(([, holder]) => holder === host).map(([vip]) => vip)
      return { host, ...clockDifference(samples), watched: unwatched, heldBefore }
    }),
  )
}

/** What every director noted; one that lost its notes in a reboot has none. */
async function collect(
  { id }: Scene,
  tools: DrillTools,
  before: readonly Account[],
): Promise<readonly Account[]> {
  const query = whatWasNoted(id)
  return Promise.all(
    before.map(async (account) => {
      try {
        const session = await tools.session(account.host)
        const watched = (await observe(session, [query], tools.signal)).read(query)
        await send(tools, account.host, unwatch(id))
        return { ...account, watched }
      } catch (error) {
        if (error instanceof Failure) return account
        throw error
      }
    }),
  )
}

async function send(tools: DrillTools, host: string, script: Script, signal = tools.signal): Promise<void> {
  await carryOut(await tools.session(host), script, signal)
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(work))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
