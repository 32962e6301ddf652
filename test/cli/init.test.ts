import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeCertificates } from '../certificates.ts'
import { projectRoot } from '../e2e/understudy.ts'
import { complaints } from '../schemas/judge.ts'
import { thorough } from '../thorough.ts'
import { inProcess } from './in-process.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-init-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const machines = (
  '--directors 192.0.2.1,192.0.2.2 --proxies 192.0.2.11,192.0.2.12 --realservers 192.0.2.3,192.0.2.4,192.0.2.6,192.0.2.7 ' +
  '--nfs 192.0.2.5 --no-connect'
).split(' ')
const addresses = Array.from({ length: 9 }, (_, index) => `192.0.2.${100 + index}`)

/** Those of which more is asked here, and two of the others. */
const sample = ['acme', 'https', 'nfs-web', 'lvs-dr', 'two-tiers']

describe('init', () => {
  it.each(readdirSync(join(projectRoot, 'inventories')).filter((name) => thorough || sample.includes(name)))(
    'writes what lint accepts: %s',
    { timeout: 120_000 },
    async (name) => {
      const target = join(directory, 'new')
      const asked = await inProcess([
        'init',
        target,
        '--architecture',
        name,
        ...machines,
        '--vips',
        'x'.repeat(3),
      ])
      const count = Number(/^(\d+) free/.exec(asked.stderr)?.[1] ?? 1)
      const vips = addresses.slice(0, count).join(',')
      const made = await inProcess([
        'init',
        join(directory, 'other'),
        '--architecture',
        name,
        ...machines,
        '--vips',
        vips,
      ])
      expect(made.status, made.stderr).toBe(0)
      if (name === 'acme') {
        expect(made.stdout + made.stderr).toContain(join(directory, 'other/account.key'))
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
        writeFileSync(
          join(directory, 'other/account.key'),
          privateKey.export({ type: 'pkcs8', format: 'pem' }),
          { mode: 0o600 },
        )
      }
      if (name === 'https') {
        expect(made.stdout + made.stderr).toContain(join(directory, 'other/tls/www.key'))
        writeCertificates(join(directory, 'other/tls'))
      }
      for (const [what, file] of [
        ['inventory', 'inventory.yaml'],
        ['playbook', 'site.yaml'],
      ] as const) {
        const text = readFileSync(join(directory, 'other', file), 'utf8')
        const [, schema = ''] = /^# yaml-language-server: \$schema=(file:\/\/\/\S+)\n/.exec(text) ?? []
        expect(fileURLToPath(schema)).toBe(join(projectRoot, `schemas/${what}.schema.json`))
        expect(complaints(what, text)).toEqual([])
      }
      const linted = await inProcess([
        'lint',
        '-i',
        join(directory, 'other/inventory.yaml'),
        join(directory, 'other/site.yaml'),
      ])
      const found = name === 'nfs-web' ? 'nfs1 is a single point of failure' : 'nothing to complain about'
      expect([linted.status, linted.stdout]).toEqual([0, expect.stringContaining(found)])
    },
  )

  it('asks for no realservers where the directors serve themselves', async () => {
    const target = join(directory, 'pair')
    const words = '--directors 192.0.2.1,192.0.2.2,192.0.2.3 --vips 192.0.2.9 --no-connect'.split(' ')
    const made = await inProcess(['init', target, '--architecture', 'two-machines', ...words])
    expect(made.status, made.stderr).toBe(0)
    const text = readFileSync(join(target, 'inventory.yaml'), 'utf8')
    expect(text).toContain('ansible_host: 192.0.2.3')
    expect(text).not.toContain('realservers:')
  })

  it('names the machines between two tiers, and leaves comments as they are', async () => {
    const target = join(directory, 'tiers')
    const words = [...machines, '--architecture', 'two-tiers', '--vips', '192.0.2.9']
    expect((await inProcess(['init', target, ...words])).status).toBe(0)
    const text = readFileSync(join(target, 'inventory.yaml'), 'utf8')
    expect(text).toMatch(/proxies:\n\s+hosts:\n\s+p1:\n?\s+.*192\.0\.2\.11/)
    expect(text).toMatch(/address: 192\.0\.2\.9 # free/)
    expect(text).not.toContain('clients:')
  })

  it('overwrites nothing, and says what is wrong', async () => {
    const again = () =>
      inProcess(['init', directory, '--architecture', 'lvs-dr', ...machines, '--vips', '192.0.2.9'])
    expect((await again()).status).toBe(0)
    expect(await again()).toMatchObject({ status: 5, stderr: expect.stringContaining('exists already') })
    expect(await inProcess(['init', 'x', '--architecture', 'lvs-rd'])).toMatchObject({
      status: 5,
      stderr: expect.stringContaining('did you mean "lvs-dr"?'),
    })
  })
})
