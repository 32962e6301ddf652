import type { Cluster } from '../cluster/index.ts'
import type { DrillResult, ReportedMachine } from '../model/drill.ts'
import type { ProofResult } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import { holdersOf } from '../verify/proofs/holder.ts'
import { peerHolding } from '../verify/proofs/peers.ts'
import { askerOf, type Sightings } from '../verify/sightings.ts'
import { softwareOf } from '../verify/software.ts'
import { type Examination, examine, type Waiting, wholeSoon } from '../verify/verify.ts'
import { clientOn } from './client/client.ts'
import type { Fault } from './fault.ts'
import type { PowerSwitch } from './hand.ts'
import { type DrillTools, runDrill } from './run.ts'
import { type SettingOptions, sceneOf } from './setting.ts'

/** How drills are carried out. */
export interface ExerciseOptions extends SettingOptions {
  readonly now: () => number
  /** Is told while a cluster is not whole that may yet become so. */
  readonly waiting: (waiting: Waiting) => void
  readonly stage: (fault: Fault, ...told: Parameters<DrillTools['stage']>) => void
  /** Where the machines are of a kind whose power can be cut. */
  readonly power?: PowerSwitch
}

/**
 * Refuses a cluster that is not whole: breaking it further would be an outage, no drill. Throws
 * VERIFICATION_FAILED naming everything that does not hold; `after`: the drill since which it had time to calm down.
 */
export function refuseDegraded({ results }: Pick<Examination, 'results'>, after?: string): void {
  const failing = results.filter(({ verdict }) => verdict === 'fail')
  const [first] = failing
  if (!first) return
  const what =
    after === undefined ? 'no drill on a degraded cluster' : `the cluster did not calm down after ${after}`
  throw new Failure('VERIFICATION_FAILED', `${what}: ${first.name} (${first.subject})`, {
    output: failing.map(asLine).join('\n'),
    next: 'mend it first: understudy verify says what is wrong',
  })
}

function asLine({ name, subject, seen, cause }: ProofResult): string {
  return [`${name} (${subject})`, seen && `seen: ${seen}`, cause].filter(Boolean).join('; ')
}

/** What came before a drill. */
export interface Before {
  /** What was seen just now of a cluster that was whole. */
  readonly known?: Examination
  /** The drill before it. */
  readonly after?: string
}

/** Carries out one drill on a cluster that is whole. */
export async function exercise(
  cluster: Cluster,
  fault: Fault,
  options: ExerciseOptions,
  { known, after }: Before = {},
): Promise<DrillResult> {
  const { session, signal } = options
  const before = known ?? (await wholeSoon(cluster, options, options.waiting))
  if (!known) refuseDegraded(before, after)
  const scene = await sceneOf(cluster, fault, before, holdersSeen(before), options)
  const observer = await session(askerOf(before.expected, before.seen).observer)
  return runDrill(scene, {
    session: (host) => session(host),
    ...clientOn(observer, options.now),
    now: options.now,
    signal,
    ...(options.power ? { power: options.power } : {}),
    look: async (at) => {
      const after = await examine(cluster, {
        session,
        signal: new AbortController().signal,
        ...(at === 'members' ? { membersAlone: true } : {}),
      })
      const failing = after.results
        .filter(({ verdict }) => verdict === 'fail')
        .map(({ name, subject }) => `${name} (${subject})`)
      return { unhealed: [...failing, ...moved(fault, cluster, before, after)], holders: holdersSeen(after) }
    },
    stage: (...told) => options.stage(fault, ...told),
  })
}

/** The machines as the report shows them. */
export function reportedMachines({ expected, seen }: Examination): readonly ReportedMachine[] {
  const of =
    (role: ReportedMachine['role']) => (one: { readonly host: string; readonly address: string }) => ({
      ...one,
      role,
      software: softwareIn(one.host, seen),
    })
  const { behind } = expected
  const { observer } = askerOf(expected, seen)
  const isMember = seen.members.has(observer ?? '')
  return [
    ...expected.directors.map(of('director')),
    ...expected.realservers.map(of(behind ? 'proxy' : 'realserver')),
    ...(behind?.realservers ?? []).map(of('realserver')),
    ...(observer && !isMember
      ? [{ host: observer, address: '', role: 'client' as const, software: [] }]
      : []),
  ]
}

function softwareIn(host: string, { members }: Sightings): readonly string[] {
  const member = members.get(host)
  return member && !(member instanceof Failure) ? softwareOf(member) : []
}

/** With preemption the VIP goes home after the drill; without it, it stays where the drill left it. */
function moved(
  { leaves }: Fault,
  cluster: Cluster,
  before: Examination,
  after: Examination,
): readonly string[] {
  const is = holdersSeen(after)
  const [due, as] = leaves
    ? [leaves, 'as asked for']
    : [cluster.vrrp.preempt ? holdersSeen(before) : new Map<string, string>(), 'as before']
  return [...due]
    .filter(([vip, host]) => is.get(vip) !== host)
    .map(([vip, host]) => `${host} holds ${vip}, ${as}`)
}

/** Who was seen holding each VIP; it may be a peer that is no machine of the inventory. */
export function holdersSeen({
  expected,
  seen,
}: Pick<Examination, 'expected' | 'seen'>): ReadonlyMap<string, string> {
  return new Map(
    expected.vips.flatMap((vip) => {
      const [holder = peerHolding(vip, expected, seen)?.name] = holdersOf(vip.address, expected, seen)
      return holder === undefined ? [] : [[vip.address, holder] as const]
    }),
  )
}
