import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { inProcess } from './in-process.ts'

let folder = ''
const at = (name: string) => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-vault-'))
  writeFileSync(at('password'), 'first\n', { mode: 0o600 })
  writeFileSync(at('program'), '#!/bin/sh\necho second\n')
  chmodSync(at('program'), 0o700)
})
afterAll(() => rmSync(folder, { recursive: true }))

const vault = (name: string, path: string, ...flags: readonly string[]) =>
  inProcess(['vault', name, at(path), ...flags])
const first = () => ['--vault-password-file', at('password')]
const second = () => ['--vault-id', `prod@${at('program')}`]

describe('understudy vault', () => {
  it('encrypts in place, for its owner alone, and decrypts again', async () => {
    writeFileSync(at('file'), 'a: hush\n', { mode: 0o644 })
    expect(await vault('encrypt', 'file', ...first())).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(at('file'), 'utf8')).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n[0-9a-f\n]+$/)
    expect(statSync(at('file')).mode & 0o777).toBe(0o600)
    expect(await vault('view', 'file', ...first())).toMatchObject({ status: 0, stdout: 'a: hush\n' })
    const twice = await vault('encrypt', 'file', ...first())
    expect([twice.status, twice.stderr]).toEqual([5, expect.stringContaining('is encrypted already')])
    await vault('decrypt', 'file', ...first())
    expect(readFileSync(at('file'), 'utf8')).toBe('a: hush\n')
  })

  it('takes another password, and a label, which a program may tell', async () => {
    writeFileSync(at('file'), 'a: hush\n')
    await vault('encrypt', 'file', ...first())
    const ran = await vault('rekey', 'file', ...first(), '--new-vault-id', `prod@${at('program')}`)
    expect(ran).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(at('file'), 'utf8')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/)
    expect(await vault('view', 'file', ...second())).toMatchObject({ stdout: 'a: hush\n' })
    const wrong = await vault('view', 'file', ...first())
    expect([wrong.status, wrong.stderr]).toEqual([5, expect.stringMatching(/none of the passwords .*"prod"/)])
  })

  it('lets an editor change it, and leaves nothing of what it held', async () => {
    const editor = at('editor')
    writeFileSync(editor, `#!/bin/sh\necho "b: more" >>"$1"\necho "$1" >${at('edited')}\n`)
    chmodSync(editor, 0o700)
    vi.stubEnv('VISUAL', editor)
    expect(await vault('edit', 'file', ...second())).toMatchObject({ status: 0, stderr: '' })
    vi.stubEnv('VISUAL', '/bin/false')
    expect(await vault('edit', 'file', ...second())).toMatchObject({
      status: 5,
      stderr: expect.stringContaining('nothing was changed'),
    })
    vi.unstubAllEnvs()
    expect(await vault('view', 'file', ...second())).toMatchObject({ stdout: 'a: hush\nb: more\n' })
    expect(readFileSync(at('file'), 'utf8')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/)
    expect(() => statSync(readFileSync(at('edited'), 'utf8').trim())).toThrow('ENOENT')
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('says that no password was given', async () => {
    vi.stubEnv('ANSIBLE_VAULT_PASSWORD_FILE', '')
    const ran = await vault('encrypt', 'password')
    vi.unstubAllEnvs()
    expect([ran.status, ran.stderr]).toEqual([5, expect.stringContaining('give --vault-password-file')])
    expect(readFileSync(at('password'), 'utf8')).toBe('first\n')
  })
})
