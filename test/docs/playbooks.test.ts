import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  blockShape,
  importShape,
  importTasksShape,
  playShape,
  roleShape,
  taskShape,
} from '../../src/config/playbook/words.ts'
import { functions } from '../../src/config/templates/functions.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/playbooks.md'), 'utf8')
const row = (where: string) => page.split('\n').find((line) => line.startsWith(`| ${where} |`)) ?? ''
const named = (text: string) => [...text.matchAll(/`(\w+)[`:]/g)].map(([, name]) => name ?? '')

describe('docs/playbooks.md', () => {
  it.each([
    ['play', playShape],
    ['another playbook', importShape],
    ['role in a play', roleShape],
    ['task', taskShape],
  ] as const)('lists the keys of %s, and no other', (where, { known }) => {
    expect(named(row(where)).toSorted()).toEqual([...known].toSorted())
  })

  it('says what imports and blocks may have', () => {
    const ofTasks = taskShape.known.filter(
      (key) => !/^(loop|with_|register|until|retries|delay|async|poll|args)|_when$/.test(key),
    )
    expect(importTasksShape.known.filter((key) => !/tasks$|^args$/.test(key)).toSorted()).toEqual(
      ofTasks.toSorted(),
    )
    expect(named(row('block')).toSorted()).toEqual([...blockShape.known].toSorted())
    expect(blockShape.known.toSorted()).toEqual([...ofTasks, 'block', 'rescue', 'always'].toSorted())
  })

  it('lists the functions of templates', () => {
    for (const name of Object.keys(functions)) expect(page).toContain(`\`${name}\``)
  })
})
