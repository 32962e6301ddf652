import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import type { HoldOutcome } from '../../src/model/holder.ts'
import { takeAll, takeInTurn } from '../../src/operations/taking-locks.ts'

const never = new AbortController().signal
const moment = () => new Promise((done) => setImmediate(done))
const machinesOf = (...hosts: readonly string[]) => hosts.map((host) => ({ host }))

/** Locks of machines, and the runs that take them. */
class World {
  readonly owners = new Map<string, string>()
  /** Each attempt: whose, and what came of it. */
  readonly log: string[] = []
  /** Most attempts at the same time. */
  busiest = 0
  #underWay = 0
  /** Machines that have no place for a lock. */
  readonly broken = new Set<string>()

  taking(run: string, { patience = 5, forks = 32 } = {}) {
    return {
      forks,
      patience,
      signal: never,
      waiting: () => {},
      hold: async ({ host }: { host: string }): Promise<HoldOutcome> => {
        this.busiest = Math.max(this.busiest, ++this.#underWay)
        await moment()
        this.#underWay -= 1
        if (this.broken.has(host)) throw new Failure('STEP_FAILED', 'no place')
        const owner = this.owners.get(host) ?? run
        this.log.push(`${run} ${owner === run ? 'has' : 'misses'} ${host}`)
        if (owner !== run)
          return { is: 'busy', holder: { run: owner, by: 'ann@desk', did: 'apply', seconds: 1 } }
        this.owners.set(host, run)
        return { is: 'held' }
      },
      giveBack: async ({ host }: { host: string }) => {
        await moment()
        if (this.owners.get(host) === run) this.owners.delete(host)
      },
    }
  }

  of(run: string): readonly string[] {
    return [...this.owners].filter(([, owner]) => owner === run).map(([host]) => host)
  }

  free(run: string): void {
    for (const host of this.of(run)) this.owners.delete(host)
  }
}

describe.concurrent('locks of many machines', () => {
  it('are taken from the first, and then from all others at once, as many as may be', async () => {
    const world = new World()
    const hosts = Array.from({ length: 40 }, (_, at) => `m${at}`)
    await takeAll(machinesOf(...hosts), world.taking('one', { forks: 8 }))
    expect(world.of('one').toSorted()).toEqual(hosts.toSorted())
    expect(world.log[0]).toBe('one has m0')
    expect(world.busiest).toBe(8)
  })

  it('are not tried where the first is in use', async () => {
    const world = new World()
    world.owners.set('a', 'two')
    const failure = await takeAll(machinesOf('a', 'b', 'c'), world.taking('one', { patience: 0 })).catch(
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({ code: 'LOCKED', where: { host: 'a' } })
    expect(world.log).toEqual(['one misses a'])
  })

  it('are given back where a later one is in use, and taken in turn: only those before it are kept', async () => {
    const world = new World()
    world.owners.set('c', 'two')
    const taking = takeAll(machinesOf('a', 'b', 'c', 'd'), world.taking('one'))
    await expect.poll(() => world.log.filter((line) => line === 'one misses c').length).toBeGreaterThan(1)
    expect(world.of('one')).toEqual(['a', 'b'])
    world.free('two')
    await taking
    expect(world.of('one').toSorted()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are refused where one stays in use, saying whose it is', async () => {
    const world = new World()
    world.owners.set('c', 'two')
    const taking = takeAll(machinesOf('a', 'b', 'c'), world.taking('one', { patience: 0 }))
    await expect(taking).rejects.toMatchObject({ code: 'LOCKED', where: { host: 'c' } })
    expect(world.of('two')).toEqual(['c'])
  })

  it('do without a machine that has no place for one, which is not asked again', async () => {
    const world = new World()
    world.broken.add('b')
    world.owners.set('c', 'two')
    const taking = takeAll(machinesOf('a', 'b', 'c'), world.taking('one'))
    await expect.poll(() => world.log.filter((line) => line === 'one misses c').length).toBeGreaterThan(1)
    world.broken.clear()
    world.free('two')
    const { notHeld } = await taking
    expect([...notHeld.keys()]).toEqual(['b'])
    expect(world.of('one').toSorted()).toEqual(['a', 'c'])
  })

  it.each([
    ['the same machines', ['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd']],
    ['machines of which the first is another', ['a', 'b', 'c', 'd'], ['b', 'c', 'd']],
    ['machines of which only the last are the same', ['a', 'c', 'd'], ['b', 'c', 'd']],
  ])('are had by two runs that begin at the same moment one after the other: %s', async (_, ones, twos) => {
    const world = new World()
    const run = async (name: string, hosts: readonly string[]) => {
      await takeAll(machinesOf(...hosts), world.taking(name))
      expect(world.of(name).toSorted()).toEqual(hosts)
      await moment()
      world.free(name)
    }
    await Promise.all([run('one', ones), run('two', twos)])
    expect(world.owners.size).toBe(0)
  })
})

describe('locks that nobody waits for', () => {
  it('are taken one after the other, so that of two runs only one is refused', async () => {
    const world = new World()
    const run = (name: string, hosts: readonly string[]) =>
      takeInTurn(machinesOf(...hosts), world.taking(name, { patience: 0 }))
    const both = await Promise.allSettled([run('one', ['a', 'b', 'c']), run('two', ['b', 'c'])])
    expect(world.busiest).toBe(2)
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})
