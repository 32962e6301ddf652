import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inProcess } from './in-process.ts'

it.each([
  ['lint', []],
  ['plan', []],
  ['plan', ['--json']],
])(
  'a failure that ends %s %j holds no secret, though it came up before the first event',
  async (command, flags) => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-secretively-'))
    const write = (name: string, text: string) => {
      writeFileSync(join(folder, name), text, { mode: 0o600 })
      return join(folder, name)
    }
    try {
      write('told', 'hush-hush')
      const inventory = write('inventory.yaml', 'all: { hosts: { a: { where: !file told } } }\n')
      const playbook = write(
        'site.yaml',
        '- hosts: a\n  tasks:\n    - copy: { dest: /x, src: "{{ where }}/{{ where | upper }}" }\n',
      )
      const { stdout, stderr, status } = await inProcess([command, playbook, '-i', inventory, ...flags])
      expect(status).toBe(5)
      expect(stdout + stderr).toContain('there is no file')
      expect(stdout + stderr).not.toMatch(/hush-hush/i)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
