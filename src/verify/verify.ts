import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, settlingTime } from '../cluster/index.ts'
import type { Emit, ProofResult } from '../model/event.ts'
import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { versionsOfHost } from '../sensors/versions.ts'
import { connectTogether, offTheNetwork, type SessionOf, unlessOff } from './absent.ts'
import { ask, askAll } from './asking.ts'
import { askWithin, lookElsewhere, waysToVips } from './elsewhere.ts'
import { type ExpectedCluster, expectedOf, expectedTiers, withLinks } from './expected.ts'
import { addressesAreKnown } from './expected-addresses.ts'
import { heldSoon } from './held-soon.ts'
import { factsOfHost } from './proofs/holder.ts'
import { prove } from './proofs/index.ts'
import { CAN_BE_ASKED } from './proofs/reach.ts'
import { directorQueries, memberQueries, outsideQueries } from './questions.ts'
import type { Sightings } from './sightings.ts'

/** How the proofs reach the machines. */
export interface VerifyOptions {
  /** The kept-open session of a host; `undefined`: this computer. Rejects with the failures of connecting. */
  readonly session: SessionOf
  readonly emit: Emit
  readonly signal: AbortSignal
  /**
   * Seconds in which failing proofs are tried again; where absent, what the configuration says that VRRP and health checks
   * need after a change.
   */
  readonly wait?: number | undefined
  /** What elects holders was changed right before. */
  readonly changed?: boolean
}

/** Proves a cluster; emits the result of each proof, and returns them all. Throws INTERRUPTED. */
export async function verifyCluster(
  cluster: Cluster,
  options: VerifyOptions,
): Promise<readonly ProofResult[]> {
  const { emit, wait = settlingTime(cluster), changed = false } = options
  const deadline = performance.now() + 1000 * wait
  const held = !changed || (await heldSoon(expectedOf(cluster, new Map()), options, deadline))
  const { results } = await wholeSoon(cluster, { ...options, wait: held ? wait : 0 }, (waiting) =>
    emit({ is: 'verify-waiting', cluster: cluster.name, ...waiting }),
  )
  for (const result of results) emit({ is: 'proof', result })
  return results
}

/** Milliseconds between two looks: an election is often over just after the first, and whoever waits long is looked at less often. */
const [shortestRest, longestRest] = [200, 1000]

/** What is waited for, and how long at most. */
export interface Waiting {
  readonly seconds: number
  readonly failing: readonly ProofResult[]
}

/**
 * Looks at a cluster until it is whole, or until the time is over that it may need to become so, or until it is told to
 * stop; what was seen the last time. Throws INTERRUPTED.
 */
export async function wholeSoon(
  cluster: Cluster,
  { wait: seconds = settlingTime(cluster), ...options }: ExamineOptions & Pick<VerifyOptions, 'wait'>,
  onWaiting: (waiting: Waiting) => void,
): Promise<Examination> {
  const { signal } = options
  const deadline = performance.now() + 1000 * seconds
  for (let rest = shortestRest; ; rest = Math.min(2 * rest, longestRest)) {
    const seen = await examine(cluster, options)
    const failing = seen.results.filter((result) => result.verdict === 'fail' && !isOff(result, seen.seen))
    if (failing.length === 0 || signal.aborted || performance.now() >= deadline) return seen
    onWaiting({ seconds, failing })
    await pause(rest, undefined, { signal }).catch(() => {})
  }
}

/** No time heals a machine that is off. */
function isOff({ name, subject }: ProofResult, { off }: Sightings): boolean {
  return name === CAN_BE_ASKED && off.has(subject)
}

/** One round of looking: what must be true of these very machines, what was seen, and what follows. */
export interface Examination {
  readonly expected: ExpectedCluster
  readonly seen: Sightings
  readonly results: readonly ProofResult[]
}

/** How a cluster is looked at. */
export type ExamineOptions = Pick<VerifyOptions, 'session' | 'signal'> & {
  /** Ask also for what a report tells of the machines: see `softwareOf`. */
  readonly software?: true
  /** Ask the machines about themselves alone: pages and handshakes keep a small machine busy that measures something meanwhile. */
  readonly membersAlone?: true
}

