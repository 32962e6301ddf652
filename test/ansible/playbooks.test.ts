import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadIntent } from '../../src/config/index.ts'
import { InvalidInput } from '../../src/model/failure.ts'

const folder = join(import.meta.dirname, 'playbooks')
const playbooks = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

/** What belongs to plays and tasks, and not to modules. */
const ofTasks =
  /^"(notify|handlers|changed_when|failed_when|until|retries|delay)" is not supported in a (play|task)$/
const ofTheRun = /^(debug|set_fact|fail|assert|meta|include_vars): not supported yet/

/** What is wrong with a playbook, beside what its modules are not to blame for. */
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
    return error.problems
      .map(({ message, where: { origin } }) => ({ message, line: origin?.line }))
      .filter(({ message }) => !ofTasks.test(message) && !ofTheRun.test(message))
      .map(({ message, line }) => `${line}: ${message}`)
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
