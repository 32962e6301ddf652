import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Shape } from '../../src/config/playbook/fields.ts'
import { blockShape, loopShape, playShape, roleShape, taskShape } from '../../src/config/playbook/words.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/ansible-keywords.md'), 'utf8')

/** Keywords of ansible-core 2.14 as its own classes have them, and what came later. */
const everywhere =
  'any_errors_fatal become become_exe become_flags become_method become_user check_mode collections connection debugger diff environment ignore_errors ignore_unreachable module_defaults name no_log port remote_user run_once tags throttle timeout vars'
const keywords: readonly (readonly [string, Shape, string])[] = [
  [
    'play',
    playShape,
    `${everywhere} fact_path force_handlers gather_facts gather_subset gather_timeout handlers hosts max_fail_percentage order post_tasks pre_tasks roles serial strategy tasks vars_files vars_prompt`,
  ],
  ['block', blockShape, `${everywhere} always block delegate_facts delegate_to notify rescue when`],
  ['role', roleShape, `${everywhere} delegate_facts delegate_to role when`],
  [
    'task',
    taskShape,
    `${everywhere} action args async changed_when delay delegate_facts delegate_to failed_when listen loop loop_control notify poll register retries until when`,
  ],
  ['loop_control', loopShape, 'break_when extended extended_allitems index_var label loop_var pause'],
]

describe("every one of Ansible's keywords", () => {
  it.each(keywords)('of a %s is done or named with what to do instead', (_, { known, refused }, words) => {
    // A task names its module by `action`, which is read as the key that it stands for.
    const done = [...known, 'action']
    const ignored = words.split(' ').filter((word) => !done.includes(word) && !(word in refused))
    expect(ignored).toEqual([])
    for (const word of known) expect(refused[word], word).toBe(undefined)
  })

  it('stands on the page', () => {
    const all = new Set(keywords.flatMap(([, , words]) => words.split(' ')))
    const missing = [...all, 'local_action', 'import_playbook'].filter(
      (word) => !page.includes(`\`${word}\``),
    )
    expect(missing.filter((word) => word !== 'role')).toEqual([])
  })
})
