import { setTimeout as pause } from 'node:timers/promises'
import type { Bound, DrillResult, ProbedService } from '../model/drill.ts'
import { Failure } from '../model/failure.ts'
import type { Script } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import { observe } from '../verify/observe.ts'
import { type ClockSample, clockDifference, timeOfDay } from './clock.ts'
import { arm, undoNow } from './deadman.ts'
import type { Fault, Struck } from './fault.ts'
import { judge } from './judge.ts'
import { keepOpen } from './kept.ts'
import { felt, inTime } from './outage.ts'
import { affordable } from './pace.ts'
import { wireOf } from './packets.ts'
import { haproxyChanges, ipvsChanges } from './pool.ts'
import { type Dial, type ProbePlan, type Probing, probe } from './probing.ts'
import { carryOut } from './script-run.ts'
import { type Account, holderSpans, logOf } from './timeline.ts'
import { endWatch, startListening, startWatch, unwatched, whatWasNoted } from './watch.ts'

/** Where a drill takes place. */
export interface Scene {
  /** Letters and digits; names units and folders on the machines. */
  readonly id: string
  readonly fault: Fault
  readonly struck: readonly Struck[]
  readonly directors: readonly { readonly host: string; readonly interface: string }[]
  /** The machine that asks; absent where it is this computer. */
  readonly observer?: string
  /** Directors by their addresses and MACs, realservers by their addresses. */
  readonly names: ReadonlyMap<string, string>
  /** Who holds each VIP before the drill, by VIP. */
  readonly holders: ReadonlyMap<string, string>
  readonly services: readonly (ProbePlan & { readonly url: string })[]
  readonly bound: Bound
  /** Milliseconds the fault lasts unless the cluster has long recovered. */
  readonly lasts: number
}

/** What a drill works with. */
export interface DrillTools {
  /** The open session of a host; a new one where the old was lost. */
  readonly session: (host: string) => Promise<Session>
  readonly dial: Dial
  /** Milliseconds since the epoch, finer than a millisecond. */
  readonly now: () => number
  readonly signal: AbortSignal
  /** Is the cluster as it was before? Names of the proofs that fail. */
  readonly unhealed: () => Promise<readonly string[]>
  /** Is told of each stage, for a live view. */
  readonly stage: (stage: 'baseline' | 'fault' | 'undo' | 'healed', probes: readonly Probing[]) => void
}

const baseline = 1000
const calm = 1500
/** Seconds after which a machine heals itself at the latest, beyond the fault's own time. */
const grace = 20
/** Milliseconds for the cluster to be as before once the fault is undone; a reboot is the slowest. */
const patience = 90_000
const slowAfter = 250

/** Breaks the cluster, measures, puts everything back whatever happens, and judges. */
export async function runDrill(scene: Scene, tools: DrillTools): Promise<DrillResult> {
  const { id, fault, struck, directors } = scene
  const { now, signal } = tools
  const services = await affordable(scene.services, tools)
  const seconds = Math.ceil(scene.lasts / 1000) + grace
  const before = await accountsOf(scene, tools)
  const vips = [...new Set(services.map(({ address }) => address))]
  const probes = services.map((plan) => probe(plan, tools.dial, now))
  const kept = services.map((plan) => keepOpen(plan, tools.dial, now))
  const startedAt = now()
  let faultAt = startedAt
  let undoneAt = startedAt
  try {
    await each(directors, ({ host, interface: device }) =>
      send(tools, host, startWatch(id, device, seconds + patience / 1000)),
    )
    await listen(scene, vips, seconds + patience / 1000, tools)
    tools.stage('baseline', probes)
    await pause(baseline, undefined, { signal })
    await each(struck, (one) => send(tools, one.host, arm(id, fault.undo(one), seconds)))
    tools.stage('fault', probes)
    faultAt = now()
    await each(struck, (one) => send(tools, one.host, fault.inject(one)))
    await untilCalm(probes, faultAt, { ...scene, services }, tools)
  } catch (error) {
    // Nobody will ask what was seen: nothing may go on looking.
    await Promise.allSettled([
      ...[...probes, ...kept].map((one) => one.stop()),
      ...watchers(scene).map((host) => send(tools, host, endWatch(id), new AbortController().signal)),
    ])
    throw error
  } finally {
    // Even after Ctrl-C: the undo must not be cut short by the same signal.
    tools.stage('undo', probes)
    undoneAt = now()
    await putBack(scene, tools)
  }
  const unhealed = await untilHealed(tools)
  const [records, open] = await Promise.all([
    Promise.all(probes.map((one) => one.stop())),
    Promise.all(kept.map((one) => one.stop())),
  ])
  const endedAt = now()
  const accounts = await collect(scene, tools, before)
  tools.stage('healed', probes)
  const probed: readonly ProbedService[] = services.map(({ url, interval }, index) => ({
    url,
    interval,
    wished: scene.services[index]?.interval ?? interval,
    late: probes[index]?.late ?? 0,
    records: records[index] ?? [],
    felt: felt(records[index] ?? [], slowAfter, faultAt),
    kept: open[index] ?? { connections: [], stall: 0 },
  }))
  const log = logOf(accounts)
  return {
    name: fault.name,
    summary: fault.summary,
    struck: struck.map(({ host }) => host),
    startedAt,
    faultAt,
    undoneAt,
    endedAt,
    services: probed,
    holders: holderSpans(accounts, vips, startedAt),
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
function isCalm({ records }: Probing, interval: number, now: number): boolean {
  const recent = records.filter(({ sent }) => sent > now - calm)
  return recent.length > (0.8 * calm) / interval && recent.every(({ verdict }) => verdict === 'good')
}

async function putBack({ id, fault, struck }: Scene, tools: DrillTools): Promise<void> {
  await Promise.allSettled(
    struck.map((one) => send(tools, one.host, undoNow(id, fault.undo(one)), new AbortController().signal)),
  )
}

async function untilHealed({ unhealed, now }: DrillTools): Promise<readonly string[]> {
  const deadline = now() + patience
  for (;;) {
    const failing = await unhealed()
    if (failing.length === 0 || now() > deadline) return failing
    await pause(500)
  }
}

/** The machines that note what they see. */
function watchers({ directors, observer }: Scene): readonly string[] {
  return [...directors.map(({ host }) => host), ...(observer === undefined ? [] : [observer])]
}

/** Packets at the client's end are a bonus: where they cannot be had, the drill goes on without. */
async function listen(
  { id, observer }: Scene,
  [vip]: readonly string[],
  seconds: number,
  tools: DrillTools,
): Promise<void> {
  if (observer === undefined || vip === undefined) return
  try {
    await send(tools, observer, startListening(id, vip, seconds))
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
        await send(tools, account.host, endWatch(id))
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
