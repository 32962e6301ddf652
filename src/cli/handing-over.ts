import { writeFile } from 'node:fs/promises'
import type { Cluster, Vip } from '../cluster/index.ts'
import { exercise, holdersSeen, refuseDegraded } from '../drill/exercise.ts'
import { handover, type Move } from '../drill/handover.ts'
import { Failure } from '../model/failure.ts'
import { didYouMean } from '../model/suggest.ts'
import { drillPage } from '../report/drill/page.ts'
import { openDrillView } from '../report/drill/view.ts'
import { examine } from '../verify/verify.ts'
import { agree } from './agree.ts'
import { connector } from './connector.ts'
import { describedCluster } from './described.ts'
import { exerciseOptions, reportOf } from './exercising.ts'
import { exitStatus } from './exit.ts'
import { inItsFormat } from './in-its-format.ts'
import { onInterrupt } from './interrupt.ts'
import type { HandoverFlags } from './options.ts'
import { sessionPool } from './sessions.ts'

/** Hands VIPs to a director, or back to their owners; returns the exit status. */
export function handOver(director: string | undefined, flags: HandoverFlags): Promise<number> {
  return inItsFormat(flags, () => handOverAll(director, flags))
}

async function handOverAll(director: string | undefined, flags: HandoverFlags): Promise<number> {
  const { cluster, machines, secrets } = await describedCluster(flags)
  const wished = wishedMoves(cluster, director, flags)
  const view = openDrillView({ json: flags.json === true, stdout: process.stdout, secrets })
  const connect = await connector(flags)
  const { signal, release } = onInterrupt()
  try {
    await using pool = sessionPool(machines, connect.open, signal)
    const before = await examine(cluster, { session: (host) => pool.session(host), signal })
    refuseDegraded(before)
    const held = holdersSeen(before)
    const moves = wished.filter(({ vip, to }) => held.get(vip.address) !== to)
    if (moves.length === 0) {
      if (!flags.json) process.stdout.write('Nothing to hand over: every VIP is where it should be.\n')
      return exitStatus.fine
    }
    const change = handover(cluster, moves, held)
    if (!flags.yes) await agree(`the handover, in which ${change.summary},`, cluster.name)
    const options = exerciseOptions({ pool, flags, signal, view })
    const result = await exercise(cluster, change, options, flags.yes ? before : undefined)
    view.result(result)
    if (!flags.json && result.passed) process.stdout.write(afterwards(cluster, moves))
    if (flags.report) await writeFile(flags.report, drillPage(reportOf(cluster, before, [result])))
    return result.passed ? exitStatus.fine : exitStatus.notProven
  } catch (error) {
    if (signal.aborted) return exitStatus.interrupted
    throw error
  } finally {
    release()
  }
}

function afterwards({ vrrp }: Cluster, moves: readonly Move[]): string {
  const away = moves.filter(({ vip, to }) => to !== vip.owner)
  const list = away.map(({ vip, to }) => `${to} keeps ${vip.address}`).join(', ')
  if (away.length === 0) return '\n  Every VIP handed back is with its owner again.\n'
  return vrrp.preempt
    ? `\n  ${list} until \`understudy handover --back\`, also when directors are rebooted.\n`
    : `\n  ${list} while it is well: nobody preempts in this cluster.\n`
}

function wishedMoves(
  cluster: Cluster,
  director: string | undefined,
  { back, vip: named = [] }: HandoverFlags,
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
  const chosen = named.length === 0 ? cluster.vips : named.map((name) => vipNamed(cluster, name))
  return chosen.map((vip) => ({ vip, to: director ?? vip.owner }))
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
