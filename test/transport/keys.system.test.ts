import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnector } from '../../src/transport/index.ts'
import { needs } from '../needs.ts'
import { makeAccount } from './accounts.ts'
import { openSshLab, type Sshd } from './sshd.ts'
import { answer, connect, failureOf, hostOf, knownHosts, options, whoami } from './talk.ts'

needs('root', 'sshd', 'useradd')

describe('proving who we are', () => {
  const lab = openSshLab()
  let server: Sshd
  let locked: string
  let stranger: string
  let agentKey: string
  let agent: ChildProcess
  const socket = join(lab.directory, 'agent.sock')

  beforeAll(async () => {
    locked = lab.makeKey('locked', 'open sesame')
    stranger = lab.makeKey('stranger')
    agentKey = lab.makeKey('in_agent', '', 'rsa')
    for (const key of [locked, agentKey]) lab.authorize(key, 'open sesame')
    server = await lab.start(['PasswordAuthentication yes', 'MaxAuthTries 3'])
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    while (!existsSync(socket)) await sleep(20)
    for (const key of [stranger, agentKey])
      execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
  })
  afterAll(() => {
    agent.kill()
    lab[Symbol.dispose]()
  })

  const withAgent = () => [...knownHosts(server.knownHosts).slice(0, 4), '-o', `IdentityAgent=${socket}`]

  it('asks for a passphrase once, however many hosts need the key', async () => {
    const asked: string[] = []
    const connector = createConnector(
      options({
        askSecret: async (prompt) => {
          asked.push(prompt)
          await sleep(200)
          return 'open sesame'
        },
      }),
    )
    const host = hostOf(lab, server, { privateKeyFile: locked })
    const sessions = await Promise.all(
      [1, 2, 3].map(() => connector.connect(host, new AbortController().signal)),
    )
    expect(asked).toEqual([`Passphrase for ${locked}`])
    for (const session of sessions) {
      expect(await answer(session, whoami)).toBe('root')
      await session[Symbol.asyncDispose]()
    }
  })

  it('gives up after three wrong passphrases', async () => {
    let asked = 0
    const failure = await failureOf(
      connect(hostOf(lab, server, { privateKeyFile: locked }), {
        askSecret: async () => {
          asked += 1
          return 'wrong'
        },
      }),
    )
    expect(asked).toBe(3)
    expect(failure.code).toBe('AUTHENTICATION_FAILED')
    expect(failure.message).toContain(`the passphrase for ${locked} was wrong three times`)
  })

  it('uses the keys of an agent', async () => {
    await using session = await connect(
      hostOf(lab, server, { privateKeyFile: join(lab.directory, 'missing'), sshArgs: withAgent() }),
    )
    expect(await answer(session, whoami)).toBe('root')
  })

  it('uses only the named keys of an agent with IdentitiesOnly', async () => {
    const failure = await failureOf(
      connect(
        hostOf(lab, server, { privateKeyFile: stranger, sshArgs: [...withAgent(), '-oIdentitiesOnly=yes'] }),
      ),
    )
    expect(failure.code).toBe('AUTHENTICATION_FAILED')
    expect(failure.message).toContain('agent key stranger')
    expect(failure.message).not.toContain('in_agent')
  })

  it('does not ask for the passphrase of a key the agent holds', async () => {
    execFileSync('ssh-add', ['-q', '-D'], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
    const copy = join(lab.directory, 'locked_copy')
    copyFileSync(locked, copy)
    copyFileSync(`${locked}.pub`, `${copy}.pub`)
    const plain = join(lab.directory, 'locked_plain')
    copyFileSync(locked, plain)
    chmodSync(plain, 0o600)
    execFileSync('ssh-keygen', ['-q', '-p', '-P', 'open sesame', '-N', '', '-f', plain])
    execFileSync('ssh-add', ['-q', plain], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    await using session = await connect(hostOf(lab, server, { privateKeyFile: copy, sshArgs: withAgent() }))
    expect(await answer(session, whoami)).toBe('root')
  })

  it('says what was tried when the host lets nobody in', async () => {
    const failure = await failureOf(connect(hostOf(lab, server, { privateKeyFile: stranger })))
    expect(failure).toMatchObject({ code: 'AUTHENTICATION_FAILED', where: { host: 'web1' } })
    expect(failure.message).toBe(`127.0.0.1 does not let root in; tried: key ${stranger}`)
    expect(failure.next).toContain('ssh-copy-id root@127.0.0.1')
  })

  it('refuses a key file that others can read', async () => {
    const open = join(lab.directory, 'open')
    copyFileSync(lab.key, open)
    chmodSync(open, 0o644)
    const failure = await failureOf(connect(hostOf(lab, server, { privateKeyFile: open })))
    expect(failure.code).toBe('AUTHENTICATION_FAILED')
    expect(failure.message).toContain(`${open} is open to others (mode 0644): chmod 600 ${open}`)
  })

  it('gives the password of the inventory', async () => {
    using account = makeAccount()
    const host = hostOf(lab, server, {
      user: account.name,
      privateKeyFile: stranger,
      password: account.password,
    })
    await using session = await connect(host)
    expect(await answer(session, whoami)).toBe(account.name)
    const failure = await failureOf(connect({ ...host, password: 'wrong' }))
    expect(failure.message).toContain(`tried: key ${stranger}; password`)
  })
})
