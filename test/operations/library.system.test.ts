import { execFile } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { nobodyWorksHere } from './this-computer.ts'

needs('build')

const root = resolve(import.meta.dirname, '../..')

/** A project of somebody else, which has the built package among its libraries. */
describe('the built package', () => {
  let project = ''
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'understudy-library-'))
    mkdirSync(join(project, 'node_modules'))
    symlinkSync(root, join(project, 'node_modules/understudy-ha'))
    symlinkSync(join(root, 'node_modules/@types'), join(project, 'node_modules/@types'))
    copyFileSync(join(root, 'examples/bring-up-to-date.ts'), join(project, 'example.ts'))
    write('package.json', '{ "type": "module" }')
    write(
      'mistaken.ts',
      `import { plan } from 'understudy-ha'
export const result = await plan({ inventory: 'one.yaml' })
export const seconds: number = result.interrupted
`,
    )
    const compilerOptions = {
      module: 'NodeNext',
      target: 'ES2023',
      lib: ['ES2023', 'ESNext.Disposable'],
      types: ['node'],
      strict: true,
      outDir: 'made',
    }
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['example.ts', 'mistaken.ts'] }))
    write('inventory.yaml', 'all: {hosts: {here: {ansible_connection: local}}}\n')
    write(
      'site.yaml',
      `- hosts: here
  tasks:
    - directory: {path: ${project}/site}
    - copy: {dest: ${project}/site/page, content: "hello\\n"}
`,
    )
  })
  afterAll(() => rmSync(project, { recursive: true, force: true }))

  const write = (name: string, text: string) => writeFileSync(join(project, name), text)
  const run = async (file: string, ...words: readonly string[]) => {
    const ran = promisify(execFile)(process.execPath, [file, ...words], { cwd: project })
    const { stdout } = await ran.catch((error: { stdout: string }) => error)
    return stdout
  }

  it('brings its types, and its example does what the page says', { timeout: 120_000 }, async () => {
    const complaints = await run(join(root, 'node_modules/typescript/bin/tsc'), '--pretty', 'false')
    expect(complaints.match(/^\S+\.ts\(\d+/gm)).toEqual(['mistaken.ts(2', 'mistaken.ts(3'])
    await nobodyWorksHere()
    const first = await run('made/example.js')
    expect(first).toBe(
      `2 changes\nhere: directory[${project}/site] changed\nhere: copy[${project}/site/page] changed\n`,
    )
    expect(readFileSync(join(project, 'site/page'), 'utf8')).toBe('hello\n')
    expect(await run('made/example.js')).toBe('0 changes\n')
    expect(await run('made/example.js', 'none.yaml')).toMatch(
      /^none\.yaml does not exist \[file-missing\]\n {2}→ /,
    )
  })
})
