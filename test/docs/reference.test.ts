import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { vocabulary } from '../../src/cluster/index.ts'
import { moduleKinds, modules } from '../../src/modules/index.ts'
import { refusedGroups } from '../../src/modules/refused.ts'
import { kinds } from '../../src/resources/index.ts'
import { ansiblePage } from './ansible.ts'
import { fillTables, tableOf } from './reference.ts'
import { resourceExamples } from './resource-examples.ts'

const docs = resolve(import.meta.dirname, '../../docs')

// `npx vitest run test/docs -u` writes them anew.
describe('the reference', () => {
  it('of the inventory is what the schemas say', async () => {
    const path = `${docs}/inventory.md`
    const tables = {
      cluster: tableOf(vocabulary.cluster),
      director: tableOf(vocabulary.director),
      realserver: tableOf(vocabulary.realserver),
    }
    await expect(fillTables(readFileSync(path, 'utf8'), tables)).toMatchFileSnapshot(path)
  })

  it('of the resources is what the schemas say', async () => {
    const sections = Object.values(kinds)
      .filter(({ name }) => !moduleKinds.has(name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, summary, shorthand, schema }) => {
        const short = shorthand ? `\n\nA task may give \`${shorthand}\` alone: \`${name}: …\`.` : ''
        const example = new Map(Object.entries(resourceExamples)).get(name) ?? ''
        return `## ${name}\n\n${summary}${short}\n\n\`\`\`yaml\n${example}\n\`\`\`\n\n${tableOf(schema)}\n`
      })
    const head =
      '# Resources\n\nWhat a task can ask for beside the modules of Ansible, which [ansible.md](ansible.md) lists with their options, those of ours among them. Written from the schemas in `src/resources/`; `npx vitest run test/docs -u` writes it anew.\n'
    await expect([head, ...sections].join('\n')).toMatchFileSnapshot(`${docs}/resources.md`)
  })

  it('of the modules is what their tables say', async () => {
    await expect(
      ansiblePage(modules, refusedGroups, new Map(Object.entries(resourceExamples))),
    ).toMatchFileSnapshot(`${docs}/ansible.md`)
  })

  it('explains every word', () => {
    const tables = [
      ...Object.values(vocabulary).map(tableOf),
      ...Object.values(kinds).map(({ schema }) => tableOf(schema)),
    ]
    const silent = tables.flatMap((table) => table.split('\n').filter((line) => /\|\s*\|$/.test(line)))
    expect(silent).toEqual([])
  })
})
