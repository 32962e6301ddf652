import { describe, expect, it } from 'vitest'
import {
  type ClusterResult,
  type Dispatch,
  type DrivingEvent,
  drive,
} from '../../../src/operations/fleet/driving.ts'

const resultOf = (cluster: string): ClusterResult => ({ cluster, status: 'fine', seconds: 1, changed: 0 })

/** Begins each for a moment; how many were begun at the same time at most, and in which order. */
function slow(atOnce: number, fails: ReadonlySet<string> = new Set()) {
  const begun: string[] = []
  let [now, most] = [0, 0]
  const over = new Map<string, ClusterResult>()
  const dispatch: Dispatch = {
    every: 1,
    atOnce,
    async begin(cluster) {
      begun.push(cluster)
      now += 1
      most = Math.max(most, now)
      await new Promise((done) => setTimeout(done, 5))
      now -= 1
      const result = resultOf(cluster)
      over.set(cluster, fails.has(cluster) ? { ...result, status: 'failed' } : result)
      return over.get(cluster)
    },
    wave: async () => {},
    results: async () => over,
    told: async () => 'running',
    turn: async () => {},
  }
  return { dispatch, begun, most: () => most }
}

describe('a run', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`)
  const forever = new AbortController().signal

  it('begins clusters of a wave together, and none of the next before', async () => {
    const { dispatch, begun, most } = slow(3)
    const [canary = '', ...rest] = names(9)
    const ended = await drive({ waves: [[canary], rest], mayFail: 0 }, dispatch, {
      signal: forever,
      onEvent: () => {},
    })
    expect(ended).toMatchObject({ is: 'done', left: [] })
    expect([begun[0], begun.toSorted()]).toEqual([canary, names(9)])
    expect(most()).toBe(3)
  })

  it('begins none that is left where it is interrupted, and none after a wave that failed', async () => {
    const stopping = new AbortController()
    const { dispatch, begun } = slow(2)
    const interrupted = await drive(
      { waves: [names(9)], mayFail: 0 },
      {
        ...dispatch,
        begin: async (cluster) => {
          const result = await dispatch.begin(cluster)
          stopping.abort()
          return result
        },
      },
      { signal: stopping.signal, onEvent: () => {} },
    )
    expect(interrupted.is).toBe('running')
    expect(begun).toHaveLength(2)
    expect(interrupted.left).toHaveLength(7)
    const failing = slow(2, new Set(['c0']))
    const stopped = await drive({ waves: [['c0'], ['c1', 'c2']], mayFail: 0 }, failing.dispatch, {
      signal: forever,
      onEvent: () => {},
    })
    expect(stopped).toMatchObject({ is: 'stopped', left: ['c1', 'c2'] })
    expect(failing.begun).toEqual(['c0'])
  })

  it('says why nothing comes, again after twice the time, and not while it is paused', async () => {
    const told: string[] = []
    const asked: (readonly string[])[] = []
    const { dispatch } = slow(2)
    const over = new Map<string, ClusterResult>()
    let is: 'running' | 'paused' = 'running'
    const since = performance.now()
    const ended = await drive(
      { waves: [['c0', 'c1']], mayFail: 0 },
      {
        ...dispatch,
        begin: async () => undefined,
        results: async () => over,
        told: async () => {
          const passed = performance.now() - since
          if (passed > 200) over.set('c0', resultOf('c0'))
          is = passed > 500 ? 'paused' : 'running'
          if (passed > 800) over.set('c1', resultOf('c1'))
          return is
        },
        whyStill: async (open) => {
          asked.push(open)
          return [{ is: 'waiting', message: `${is}: ${open.join(' ')}` }]
        },
      },
      {
        signal: forever,
        quietFor: 50,
        onEvent: (event) => {
          if (event.is === 'waiting') told.push(event.message)
        },
      },
    )
    expect(ended.is).toBe('done')
    // After 50 and 150 ms, then anew after the result: once they are 50 and 150 later.
    expect(asked.slice(0, 2)).toEqual([
      ['c0', 'c1'],
      ['c0', 'c1'],
    ])
    expect(asked.at(-1)).toEqual(['c1'])
    expect(asked.length).toBeLessThan(6)
    expect(told.every((line) => line.startsWith('running'))).toBe(true)
  })

  it('tells what is over while others have not begun, and begins none once it is aborted, or one cannot be', async () => {
    const lines: string[] = []
    const { dispatch } = slow(1)
    const watched: Dispatch = {
      ...dispatch,
      begin: async (cluster) => {
        lines.push(`begins ${cluster}`)
        await dispatch.begin(cluster)
        return undefined
      },
    }
    const told = { signal: forever, onEvent: (event: DrivingEvent) => lines.push(event.is) }
    await drive({ waves: [names(9)], mayFail: 0 }, watched, told)
    expect(lines.indexOf('result')).toBeLessThan(lines.indexOf('begins c8'))
    const { dispatch: other, begun } = slow(1)
    const abortedAfter = async (count: number) =>
      drive(
        { waves: [names(9)], mayFail: 0 },
        {
          ...other,
          begin: async (cluster) => {
            await other.begin(cluster)
            return undefined
          },
          told: async () => (begun.length < count ? 'running' : 'aborted'),
        },
        told,
      )
    expect((await abortedAfter(3)).is).toBe('aborted')
    expect(begun.length).toBeLessThan(9)
    const broken = drive(
      { waves: [names(9)], mayFail: 0 },
      { ...slow(1).dispatch, begin: () => Promise.reject(new Error('gone')) },
      told,
    )
    await expect(broken).rejects.toThrow('gone')
  })
})
