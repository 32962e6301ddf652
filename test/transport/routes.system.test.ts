import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host } from '../../src/model/host.ts'
import { sh } from '../../src/shell/quote.ts'
import { createConnector } from '../../src/transport/index.ts'
import { needs } from '../needs.ts'
import { freePort, openSshLab, type Sshd } from './sshd.ts'
import { answer, connect, failureOf, options, whoami } from './talk.ts'

needs('root', 'sshd', 'ssh')

describe('the way to a host', () => {
  const lab = openSshLab()
  let far: Sshd
  let gate: Sshd
  let inner: Sshd
  let config: string
  beforeAll(async () => {
    far = await lab.start()
    gate = await lab.start()
    inner = await lab.start()
    mkdirSync(join(lab.directory, 'config.d'))
    const known = lab.file(
      'known',
      [far, gate, inner].map((one) => `127.0.0.1 ${one.hostKeys[0]}\n`).join(''),
    )
    lab.file('config.d/10-far', `Host far\n  HostName 127.0.0.1\n  Port ${far.port}\n`)
    lab.file('config.d/20-gate', `Host gate\n  HostName 127.0.0.1\n  Port ${gate.port}\n`)
    lab.file(
      'config.d/30-inner',
      `Host inner\n  HostName 127.0.0.1\n  Port ${inner.port}\n  ProxyJump gate\n`,
    )
    lab.file('config.d/ignored~', 'this is no configuration "')
    config = lab.file(
      'config',
      `Include ${lab.directory}/config.d/[0-9]*\nInclude ${lab.directory}/config.d/*0-*\n` +
        `Host * !elsewhere\n  User root\n  IdentityFile ${lab.key}\n  IdentityAgent none\n` +
        `  UserKnownHostsFile ${known}\n  GlobalKnownHostsFile /dev/null\n`,
    )
  })
  afterAll(() => lab[Symbol.dispose]())

  const host = (name: string, ...sshArgs: readonly string[]): Host => ({
    name,
    address: name,
    connection: 'ssh',
    sshArgs,
  })
  /** The ports of the servers that the connection came through: the last one's is that of the host itself. */
  const arrival = sh`echo "\${SSH_CONNECTION##* }"`
  const portOf = async (one: Host): Promise<string> => {
    await using session = await connect(one, { sshConfigFile: config })
    return await answer(session, arrival)
  }

  it('is found in ssh_config and the files it includes', async () => {
    expect(await portOf(host('far'))).toBe(String(far.port))
  })

  it('leads through one machine, and through a chain of them', async () => {
    expect(await portOf(host('far', '-J', 'gate'))).toBe(String(far.port))
    expect(await portOf(host('far', '-J', 'inner'))).toBe(String(far.port))
    expect(await portOf(host('far', '-o', `ProxyJump=gate,root@127.0.0.1:${inner.port}`))).toBe(
      String(far.port),
    )
  })

  it('takes one connection to the machine in between, however many hosts are behind it', async () => {
    const connector = createConnector(options({ sshConfigFile: config }))
    const sessions = await Promise.all(
      Array.from({ length: 8 }, () => connector.connect(host('inner'), new AbortController().signal)),
    )
    expect(served(gate)).toBe(1)
    for (const session of sessions) {
      expect(await answer(session, whoami)).toBe('root')
      await session[Symbol.asyncDispose]()
    }
    while (served(gate) > 0) await sleep(50)
  })

  it('is named where it ends', async () => {
    const port = await freePort()
    const failure = await failureOf(portOf({ ...host('inner'), port }))
    expect(failure).toMatchObject({ code: 'UNREACHABLE', where: { host: 'inner' } })
    expect(failure.message).toBe(`cannot reach 127.0.0.1:${port} through gate: connection refused`)
    const circle = lab.file('circle', 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n')
    const round = await failureOf(connect(host('a'), { sshConfigFile: circle }))
    expect(round.code).toBe('INVALID_INPUT')
    expect(round.message).toContain('circle')
  })

  it('leads through a command, which ends with the session', async () => {
    const mark = `understudy-proxy-${process.pid}`
    const command = `-oProxyCommand=env X=${mark} ssh -F ${config} -W "%h:%p" gate`
    {
      await using session = await connect(host('far', command), { sshConfigFile: config })
      expect(await answer(session, arrival)).toBe(String(far.port))
      expect(running(`127.0.0.1:${far.port}`)).toBe(true)
    }
    while (running(`127.0.0.1:${far.port}`)) await sleep(50)
  })

  it('leads through a command that heeds no signal: it ends with its input', async () => {
    const deaf = `-oProxyCommand=env --ignore-signal=TERM ssh -F ${config} -W "%h:%p" gate`
    {
      await using session = await connect(host('far', deaf), { sshConfigFile: config })
      expect(await answer(session, arrival)).toBe(String(far.port))
    }
    while (running(`127.0.0.1:${far.port}`)) await sleep(50)
  }, 20_000)

  it('tells what a failing command said', async () => {
    const failure = await failureOf(portOf(host('far', '-o', 'ProxyCommand=sh -c "echo no way >&2; exit 3"')))
    expect(failure.code).toBe('UNREACHABLE')
    expect(failure.message).toContain('through ProxyCommand: the connection was closed before ssh began')
    expect(failure.output).toBe('no way')
  })

  it('is refused where an argument has no meaning', async () => {
    const failure = await failureOf(portOf(host('far', '-D', '1080')))
    expect(failure).toMatchObject({ code: 'INVALID_INPUT', where: { host: 'far' } })
    expect(failure.message).toContain('"-D" has no meaning here')
  })
})

/** Connections that a server serves now. */
function served(server: Sshd): number {
  return processes().filter(({ parent, line }) => parent === server.pid && line.startsWith('sshd')).length
}

function running(word: string): boolean {
  return processes().some(({ line }) => line.includes(`-W ${word}`))
}

function processes(): readonly { readonly parent: number; readonly line: string }[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
      return [{ parent: Number(parent), line }]
    } catch {
      // It ended meanwhile.
      return []
    }
  })
}
