import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { tellV8 } from '../../src/cli/flags.ts'
import { namingSources } from '../../src/cli/naming-sources.ts'
import { compiled, sourceOf } from '../../src/cli/parts.ts'
import { projectRoot } from '../e2e/understudy.ts'
import { needs } from '../needs.ts'

needs('build')

const built = join(projectRoot, 'dist/cli')
const files = readdirSync(built).filter((name) => /\.c?js$/.test(name))

function scratch() {
  const path = mkdtempSync(join(tmpdir(), 'understudy-bundle-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** Where the build has the line that declares this function, as a stack trace would name it. */
function declared(name: string): string {
  for (const file of files) {
    const lines = readFileSync(join(built, file), 'utf8').split('\n')
    const line = lines.findIndex((text) => text.startsWith(`async function ${name}(`))
    if (line >= 0) return `${join(built, file)}:${line + 1}:1`
  }
  throw new Error(`the build has no function ${name}`)
}

it.each([
  ['runCommandLine', 'src/cli/command-line.ts'],
  ['loadIntent', 'src/config/intent.ts'],
  ['lintFindings', 'src/operations/lint.ts'],
])('a stack trace of the built command names the source of %s', (name, source) => {
  const line = readFileSync(join(projectRoot, source), 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(`async function ${name}(`))
  const named = namingSources(`Error: x\n    at ${name} (${declared(name)})\n    at async ${declared(name)}`)
  expect(named).toMatch(
    new RegExp(`^Error: x\n    at ${name} \\(${source}:${line + 1}:\\d+\\)\n    at async ${source}:`),
  )
})

it('leaves what it has no map of as it is', () => {
  const stack =
    'Error: x\n    at a (file:///nowhere/at/all.js:3:4)\n    at node:internal/modules:1:2\n    at /b.js:1:1'
  expect(namingSources(stack)).toBe(stack)
})

it('names, with their licences, the packages of which the build holds parts', () => {
  const told = readFileSync(join(built, 'THIRD-PARTY.txt'), 'utf8')
  const parts = new Set(
    files
      .filter((name) => readdirSync(built).includes(`${name}.map`))
      .flatMap((name) => JSON.parse(readFileSync(join(built, `${name}.map`), 'utf8')).sources as string[])
      .flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(source)?.[1] ?? []),
  )
  expect([...parts]).toEqual(expect.arrayContaining(['commander', 'yaml', 'zod']))
  for (const name of parts) expect(told).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: \\S+`, 'm'))
})

it('consists of files that this Node can read', () => {
  const all = files
    .filter((name) => name !== 'main.js')
    .map((name) => String(pathToFileURL(join(built, name))))
  const read = 'for (const file of process.argv.slice(1)) await import(file)'
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', read, ...all], {
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
})

it('has no part that loads anything by import(), which only modules can', () => {
  const parts = files.filter((name) => name.endsWith('.cjs'))
  const loading = parts.filter((name) => /\bawait import\(/.test(readFileSync(join(built, name), 'utf8')))
  expect([parts.length > 10, loading]).toEqual([true, []])
})

it('starts programs, which loads what Node has for that late', () => {
  using here = scratch()
  const [file, program] = ['secret.yaml', 'password'].map((name) => join(here.path, name)) as [string, string]
  writeFileSync(file, 'a: b\n')
  writeFileSync(program, '#!/bin/sh\necho word\n', { mode: 0o755 })
  const words = [join(built, 'main.js'), 'vault', 'encrypt', '--vault-password-file', program, file]
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  expect(readFileSync(file, 'utf8')).toMatch(/^\$ANSIBLE_VAULT;/)
})

it('has beside each part what this Node has compiled of it, under the flags that the command sets', () => {
  const parts = files.filter((name) => existsSync(join(built, `${name}${compiled}`)))
  expect(parts).toEqual(expect.arrayContaining(['command-line.cjs', expect.stringMatching(/^config-/)]))
  const flags = tellV8.toString().match(/--[a-z-]+=\d+/g) ?? []
  const look = `
    for (const flag of process.argv.slice(1)) require('node:v8').setFlagsFromString(flag)
    const { readFileSync } = require('node:fs')
    for (const [path, source] of JSON.parse(readFileSync(0, 'utf8')))
      if (new (require('node:vm').Script)(source, { cachedData: readFileSync(path) }).cachedDataRejected) console.log(path)`
  const input = parts.map((name) => [join(built, `${name}${compiled}`), sourceOf(join(built, name))])
  const { status, stdout } = spawnSync(process.execPath, ['-e', look, '--', ...flags], {
    encoding: 'utf8',
    input: JSON.stringify(input),
  })
  expect([status, stdout]).toEqual([0, ''])
})

/** Another installation, of which the command can be broken. */
function installation() {
  const copy = scratch()
  cpSync(built, join(copy.path, 'dist/cli'), { recursive: true })
  for (const name of ['package.json', 'schemas', 'templates', 'playbooks', 'inventories', 'node_modules'])
    symlinkSync(join(projectRoot, name), join(copy.path, name))
  return { ...copy, cli: join(copy.path, 'dist/cli') }
}

it('says so where parts of it went away while it ran', () => {
  using copy = installation()
  const later = readdirSync(copy.cli).filter((name) => /^config-.*\.cjs$/.test(name))
  for (const name of later) rmSync(join(copy.cli, name))
  const words = [join(copy.cli, 'main.js'), 'lint', '-i', join(projectRoot, 'inventories/lvs-dr')]
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect([later.length > 0, status, stderr.split('\n')]).toEqual([
    true,
    1,
    [
      expect.stringMatching(/^understudy was replaced or removed while it ran: .* is not there any more$/),
      '  → run it again; plan shows what is left to do',
      '',
    ],
  ])
})

it('runs all the same where nothing was compiled, or something else', () => {
  using copy = installation()
  const broken = copy.cli
  for (const name of readdirSync(broken).filter((one) => one.endsWith(compiled)))
    if (name.startsWith('config-')) rmSync(join(broken, name))
    else writeFileSync(join(broken, name), 'no code')
  const words = [join(broken, 'main.js'), 'lint', '-i', join(projectRoot, 'inventories/lvs-dr')]
  expect(spawnSync(process.execPath, words, { encoding: 'utf8' }).status).toBe(0)
})
