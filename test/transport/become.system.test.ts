import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Become } from '../../src/model/host.ts'
import { sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'
import { type Account, makeAccount } from './accounts.ts'
import { openSshLab, type Sshd } from './sshd.ts'
import { answer, connect, failureOf, hostOf, program, whoami } from './talk.ts'

needs('root', 'sshd', 'sudo', 'useradd')

describe('becoming another user', () => {
  const lab = openSshLab()
  let server: Sshd
  let ops: Account
  let other: Account
  beforeAll(async () => {
    server = await lab.start()
    ops = makeAccount()
    other = makeAccount()
  })
  afterAll(() => {
    ops[Symbol.dispose]()
    other[Symbol.dispose]()
    lab[Symbol.dispose]()
  })
  beforeEach(() => ops.sudoers('USER ALL=(ALL) ALL'))

  const as = (become: Partial<Become> = {}) =>
    connect(hostOf(lab, server, { user: ops.name, become: { method: 'sudo', user: 'root', ...become } }))
  const runs = async (become: Partial<Become>): Promise<string> => {
    await using session = await as(become)
    return await answer(session, whoami)
  }

  it('gives sudo the password it asks for, for every program', async () => {
    await using session = await as({ password: ops.password })
    expect(await answer(session, whoami)).toBe('root')
    expect(await answer(session, sh`echo "$SUDO_USER"`)).toBe(ops.name)
  })

  it('never lets the password reach a command line or a shell', async () => {
    await using session = await as({ password: ops.password })
    const seen = await answer(
      session,
      sh`cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n'`,
    )
    expect(seen).toContain('sudo')
    expect(seen).not.toContain(ops.password)
    expect(existsSync(`/tmp/${ops.name}-leak`)).toBe(false)
  })

  it('says that the password is wrong, after one try', async () => {
    const failure = await failureOf(runs({ password: 'wrong' }))
    expect(failure).toMatchObject({
      code: 'BECOME_FAILED',
      message: `sudo refused the password for ${ops.name}`,
      where: { host: 'web1' },
    })
    expect(failure.next).toContain('--ask-become-pass')
  })

  it('says that a password is needed where none was given', async () => {
    const failure = await failureOf(runs({}))
    expect(failure).toMatchObject({ code: 'BECOME_FAILED' })
    expect(failure.message).toBe(`sudo wants the password of ${ops.name}, and none was given`)
    expect(failure.next).toContain('--ask-become-pass')
  })

  it('needs no password where the host asks for none, and keeps an unneeded one to itself', async () => {
    ops.sudoers('USER ALL=(ALL) NOPASSWD: ALL')
    expect(await runs({})).toBe('root')
    expect(await runs({ password: ops.password })).toBe('root')
    expect(existsSync(`/tmp/${ops.name}-leak`)).toBe(false)
  })

  it('works where sudo still remembers the password', async () => {
    ops.sudoers('Defaults:USER timestamp_type=global\nUSER ALL=(ALL) ALL')
    expect(await runs({ password: ops.password })).toBe('root')
    expect(await runs({})).toBe('root')
  })

  it('says that the user is not in sudoers', async () => {
    ops.sudoers('# nothing for USER')
    const failure = await failureOf(runs({ password: ops.password }))
    expect(failure).toMatchObject({
      code: 'BECOME_FAILED',
      message: `${ops.name} may not become root through sudo`,
    })
  })

  it('says that sudo wants a terminal', async () => {
    ops.sudoers('Defaults:USER requiretty\nUSER ALL=(ALL) NOPASSWD: ALL')
    const failure = await failureOf(runs({}))
    expect(failure.message).toContain('requiretty')
    expect(failure.next).toContain('!requiretty')
  })

  it('says that there is no such user to become', async () => {
    ops.sudoers('USER ALL=(ALL) NOPASSWD: ALL')
    const failure = await failureOf(runs({ user: 'nobody-of-this-name' }))
    expect(failure).toMatchObject({ code: 'BECOME_FAILED' })
    expect(failure.message).toContain('there is no user nobody-of-this-name')
  })

  it('refuses a user name that would be shell', async () => {
    const failure = await failureOf(runs({ user: 'root; reboot' }))
    expect(failure.code).toBe('INVALID_INPUT')
  })

  it('does without sudo where it is that user already', async () => {
    ops.sudoers('# nothing for USER')
    expect(await runs({ user: ops.name })).toBe(ops.name)
  })

  it('becomes a user who is not root', async () => {
    expect(await runs({ user: other.name, password: ops.password })).toBe(other.name)
  })

  it('becomes another user with su and that user’s password', async () => {
    expect(await runs({ method: 'su', user: other.name, password: other.password })).toBe(other.name)
    const failure = await failureOf(runs({ method: 'su', user: other.name, password: 'wrong' }))
    expect(failure).toMatchObject({
      code: 'BECOME_FAILED',
      message: `su refused the password for ${other.name}`,
    })
  })

  it('stores uploads as that user, byte for byte, and removes them at the end', async () => {
    const content = Buffer.alloc(5 * 1024 * 1024, Buffer.from([0, 10, 13, 39, 255, 0]))
    let path = ''
    {
      await using session = await as({ password: ops.password })
      path = await session.upload(content)
      expect(readFileSync(path).equals(content)).toBe(true)
      expect(await answer(session, sh`stat -c '%a %U' ${path}`)).toBe('600 root')
    }
    expect(existsSync(path)).toBe(false)
  })

  it.each(['use_pty', '!use_pty'])(
    'lets a step finish, and starts no further one, when the connection is cut (%s)',
    async (pty) => {
      ops.sudoers(`Defaults:USER ${pty}\nUSER ALL=(ALL) NOPASSWD: ALL`)
      const [first, second] = [join(lab.directory, `${pty}-1`), join(lab.directory, `${pty}-2`)]
      const session = await as()
      const run = async () => {
        const work = program(whoami, [sh`sleep 1; echo >${first}`, sh`sleep 0.2; echo >${second}`])
        for await (const frame of session.run(work))
          if (frame.is === 'step-started') await session[Symbol.asyncDispose]()
      }
      expect((await failureOf(run())).code).toBe('CONNECTION_LOST')
      while (!existsSync(first)) await sleep(50)
      await sleep(500)
      expect(existsSync(second)).toBe(false)
    },
  )

  it('leaves nothing behind in the temporary directories', () => {
    const left = readdirSync('/tmp').filter((name) => name.includes(ops.name) || name.includes(other.name))
    expect(left).toEqual([])
  })
})
