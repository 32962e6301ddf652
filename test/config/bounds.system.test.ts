import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTextFile } from '../../src/config/files.ts'
import { needs } from '../needs.ts'
import { project } from './playbook/project.ts'

// Nothing but time: each of them takes as long as anything may.
needs()

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-bounds-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a file that has no end, or a very late one', () => {
  it('is refused', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('/usr/bin/mkfifo', [pipe])
    for (const path of ['/dev/zero', pipe])
      await expect(readTextFile(path)).rejects.toThrow('may have no end')
    const long = join(folder, 'long')
    writeFileSync(long, 'a: b\n'.repeat(1_000_000))
    await expect(readTextFile(long)).rejects.toThrow('is longer than 4 MiB')
  })
})

describe('a lookup of what has no end', () => {
  it.each([
    ["lookup('file', '/dev/zero')", 'may have no end'],
    ["lookup('template', '/dev/zero')", 'may have no end'],
    ["lookup('password', '/dev/zero')", 'may have no end'],
    ["lookup('pipe', 'while :; do echo without end; done')", 'prints more than 1 MiB'],
    ["lookup('lines', 'while :; do echo without end; done')", 'prints more than 1 MiB'],
  ])('%s is refused', async (lookup, words) => {
    using here = project({
      'site.yaml': `- hosts: all\n  tasks:\n    - copy: { dest: /x, content: "{{ ${lookup} }}" }\n`,
    })
    expect(await here.problems()).toEqual([expect.stringContaining(words)])
  })
})

describe('what takes longer than anything sensible', () => {
  const slow = 'a'.repeat(40)

  it('is a regular expression, of which its place is told', async () => {
    using here = project({
      'site.yaml': `- hosts: all\n  tasks:\n    - package: nginx\n      when: "'${slow}b' is match('^(a+)+$')"\n`,
    })
    expect(await here.problems()).toEqual([
      expect.stringMatching(/^site\.yaml:4:13: this takes longer than a second: a regular expression in it/),
    ])
    using hosts = project({
      'inventory.yaml': `all: { hosts: { ${slow}b: {} } }\n`,
      'site.yaml': "- hosts: '~(a+)+$'\n  tasks: []\n",
    })
    expect(await hosts.problems()).toEqual([
      expect.stringMatching(/^site\.yaml:1:10: .* takes longer than a second: it has too many ways/),
    ])
  })

  it('is a file that brings in two others, which do the same', async () => {
    const twice = (name: string) => `- import_tasks: ${name}.yaml\n`.repeat(2)
    const depth = 14
    const files = Array.from(
      { length: depth },
      (_, level) => [`${level}.yaml`, twice(`${level + 1}`)] as const,
    )
    using here = project({
      'site.yaml': '- hosts: all\n  tasks:\n    - import_tasks: 0.yaml\n',
      ...Object.fromEntries(files),
      [`${depth}.yaml`]: '- package: nginx\n',
    })
    expect(await here.problems()).toEqual([
      expect.stringMatching(/^\d+\.yaml:1:1: more than 2000 files are brought in, the last of them .*\.yaml/),
    ])
  })
})
