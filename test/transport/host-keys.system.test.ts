import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnector } from '../../src/transport/index.ts'
import { needs } from '../needs.ts'
import { openSshLab, publicKey, type Sshd } from './sshd.ts'
import { answer, connect, failureOf, hostOf, knownHosts, options, whoami } from './talk.ts'

needs('root', 'sshd')

describe('the key of a host', () => {
  const lab = openSshLab()
  let server: Sshd
  let foreign: string
  beforeAll(async () => {
    server = await lab.start([], ['ed25519', 'rsa', 'ecdsa'])
    foreign = publicKey(lab.makeKey('foreign'))
  })
  afterAll(() => lab[Symbol.dispose]())

  const place = () => `[127.0.0.1]:${server.port}`
  const reach = async (text: string, args: readonly string[] = []): Promise<string> => {
    const file = lab.file('known', text)
    await using session = await connect(hostOf(lab, server, { sshArgs: [...args, ...knownHosts(file)] }))
    return await answer(session, whoami)
  }

  it('is accepted in every way known_hosts can record it', async () => {
    const [ed25519] = server.hostKeys
    expect(await reach(`# a remark\n\nother,${place()} ${ed25519} a remark\n`)).toBe('root')
    expect(await reach(`[127.0.0.*]:* ${ed25519}\n`)).toBe('root')
    expect(await reach(`127.0.0.1 ${ed25519}\n`)).toBe('root')
    expect(await reach(`machine ${ed25519}\n`, ['-o', 'HostKeyAlias=Machine'])).toBe('root')
  })

  it('is accepted hashed, as ssh-keygen writes it', async () => {
    const file = lab.file('hashed', `${place()} ${server.hostKeys[0]}\n`)
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' })
    const text = readFileSync(file, 'utf8')
    expect(text).toMatch(/^\|1\|/)
    expect(await reach(text)).toBe('root')
  })

  it('is asked for in a type that is recorded', async () => {
    for (const key of server.hostKeys) expect(await reach(`${place()} ${key}\n`)).toBe('root')
  })

  it('is refused where it is not the one recorded, by whatever policy', async () => {
    for (const policy of ['yes', 'no', 'accept-new']) {
      const failure = await failureOf(
        reach(`# first line\n${place()} ${foreign}\n`, ['-o', `StrictHostKeyChecking=${policy}`]),
      )
      expect(failure.code).toBe('HOST_KEY_REFUSED')
      expect(failure.message).toContain(`not the one recorded at ${join(lab.directory, 'known')}:2`)
      expect(failure.next).toContain(`ssh-keygen -R '${place()}'`)
    }
  })

  it('is refused where a pattern is negated, revoked, or signed by an authority only', async () => {
    const [key] = server.hostKeys
    expect((await failureOf(reach(`[127.0.0.*]:*,!${place()} ${key}\n`))).message).toContain('is not known')
    expect((await failureOf(reach(`@cert-authority * ${key}\n`))).message).toContain('is not known')
    const revoked = await failureOf(reach(`${place()} ${key}\n@revoked * ${key}\n`))
    expect(revoked.code).toBe('HOST_KEY_REFUSED')
    expect(revoked.message).toMatch(/known:2 revokes/)
  })

  it('is recorded once with accept-new, by many sessions at once, in a new private file', async () => {
    const file = join(lab.directory, 'fresh', 'known_hosts')
    const connector = createConnector(options({ hostKeys: 'accept-new' }))
    const host = hostOf(lab, server, { sshArgs: knownHosts(file) })
    const hosts = Array.from({ length: 12 }, (_, index) => ({
      ...host,
      sshArgs: [...host.sshArgs, '-o', `HostKeyAlias=host${index % 6}`],
    }))
    const sessions = await Promise.all(
      hosts.map((one) => connector.connect(one, new AbortController().signal)),
    )
    for (const session of sessions) await session[Symbol.asyncDispose]()
    const names = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0])
    expect(names.sort()).toEqual(['host0', 'host1', 'host2', 'host3', 'host4', 'host5'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(lab.directory, 'fresh')).mode & 0o777).toBe(0o700)
    const strict = hosts.map((one) => ({ ...one }))[0] ?? host
    await using again = await connect(strict)
    expect(await answer(again, whoami)).toBe('root')
  })

  it('is added after an unfinished last line, and hashed on demand', async () => {
    const file = lab.file('unfinished', `elsewhere ${foreign}`)
    const args = ['-o', 'StrictHostKeyChecking=accept-new', '-o', 'HashKnownHosts=yes', ...knownHosts(file)]
    await using session = await connect(hostOf(lab, server, { sshArgs: args }))
    expect(await answer(session, whoami)).toBe('root')
    const found = execFileSync('ssh-keygen', ['-F', place(), '-f', file], { encoding: 'utf8' })
    expect(found).toContain(server.hostKeys[0])
    expect(readFileSync(file, 'utf8')).toMatch(/^elsewhere [^\n]+\n\|1\|[^\n]+\n$/)
  })

  it('does not matter with StrictHostKeyChecking=no and known hosts in /dev/null', async () => {
    const args = ['-o', 'StrictHostKeyChecking=no', ...knownHosts('/dev/null')]
    await using session = await connect(hostOf(lab, server, { sshArgs: args }))
    expect(await answer(session, whoami)).toBe('root')
  })
})
