import { expect, it } from 'vitest'
import type { Cluster } from '../../src/cluster/index.ts'
import { Failure } from '../../src/model/failure.ts'
import type { Session } from '../../src/model/session.ts'
import { softwareOf } from '../../src/verify/software.ts'
import { examine } from '../../src/verify/verify.ts'
import { clusterOf, machines } from '../cluster/inventory.ts'
import { needs } from '../needs.ts'

// Nothing but time: it waits while others work.
needs()

/** Answers nothing to all questions, when it is let; who has an address, by `heard`. */
function session(asked: () => Promise<void>, heard = ''): Session {
  const unused = () => Promise.reject(new Error('not asked for'))
  return {
    trips: 0,
    async *run({ asks }) {
      await asked()
      for (const [index, ask] of asks.entries())
        yield {
          is: 'answer',
          index,
          status: 0,
          output: ask === 'neighbours' ? `# 0\nthorough\n${heard}\n` : '',
        }
      yield { is: 'done' }
    },
    upload: unused,
    converse: unused,
    dial: unused,
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Looks at a cluster; tells how often each host was dialled, and which programs ran at the same time as the first. */
async function looking(cluster: Cluster, dead: readonly string[] = [], software?: true) {
  const dialled: string[] = []
  const running: string[] = []
  let together: readonly string[] | undefined
  const seen = await examine(cluster, {
    signal: new AbortController().signal,
    ...(software ? { software } : {}),
    session: async (host = 'here') => {
      dialled.push(host)
      if (dead.includes(host)) throw new Failure('UNREACHABLE', `${host} is dead`)
      return session(async () => {
        running.push(host)
        await new Promise((done) => setTimeout(done, 20))
        together ??= [...running]
      })
    },
  })
  return { dialled: dialled.toSorted(), together: together?.toSorted(), seen }
}

const cluster: Cluster = { ...clusterOf(machines()), clients: ['c1', 'c2'] }
const members = [...cluster.directors, ...cluster.realservers].map(({ host }) => host).toSorted()

it('asks all members and looks from outside at the same time', async () => {
  const { dialled, together, seen } = await looking(cluster)
  expect(together).toEqual(['c1', ...members].toSorted())
  expect(dialled).toEqual(together)
  expect(seen.seen.observer).toBe('c1')
})

it('waits for the members where only they know their addresses', async () => {
  const realservers = cluster.realservers.map((one) => ({ ...one, connection: `${one.host}.example` }))
  const { together } = await looking({ ...cluster, realservers })
  expect(together).toEqual(members)
})

it('dials a host that cannot be reached once, and lets the next observer look', async () => {
  const [director = ''] = cluster.directors.map(({ host }) => host)
  const { dialled, seen } = await looking(cluster, [director, 'c1'])
  expect(dialled).toEqual(['c1', 'c2', ...members].toSorted())
  expect(seen.seen.observer).toBe('c2')
  expect(seen.results.filter(({ subject }) => subject === director)).toMatchObject([
    { name: 'the machine can be asked', seen: `${director} is dead` },
  ])
  const { seen: last } = await looking(cluster, ['c1', 'c2'])
  expect(last.seen.observer).toBeUndefined()
})

it('asks what machines run only for a report', async () => {
  const [host = ''] = members
  const softwareSeen = async (software?: true) => {
    const { seen } = await looking(cluster, [], software)
    const member = seen.seen.members.get(host)
    return member && !(member instanceof Failure) ? softwareOf(member) : []
  }
  await expect(softwareSeen()).rejects.toThrow('was not asked')
  expect(await softwareSeen(true)).toEqual(['Linux', 'Linux '])
})

/** Looks at a cluster of which a director lets nobody in for a while; `heard` is what answers for its address. */
async function lookingAtLate(milliseconds: number, heard: string) {
  const [late = ''] = cluster.directors.map(({ host }) => host)
  const { results, seen } = await examine(cluster, {
    signal: new AbortController().signal,
    session: async (host) => {
      if (host === late) await new Promise((done) => setTimeout(done, milliseconds).unref())
      return session(async () => {}, heard)
    },
  })
  const said = results.find(({ name, subject }) => name === 'the machine can be asked' && subject === late)
  return { late, off: [...seen.off], said: said?.seen }
}

it('does not wait for a machine that its network does not hear', async () => {
  const { late, off, said } = await lookingAtLate(3_600_000, '')
  expect(off).toEqual([late])
  expect(said).toContain('nothing answered')
})

it('waits for a machine that is only slow', async () => {
  expect(await lookingAtLate(1500, '02:00:00:00:00:01')).toMatchObject({ off: [], said: undefined })
})
