import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashName } from '../../src/transport/known-hosts.ts'
import { needs } from '../needs.ts'
import { openSshLab, type Sshd } from './sshd.ts'
import { answer, connect, failureOf, hostOf, knownHosts, whoami } from './talk.ts'

needs('root', 'sshd', 'ssh')

describe('an option of the ssh configuration', () => {
  const lab = openSshLab()
  let plain: Sshd
  let strict: Sshd
  beforeAll(async () => {
    plain = await lab.start()
    strict = await lab.start(
      [
        'KexAlgorithms diffie-hellman-group14-sha1',
        'Ciphers aes256-cbc',
        'MACs hmac-sha1',
        'HostKeyAlgorithms ssh-rsa',
      ],
      ['rsa'],
    )
  })
  afterAll(() => lab[Symbol.dispose]())

  /** Reaches a server under these options, as `ssh -o` takes them. */
  const reach = async (server: Sshd, options: readonly string[], files = knownHosts(server.knownHosts)) => {
    const args = [...files, ...options.flatMap((option) => ['-o', option])]
    await using session = await connect(hostOf(lab, server, { sshArgs: args }))
    return await answer(session, whoami)
  }

  // What a server asks for that is spoken only where somebody says so.
  const old = [
    'KexAlgorithms=+diffie-hellman-group14-sha1',
    'Ciphers=+aes256-cbc',
    'MACs=+hmac-sha1',
    'HostKeyAlgorithms=+ssh-rsa',
  ]

  it('adds algorithms that are not spoken otherwise', async () => {
    expect(await reach(strict, old)).toBe('root')
    for (const without of old.keys()) {
      const rest = old.filter((_, index) => index !== without)
      expect((await failureOf(reach(strict, rest))).message).toMatch(/no matching/)
    }
  })

  it.each([
    ['KexAlgorithms=curve25519-sha256'],
    ['KexAlgorithms=-diffie-hellman-*,ecdh-*'],
    ['Ciphers=^aes256-ctr'],
    ['MACs=hmac-sha2-512'],
    ['HostKeyAlgorithms=ssh-ed25519'],
    ['PubkeyAcceptedAlgorithms=+ssh-rsa'],
    ['ControlMaster=auto'],
    ['ControlPath=/tmp/none-%C'],
    ['AddKeysToAgent=yes'],
  ])('%s is followed, or knowingly left alone', async (option) => {
    expect(await reach(plain, [option])).toBe('root')
  })

  it.each([
    ['KexAlgorithms=diffie-hellman-group14-sha256', 'no matching'],
    ['KexAlgorithms=sntrup761x25519-sha512@openssh.com', 'leaves nothing that is spoken here'],
    ['Ciphers=rot13', 'leaves nothing that is spoken here'],
    ['HostKeyAlgorithms=rsa-sha2-512', 'no matching'],
    ['PubkeyAcceptedAlgorithms=ssh-rsa', 'PubkeyAcceptedAlgorithms ssh-rsa'],
    ['KnownHostsCommand=/bin/true', 'KnownHostsCommand /bin/true of the ssh configuration is not supported'],
    ['VerifyHostKeyDNS=yes', 'VerifyHostKeyDNS'],
    ['BindInterface=eth7', 'BindInterface eth7'],
  ])('%s is never left out in silence', async (option, message) => {
    const server = option.startsWith('KexAlgorithms=diffie')
      ? await lab.start(['KexAlgorithms curve25519-sha256'])
      : plain
    expect((await failureOf(reach(server, [option]))).message).toContain(message)
  })

  it('revokes keys that known_hosts still has, and trusts nobody where the list cannot be read', async () => {
    const [key = ''] = plain.hostKeys
    const revoked = lab.file('revoked', `# taken back\n${key} of an old machine\n`)
    expect((await failureOf(reach(plain, [`RevokedHostKeys=${revoked}`]))).message).toContain(
      `${revoked}:2 revokes`,
    )
    const another = lab.file('another', `${strict.hostKeys[0]}\n`)
    expect(await reach(plain, [`RevokedHostKeys=${another}`])).toBe('root')
    expect((await failureOf(reach(plain, ['RevokedHostKeys=/no/such/list']))).message).toContain(
      'cannot be read',
    )
  })

  it('revokes keys by a binary list, as they are and by their checksums, and trusts nobody where it is cut off', async () => {
    const [key = ''] = plain.hostKeys
    const [other = ''] = strict.hostKeys
    const authority = lab.makeKey('authority-of-lists')
    const krl = (name: string, lines: string, options: readonly string[] = []) => {
      const path = `${lab.directory}/${name}`
      execFileSync('ssh-keygen', ['-q', '-k', '-f', path, ...options, lab.file(`${name}-of`, lines)])
      return path
    }
    const fingerprint = /SHA256:\S+/.exec(
      execFileSync('ssh-keygen', ['-lf', '-'], { input: key, encoding: 'utf8' }),
    )?.[0]
    for (const [name, lines] of [
      ['whole', `${other}\n${key}\n`],
      ['sha1', `sha1: ${other}\nsha1: ${key}\n`],
      ['sha256', `sha256: ${key}\n`],
      ['fingerprint', `hash: ${fingerprint}\n`],
      ['mixed', `sha256: ${other}\n${key}\n`],
    ] as const) {
      const list = krl(name, lines)
      const { message } = await failureOf(reach(plain, [`RevokedHostKeys=${list}`]))
      expect(message).toContain(`shows a key that ${list} revokes: ssh-ed25519`)
    }
    const others = krl('others', `${other}\nsha256: ${other}\n`)
    const ofCertificates = krl('certificates', 'serial: 1-7\nid: old\n', ['-s', `${authority}.pub`])
    for (const list of [others, ofCertificates, `${others} ${ofCertificates}`])
      expect(await reach(plain, [`RevokedHostKeys=${list}`])).toBe('root')
    const cut = lab.file('cut', '')
    writeFileSync(cut, readFileSync(others).subarray(0, -3))
    const { message } = await failureOf(reach(plain, [`RevokedHostKeys=${cut}`]))
    expect(message).toContain('cannot be read, so no key can be trusted: it is cut off')
  })

  it('that names another way in is told of where no way in is left', async () => {
    const other = lab.makeKey('not-let-in')
    const args = [
      ...knownHosts(plain.knownHosts),
      '-o',
      'CertificateFile=/keys/id-cert.pub',
      '-o',
      'GSSAPIAuthentication=yes',
    ]
    const failure = await failureOf(connect(hostOf(lab, plain, { sshArgs: args, privateKeyFile: other })))
    expect(failure.message).toContain(
      'not supported: CertificateFile, GSSAPIAuthentication of the ssh configuration',
    )
  })

  it('a certificate beside a key is told of where the key alone does not let in', async () => {
    const key = lab.makeKey('certified')
    const authority = lab.makeKey('authority-of-users')
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'me', '-n', 'root', `${key}.pub`])
    const trusting = await lab.start([`TrustedUserCAKeys ${authority}.pub`])
    const args = knownHosts(trusting.knownHosts)
    const failure = await failureOf(connect(hostOf(lab, trusting, { sshArgs: args, privateKeyFile: key })))
    expect(failure.message).toContain(`${key}-cert.pub (certificates are not supported)`)
  })

  it('that leaves host keys to an authority does not let a host be trusted that shows a certificate', async () => {
    const authority = lab.makeKey('authority-of-hosts')
    const key = lab.makeKey('certified-host')
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'host', '-h', `${key}.pub`])
    const server = await lab.start([`HostKey ${key}`, `HostCertificate ${key}-cert.pub`])
    const signer = readFileSync(`${authority}.pub`, 'utf8').trim()
    for (const names of ['*', '127.0.0.1', hashName(`[127.0.0.1]:${server.port}`, Buffer.alloc(20, 7))]) {
      const file = lab.file('authorities', `@cert-authority ${names} ${signer}\n`)
      const { code, message } = await failureOf(reach(server, [], knownHosts(file)))
      expect(code).toBe('HOST_KEY_REFUSED')
      if (names !== '127.0.0.1')
        expect(message).toContain(`authorities:1 names an authority, are not supported`)
    }
  })

  it('that leaves host keys to an authority is told of', async () => {
    const file = lab.file('authority', `@cert-authority * ${plain.hostKeys[0]}\n`)
    const failure = await failureOf(reach(plain, [], knownHosts(file)))
    expect(failure.message).toMatch(/is not known: .*authority:1 names an authority, are not supported/)
  })
})
