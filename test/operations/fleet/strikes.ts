import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from './engines.ts'
import type { TestFleet, Worker } from './fleets.ts'
import type { Cable } from './places.ts'

/** Something that can be struck, and is as before after so many milliseconds. */
export interface Victim {
  readonly name: string
  /** How often it is struck beside the others; 0: by nobody but who names it. */
  readonly weight: number
  readonly strike: (away: number) => Promise<void>
}

/** What is struck, until nobody is to be struck any more; then all is as it was. */
export async function strikeAtRandom(
  victims: readonly Victim[],
  { random, until }: { readonly random: () => number; readonly until: AbortSignal },
): Promise<ReadonlyMap<string, number>> {
  const busy = new Set<Victim>()
  const under = new Set<Promise<void>>()
  const counts = new Map<string, number>()
  while (!until.aborted) {
    await sleep(500 + 3000 * random(), undefined, { signal: until }).catch(() => undefined)
    const victim = drawn(victims, random)
    const away = 6000 * random()
    if (until.aborted || busy.has(victim)) continue
    busy.add(victim)
    counts.set(victim.name, (counts.get(victim.name) ?? 0) + 1)
    const struck: Promise<void> = victim.strike(away).finally(() => {
      busy.delete(victim)
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

/** Loses its power, and comes back with what is on its disk. */
export function serverVictim(name: string, server: Server): Victim {
  return {
    name,
    weight: 2,
    async strike(away) {
      await server.kill()
      await sleep(away)
      await server.start()
    },
  }
}

/** Nothing comes through it. */
export function cableVictim(name: string, cable: Cable): Victim {
  return {
    name,
    weight: 1,
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
      async strike(away) {
        rest = away
        await worker.kill()
      },
    },
    {
      name: `${name} asleep`,
      weight: 1,
      async strike(away) {
        const asleep = worker
        asleep.signal('SIGSTOP')
        await sleep(2 * away)
        asleep.signal('SIGCONT')
      },
    },
  ]
}
