import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host } from '../../../src/model/host.ts'
import type { ConnectOptions } from '../../../src/transport/index.ts'
import { needs } from '../../needs.ts'
import { type Account, makeAccount } from '../accounts.ts'
import { freePort, type Sshd } from '../sshd.ts'
import { answer, connect, failureOf, hostOf, knownHosts, whoami } from '../talk.ts'
import { keeping, openKeptLab } from './keeping.ts'

needs('build', 'root', 'sshd', 'ssh', 'useradd')

describe('a kept connection is trusted as a new one', () => {
  const lab = openKeptLab()
  let server: Sshd
  let gate: Sshd
  let ops: Account
  let agent: ChildProcess
  const socket = join(lab.directory, 'agent.sock')
  beforeAll(async () => {
    ops = makeAccount()
    server = await lab.noting(['PasswordAuthentication yes', 'MaxAuthTries 3'])
    gate = await lab.noting()
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    while (!existsSync(socket)) await sleep(20)
  })
  afterAll(() => {
    agent.kill()
    ops[Symbol.dispose]()
    lab[Symbol.dispose]()
  })

  const use = async (host: Host, more: Partial<ConnectOptions> = {}) => {
    await using session = await connect(host, { keeping: keeping(), ...more })
    return await answer(session, whoami)
  }
  const loginsFor = async (work: () => Promise<unknown>): Promise<number> => {
    const before = lab.logins()
    await work()
    return lab.logins() - before
  }
  const knowing = (name: string, ...servers: readonly Sshd[]) =>
    lab.file(name, servers.map(({ port, hostKeys }) => `[127.0.0.1]:${port} ${hostKeys[0]}\n`).join(''))

  it('is not used once its host is not known any more, or its key is revoked', async () => {
    const known = knowing('known', server)
    const host = hostOf(lab, server, { sshArgs: knownHosts(known) })
    const line = readFileSync(known, 'utf8')
    expect(await loginsFor(() => use(host))).toBe(1)
    writeFileSync(known, '')
    expect(await failureOf(use(host))).toMatchObject({ code: 'HOST_KEY_REFUSED' })
    writeFileSync(known, line)
    expect(await loginsFor(() => use(host))).toBe(1)
    expect(await loginsFor(() => use(host))).toBe(0)
    writeFileSync(known, `${line}@revoked ${line}`)
    expect((await failureOf(use(host))).message).toContain('revokes')
    writeFileSync(known, line)
    expect(await loginsFor(() => use(host))).toBe(1)
  })

  it('is looked at on its whole way', async () => {
    const known = knowing('known_way', gate, server)
    const config = lab.file(
      'config_way',
      `Host *\n  User root\n  IdentityFile ${lab.key}\n  IdentityAgent none\n  UserKnownHostsFile ${known}\n` +
        `  GlobalKnownHostsFile none\nHost gate\n  HostName 127.0.0.1\n  Port ${gate.port}\n` +
        `Host inner other\n  HostName 127.0.0.1\n  Port ${server.port}\n  ProxyJump gate\n`,
    )
    const behind = (name: string): Host => ({ name, address: name, connection: 'ssh', sshArgs: [] })
    const way = { sshConfigFile: config }
    expect(await loginsFor(() => use(behind('inner'), way))).toBe(2)
    expect(await loginsFor(() => use(behind('inner'), way))).toBe(0)
    // Another host behind the same machine needs no other connection to that.
    expect(await loginsFor(() => use(behind('other'), way))).toBe(1)
    expect(await loginsFor(() => use(behind('gate'), way))).toBe(0)
    writeFileSync(known, readFileSync(known, 'utf8').split('\n').slice(1).join('\n'))
    const failure = await failureOf(use(behind('inner'), way))
    expect(failure).toMatchObject({ code: 'HOST_KEY_REFUSED', where: { host: 'inner' } })
    expect(failure.message).toContain(`:${gate.port}`)
  })

  it('notes a new host once', async () => {
    const known = lab.file('known_later', '')
    const host = hostOf(lab, server, { sshArgs: knownHosts(known) })
    const newcomers = { hostKeys: 'accept-new' } as const
    expect(await failureOf(use(host))).toMatchObject({ code: 'HOST_KEY_REFUSED' })
    expect(await loginsFor(() => use(host, newcomers))).toBe(1)
    expect(readFileSync(known, 'utf8').trim().split('\n')).toHaveLength(1)
    expect(await loginsFor(() => use(host, newcomers))).toBe(0)
    // Who wants to know hosts before has a connection of his own, of a host that is known by now.
    expect(await loginsFor(() => use(host))).toBe(1)
  })

  it('needs a passphrase once, and a key of the agent only while it is made', async () => {
    const locked = lab.makeKey('locked', 'open sesame')
    lab.authorize(locked, 'open sesame')
    const asked: string[] = []
    const askSecret = async (prompt: string) => {
      asked.push(prompt)
      return 'open sesame'
    }
    const withKey = hostOf(lab, server, { privateKeyFile: locked })
    expect(await loginsFor(() => use(withKey, { askSecret }))).toBe(1)
    expect(await loginsFor(() => use(withKey))).toBe(0)
    expect(asked).toEqual([`Passphrase for ${locked}`])

    for (const type of ['rsa', 'ecdsa', 'ed25519']) {
      const key = lab.makeKey(`agent_${type}`, '', type)
      lab.authorize(key)
      const environment = { ...process.env, SSH_AUTH_SOCK: socket }
      execFileSync('ssh-add', ['-q', key], { env: environment })
      rmSync(key)
      const host = hostOf(lab, server, {
        privateKeyFile: `${key}.pub`,
        sshArgs: [...knownHosts(server.knownHosts).slice(0, 4), '-o', `IdentityAgent=${socket}`],
      })
      expect(await loginsFor(() => use(host))).toBe(1)
      execFileSync('ssh-add', ['-q', '-d', `${key}.pub`], { env: environment })
      expect(await loginsFor(() => use(host))).toBe(0)
    }
    const rsa = lab.makeKey('file_rsa', '', 'rsa')
    lab.authorize(rsa)
    expect(await use(hostOf(lab, server, { privateKeyFile: rsa }))).toBe('root')
  })

  it('is none where the password was wrong', async () => {
    const stranger = lab.makeKey('stranger')
    const host = hostOf(lab, server, { user: ops.name, privateKeyFile: stranger, password: 'wrong' })
    for (let turn = 0; turn < 2; turn++) {
      const before = lab.refusals()
      expect((await failureOf(use(host))).message).toContain(`tried: key ${stranger}; password`)
      expect(lab.refusals() - before).toBe(1)
    }
    const right = { ...host, password: ops.password }
    expect(await use(right)).toBe(ops.name)
    expect(await loginsFor(() => use(right))).toBe(0)
  })

  it('has a process that holds nothing secret where others might look', async () => {
    process.env.UNDERSTUDY_TEST_SECRET = 'from the environment'
    try {
      const stranger = lab.makeKey('stranger2')
      const host = hostOf(lab, server, { user: ops.name, privateKeyFile: stranger, password: ops.password })
      for (const pid of lab.masters()) process.kill(pid, 'SIGKILL')
      expect(await use(host)).toBe(ops.name)
      const [master = 0] = lab.masters()
      const seen = ['cmdline', 'environ']
        .map((file) => readFileSync(`/proc/${master}/${file}`, 'utf8'))
        .join()
      expect(seen).toContain('keep-connections')
      expect(seen).not.toContain(ops.password)
      expect(seen).not.toContain('from the environment')
      // Neither a terminal nor anything else of the command stays with it.
      expect(readFileSync(`/proc/${master}/stat`, 'utf8').split(') ')[1]?.split(' ')[3]).toBe(String(master))
    } finally {
      delete process.env.UNDERSTUDY_TEST_SECRET
    }
  })

  it('is reached through a command as it would run here', async () => {
    const wayTo = (command: string) =>
      hostOf(lab, server, { sshArgs: [...knownHosts(server.knownHosts), '-o', `ProxyCommand=${command}`] })
    process.env.UNDERSTUDY_TEST_CONFIG = lab.file(
      'config_proxy',
      `Host *\n  User root\n  IdentityFile ${lab.key}\n`,
    )
    try {
      const known = knowing('known_proxy', gate)
      const through = wayTo(
        `ssh -F "$UNDERSTUDY_TEST_CONFIG" -o UserKnownHostsFile=${known} -p ${gate.port} -W %h:%p 127.0.0.1`,
      )
      expect(await loginsFor(() => use(through))).toBe(2)
      expect(await loginsFor(() => use(through))).toBe(0)
    } finally {
      delete process.env.UNDERSTUDY_TEST_CONFIG
    }
  })

  it('fails as any other', async () => {
    const port = await freePort()
    const stranger = lab.makeKey('stranger3')
    const proxied = [...knownHosts(server.knownHosts), '-o', 'ProxyCommand=sh -c "echo no way >&2; exit 3"']
    for (const host of [
      hostOf(lab, server, { port }),
      hostOf(lab, server, { address: 'nowhere.invalid' }),
      hostOf(lab, server, { sshArgs: knownHosts('/nowhere') }),
      hostOf(lab, server, { privateKeyFile: stranger }),
      hostOf(lab, server, { sshArgs: proxied }),
      hostOf(lab, server, { sshArgs: [...knownHosts(server.knownHosts), '-o', 'Ciphers=3des-cbc'] }),
      hostOf(lab, server, {
        port,
        sshArgs: [...knownHosts(gate.knownHosts), '-J', `root@127.0.0.1:${gate.port}`],
      }),
    ]) {
      const [kept, alone] = [await failureOf(use(host)), await failureOf(connect(host))]
      const { code, message, next, output, where } = alone
      expect({ ...kept, message: kept.message }).toMatchObject({ code, message, next, output, where })
    }
  })

  it('is not kept where others could get at it', async () => {
    const host = hostOf(lab, server)
    const runtime = join(lab.directory, 'elsewhere')
    const directory = join(runtime, 'understudy')
    mkdirSync(runtime, { mode: 0o700 })
    process.env.XDG_RUNTIME_DIR = runtime
    try {
      const refused = async (why: string) => {
        const failure = await failureOf(use(host))
        expect(failure).toMatchObject({ code: 'INVALID_INPUT' })
        expect(failure.message).toBe(`connections cannot be kept in ${directory}: it ${why}`)
      }
      mkdirSync(directory, { mode: 0o700 })
      chownSync(directory, 65_534, 65_534)
      await refused('belongs to another user (uid 65534)')
      chownSync(directory, 0, 0)
      chmodSync(directory, 0o711)
      await refused('is open to others (mode 0711)')
      rmSync(directory, { recursive: true })
      symlinkSync(lab.runtime, directory)
      await refused('is no directory')
    } finally {
      process.env.XDG_RUNTIME_DIR = lab.runtime
    }
  })
})
