import { type Cluster, companionsOf, homeOf, outageForbidden, type Vip } from '../cluster/index.ts'
import { boundOf } from '../drill/bound.ts'
import { exercise, holdersSeen, refuseDegraded } from '../drill/exercise.ts'
import { handover as change, type Move } from '../drill/handover.ts'
import { type Passage, passagesOf } from '../drill/passage.ts'
import { carryOut } from '../drill/script-run.ts'
import { keepStanding } from '../drill/standing-connections.ts'
import type { DrillReport } from '../model/drill.ts'
import { Failure } from '../model/failure.ts'
import { didYouMean } from '../model/suggest.ts'
import { factsOfHost } from '../verify/proofs/holder.ts'
import type { Examination } from '../verify/verify.ts'
import { describedCluster } from './clusters.ts'
import { connector } from './connector.ts'
import {
  beforeDisruption,
  type DisruptionOptions,
  exerciseOptions,
  lockCluster,
  reportOf,
} from './disruption.ts'
import { stoppedBy, uninterrupted } from './interruption.ts'
import { permit, refuseUnasked } from './protection.ts'
import { type SessionPool, sessionPool } from './sessions.ts'

/** Which VIPs are handed to whom: to `director`, or `back`. */
export type HandoverOptions = DisruptionOptions & {
  /** Who shall hold them; it keeps them until they are handed back. */
  readonly director?: string
  /** Hand them back to their owners. */
  readonly back?: boolean
  /** VIPs or VRRP instances; all of the cluster where none is named. */
  readonly vips?: readonly string[]
}

/** A VIP that was handed over. */
export interface HandedOver {
  readonly vip: string
  readonly to: string
  /** The director it belongs to. */
  readonly owner: string
}

/** What became of a handover; its report has one result, or none where every VIP was where it should be. */
export interface HandoverResult extends DrillReport {
  readonly moves: readonly HandedOver[]
  /** Directors of this cluster take their VIPs back by themselves, unless they were handed over. */
  readonly preempt: boolean
}

/**
 * Hands VIPs to another director in order, or back to their owners, and measures what a client feels. Throws
 * VERIFICATION_FAILED where the cluster is not whole.
 */
export async function handover(options: HandoverOptions): Promise<HandoverResult> {
  const found = await describedCluster(options)
  const { cluster, machines, failureOf } = found
  const guarded = cluster.protection.protected
  const wished = wishedMoves(cluster, options)
  const to = options.director === undefined ? 'back' : `to ${options.director}`
  if (guarded) refuseUnasked(cluster, [`handover ${to}`], found, options)
  const connect = await connector(options, `handover ${to}`)
  const { signal: told = uninterrupted, onEvent, confirm } = options
  options.onSecrets?.(new Set(connect.secrets))
  await using locked = await lockCluster(cluster, found, connect, options)
  const { taken } = locked
  const signal = AbortSignal.any([told, taken])
  const stopped = (error: unknown) => {
    throw stoppedBy(error, told, taken)
  }
  await using pool = sessionPool(machines, locked.open, signal)
  const before = await beforeDisruption(cluster, { ...options, signal }, pool).catch(stopped)
  taken.throwIfAborted()
  refuseDegraded(before)
  const held = holdersSeen(before)
  const moves = wished.filter(({ vip, to }) => held.get(vip.address) !== to)
  const about = {
    moves: moves.map(({ vip, to }) => ({ vip: vip.address, to, owner: homeOf(vip) })),
    preempt: cluster.vrrp.preempt,
  }
  if (moves.length === 0) return { ...reportOf(cluster, before, []), ...about }
  const asked = change(cluster, moves, held)
  const tooLong = outageForbidden(cluster, 'the handover', boundOf(cluster, asked, 0))
  if (tooLong) throw failureOf(tooLong)
  if (guarded) await permit(cluster, [`handover: ${asked.summary}`], found, options)
  else await confirm?.({ what: `the handover, in which ${asked.summary},`, cluster: cluster.name })
  await keepConnections(cluster, passagesOf(cluster, moves, held, factsIn(before)), pool, signal).catch(
    stopped,
  )
  const exercising = exerciseOptions({ ...options, signal }, { pool })
  const known = confirm || guarded ? {} : { known: before }
  const result = await exercise(cluster, asked, exercising, known).catch(stopped)
  taken.throwIfAborted()
  onEvent?.({ is: 'drill-result', result })
  return { ...reportOf(cluster, before, [result]), ...about }
}

/** Directors go on with the connections they have, where that can be: the takers are ready before anything moves. */
async function keepConnections(
  { directors }: Cluster,
  passages: readonly Passage[],
  pool: SessionPool,
  signal: AbortSignal,
): Promise<void> {
  if (passages.length === 0) return
  await Promise.all(
    directors.map(async ({ host }) =>
      carryOut(await pool.session(host), keepStanding(host, passages), signal),
    ),
  )
}

function factsIn({ seen: { members } }: Examination) {
  return (host: string) => {
    const member = members.get(host)
    return member === undefined || member instanceof Failure ? undefined : member.read(factsOfHost)
  }
}

function wishedMoves(
  cluster: Cluster,
  { director, back, vips: named = [] }: HandoverOptions,
): readonly Move[] {
  const names = cluster.directors.map(({ host }) => host)
  if ((director === undefined) !== (back === true))
    throw new Failure('INVALID_INPUT', 'say either which director shall hold the VIPs, or --back', {
      next: `the directors of ${cluster.name} are ${names.join(', ')}`,
    })
  if (director !== undefined && !names.includes(director)) {
    const meant = didYouMean(director, names)
    throw new Failure('INVALID_INPUT', `${director} is no director of ${cluster.name}`, {
      next: meant ? `did you mean "${meant}"?` : `its directors are ${names.join(', ')}`,
    })
  }
  const asked = named.length === 0 ? cluster.vips : named.map((name) => vipNamed(cluster, name))
  const chosen = new Set(asked.flatMap((vip) => companionsOf(cluster, vip)))
  return [...chosen].map((vip) => ({ vip, to: director ?? homeOf(vip) }))
}

function vipNamed({ name: cluster, vips }: Cluster, name: string): Vip {
  const found = vips.find(
    (vip) => vip.instance === name || [vip, ...vip.also].some(({ address }) => address === name),
  )
  if (found) return found
  throw new Failure('INVALID_INPUT', `${name} is neither a VIP nor a VRRP instance of ${cluster}`, {
    next: `its VIPs are ${vips.map(({ address, instance }) => `${address} (${instance})`).join(', ')}`,
  })
}
