import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'
import { freePort, openSshLab, type Sshd } from './sshd.ts'
import { answer, connect, failureOf, hostOf, knownHosts, program, whoami } from './talk.ts'

needs('root', 'sshd', 'ss', 'busybox')

describe('a session over ssh', () => {
  const lab = openSshLab()
  let server: Sshd
  beforeAll(async () => {
    server = await lab.start()
  })
  afterAll(() => lab[Symbol.dispose]())

  it('runs several programs over one connection and counts them', async () => {
    await using session = await connect(hostOf(lab, server))
    expect(await answer(session, whoami)).toBe('root')
    const first = await answer(session, sh`echo "$SSH_CONNECTION"`)
    expect(await answer(session, sh`echo "$SSH_CONNECTION"`)).toBe(first)
    expect(session.trips).toBe(3)
  })

  it('waits for the place of a program that has ended, and tells what to do where none becomes free', async () => {
    const few = await lab.start(['MaxSessions 2'])
    await using session = await connect(hostOf(lab, few))
    const [short, long] = [
      await session.converse(sh`exec sleep 1`),
      await session.converse(sh`exec sleep 60`),
    ]
    expect(await answer(session, whoami)).toBe('root')
    short.destroy()
    const second = await session.converse(sh`exec sleep 60`)
    expect(await failureOf(answer(session, whoami))).toMatchObject({
      code: 'CONNECTION_LOST',
      where: { host: 'web1' },
      message: expect.stringContaining('no further program'),
      next: expect.stringContaining('MaxSessions'),
    })
    for (const stream of [long, second]) stream.destroy()
  })

  it('sends what is a packet of ssh as one segment', async () => {
    await using session = await connect(hostOf(lab, server))
    // The kernel's count of the connection that asks, of segments with content that came from here.
    const counted = sh`set -- $SSH_CONNECTION; ss -tinH "sport = :$4 and dport = :$2"`
    const first = Number(/data_segs_in:(\d+)/.exec(await answer(session, counted))?.[1])
    expect(first).toBeGreaterThan(5)
    expect(first).toBeLessThan(14)
  })

  it('refuses a host whose key is not known and says how to make it known', async () => {
    const failure = await failureOf(connect(hostOf(lab, server, { sshArgs: knownHosts('/dev/null') })))
    expect(failure).toMatchObject({ code: 'HOST_KEY_REFUSED', where: { host: 'web1' } })
    expect(failure.message).toMatch(/ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/)
    expect(failure.next).toContain('--accept-new-host-keys')
  })

  it('says that nothing listens on the port', async () => {
    const port = await freePort()
    const failure = await failureOf(connect(hostOf(lab, server, { port })))
    expect(failure.code).toBe('UNREACHABLE')
    expect(failure.message).toContain(`127.0.0.1:${port}: connection refused`)
  })

  it('goes through the ProxyCommand of an ssh_config file', async () => {
    const config = lab.file(
      'proxy_config',
      `Host far\n  HostName 127.0.0.1\n  Port ${server.port}\n  User root\n  IdentityFile ${lab.key}\n` +
        `  HostKeyAlias [127.0.0.1]:${server.port}\n  UserKnownHostsFile ${server.knownHosts}\n` +
        `  ProxyCommand busybox nc %h %p\n`,
    )
    await using session = await connect(
      { name: 'far', address: 'far', connection: 'ssh', sshArgs: [] },
      { sshConfigFile: config },
    )
    expect(await answer(session, whoami)).toBe('root')
  })

  it('yields frames as they come', async () => {
    await using session = await connect(hostOf(lab, server))
    const seen: string[] = []
    let [started, finished] = [0, 0]
    for await (const frame of session.run(program(whoami, [sh`sleep 1`]))) {
      if (frame.is === 'step-started') started = Date.now()
      if (frame.is === 'step-finished') finished = Date.now()
      seen.push(frame.is)
    }
    expect(seen).toEqual(['step-started', 'step-finished', 'answer', 'done'])
    expect(finished - started).toBeGreaterThan(900)
  })
})
