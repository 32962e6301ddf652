import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { needs } from '../needs.ts'

needs('ansible')

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')

/** Filters of a collection that comes with another package, and what this release of Python or PyYAML makes anew. */
const foreign = /ansible\.utils\.|password_hash/

it('what the ansible-core of this computer makes of the cases is what was recorded', () => {
  const env = {
    ...process.env,
    TZ: 'UTC',
    ANSIBLE_JINJA2_EXTENSIONS: 'jinja2.ext.do,jinja2.ext.loopcontrols',
  }
  const now = execFileSync('/usr/bin/python3', [join(import.meta.dirname, 'record.py')], {
    encoding: 'utf8',
    env,
  })
  const told = (text: string) =>
    Object.entries(JSON.parse(text) as Record<string, [string, string | null][]>).flatMap(([kind, cases]) =>
      cases.filter(([one]) => !foreign.test(one)).map(([one, result]) => `${kind} ${one} → ${result}`),
    )
  expect(told(now)).toEqual(told(read('recorded.json')))
})
