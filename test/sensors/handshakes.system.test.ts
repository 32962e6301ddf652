import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer as plainServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, createServer } from 'node:tls'
import { expect, it } from 'vitest'
import { certificateFiles } from '../../src/sensors/certificate-files.ts'
import { handshakes } from '../../src/sensors/handshakes.ts'
import { certificateFor, chained } from '../certificates.ts'
import { needs } from '../needs.ts'
import { ask, shells } from './ask.ts'

needs('dash', 'busybox', 'openssl')

const root = certificateFor({ subject: 'Root', isAuthority: true })
const usual = certificateFor({ names: ['www.example.org'], by: root })
const named = certificateFor({ names: ['other.example.org'], by: root })

it.each(shells)('whoever speaks TLS shows its certificates, under %s', async (shell) => {
  const server = createServer({
    cert: chained(usual, root),
    key: usual.key,
    ALPNProtocols: ['h2'],
    SNICallback: (name, done) =>
      done(
        null,
        name === 'other.example.org'
          ? createSecureContext({ cert: named.certificate, key: named.key })
          : undefined,
      ),
  })
  const plain = plainServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 No\r\n\r\n'))
  const portOf = async (one: typeof plain, address: string) => {
    await new Promise<void>((done) => one.listen(0, address, done))
    return (one.address() as AddressInfo).port
  }
  const [port, other] = [await portOf(server, '::'), await portOf(plain, '127.0.0.1')]
  const subjects = [
    { address: '127.0.0.1', port },
    { address: '::1', port, name: 'other.example.org' },
    { address: '127.0.0.1', port: other, name: 'www.example.org' },
    { address: '127.0.0.1', port: 1 },
  ].map((one) => JSON.stringify(one))
  const [first, second, third, fourth] = await ask(shell, handshakes, subjects)
  const made = { made: true, version: 'TLSv1.3', protocol: 'h2', now: expect.any(Number) }
  expect(first).toEqual({ ...made, certificates: [usual, root].map(({ certificate }) => certificate.trim()) })
  // The server adds who signed it where it knows.
  expect(second).toEqual({ ...made, certificates: expect.arrayContaining([named.certificate.trim()]) })
  expect(third).toEqual({ made: false, why: expect.stringMatching(/wrong version|record/) })
  expect(fourth).toEqual({ made: false, why: 'Connection refused' })
  server.close()
  plain.close()
})

it.each(shells)(
  'files are known by their certificates, and keys stay where they are, under %s',
  async (shell) => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-files-'))
    const [path, link, gone, plain] = ['site.pem', 'link', 'gone', 'a b'].map((name) => join(folder, name))
    writeFileSync(path as string, `${chained(usual, root)}${usual.key}`)
    symlinkSync(path as string, link as string)
    writeFileSync(plain as string, 'no certificate\n# 7 of nothing\n')
    chmodSync(plain as string, 0o600)
    const readings = await ask(shell, certificateFiles, [path, link, gone, plain] as string[])
    expect(readings).toEqual([
      { is: 'file', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), certificates: chained(usual, root) },
      { is: 'other' },
      { is: 'absent' },
      { is: 'file', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), certificates: '' },
    ])
    rmSync(folder, { recursive: true })
  },
)
