import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(`${root}/docs/json.md`, 'utf8')
const types = readFileSync(`${root}/src/model/event.ts`, 'utf8')

describe('docs/json.md', () => {
  it('names every event with its fields, and no other', () => {
    const union = types.slice(types.indexOf('export type RunEvent'), types.indexOf('/** Where events go. */'))
    const members = union.split(/\|\s*\{/).slice(1)
    const declared = members.map((member) => {
      const name = /readonly is: '([a-z-]+)'/.exec(member)?.[1] ?? ''
      const fields = [...member.matchAll(/readonly (\w+)\??:/g)].map(([, field]) => field ?? '')
      return { name, fields: fields.filter((field) => field !== 'is') }
    })
    const rows = [...page.matchAll(/^\| `([a-z]+-[a-z]+|warning|proof|rolling)` \| (.*) \|$/gm)]
    expect(rows.map(([, name]) => name).toSorted()).toEqual(declared.map(({ name }) => name).toSorted())
    for (const { name, fields } of declared) {
      const [, , told = ''] = rows.find(([, row]) => row === name) ?? []
      for (const field of fields) expect(told, `${name} ${field}`).toContain(`\`${field}\``)
    }
  })
})
