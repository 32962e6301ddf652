import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { carryOut } from '../../src/drill/script-run.ts'
import type { Holder, HoldRequest } from '../../src/model/holder.ts'
import type { HoldingSession } from '../../src/model/session.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { sh } from '../../src/shell/quote.ts'
import { printRecord } from '../../src/shell/record.ts'
import { createConnector } from '../../src/transport/index.ts'
import { needs } from '../needs.ts'
import { type OwnRun, startOwnRun } from '../operations/own-run.ts'
import { makeAccount } from './accounts.ts'
import { openSshLab } from './sshd.ts'
import { answer, answerTo, failureOf, hostOf, options, program } from './talk.ts'

needs('root', 'worlds', 'sshd', 'busybox', 'useradd', 'sudo')

const never = new AbortController().signal

describe.each(['dash', 'busybox'] as const)('the lock of a machine, under %s', (shell) => {
  const lab = openSshLab()
  let machine: OwnRun
  beforeAll(async () => {
    machine = await startOwnRun(lab, shell)
  })
  afterAll(() => lab[Symbol.dispose]())

  const open = (user = 'root'): Promise<HoldingSession> =>
    createConnector(options()).connect(hostOf(lab, machine.server, { user }), never)
  const as = (run: string, more: Partial<HoldRequest> = {}): HoldRequest => ({
    deed: { run, by: 'ann@desk', did: 'apply' },
    steal: false,
    onTaken: () => {},
    ...more,
  })

  it('is one run, which may have several sessions, and is free once they are over', async () => {
    {
      await using first = await open()
      await using again = await open()
      await using other = await open()
      expect(await first.hold(as('aaaa'), never)).toEqual({ is: 'held' })
      expect(await again.hold(as('aaaa'), never)).toEqual({ is: 'held' })
      expect(await other.hold(as('bbbb'), never)).toMatchObject({
        is: 'busy',
        holder: { run: 'aaaa', from: '127.0.0.1' },
      })
      expect(await answer(other, sh`echo asks`)).toBe('asks')
      const refused = await failureOf(carryOut(other, sh`:`, never))
      expect(refused).toMatchObject({ code: 'LOCKED', where: { host: 'web1' } })
    }
    expect(machine.left()).toEqual([])
  })

  it('is refused to who comes by a lower fence than another has come by, with what to do', async () => {
    const fence = { name: 'web.shop', epoch: 1_800_000_000, number: 2 }
    {
      await using later = await open()
      await using earlier = await open()
      expect(await later.hold(as('aaaa', { fence }), never)).toEqual({ is: 'held' })
      await later.giveBack()
      const lower = earlier.hold(as('bbbb', { fence: { ...fence, number: 1 } }), never)
      expect(await failureOf(lower)).toMatchObject({
        code: 'LOCKED',
        next: expect.stringContaining('too late'),
      })
      expect(await failureOf(carryOut(earlier, sh`:`, never))).toMatchObject({ code: 'LOCKED' })
    }
    expect(machine.left()).toEqual([])
  })

  it('is asked for together with the first questions, which nobody gets who does not have it', async () => {
    {
      const [ahead, other] = [program(sh`cat /proc/$$/comm; echo asked`), program(sh`echo another`)]
      await using first = await open()
      await using second = await open()
      expect(await first.hold(as('aaaa', { ahead }), never)).toEqual({ is: 'held' })
      expect(await second.hold(as('bbbb', { ahead: other }), never)).toMatchObject({ is: 'busy' })
      const before = first.trips
      expect(await answerTo(first, ahead)).toMatch(/asked$/)
      expect(first.trips - before).toBe(1)
      // Whoever asks again, or did not get the lock, asks by himself.
      expect(await answerTo(first, ahead)).toMatch(/asked$/)
      expect(await answerTo(second, other)).toBe('another')
      await carryOut(first, sh`:`, never)
    }
    expect(machine.left()).toEqual([])
  })

  it('is given back with the word that nothing of a run is left to do, of no other run', async () => {
    const told = async (over: string) => {
      await using first = await open()
      expect(first.noteOver?.(over)).toBe(false)
      await first.hold(as('aaaa'), never)
      const recorded = { run: 'aaaa', asked: '{}', told: [] }
      for await (const _ of first.run(buildProgram('n1', { asks: [], exclusive: true, recorded }), never));
      const before = first.trips
      expect(first.noteOver?.(over)).toBe(true)
      await first.giveBack()
      expect(first.trips).toBe(before)
      return await answer(first, printRecord)
    }
    expect(await told('bbbb')).toMatch(/^run aaaa\nasked/)
    expect(await told('aaaa')).toMatch(/^run aaaa\nover\nasked/)
    expect(machine.left()).toEqual([])
  })

  it('is kept while the first questions take their time, and given back when nobody waits for them', async () => {
    {
      await using first = await open()
      await using second = await open()
      await first.hold(as('aaaa', { ahead: program(sh`sleep 600`) }), never)
      expect(await second.hold(as('bbbb'), never)).toMatchObject({ is: 'busy', holder: { run: 'aaaa' } })
      await carryOut(first, sh`:`, never)
    }
    execFileSync('pkill', ['-f', '^sleep 600$'])
    expect(machine.left()).toEqual([])
  })

  it.each(['with the request for it', 'afterwards'])(
    'once it is given back is asked %s only when the step is over that goes on there',
    async (when) => {
      const [begun, made] = [join(lab.directory, 'begun'), join(lab.directory, 'made')]
      {
        const interrupted = await open()
        await interrupted.hold(as('aaaa'), never)
        const stopping = new AbortController()
        const step = carryOut(interrupted, sh`: >${begun}; sleep 3; echo over >${made}`, stopping.signal)
        while (!existsSync(begun)) await new Promise((next) => setTimeout(next, 50))
        stopping.abort()
        await expect(step).rejects.toThrow('interrupted')
        await interrupted[Symbol.asyncDispose]()
        await using next = await open()
        const question = program(sh`cat ${made} 2>/dev/null || echo under way`)
        const ahead = when === 'afterwards' ? {} : { ahead: question }
        expect(await next.hold(as('bbbb', ahead), never)).toEqual({ is: 'held' })
        expect(existsSync(made)).toBe(false)
        expect(await answerTo(next, question)).toBe('over')
        execFileSync('rm', [begun, made])
      }
      expect(machine.left()).toEqual([])
    },
  )

  it.each(['with the request for it', 'afterwards'])(
    'once it is taken over is asked %s only when the step is over that the run before had begun',
    async (when) => {
      const [begun, made] = [join(lab.directory, 'begun'), join(lab.directory, 'made')]
      {
        await using robbed = await open()
        await robbed.hold(as('aaaa'), never)
        const step = carryOut(robbed, sh`: >${begun}; sleep 3; echo over >${made}`, never)
        while (!existsSync(begun)) await new Promise((next) => setTimeout(next, 50))
        await using thief = await open()
        const question = program(sh`cat ${made} 2>/dev/null || echo under way`)
        const ahead = when === 'afterwards' ? {} : { ahead: question }
        await thief.hold(as('bbbb', { steal: true, ...ahead }), never)
        expect(existsSync(made)).toBe(false)
        expect(await answerTo(thief, question)).toBe('over')
        await step
        execFileSync('rm', [begun, made])
      }
      expect(machine.left()).toEqual([])
    },
  )

  it('once it is stolen keeps the robbed run from every step but what puts back what it did', async () => {
    const [done, back] = [join(lab.directory, 'done'), join(lab.directory, 'back')]
    {
      const told: (Holder | undefined)[] = []
      await using robbed = await open()
      await robbed.hold(as('aaaa', { onTaken: (by) => void told.push(by) }), never)
      {
        await using thief = await open()
        expect(await thief.hold(as('bbbb', { steal: true }), never)).toMatchObject({
          is: 'held',
          before: { run: 'aaaa' },
        })
      }
      // The thief has gone: who it was is known all the same.
      const failure = await failureOf(carryOut(robbed, sh`: >${done}`, never))
      expect([failure.code, failure.message]).toEqual([
        'LOCKED',
        'apply by ann@desk from 127.0.0.1 (run bbbb) has taken the lock of this machine from this run',
      ])
      await carryOut(robbed, sh`: >${back}`, never, true)
      expect([existsSync(done), existsSync(back)]).toEqual([false, true])
      for (let left = 200; left > 0 && told.length === 0; left--)
        await new Promise((next) => setTimeout(next, 50))
      expect(told).toMatchObject([{ run: 'bbbb' }])
      execFileSync('rm', [back])
    }
    expect(machine.left()).toEqual([])
  })

  it('is had again by a run whose connection was cut, unless another one was quicker', async () => {
    const cut = async (session: HoldingSession) => {
      const serving = await answer(
        session,
        sh`ps -o ppid= -p $$ 2>/dev/null || sed -n 's/^PPid:[[:space:]]*//p' /proc/$$/status`,
      )
      execFileSync('kill', ['-9', serving])
    }
    {
      const lost = await open()
      await lost.hold(as('aaaa'), never)
      await cut(lost)
      await using again = await open()
      expect(await again.hold(as('aaaa'), never)).toEqual({ is: 'held' })
      await carryOut(again, sh`:`, never)
      await lost[Symbol.asyncDispose]()
    }
    expect(machine.left()).toEqual([])
  })

  it('lies in /tmp for whom /run is closed, who also respects that of root', async () => {
    using account = makeAccount()
    await using plain = await open(account.name)
    await using root = await open()
    expect(await root.hold(as('aaaa'), never)).toEqual({ is: 'held' })
    expect(await plain.hold(as('bbbb'), never)).toMatchObject({ is: 'busy', holder: { run: 'aaaa' } })
    await root[Symbol.asyncDispose]()
    expect(await plain.hold(as('bbbb'), never)).toEqual({ is: 'held' })
    expect(existsSync('/tmp/understudy.held')).toBe(true)
    await plain[Symbol.asyncDispose]()
    expect(existsSync('/tmp/understudy.held')).toBe(false)
  })
})
