import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { directivesOf, type NginxBlock, unfit } from '../../src/cluster/nginx-words.ts'
import { needs } from '../needs.ts'

needs('nginx')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-directives-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const within: Partial<Record<NginxBlock, (line: string) => string>> = {
  events: (line) => `events { ${line} }`,
  http: (line) => `events {} http { ${line} }`,
  server: (line) => `events {} http { server { ${line} } }`,
  location: (line) => `events {} http { server { location / { ${line} } } }`,
  if: (line) => `events {} http { server { location / { if ($args) { ${line} } } } }`,
  limit_except: (line) => `events {} http { server { location / { limit_except GET { ${line} } } } }`,
  upstream: (line) => `events {} http { upstream u { ${line} } }`,
}

/** What nginx has against a directive in such a block. */
function said(directive: string, inBlock: (line: string) => string): string {
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, `error_log /dev/null; pid ${join(folder, 'pid')};\n${inBlock(`${directive};`)}\n`)
  return spawnSync('nginx', ['-t', '-q', '-c', file], { encoding: 'utf8' }).stderr
}

// All of them would take minutes: these are spread over the list.
const some = directivesOf(Object.keys(within) as NginxBlock[]).filter((_, index) => index % 40 === 0)

it.each(some)('nginx itself refuses %s where it is told to stand in another block', (directive) => {
  for (const [block, inBlock] of Object.entries(within)) {
    // What this nginx was built without, or is too old for, it says nothing of.
    if (!unfit(directive, [block as NginxBlock])) continue
    expect(said(directive, inBlock), block).toMatch(/not allowed here|unknown directive/)
  }
})
