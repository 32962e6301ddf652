import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from './engines.ts'
import type { TestFleet, Worker } from './fleets.ts'
import type { Cable } from './places.ts'

/** Something that can be struck, and is as before after so many milliseconds. */
export interface Victim {
  readonly name: string
  /** How often it is struck beside the others; 0: by nobody but who names it. */
  readonly weight: number
  /** Whom it strikes: nobody is struck by two at a time. */
  readonly whom: readonly unknown[]
  readonly strike: (away: number) => Promise<void>
}

/** What is struck, until nobody is to be struck any more; then all is as it was. */
export async function strikeAtRandom(
  victims: readonly Victim[],
  { random, until }: { readonly random: () => number; readonly until: AbortSignal },
): Promise<ReadonlyMap<string, number>> {
  const busy = new Set<unknown>()
  const under = new Set<Promise<void>>()
  const counts = new Map<string, number>()
  while (!until.aborted) {
    await sleep(500 + 3000 * random(), undefined, { signal: until }).catch(() => undefined)
    const victim = drawn(victims, random)
    const away = 6000 * random()
    if (until.aborted || victim.whom.some((one) => busy.has(one))) continue
    for (const one of victim.whom) busy.add(one)
    counts.set(victim.name, (counts.get(victim.name) ?? 0) + 1)
    const struck: Promise<void> = victim.strike(away).finally(() => {
      for (const one of victim.whom) busy.delete(one)
      under.delete(struck)
    })
    under.add(struck)
  }
  await Promise.all(under)
  return counts
}

function drawn(victims: readonly Victim[], random: () => number): Victim {
  const all = victims.flatMap((victim) => Array.from({ length: victim.weight }, () => victim))
  const found = all[Math.floor(random() * all.length)]
  if (!found) throw new Error('nobody can be struck')
  return found
}

/** Loses its power, and comes back with what is on its disk; or is stopped for a while, and goes on where it was. */
export function serverVictims(name: string, server: Server): readonly Victim[] {
  const whom = [server]
  return [
    { name: `${name} killed`, weight: 2, whom, strike: (away) => powerless([server], away) },
    { name: `${name} asleep`, weight: 1, whom, strike: (away) => asleep(server, 2 * away) },
  ]
}

/**
 * Servers that are one engine: one of them, who leads a stream, the most of them, and all. After each they are let agree again who leads,
 * which takes them seconds: struck without pause they would be an engine that is never there.
 */
export function engineVictims(
  servers: readonly Server[],
  {
    random,
    leader,
  }: {
    readonly random: () => number
    /** Who leads right now, if anybody. */
    readonly leader: () => Promise<Server | undefined>
  },
): readonly Victim[] {
  const any = (count: number) => {
    const first = Math.floor(random() * servers.length)
    return Array.from({ length: count }, (_, index) => servers[(first + index) % servers.length] as Server)
  }
  const all: readonly Omit<Victim, 'whom'>[] = [
    { name: 'one server killed', weight: 2, strike: (away) => powerless(any(1), away) },
    {
      name: 'leader killed',
      weight: 2,
      async strike(away) {
        const found = await leader()
        await powerless(found ? [found] : any(1), away)
      },
    },
    { name: 'most servers killed', weight: 2, strike: (away) => powerless(any(2), away) },
    {
      name: 'all servers killed',
      weight: 1,
      strike: (away) => powerless(any(servers.length), away),
    },
    {
      name: 'one server asleep',
      weight: 1,
      async strike(away) {
        const [one] = any(1)
        if (one) await asleep(one, 2 * away)
      },
    },
  ]
  return all.map(({ strike, ...victim }) => ({
    ...victim,
    whom: servers,
    async strike(away) {
      await strike(away)
      await sleep(6000 + 10_000 * random())
    },
  }))
}

async function powerless(servers: readonly Server[], away: number): Promise<void> {
  await Promise.all(servers.map((one) => one.kill()))
  await sleep(away)
  await Promise.all(servers.map((one) => one.start()))
}

async function asleep(server: Server, away: number): Promise<void> {
  server.signal('SIGSTOP')
  await sleep(away)
  server.signal('SIGCONT')
}

/** Nothing comes through it. */
export function cableVictim(name: string, cable: Cable): Victim {
  return {
    name,
    weight: 1,
    whom: [cable],
    async strike(away) {
      cable.cut()
      await sleep(2 * away)
      cable.mend()
    },
  }
}

/** A worker that is killed, or sleeps for longer than its lease; whenever it has ended it is started again, as systemd would. */
export async function workerVictims(
  fleet: TestFleet,
  {
    site,
    name,
    words,
    until,
  }: {
    readonly site: string
    readonly name: string
    readonly words: readonly string[]
    readonly until: AbortSignal
  },
): Promise<readonly Victim[]> {
  const start = () => fleet.worker(site, name, ...words)
  let worker: Worker = await start()
  let rest = 1000
  const kept = async () => {
    while (!until.aborted) {
      await worker.ended
      await sleep(rest, undefined, { signal: until }).catch(() => undefined)
      rest = 1000
      if (!until.aborted) worker = await start()
    }
  }
  void kept()
  return [
    {
      name: `${name} killed`,
      weight: 2,
      whom: [`${name} killed`],
      async strike(away) {
        rest = away
        await worker.kill()
      },
    },
    {
      name: `${name} asleep`,
      weight: 1,
      whom: [`${name} asleep`],
      async strike(away) {
        const one = worker
        one.signal('SIGSTOP')
        await sleep(2 * away)
        one.signal('SIGCONT')
      },
    },
  ]
}
