import { execFileSync, spawn } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import type { Failure } from '../../src/model/failure.ts'
import {
  apply,
  drill,
  exec,
  handover,
  keptVersions,
  plan,
  restore,
  status,
  verify,
} from '../../src/operations/index.ts'
import { statusLines } from '../../src/report/status.ts'
import { needs } from '../needs.ts'
import { openSshLab, type SshLab } from '../transport/sshd.ts'
import { appears, inventoryOf, type OwnRun, startOwnRun } from './own-run.ts'

needs('root', 'worlds', 'sshd', 'dash', 'busybox', 'build')

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')

/** Machines of two clusters, one with the shell and tools of busybox. */
let lab: SshLab
let machines: Readonly<Record<'a1' | 'a2' | 'ars' | 'b1' | 'b2' | 'brs', OwnRun>>
/** Both clusters, and one of b's directors with a's realserver. */
let both: string
let across: string
let playbook: string

beforeAll(async () => {
  lab = openSshLab()
  const start = (shell?: 'dash' | 'busybox') => startOwnRun(lab, shell)
  machines = {
    a1: await start(),
    a2: await start('busybox'),
    ars: await start(),
    b1: await start(),
    b2: await start(),
    brs: await start(),
  }
  const { a1, a2, ars, b1, b2, brs } = machines
  const cluster = (name: string, vrid: number, of: string) => ({
    cluster: {
      name,
      directors: `${of}_directors`,
      realservers: `${of}_realservers`,
      vips: [{ address: `198.51.100.${vrid}/24`, vrid }],
      services: [{ port: 9 }],
    },
    director: { interface: 'lo' },
  })
  const [a, b, c] = [cluster('a', 9, 'a'), cluster('b', 10, 'b'), cluster('c', 11, 'c')]
  both = inventoryOf(lab, 'both', {
    a_directors: { hosts: { a1, a2 }, vars: a },
    a_realservers: { hosts: { ars }, vars: a },
    b_directors: { hosts: { b1, b2 }, vars: b },
    b_realservers: { hosts: { brs }, vars: b },
  })
  across = inventoryOf(lab, 'across', {
    c_directors: { hosts: { other: b1, third: b2 }, vars: c },
    c_realservers: { hosts: { shared: ars }, vars: c },
  })
  playbook = lab.file('site.yaml', '- hosts: all\n  tasks:\n    - shell: {command: "true", always: true}\n')
})
afterAll(() => lab[Symbol.dispose]())
// Who keeps a lock tidies up once it notices that nobody speaks to it any more.
afterEach(async () => {
  for (const [name, machine] of Object.entries(machines))
    await expect.poll(() => [name, machine.left()], { timeout: 10_000 }).toEqual([name, []])
})

const at = (name: string) => join(lab.directory, name)
const given = (hosts: string, inventory = both) => ({
  inventory: [inventory],
  limit: hosts,
  sshConfig: 'none',
})
const failureOf = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    (result) => {
      throw new Error(`it succeeded: ${JSON.stringify(result)}`)
    },
    (error: Failure) => error,
  )

/** A run that is in the middle of a step on a machine, until it is told to end. */
async function busy(host: string, { inventory = both, then = 'true' } = {}) {
  const [begun, go] = [at(`begun-${host}`), at(`go-${host}`)]
  const fields = `touch ${begun}; while [ ! -e ${go} ]; do sleep 0.1; done; ${then}`
  const running = exec({ ...given(host, inventory), hosts: host, kind: 'shell', fields })
  await Promise.race([appears(begun), running])
  return {
    async end() {
      writeFileSync(go, '')
      const result = await running
      for (const file of [begun, go]) rmSync(file)
      return result
    },
  }
}

