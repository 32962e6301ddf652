import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as library from '../../src/operations/index.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/api.md'), 'utf8')
const example = readFileSync(join(root, 'examples/bring-up-to-date.ts'), 'utf8')

describe('docs/api.md', () => {
  it('names every function of the library', () => {
    const functions = Object.keys(library).filter((name) => /^[a-z]/.test(name))
    const table = page.split('\n').filter((line) => line.startsWith('| `'))
    const named = table.flatMap((line) => line.split('|')[1]?.match(/\w+/g) ?? [])
    expect(named.toSorted()).toEqual(functions.toSorted())
  })

  it('shows the example as it is run', () => {
    expect(page).toContain(`\`\`\`ts\n${example}\`\`\`\n`)
  })
})
