import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inventorySchema } from './inventory-schema.ts'
import { planSchema } from './plan-schema.ts'
import { playbookSchema } from './playbook-schema.ts'

const folder = resolve(import.meta.dirname, '../../schemas')

// `npx vitest run test/schemas -u` writes them anew.
describe('the JSON Schemas that editors read', () => {
  it.each([
    ['inventory', inventorySchema],
    ['playbook', playbookSchema],
    ['plan', planSchema],
  ])('of an %s is what the code checks', async (name, schema) => {
    const text = `${JSON.stringify(schema(), undefined, 2)}\n`
    await expect(text).toMatchFileSnapshot(`${folder}/${name}.schema.json`)
  })
})
