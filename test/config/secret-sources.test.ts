import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadMachines } from '../../src/config/index.ts'
import { decryptVault, encryptVault, readVault } from '../../src/config/vault.ts'

/** By ansible-vault of ansible-core 2.14 with the password `correct horse`, without a label and with one. */
const ofAnsible = [
  [
    '$ANSIBLE_VAULT;1.1;AES256',
    '64333133656265663465363066363764633539343835363166623837636661643462373335333335',
    '3836393731633532383539383539343938323835326166320a663937613066313064663030363366',
    '62646365663137643663386231333430623561633332623262333162393466663933393765326237',
    '6533666635386532350a343064303637386566666165623765393535633330396434656665626334',
    '31633537663039666238616231313066326435363838613532613363316134366637',
  ].join('\n'),
  [
    '$ANSIBLE_VAULT;1.2;AES256;prod',
    '62633630353733313230313266396161343033623764396663623339643636646330313136356566',
    '6361376162646265353566663731336637353634353563350a643234383135383766366533343730',
    '38343039353632373831616638666531363638316138633835373038316337653662656233333565',
    '3230636632613837630a366332353561363563373066653161386364623938346238373164643630',
    '64643734663038396135623765326336386262373739313135633137353163656335',
  ].join('\n'),
]

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-secrets-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The secrets of an inventory with this variable, whatever its name. */
async function secrets(value: string, vaultPasswords?: Record<string, string>): Promise<readonly string[]> {
  const path = join(folder, 'inventory.yaml')
  const written = value.startsWith('$ANSIBLE_VAULT')
    ? value
    : `all:\n  hosts:\n    a:\n      harmless: ${value}\n`
  writeFileSync(path, written)
  const { secrets } = await loadMachines({ inventory: [path], extraVars: [], vaultPasswords })
  return [...secrets].filter((secret) => !Object.values(vaultPasswords ?? {}).includes(secret))
}

describe('a text of ansible-vault', () => {
  it('is what was encrypted, with the right password alone', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.string({ minLength: 1, maxLength: 20 }),
        (bytes, password) => {
          const read = readVault(encryptVault(bytes, password, { label: 'prod' }))
          expect(read?.label).toBe('prod')
          expect(read && decryptVault(read, password)).toEqual(Buffer.from(bytes))
          expect(read && decryptVault(read, `${password}.`)).toBeUndefined()
        },
      ),
      { numRuns: 20 },
    )
  })

  it('is read as ansible-vault wrote it', () => {
    for (const text of ofAnsible) {
      const read = readVault(`${text}\n`)
      expect(read && decryptVault(read, 'correct horse')?.toString()).toBe('hush\nünïcode "x"\n')
    }
  })

  it('is a value, or a whole inventory, and what it holds is secret', async () => {
    const indented = encryptVault(Buffer.from('hush hush'), 'pw').replaceAll('\n', '\n        ').trimEnd()
    expect(await secrets(`!vault |\n        ${indented}`, { default: 'pw' })).toEqual(['hush hush'])
    const whole = encryptVault(Buffer.from('all: { hosts: { a: { user: somebody } } }\n'), 'pw', {
      label: 'x',
    })
    expect(await secrets(whole, { default: 'other', x: 'pw' })).toEqual(['somebody'])
  })

  it('says which password is missing', async () => {
    const text = encryptVault(Buffer.from('a: b'), 'pw', { label: 'prod' })
    await expect(secrets(text)).rejects.toThrow(
      /no password was given \[secret-source\]\n.*--vault-id prod@FILE/,
    )
    await expect(secrets(text, { default: 'no' })).rejects.toThrow(/none of the passwords given .*"prod"/)
  })
})

describe('a value that comes from elsewhere', () => {
  it('is a secret, from the environment, a file or a program', async () => {
    vi.stubEnv('UNDERSTUDY_TEST_TOLD', 'by the environment')
    const file = join(folder, 'told')
    writeFileSync(file, 'by a file\n', { mode: 0o600 })
    expect(await secrets('!env UNDERSTUDY_TEST_TOLD')).toEqual(['by the environment'])
    const inventory = [join(folder, 'inventory.yaml')]
    const given = { UNDERSTUDY_TEST_TOLD: 'by who asked' }
    expect([...(await loadMachines({ inventory, extraVars: [], given })).secrets]).toEqual(['by who asked'])
    await expect(secrets('!env constructor')).rejects.toThrow(/has no variable constructor/)
    writeFileSync(join(folder, 'braces'), 'a{{b', { mode: 0o600 })
    expect(await secrets('!file braces')).toEqual(['a{{b'])
    expect(await secrets('!file told')).toEqual(['by a file'])
    expect(await secrets('!command [/bin/echo, by, a program]')).toEqual(['by a program'])
    vi.unstubAllEnvs()
  })

  it.each([
    ['!env UNDERSTUDY_NOT_SET', /4:\d+: the environment has no variable UNDERSTUDY_NOT_SET/],
    ['!file nowhere', /4:\d+: .*nowhere does not exist/],
    [
      '!file open',
      /4:\d+: .*open holds a secret, and others than its owner may use it \[secret-source\]\n.*chmod 600/,
    ],
    ['!command [/no/such/program]', /4:\d+: the program \/no\/such\/program, .* is not there/],
    ['!command [/bin/false]', /4:\d+: the program \/bin\/false, .* ended with status 1/],
  ])('%s is refused with its place', async (value, message) => {
    const open = join(folder, 'open')
    writeFileSync(open, 'x')
    chmodSync(open, 0o644)
    await expect(secrets(value)).rejects.toThrow(message)
  })
})
