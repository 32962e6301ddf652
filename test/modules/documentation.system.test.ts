import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { modules } from '../../src/modules/index.ts'
import { needs } from '../needs.ts'
import type { Recorded } from './documentation.ts'

needs('ansible', 'python3')

const here = (name: string) => join(import.meta.dirname, name)

it('what Ansible documents of the modules is what was recorded', async () => {
  // One is younger than the release that is at hand, one documented without the types of its options.
  const older = modules.filter(({ name }) => !['deb822_repository', 'validate_argument_spec'].includes(name))
  const names = older.map(({ collection, name }) => `${collection}.${name}`).toSorted()
  const input = JSON.stringify(names)
  const printed = execFileSync('/usr/bin/python3', [here('real_documentation.py')], {
    input,
    encoding: 'utf8',
  })
  const found = JSON.parse(printed) as Recorded
  expect(Object.keys(found)).toEqual(names)
  expect(found).toEqual(JSON.parse(readFileSync(here('documentation.json'), 'utf8')))
})
