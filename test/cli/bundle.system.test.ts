import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { namingSources } from '../../src/cli/naming-sources.ts'
import { projectRoot } from '../e2e/understudy.ts'
import { needs } from '../needs.ts'

needs('build')

const built = join(projectRoot, 'dist/cli')
const files = readdirSync(built).filter((name) => name.endsWith('.js'))

/** Where the build has the line that declares this function, as a stack trace would name it. */
function declared(name: string): string {
  for (const file of files) {
    const lines = readFileSync(join(built, file), 'utf8').split('\n')
    const line = lines.findIndex((text) => text.startsWith(`async function ${name}(`))
    if (line >= 0) return `${pathToFileURL(join(built, file))}:${line + 1}:1`
  }
  throw new Error(`the build has no function ${name}`)
}

it.each([
  ['runCommandLine', 'src/cli/command-line.ts'],
  ['loadIntent', 'src/config/intent.ts'],
  ['lint', 'src/operations/lint.ts'],
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
