import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, ofModule, plan } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox', 'openssl')

const secret = "pass 'word' $(x) `y`"

async function made(world: World, module: string, parameters: unknown) {
  const applied = await apply(world, ofModule(module, parameters))
  expect(applied, `${module}: ${applied.stderr}`).toMatchObject({ status: 0, again: undefined })
  expect(applied.change, module).toBeDefined()
}

const openssl = (...words: string[]) => execFileSync('openssl', words, { encoding: 'utf8' })

describe.each(shells)('keys and certificates under $name', (shell) => {
  it('are made once, and again where something else is asked for', async () => {
    using world = openWorld(shell)
    const at = (name: string) => `${world.directory}/${name}`
    await made(world, 'openssl_privatekey', { path: at('rsa'), size: 1024 })
    expect(statSync(at('rsa')).mode & 0o7777).toBe(0o600)
    await made(world, 'openssl_privatekey', { path: at('rsa'), size: 2048, mode: '0640', backup: true })
    expect(openssl('pkey', '-in', at('rsa'), '-noout', '-text_pub')).toContain('2048 bit')
    const kept = await apply(
      world,
      ofModule('openssl_privatekey', { path: at('rsa'), size: 1024, regenerate: 'fail' }),
    )
    expect(kept.change?.summary).toContain('keeps it')
    await made(world, 'openssl_privatekey', { path: at('ec'), type: 'ECC', curve: 'secp256r1' })
    await made(world, 'openssl_privatekey', {
      path: at('ed'),
      type: 'Ed25519',
      passphrase: secret,
      cipher: 'auto',
    })
    expect(
      await plan(
        world,
        ofModule('openssl_privatekey', { path: at('ed'), type: 'Ed25519', passphrase: secret }),
      ),
    ).toBe(undefined)
    expect(readFileSync(at('ed'), 'utf8')).toContain('ENCRYPTED')
    await made(world, 'openssl_publickey', { path: at('ec.pub'), privatekey_path: at('ec') })
    await made(world, 'openssl_dhparam', { path: at('dh'), size: 512 })
  })

  it('say who they are for, are signed, and are kept while they say the same', async () => {
    using world = openWorld(shell)
    const at = (name: string) => `${world.directory}/${name}`
    await made(world, 'openssl_privatekey', {
      path: at('ca key'),
      type: 'ECC',
      curve: 'secp256r1',
      passphrase: secret,
    })
    const authority = { privatekey_path: at('ca key'), privatekey_passphrase: secret }
    const request = {
      ...authority,
      path: at('ca.csr'),
      common_name: `It's "a" $CA #1, ltd`,
      organization_name: 'Ünder\\study',
      basic_constraints: ['CA:TRUE', 'pathlen:0'],
      basic_constraints_critical: true,
      key_usage: ['keyCertSign', 'cRLSign'],
      key_usage_critical: true,
      use_common_name_for_san: false,
    }
    await made(world, 'openssl_csr', request)
    await made(world, 'x509_certificate', {
      ...authority,
      path: at('ca.crt'),
      csr_path: at('ca.csr'),
      provider: 'selfsigned',
    })
    expect(
      openssl('x509', '-in', at('ca.crt'), '-noout', '-subject', '-nameopt', 'utf8,sep_multiline,lname'),
    ).toContain('Ünder\\study')
    await made(world, 'openssl_privatekey', { path: at('key'), type: 'ECC', curve: 'secp256r1' })
    const site = { path: at('csr'), privatekey_path: at('key'), common_name: 'www.example.org' }
    await made(world, 'openssl_csr', site)
    expect(openssl('req', '-in', at('csr'), '-noout', '-text')).toContain('DNS:www.example.org')
    await made(world, 'openssl_csr', {
      ...site,
      subject_alt_name: ['DNS:a.example.org', 'IP:192.0.2.1', 'DNS:b.example.org'],
      extended_key_usage: ['serverAuth'],
    })
    const signed = {
      path: at('crt'),
      csr_path: at('csr'),
      provider: 'ownca',
      ownca_path: at('ca.crt'),
      ownca_privatekey_path: at('ca key'),
      ownca_privatekey_passphrase: secret,
      ownca_not_after: '+30d',
    }
    await made(world, 'x509_certificate', signed)
    openssl('verify', '-CAfile', at('ca.crt'), at('crt'))
    const text = openssl('x509', '-in', at('crt'), '-noout', '-text')
    for (const part of [
      'IP Address:192.0.2.1',
      'Subject Key Identifier',
      'Authority Key Identifier',
      'TLS Web Server',
    ])
      expect(text).toContain(part)
    const days =
      (Date.parse(openssl('x509', '-in', at('crt'), '-noout', '-enddate').slice(9)) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(30)
    // Another request is another certificate.
    await made(world, 'openssl_csr', site)
    await made(world, 'x509_certificate', signed)
    const store = {
      path: at('p12'),
      certificate_path: at('crt'),
      privatekey_path: at('key'),
      other_certificates: [at('ca.crt')],
      passphrase: secret,
      friendly_name: 'a site',
    }
    await made(world, 'openssl_pkcs12', store)
    expect(statSync(at('p12')).mode & 0o7777).toBe(0o400)
    await made(world, 'openssl_pkcs12', { ...store, passphrase: 'other' })
    await made(world, 'x509_certificate', {
      path: at('own.crt'),
      privatekey_path: at('key'),
      csr_path: at('csr'),
      provider: 'selfsigned',
    })
  })

  it('tell no password to anybody', async () => {
    using world = openWorld(shell)
    const wanted = ofModule('openssl_privatekey', {
      path: `${world.directory}/key`,
      type: 'Ed25519',
      passphrase: secret,
    })
    const change = await plan(world, wanted)
    expect(JSON.stringify({ ...change, script: '' })).not.toContain('word')
    expect(change?.script).not.toMatch(/openssl[^\n]*word/)
  })

  it('wait for a key that comes before them, and fail without one', async () => {
    using world = openWorld(shell)
    const wanted = ofModule('openssl_csr', {
      path: `${world.directory}/csr`,
      privatekey_path: `${world.directory}/none`,
    })
    expect((await plan(world, wanted))?.summary).toContain('none is not there')
  })
})
