import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, settlingTime } from '../cluster/index.ts'
import type { Emit, ProofResult } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import type { Session } from '../model/session.ts'
import { type ExpectedCluster, expectedOf } from './expected.ts'
import { type Observed, observe } from './observe.ts'
import { factsOfHost } from './proofs/holder.ts'
import { prove } from './proofs/index.ts'
import { directorQueries, memberQueries, outsideQueries } from './questions.ts'
import type { Sightings } from './sightings.ts'

/** How the proofs reach the machines. */
export interface VerifyOptions {
  /** The kept-open session of a host; `undefined`: this computer. Rejects with the failures of connecting. */
  readonly session: (host: string | undefined) => Promise<Session>
  readonly emit: Emit
  readonly signal: AbortSignal
  /**
   * Seconds in which failing proofs are tried again; where absent, what the configuration says that VRRP and health checks
   * need after a change.
   */
  readonly wait?: number | undefined
}

/** Proves a cluster; emits the result of each proof, and returns them all. Throws INTERRUPTED. */
export async function verifyCluster(
  cluster: Cluster,
  options: VerifyOptions,
): Promise<readonly ProofResult[]> {
  const { emit, signal, wait = settlingTime(cluster) } = options
  const deadline = performance.now() + 1000 * wait
  for (;;) {
    const { results } = await examine(cluster, options)
    const failing = results.filter(({ verdict }) => verdict === 'fail')
    if (failing.length === 0 || signal.aborted || performance.now() >= deadline) {
      for (const result of results) emit({ is: 'proof', result })
      return results
    }
    emit({ is: 'verify-waiting', cluster: cluster.name, seconds: wait, failing })
    await pause(1000, undefined, { signal }).catch(() => {})
  }
}

/** One round of looking: what must be true of these very machines, what was seen, and what follows. */
export interface Examination {
  readonly expected: ExpectedCluster
  readonly seen: Sightings
  readonly results: readonly ProofResult[]
}

/** Looks at a cluster once and says what holds. */
export async function examine(
  cluster: Cluster,
  options: Pick<VerifyOptions, 'session' | 'signal'>,
): Promise<Examination> {
  const { expected, seen } = await look(cluster, options)
  return { expected, seen, results: prove(expected, seen) }
}

/** One round: all members at once, so that what they say belongs to one instant, and then a look from outside. */
async function look(
  cluster: Cluster,
  options: Pick<VerifyOptions, 'session' | 'signal'>,
): Promise<Omit<Examination, 'results'>> {
  const guess = expectedOf(cluster, new Map())
  const hosts = [...new Set([...guess.directors, ...guess.realservers].map(({ host }) => host))]
  // Connect first: programs started over open connections run within a few milliseconds of each other.
  await Promise.allSettled(hosts.map((host) => options.session(host)))
  const members = new Map(
    await Promise.all(
      hosts.map(async (host) => [host, await ask(host, memberQueries(guess, host), options)] as const),
    ),
  )
  const facts = new Map(
    [...members].flatMap(([host, member]) =>
      member instanceof Failure ? [] : [[host, member.read(factsOfHost)] as const],
    ),
  )
  const expected = expectedOf(cluster, facts)
  const [atDirectors, outside] = await Promise.all([
    askDirectors(expected, members, options),
    askOutside(expected, options),
  ])
  return { expected, seen: { members, atDirectors, ...outside } }
}

/** Of every director that answered a moment ago: what do the realservers say to you? */
async function askDirectors(
  expected: ExpectedCluster,
  members: Sightings['members'],
  options: Pick<VerifyOptions, 'session' | 'signal'>,
): Promise<Sightings['atDirectors']> {
  const queries = directorQueries(expected)
  const answering = expected.directors.filter(({ host }) => !(members.get(host) instanceof Failure))
  if (queries.length === 0) return new Map()
  return new Map(
    await Promise.all(answering.map(async ({ host }) => [host, await ask(host, queries, options)] as const)),
  )
}

async function askOutside(
  expected: ExpectedCluster,
  options: Pick<VerifyOptions, 'session' | 'signal'>,
): Promise<Pick<Sightings, 'observer' | 'outside'>> {
  for (const observer of [...expected.observers, undefined]) {
    const outside = await ask(observer, outsideQueries(expected), options)
    if (!(outside instanceof Failure) || observer === undefined) return { observer, outside }
  }
  throw new Error('the list of observers ends with this computer')
}

async function ask(
  host: string | undefined,
  queries: readonly Query<unknown>[],
  { session, signal }: Pick<VerifyOptions, 'session' | 'signal'>,
): Promise<Observed | Failure> {
  try {
    return await observe(await session(host), queries, signal)
  } catch (error) {
    if (error instanceof Failure && error.code !== 'INTERRUPTED') return error
    throw error
  }
}
