import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadMachines } from '../../src/config/index.ts'
import { encryptVault } from '../../src/config/vault.ts'
import { InvalidInput } from '../../src/model/failure.ts'
import { showOrigin } from '../../src/model/origin.ts'
import { certificateFor } from '../certificates.ts'

const made = certificateFor({ names: ['www.example.org'] })
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-certificates-'))
  mkdirSync(join(folder, 'tls'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (file: string, text: string, mode = 0o600) => writeFileSync(join(folder, file), text, { mode })
const indented = (text: string) => `|\n${text.trim().replaceAll(/^/gm, ' '.repeat(20))}`

/** What an inventory comes to whose only service has this certificate and key. */
async function loaded(certificate: string, key: string) {
  const path = join(folder, 'hosts.yaml')
  put(
    'hosts.yaml',
    `all:
  vars:
    cluster:
      balancer: haproxy
      vips: [{ address: 10.0.0.100, vrid: 51 }]
      services:
        - port: 443
          tls:
            certificates:
              - certificate: ${certificate}
                key: ${key}
  children:
    directors: { hosts: { d1: { ansible_host: 10.0.0.11 }, d2: { ansible_host: 10.0.0.12 } } }
    realservers: { hosts: { rs1: { ansible_host: 10.0.0.21 } } }
`,
  )
  return loadMachines({ inventory: [path], extraVars: [], vaultPasswords: { default: 'a password' } })
}

/** What is said of it, with the place of each. */
const refused = async (certificate: string, key: string) => {
  const error = await loaded(certificate, key).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof InvalidInput)) throw error ?? new Error('nothing was refused')
  return error.problems.map(({ message, where }) =>
    `${where.origin ? showOrigin(where.origin) : ''}: ${message}`.replaceAll(`${folder}/`, ''),
  )
}

describe('a certificate and its key', () => {
  it.each([
    ['files beside the inventory', 'tls/www.pem', 'tls/www.key'],
    ['files of which the key is encrypted', 'tls/www.pem', 'tls/www.vault'],
    ['one file and one secret', 'tls/www.pem', '!file tls/www.key'],
    ['what a program prints', '!command cat tls/www.pem', '!command cat tls/www.key'],
    ['texts of which the key is encrypted', indented(made.certificate), '!vault of the key'],
  ])('are %s', async (_, certificate, key) => {
    put('tls/www.pem', made.certificate)
    put('tls/www.key', made.key)
    put('tls/www.vault', encryptVault(Buffer.from(made.key), 'a password'), 0o644)
    const inside = (text: string) =>
      text.replaceAll('cat tls/', `[/bin/cat, ${folder}/tls/`).replace(/(\[\/bin\/cat.*)$/, '$1]')
    const vault = `!vault ${indented(encryptVault(Buffer.from(made.key), 'a password'))}`
    const { clusters, secrets, warnings } = await loaded(
      inside(certificate),
      inside(key).replace('!vault of the key', vault),
    )
    const [served] = clusters[0]?.vips[0]?.services[0]?.tls?.certificates ?? []
    expect(served?.names).toEqual(['www.example.org'])
    expect(served?.key).toBe(made.key.trim())
    expect([...secrets].some((secret) => secret.trim() === made.key.trim())).toBe(true)
    expect(warnings).toEqual([])
  })

  it('are refused at their place where they cannot be read', async () => {
    put('tls/www.key', made.key)
    expect(await refused('tls/www.pem', 'tls/www.key')).toEqual([
      'hosts.yaml:10:30: tls/www.pem does not exist',
    ])
    put('tls/www.pem', made.certificate)
    expect(await refused('tls/www.pem', 'tls')).toEqual([
      'hosts.yaml:11:22: tls is a directory, but a file is needed',
    ])
    put('tls/www.key', encryptVault(Buffer.from(made.key), 'another password'))
    expect(await refused('tls/www.pem', 'tls/www.key')).toEqual([
      'hosts.yaml:11:22: none of the passwords given decrypts this',
    ])
  })

  it('are no secret that everybody can read', async () => {
    put('tls/www.pem', made.certificate)
    expect(await refused('tls/www.pem', indented(made.key))).toEqual([
      'hosts.yaml:11:22: a private key stands here for everybody to read',
    ])
    put('tls/www.key', made.key, 0o644)
    const { warnings } = await loaded('tls/www.pem', 'tls/www.key')
    expect(warnings.map(({ message }) => message.replaceAll(`${folder}/`, ''))).toEqual([
      'tls/www.key holds a private key, and others than its owner may use it: chmod 600 tls/www.key',
    ])
  })

  it('are judged at their place', async () => {
    put('tls/www.pem', made.certificate)
    put('tls/www.key', certificateFor({ names: ['other.example.org'] }).key)
    expect(await refused('tls/www.pem', 'tls/www.key')).toEqual([
      'hosts.yaml:11:22: the key is not that of the certificate of www.example.org',
    ])
  })

  it('keep nobody from looking once they have expired', async () => {
    const old = certificateFor({ names: ['www.example.org'], from: -20, until: -1 })
    put('tls/www.pem', old.certificate)
    put('tls/www.key', old.key)
    const { warnings } = await loaded('tls/www.pem', 'tls/www.key')
    expect(warnings[0]?.message).toContain('the certificate of www.example.org has expired on')
  })
})
