import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import type { Become, Host } from '../../src/model/host.ts'
import { sh } from '../../src/shell/quote.ts'
import { launchCommand } from '../../src/transport/launcher.ts'
import { openLocalChannel } from '../../src/transport/local.ts'
import { needs } from '../needs.ts'
import { makeAccount } from './accounts.ts'
import { answer, connect, failureOf, program, whoami } from './talk.ts'

needs('root', 'sudo', 'useradd', 'busybox')

const directory = mkdtempSync(join(tmpdir(), 'understudy-local-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const here = (become?: Become): Host => ({
  name: 'here',
  address: 'here',
  connection: 'local',
  sshArgs: [],
  ...(become ? { become } : {}),
})

describe('a session on this computer', () => {
  it('runs programs and stores uploads', async () => {
    let path = ''
    {
      await using session = await connect(here())
      path = await session.upload(Buffer.from('a\0b\n'))
      expect(readFileSync(path, 'latin1')).toBe('a\0b\n')
      expect(await answer(session, sh`echo hello`)).toBe('hello')
      expect(session.trips).toBe(2)
    }
    expect(existsSync(path)).toBe(false)
  })

  it('is stopped between steps', async () => {
    const [first, second] = [join(directory, 'first'), join(directory, 'second')]
    const abort = new AbortController()
    await using session = await connect(here())
    const long = program(whoami, [sh`sleep 1; echo >${first}`, sh`echo >${second}`])
    const running = (async () => {
      for await (const frame of session.run(long, abort.signal))
        if (frame.is === 'step-started') abort.abort()
    })()
    expect((await failureOf(running)).code).toBe('INTERRUPTED')
    expect(existsSync(first)).toBe(true)
    await sleep(200)
    expect(existsSync(second)).toBe(false)
  })

  it('becomes another user', async () => {
    using account = makeAccount()
    await using session = await connect(here({ method: 'sudo', user: account.name }))
    expect(await answer(session, whoami)).toBe(account.name)
  })
})

describe.each(['sh', 'bash', 'busybox sh'])('the launcher under %s', (shell) => {
  it('drops every line until the program begins', async () => {
    const leak = join(directory, 'leak')
    const user = {
      method: 'sudo',
      user: process.getuid?.() === 0 ? 'root' : (process.env.USER ?? ''),
    } as const
    const quoted = launchCommand('program', user, 'n1').replaceAll("'", `'\\''`)
    const channel = await openLocalChannel(`exec ${shell} -c '${quoted}'`)
    let printed = ''
    channel.stdout.on('data', (text: string) => {
      printed += text
    })
    channel.stdin.write(`touch ${leak}\n$(touch ${leak})\nn1-begin\n`)
    channel.stdin.end('echo "begun, $0"\n')
    expect(await channel.ended).toEqual({ status: 0 })
    expect(printed).toBe('n1-ready\nbegun, sh\n')
    expect(existsSync(leak)).toBe(false)
  })
})
