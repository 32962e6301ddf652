import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { whoHas } from '../sensors/neighbours.ts'
import type { ExpectedMember } from './expected.ts'
import { observe } from './observe.ts'

/** How a host is reached, for one round. */
export type SessionOf = (host: string | undefined) => Promise<Session>

/** Once nobody more was let in for so long, in milliseconds, the questions are asked of those who did. */
const quiet = 500

/** So many machines are asked for one that is missing: one that is of another segment cannot tell. */
const witnesses = 2

/** What came of connecting to several hosts. */
export interface Connected {
  readonly open: ReadonlyMap<string, Session>
  /** Those that were not reached, or not yet. */
  readonly missing: readonly string[]
}

/**
 * Connects to all of them: programs started over open connections run within a few milliseconds of each other. Resolves
 * when each has let us in or will not, or when none more did for a moment; without any it waits for all.
 */
export async function connectTogether(hosts: readonly string[], sessionOf: SessionOf): Promise<Connected> {
  const open = new Map<string, Session>()
  let last = 0
  const opening = hosts.map(async (host) => {
    open.set(host, await sessionOf(host))
    last = performance.now()
  })
  let over = false
  const all = Promise.allSettled(opening).then(() => {
    over = true
  })
  await Promise.any(opening).catch(() => undefined)
  for (let left = quiet; !over && left > 0; left = last + quiet - performance.now())
    await Promise.race([all, pause(left, undefined, { ref: false })])
  return { open, missing: hosts.filter((host) => !open.has(host)) }
}

/**
 * Those of the missing that are off the network, each with the words of who knows: a machine of their segment asked for
 * their address, and nothing answered. Of a machine in another network nobody can tell, nor of one that is slow.
 */
export async function offTheNetwork(
  members: readonly ExpectedMember[],
  { open, missing }: Connected,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Failure>> {
  const wanted = members.filter(({ host }) => missing.includes(host))
  if (wanted.length === 0) return new Map()
  const asked = await Promise.all(
    [...open].slice(0, witnesses).map(async ([witness, session]) => {
      const queries = wanted.map(({ address }) => whoHas(address))
      const seen = await observe(session, queries, signal).catch(() => undefined)
      return { witness, readings: queries.map((query) => seen?.read(query)) }
    }),
  )
  return new Map(
    wanted.flatMap(({ host, address }, index) => {
      const told = asked.flatMap(({ witness, readings }) => {
        const reading = readings[index]
        return reading?.asked ? [{ witness, heard: reading.answers.length > 0 }] : []
      })
      const [first] = told
      if (!first || told.some(({ heard }) => heard)) return []
      return [[host, silentOn(address, first.witness)] as const]
    }),
  )
}

function silentOn(address: string, witness: string): Failure {
  return new Failure(
    'UNREACHABLE',
    `it is off, or its cable is pulled: ${witness} asked their network for ${address} three times, and nothing answered`,
    { next: 'see whether the machine runs, and whether its cable is plugged in' },
  )
}

/** The session of a host; of one that is missing, the failure of which it is known before the attempt at it is over. */
export function unlessOff(
  session: Promise<Session>,
  host: string | undefined,
  { missing }: Connected,
  off: Promise<ReadonlyMap<string, Failure>>,
): Promise<Session> {
  if (host === undefined || !missing.includes(host)) return session
  const known = off.then((found) => {
    const failure = found.get(host)
    if (failure) throw failure
    return session
  })
  return Promise.race([session, known])
}