describe('a machine of a cluster that another run works on', () => {
  it('is kept from every command that changes anything, on any machine of that cluster', async () => {
    const first = await busy('a1')
    const other = { ...given('ars'), hosts: 'ars' }
    const touched = at('touched')
    const refused = {
      apply: () => apply({ ...given('ars'), playbook }),
      exec: () => exec({ ...other, fields: `touch ${touched}` }),
      restore: () => restore({ ...other, path: '/etc/hostname' }),
      drill: () => drill({ ...given('ars'), drills: ['keepalived-killed'] }),
      handover: () => handover({ ...given('a2'), director: 'a2' }),
      back: () => handover({ ...given('a2'), back: true }),
    }
    for (const [name, run] of Object.entries(refused)) {
      const failure = await failureOf(run())
      expect([name, failure.code, failure.where.host]).toEqual([name, 'LOCKED', expect.stringMatching(/^a/)])
      expect(failure.message).toMatch(
        /^in use for \d+ s by another run: exec by \S+@\S+ from 127\.0\.0\.1 \(run [0-9a-f]{8}\); nothing was done$/,
      )
      expect(failure.next).toContain('--steal-lock')
    }
    expect(existsSync(touched)).toBe(false)
    expect((await first.end()).failures).toEqual([])
  })

  it('can be looked at by everything that changes nothing, and status says who has it', async () => {
    const first = await busy('a1')
    const seen = await status(given('a1'))
    await plan({ ...given('a1'), playbook })
    await keptVersions({ ...given('a2'), hosts: 'a2', path: '/etc/hostname' })
    await verify({ ...given('a1'), wait: 0 })
    const [lock, ...others] = seen[0]?.locks ?? []
    expect(lock).toMatchObject({ did: 'exec', from: '127.0.0.1', lives: true, hosts: ['a1', 'a2', 'ars'] })
    expect(lock?.run).toMatch(/^[0-9a-f]{8}$/)
    expect(lock?.by).toMatch(/^\S+@\S+$/)
    expect(others).toEqual([])
    const view = {
      paint: (_: unknown, text: string) => text,
      columns: 300,
      now: Date.now(),
      lastDrill: undefined,
    }
    expect(seen.flatMap((one) => statusLines(one, view)).join('\n')).toMatch(
      /locked +exec by \S+ from 127\.0\.0\.1 \(run \w+\) since [-\d]+ [:\d]+ UTC, \d+ s: a1, a2, ars$/m,
    )
    await first.end()
    expect((await status(given('a1')))[0]).not.toHaveProperty('locks')
  })

  it('is waited for a little, with words, by a run that may be short itself', async () => {
    const first = await busy('a1')
    const waits: string[] = []
    const second = exec({
      ...given('a2'),
      hosts: 'a2',
      fields: 'echo second',
      onEvent: (event: RunEvent) => {
        if (event.is !== 'host-waiting') return
        waits.push(event.on)
        void first.end()
      },
    })
    const { steps, failures } = await second
    expect(failures).toEqual([])
    expect(steps.map(({ output }) => output)).toEqual(['second\n'])
    expect(waits).toEqual([
      expect.stringMatching(/^exec by \S+ from .*, which has its lock, for \d+ s at most$/),
    ])
  })

  it('does not concern another cluster of the same inventory', async () => {
    const first = await busy('a1')
    const { failures } = await exec({ ...given('b1'), hosts: 'b1', fields: 'true' })
    expect(failures).toEqual([])
    await first.end()
  })

  it('concerns another cluster that shares a machine with it, whatever it is called there', async () => {
    const first = await busy('a1')
    const failure = await failureOf(drill({ ...given('all', across), drills: ['keepalived-stopped'] }))
    expect(failure).toMatchObject({ code: 'LOCKED', where: { host: 'shared' } })
    await first.end()
  })
})