/** What is known of a cluster where its members alone were asked. */
const membersAlone: Pick<Sightings, 'observer' | 'outside' | 'atDirectors'> = {
  observer: undefined,
  outside: new Failure('UNREACHABLE', 'nobody looked from outside'),
  atDirectors: new Map(),
}

/** Looks at a cluster once and says what holds. */
export async function examine(cluster: Cluster, options: ExamineOptions): Promise<Examination> {
  const { expected, seen } = await look(cluster, { ...options, session: eachOnce(options.session) })
  return { expected, seen, results: prove(expected, seen) }
}

/**
 * One round: all members at once, so that what they say belongs to one instant, and at the same time a look from
 * outside, unless only the members can tell where their pages are to be asked for.
 */
async function look(cluster: Cluster, options: ExamineOptions): Promise<Omit<Examination, 'results'>> {
  const guess = expectedOf(cluster, new Map())
  const tiers = expectedTiers(guess)
  const directors = new Set(tiers.flatMap((tier) => tier.directors.map(({ host }) => host)))
  const all = tiers.flatMap((tier) => [...tier.directors, ...tier.realservers])
  const machines = [...new Map(all.map((one) => [one.host, one])).values()]
  const hosts = machines.map(({ host }) => host)
  const connected = await connectTogether([...hosts, ...guess.observers.slice(0, 1)], options.session)
  const finding = offTheNetwork(machines, connected, options.signal)
  const session: ExamineOptions['session'] = (host) =>
    unlessOff(options.session(host), host, connected, finding)
  const present = { ...options, session }
  const known = addressesAreKnown(cluster)
  const asked = askAll(hosts, present, (host) => [
    ...memberQueries(guess, host),
    ...(options.software ? [versionsOfHost] : []),
    ...(known && directors.has(host) && !options.membersAlone ? directorQueries(guess, host) : []),
  ])
  if (options.membersAlone) {
    const members = await asked
    const facts = factsIn(members)
    const expected = known ? withLinks(guess, cluster, facts) : expectedOf(cluster, facts)
    return { expected, seen: { members, off: new Set((await finding).keys()), ...membersAlone } }
  }
  if (known) {
    const [members, outside] = await Promise.all([asked, lookFromOutside(guess, present)])
    const elsewhere = await lookElsewhere(guess, { members, ...outside }, present)
    const within = await askWithin(guess, { ...outside, elsewhere }, present)
    const off = new Set((await finding).keys())
    const atDirectors = new Map([...members].filter(([host]) => directors.has(host)))
    const expected = withLinks(guess, cluster, factsIn(members))
    return { expected, seen: { members, atDirectors, off, ...outside, elsewhere, within } }
  }
  const members = await asked
  const expected = expectedOf(cluster, factsIn(members))
  const answering = [...directors].filter((host) => !(members.get(host) instanceof Failure))
  const [atDirectors, outside] = await Promise.all([
    askAll(answering, present, (host) => directorQueries(expected, host)),
    lookFromOutside(expected, present),
  ])
  const elsewhere = await lookElsewhere(expected, { members, ...outside }, present)
  const within = await askWithin(expected, { ...outside, elsewhere }, present)
  const off = new Set((await finding).keys())
  return { expected, seen: { members, atDirectors, off, ...outside, elsewhere, within } }
}

function factsIn(members: Sightings['members']): ReadonlyMap<string, Facts> {
  return new Map(
    [...members].flatMap(([host, member]) =>
      member instanceof Failure ? [] : [[host, member.read(factsOfHost)] as const],
    ),
  )
}

/** By the first observer that can be asked, or else by this computer. */
async function lookFromOutside(
  expected: ExpectedCluster,
  options: ExamineOptions,
): Promise<Pick<Sightings, 'observer' | 'outside'>> {
  const queries = [...outsideQueries(expected), ...waysToVips(expected)]
  for (const observer of expected.observers) {
    const outside = await ask(observer, queries, options)
    if (!(outside instanceof Failure)) return { observer, outside }
  }
  return { observer: undefined, outside: await ask(undefined, queries, options) }
}

/** One attempt at each host: all that is asked of one in a round shares its session, or the failure to reach it. */
function eachOnce(session: VerifyOptions['session']): VerifyOptions['session'] {
  const opening = new Map<string | undefined, Promise<Session>>()
  return (host) => {
    const known = opening.get(host) ?? session(host)
    opening.set(host, known)
    return known
  }
}
