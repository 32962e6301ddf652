import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadIntent } from '../../src/config/index.ts'
import { InvalidInput } from '../../src/model/failure.ts'

const folder = join(import.meta.dirname, 'playbooks')
const playbooks = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

/** What is wrong with a playbook. */
async function problemsOf(name: string): Promise<readonly string[]> {
  try {
    await loadIntent({
      inventory: [join(import.meta.dirname, 'inventory.yaml')],
      playbook: join(folder, name),
      tags: [],
      skipTags: [],
      extraVars: [],
      packageRoot: resolve(import.meta.dirname, '../..'),
    })
    return []
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.problems.map(({ message, where: { origin } }) => `${origin?.line}: ${message}`)
  }
}

describe('playbooks in the words of Ansible', () => {
  it('are many', () => {
    expect(playbooks.length).toBeGreaterThanOrEqual(30)
  })

  it.each(playbooks)('%s is read', async (name) => {
    expect(await problemsOf(name)).toEqual([])
  })
})
