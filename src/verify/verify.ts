import { setTimeout as pause } from 'node:timers/promises'
import type { Emit } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import type { Session } from '../model/session.ts'
import type { ExpectedCluster } from './expected.ts'
import { type Observed, observe } from './observe.ts'
import { prove } from './proofs/index.ts'
import { memberQueries, outsideQueries } from './questions.ts'
import type { Sightings } from './sightings.ts'

/** How the proofs reach the machines. */
export interface VerifyOptions {
  /** The kept-open session of a host; `undefined`: this computer. Rejects with the failures of connecting. */
  readonly session: (host: string | undefined) => Promise<Session>
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Milliseconds in which failing proofs are tried again: after a change VRRP and health checks need seconds. */
  readonly patience: number
}

/** Proves a cluster; emits one result for each proof and returns how many failed. */
export async function verifyCluster(cluster: ExpectedCluster, options: VerifyOptions): Promise<number> {
  const deadline = performance.now() + options.patience
  for (;;) {
    const results = prove(cluster, await look(cluster, options))
    const failed = results.filter(({ verdict }) => verdict === 'fail').length
    if (failed === 0 || options.signal.aborted || performance.now() > deadline) {
      for (const result of results) options.emit({ is: 'proof', result })
      return failed
    }
    await pause(1000, undefined, { signal: options.signal }).catch(() => {})
  }
}

/** One round: all members at once, so that what they say belongs to one instant, and then a look from outside. */
async function look(cluster: ExpectedCluster, options: VerifyOptions): Promise<Sightings> {
  const hosts = [...cluster.directors, ...cluster.realservers].map(({ host }) => host)
  // Connect first: programs started over open connections run within a few milliseconds of each other.
  await Promise.allSettled(hosts.map((host) => options.session(host)))
  const members = await Promise.all(
    hosts.map(async (host) => [host, await ask(host, memberQueries(cluster, host), options)] as const),
  )
  for (const observer of [...cluster.observers, undefined]) {
    const outside = await ask(observer, outsideQueries(cluster), options)
    if (!(outside instanceof Failure) || observer === undefined)
      return { members: new Map(members), observer, outside }
  }
  throw new Error('the list of observers ends with this computer')
}

async function ask(
  host: string | undefined,
  queries: readonly Query<unknown>[],
  { session, signal }: VerifyOptions,
): Promise<Observed | Failure> {
  try {
    return await observe(await session(host), queries, signal)
  } catch (error) {
    if (error instanceof Failure && error.code !== 'INTERRUPTED') return error
    throw error
  }
}
