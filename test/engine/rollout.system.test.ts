import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepare } from '../../src/engine/rollout.ts'
import type { RunEvent } from '../../src/model/event.ts'
import { Failure } from '../../src/model/failure.ts'
import type { Intent } from '../../src/model/task.ts'
import { NeedsFacts } from '../../src/model/task.ts'
import { sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'
import { intentOf, mark, ready, registering, task } from './marks.ts'
import { ShellSession } from './shell-session.ts'

needs('dash')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-engine-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)

/** Plans and, unless told otherwise, applies; hands back all that can be seen from outside. */
async function run(intent: Intent, { apply = true, sessions = new Map<string, ShellSession>() } = {}) {
  const events: RunEvent[] = []
  const opened: ShellSession[] = []
  const prepared = await prepare(intent, {
    connect: async (host) => {
      const session = sessions.get(host.name) ?? new ShellSession()
      opened.push(session)
      return session
    },
    emit: (event) => events.push(event),
    forks: 8,
    signal: new AbortController().signal,
  })
  if (apply) await prepared.carryOut()
  const recaps = prepared.recaps()
  const verdicts = prepared.plan.hosts.flatMap(({ steps }) => steps.map(({ verdict }) => verdict.is))
  const failures = prepared.hosts.map(({ failure }) => failure?.code)
  return { events, recaps, verdicts, failures, opened, complete: prepared.plan.complete }
}

describe('a plan', () => {
  it('changes nothing and takes one trip', async () => {
    const { verdicts, recaps, complete } = await run(
      intentOf([{ tasks: { a: [ready(mark(at('one')), mark(at('two')))] } }]),
      { apply: false },
    )
    expect(verdicts).toEqual(['change', 'change'])
    expect(complete).toBe(true)
    expect(recaps[0]).toMatchObject({ pending: 2, changed: 0, trips: 1 })
    expect(existsSync(at('one'))).toBe(false)
  })

  it('shows what rests on an earlier change as expected after it', async () => {
    const { verdicts, complete } = await run(
      intentOf([{ tasks: { a: [ready(mark(at('one'), { disturbs: 'everything' }), mark(at('two')))] } }]),
      { apply: false },
    )
    expect(verdicts).toEqual(['change', 'provisional'])
    expect(complete).toBe(false)
  })

  it('leaves what an earlier change does not touch settled', async () => {
    const { verdicts } = await run(
      intentOf([{ tasks: { a: [ready(mark(at('one'), { disturbs: ['unit:nginx'] }), mark(at('two')))] } }]),
      { apply: false },
    )
    expect(verdicts).toEqual(['change', 'change'])
  })
})