describe('two drills at once', () => {
  it('are one, and one that is told of it', async () => {
    const stop = new AbortController()
    let begins = () => {}
    const begun = new Promise<void>((resolve) => {
      begins = resolve
    })
    const first = drill({
      ...given('a1'),
      drills: ['keepalived-stopped', 'keepalived-killed'],
      signal: stop.signal,
      onEvent: ({ is }) => {
        if (is === 'drill-waiting') begins()
      },
    })
    await begun
    const second = await failureOf(drill({ ...given('a2'), drills: ['keepalived-killed'] }))
    expect(second).toMatchObject({ code: 'LOCKED' })
    expect(second.message).toContain('drill keepalived-stopped, keepalived-killed by ')
    const limited = await failureOf(exec({ ...given('ars'), hosts: 'ars', fields: 'true' }))
    expect(limited.message).toContain('drill keepalived-stopped')
    stop.abort()
    await first.catch(() => undefined)
  })

  it('that begin at the same moment are not both refused', async () => {
    const outcomes = await Promise.allSettled(
      ['a1', 'a2', 'a1'].map((host) => exec({ ...given(host), hosts: host, fields: 'sleep 0.2' })),
    )
    // Each waits for its turn.
    expect(outcomes.map(({ status: how }) => how)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  })
})

describe('a lock that is stolen', () => {
  it('ends the run that had it before its next change, in words that tell who took it', async () => {
    const site = lab.file(
      'two.yaml',
      `- hosts: a1
  tasks:
    - shell: {command: "touch ${at('one')}; while [ ! -e ${at('go')} ]; do sleep 0.1; done; touch ${at('one-ended')}", always: true}
    - shell: {command: "touch ${at('two')}", always: true}
`,
    )
    const robbed = apply({ ...given('a1'), playbook: site, verify: false })
    await appears(at('one'))
    const warnings: string[] = []
    // What is under way on a1 comes to its end there first.
    const stealing = exec({
      ...given('a2'),
      hosts: 'a2',
      fields: `touch ${at('stolen')}`,
      stealLock: true,
      onEvent: (event) => {
        if (event.is === 'warning') warnings.push(event.message)
      },
    })
    expect((await stealing).failures).toEqual([])
    expect(existsSync(at('stolen'))).toBe(true)
    writeFileSync(at('go'), '')
    const { failures, steps } = await robbed
    expect(warnings).toEqual([
      expect.stringMatching(
        /^took the lock of (a1|a2|ars), \w+, \w+ from apply by \S+ from 127\.0\.0\.1 \(run \w+\), which had it for .* and lives/,
      ),
    ])
    expect(failures).toMatchObject([{ host: 'a1', failure: { code: 'LOCKED' } }])
    expect(failures[0]?.failure.message).toMatch(
      /^exec by \S+ from 127\.0\.0\.1 \(run [0-9a-f]{8}\) has taken the lock of this machine from this run$/,
    )
    expect(steps).toHaveLength(1)
    expect([existsSync(at('one-ended')), existsSync(at('two'))]).toEqual([true, false])
  })

  it('ends a drill, which says so, also where it only waits', async () => {
    let begins = () => {}
    const begun = new Promise<void>((resolve) => {
      begins = resolve
    })
    const robbed = failureOf(
      drill({
        ...given('b1'),
        drills: ['keepalived-stopped'],
        onEvent: ({ is }) => {
          if (is === 'drill-waiting') begins()
        },
      }),
    )
    await begun
    const { failures } = await exec({ ...given('b2'), hosts: 'b2', fields: 'true', stealLock: true })
    expect(failures).toEqual([])
    const failure = await robbed
    expect([failure.code, failure.message]).toEqual([
      'LOCKED',
      expect.stringMatching(/^exec by \S+ .* has taken the lock of this machine from this run$/),
    ])
  })
})

describe('a run that did not come to its end', () => {
  /** The command line in a process of its own, in the middle of a step on a1. */
  async function controller() {
    const words = ['exec', 'a1', '-i', both, '-F', 'none', '-m', 'shell', '-a']
    // The test before may have let its own step go.
    for (const file of [at('begun'), at('go')]) rmSync(file, { force: true })
    const fields = `touch ${at('begun')}; while [ ! -e ${at('go')} ]; do sleep 0.1; done`
    const child = spawn(process.execPath, [main, ...words, fields], { stdio: 'ignore' })
    await appears(at('begun'))
    const ended = new Promise<number | null>((done) => child.once('close', done))
    return {
      child,
      ended,
      finishStep() {
        writeFileSync(at('go'), '')
      },
      [Symbol.dispose]() {
        child.kill('SIGKILL')
        for (const file of [at('begun'), at('go')]) rmSync(file, { force: true })
      },
    }
  }
  const next = async () => {
    const warnings: string[] = []
    const { failures } = await exec({
      ...given('a2'),
      hosts: 'a2',
      fields: 'true',
      onEvent: (event) => {
        if (event.is === 'warning') warnings.push(event.message)
      },
    })
    expect(failures).toEqual([])
    return warnings
  }
  const keeperEnds = async (machine: OwnRun) => {
    const [, pid = ''] = machine.read('understudy.held').split(' ')
    for (let left = 200; left > 0 && existsSync(`/proc/${pid}`); left--)
      await new Promise((done) => setTimeout(done, 50))
  }

  it('loses its locks where it was killed, and the next one says so', async () => {
    using killed = await controller()
    killed.child.kill('SIGKILL')
    await killed.ended
    for (const name of ['a1', 'a2', 'ars'] as const) await keeperEnds(machines[name])
    const [seen] = await status(given('a1'))
    expect(seen?.locks).toMatchObject([{ lives: false, ended: 'gone', hosts: ['a1', 'a2', 'ars'] }])
    killed.finishStep()
    expect(await next()).toEqual([
      expect.stringMatching(
        /^took over the lock of \w+, \w+, \w+ from exec by \S+ from 127\.0\.0\.1 \(run \w+\), which did not come to its end: its connection has ended$/,
      ),
    ])
  })

  it('loses them where nothing was heard of it for long', async () => {
    using stopped = await controller()
    // As when its network is gone: the machines still have the connection.
    stopped.child.kill('SIGSTOP')
    for (const name of ['a1', 'a2', 'ars'] as const) {
      const [beat = ''] = machines[name].left().filter((file) => file.endsWith('.beat'))
      const [up = 0] = execFileSync('cat', ['/proc/uptime'], { encoding: 'utf8' }).split('.').map(Number)
      machines[name].write(beat, `${up - 61}\n`)
    }
    expect(await next()).toEqual([expect.stringContaining('nothing was heard of it for more than a minute')])
    // It comes back, and must not go on as if nothing had been.
    stopped.child.kill('SIGCONT')
    stopped.finishStep()
    expect(await stopped.ended).not.toBe(null)
  })

  it('loses one that it had before the machine was booted', async () => {
    using killed = await controller()
    killed.child.kill('SIGKILL')
    await killed.ended
    killed.finishStep()
    for (const name of ['a1', 'a2', 'ars'] as const) {
      await keeperEnds(machines[name])
      machines[name].bootAnew()
    }
    expect(await next()).toEqual([expect.stringContaining('the machine was booted since')])
  })

  it('leaves nothing behind after Ctrl-C', async () => {
    using stopped = await controller()
    stopped.child.kill('SIGINT')
    stopped.finishStep()
    expect(await stopped.ended).toBe(130)
  })
})
