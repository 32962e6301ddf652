import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Query } from '../../src/model/sensor.ts'
import { needs } from '../needs.ts'
import { ofModule } from '../resources/run.ts'

needs('ansible', 'python3', 'openssl')

const directory = mkdtempSync(join(tmpdir(), 'understudy-certificates-'))
afterAll(() => rmSync(directory, { recursive: true }))
const at = (name: string) => join(directory, name)

/** What our module would do to what stands there; nothing where it is as it should be. */
function planned(name: string, parameters: unknown): string | undefined {
  const resource = ofModule(name, parameters)
  const { answer } = resource.queries as Readonly<Record<string, Query<unknown>>>
  const said = spawnSync('dash', ['-c', `LC_ALL=C; export LC_ALL\n${answer?.subject}`], { encoding: 'utf8' })
  const reading = { rc: said.status ?? 1, stdout: said.stdout, stderr: said.stderr }
  return resource.converge({ answer: reading }, { touches: () => false })?.summary
}

/** Has Ansible's own module make it. */
function real(name: string, parameters: unknown): void {
  const program = join(import.meta.dirname, 'real_module.py')
  execFileSync('/usr/bin/python3', [program, `community.crypto.${name}`], {
    input: JSON.stringify(parameters),
  })
}

const key = { path: at('key'), type: 'RSA', size: 2048 }
const request = {
  path: at('csr'),
  privatekey_path: at('key'),
  common_name: 'www.example.org',
  organization_name: 'Under, study',
  country_name: 'NZ',
  subject_alt_name: ['DNS:b.example.org', 'DNS:a.example.org', 'IP:192.0.2.1'],
  key_usage: ['digitalSignature', 'keyEncipherment'],
  key_usage_critical: true,
  extended_key_usage: ['serverAuth', 'clientAuth'],
  basic_constraints: ['CA:FALSE'],
  ocsp_must_staple: true,
}
const certificate = {
  path: at('crt'),
  csr_path: at('csr'),
  privatekey_path: at('key'),
  provider: 'selfsigned',
}
const signed = {
  path: at('signed'),
  csr_path: at('csr'),
  provider: 'ownca',
  ownca_path: at('crt'),
  ownca_privatekey_path: at('key'),
}

it.each([
  ['openssl_privatekey', key, { size: 3072 }],
  [
    'openssl_privatekey',
    { path: at('ec'), type: 'ECC', curve: 'secp384r1', passphrase: 'x y', cipher: 'auto' },
    { curve: 'secp256r1' },
  ],
  ['openssl_privatekey', { path: at('ed'), type: 'Ed25519' }, { type: 'X25519' }],
  ['openssl_publickey', { path: at('pub'), privatekey_path: at('key') }, { privatekey_path: at('ed') }],
  ['openssl_csr', request, { subject_alt_name: ['DNS:a.example.org'] }],
  ['x509_certificate', certificate, { privatekey_path: at('ed') }],
  ['x509_certificate', signed, { ownca_create_authority_key_identifier: false }],
] as const)(
  'what %s of Ansible made is taken, unless something else is asked for: %j',
  (name, parameters, other) => {
    expect(planned(name, parameters)).toBe('create')
    real(name, parameters)
    expect(planned(name, parameters)).toBe(undefined)
    expect(planned(name, { ...parameters, ...other })).toMatch(/^make anew/)
  },
)