describe('an apply', () => {
  it('sends settled changes as one program that asks again at its end', async () => {
    const intent = intentOf([{ tasks: { a: [ready(mark(at('one')), mark(at('two')))] } }])
    const { recaps, failures } = await run(intent)
    expect(failures).toEqual([undefined])
    expect(recaps[0]).toMatchObject({ outcome: 'ok', changed: 2, pending: 0, trips: 2 })
    expect(existsSync(at('one')) && existsSync(at('two'))).toBe(true)
  })

  it('takes one trip where nothing is to be done', async () => {
    const intent = intentOf([{ tasks: { a: [ready(mark(at('one')))] } }])
    await run(intent)
    const { recaps, opened } = await run(intent)
    expect(recaps[0]).toMatchObject({ changed: 0, converged: 1, trips: 1 })
    expect(opened).toHaveLength(1)
  })

  it('needs one more trip for each barrier', async () => {
    const { recaps } = await run(
      intentOf([
        {
          tasks: {
            a: [
              ready(
                mark(at('one'), { disturbs: 'everything' }),
                mark(at('two'), { disturbs: 'everything' }),
                mark(at('three')),
              ),
            ],
          },
        },
      ]),
    )
    expect(recaps[0]).toMatchObject({ changed: 3, trips: 4 })
  })

  it('stops a host at its first failed step and says what the step printed', async () => {
    const broken = mark(at('two'), { script: sh`echo No space left on device >&2; exit 28` })
    const { failures, events, recaps } = await run(
      intentOf([
        { tasks: { a: [ready(mark(at('one')), broken, mark(at('three')))], b: [ready(mark(at('b')))] } },
      ]),
    )
    expect(failures).toEqual(['STEP_FAILED', undefined])
    expect(existsSync(at('one'))).toBe(true)
    expect(existsSync(at('three'))).toBe(false)
    expect(existsSync(at('b'))).toBe(true)
    expect(recaps[0]).toMatchObject({ outcome: 'failed', failed: 1, changed: 1 })
    const failed = events.find((event) => event.is === 'host-failed')
    expect(failed?.is === 'host-failed' && failed.failure).toMatchObject({
      output: 'No space left on device',
      next: expect.stringContaining('disk is full'),
      where: { host: 'a', resource: `mark[${at('two')}]` },
    })
  })

  it('goes on after a failure that is to be ignored', async () => {
    const broken = mark(at('two'), { script: sh`exit 1`, ignoreErrors: true })
    const { failures } = await run(intentOf([{ tasks: { a: [ready(broken, mark(at('three')))] } }]))
    expect(existsSync(at('three'))).toBe(true)
    expect(failures).toEqual([undefined])
  })

  it('refuses to make the same change for ever', async () => {
    const never = mark(at('one'), { script: sh`:` })
    const { failures } = await run(intentOf([{ tasks: { a: [ready(never)] } }]))
    expect(failures).toEqual(['DID_NOT_CONVERGE'])
  })

  it('does not begin a wave after one that failed', async () => {
    const broken = mark(at('two'), { script: sh`exit 1` })
    const { failures } = await run(
      intentOf([{ tasks: { a: [ready(broken)], b: [ready(mark(at('b')))] }, waves: [['a'], ['b']] }]),
    )
    expect(failures).toEqual(['STEP_FAILED', 'STEP_FAILED'])
    expect(existsSync(at('b'))).toBe(false)
  })

  it('goes on with the next wave where no more failed than may, and stops everybody where more did', async () => {
    const broken = () => ready(mark(at('never'), { script: sh`exit 1` }))
    const waves = [['a', 'b'], ['c']]
    const tasks = { a: [broken()], b: [ready(mark(at('b')))], c: [ready(mark(at('c')))] }
    const half = await run(
      intentOf([{ tasks, waves, mayFail: 50 }, { tasks: { c: [ready(mark(at('later')))] } }]),
    )
    expect(half.failures).toEqual(['STEP_FAILED', undefined, undefined])
    expect(existsSync(at('later'))).toBe(true)
    const none = await run(intentOf([{ tasks, mayFail: 0 }, { tasks: { c: [ready(mark(at('latest')))] } }]))
    expect(none.failures).toEqual(['STEP_FAILED', 'STEP_FAILED', 'STEP_FAILED'])
    expect(existsSync(at('latest'))).toBe(false)
  })

  it('connects anew after a cut, asks again, and finishes', async () => {
    const session = new ShellSession()
    session.cutAfterSteps = 1
    const intent = intentOf([{ tasks: { a: [ready(mark(at('one')), mark(at('two')), mark(at('three')))] } }])
    const { failures, opened } = await run(intent, { sessions: new Map([['a', session]]) })
    expect(failures).toEqual([undefined])
    expect(opened.length).toBe(2)
    expect(existsSync(at('three'))).toBe(true)
  })

  it('uploads what is too large for a program', async () => {
    const large = mark(at('one'))
    const resource = {
      ...large,
      converge: (...given: Parameters<typeof large.converge>) => {
        const change = large.converge(...given)
        const content = new TextEncoder().encode('large')
        return (
          change && {
            ...change,
            script: sh`cp "$us_up_large" ${at('one')}`,
            uploads: [{ name: 'large', content }],
          }
        )
      },
    }
    await run(intentOf([{ tasks: { a: [ready(resource)] } }]))
    expect(existsSync(at('one'))).toBe(true)
  })
})

describe('values that wait', () => {
  it('are planned as soon as all hosts were asked, within the first trip', async () => {
    const waits = task(({ facts }) => {
      const other = facts.get('b')
      return other
        ? { is: 'ready', resources: [mark(at(`of-${other.init ? 'b' : ''}`))] }
        : { is: 'waiting', on: { facts: 'b' }, resources: [mark(at('of-b'))] }
    })
    const { recaps, verdicts } = await run(intentOf([{ tasks: { a: [waits], b: [] } }]), { apply: false })
    expect(verdicts).toEqual(['change'])
    expect(recaps[0]).toMatchObject({ trips: 1 })
  })

  it('become a failure of their host, with a next step, where what they wait for never comes', async () => {
    const waits = task(() => ({ is: 'waiting', on: { facts: 'b' }, resources: [] }))
    const { failures, events } = await run(intentOf([{ tasks: { a: [waits] } }]))
    expect(failures).toEqual(['STEP_FAILED'])
    const failed = events.find((event) => event.is === 'host-failed')
    expect(failed?.is === 'host-failed' && failed.failure.next).toContain('reachable')
  })

  it('read what an earlier command registered', async () => {
    const first = registering('made', mark(at('one'), { script: sh`: >${at('one')}; echo hello` }))
    const second = task(({ registered }) => {
      const made = registered.get('made')
      if (!made) return { is: 'waiting', on: { register: 'made' }, resources: [] }
      return made.stdout.trim() === 'hello'
        ? { is: 'ready', resources: [mark(at('two'))] }
        : { is: 'skipped' }
    })
    const { failures } = await run(intentOf([{ tasks: { a: [first, second] } }]))
    expect(failures).toEqual([undefined])
    expect(existsSync(at('two'))).toBe(true)
  })

  it('report bad input found only then as the failure of that host', async () => {
    const wrong = task(({ facts }) => {
      if (!facts.has('a')) throw new NeedsFacts('a')
      throw new Failure('INVALID_INPUT', 'the VIP lies outside the network')
    })
    const waits = task((known) => {
      try {
        return wrong.expand(known)
      } catch (error) {
        if (error instanceof NeedsFacts) return { is: 'waiting', on: { facts: 'a' }, resources: [] }
        throw error
      }
    })
    const { failures } = await run(intentOf([{ tasks: { a: [waits] } }]))
    expect(failures).toEqual(['INVALID_INPUT'])
  })
})
