import { describe, expect, it } from 'vitest'
import { modules } from '../../../src/modules/index.ts'
import { debian, expansions, type Project, project } from './project.ts'

const playing = (task: string, vars = '') => `- hosts: a\n${vars}  tasks:\n    - ${task}\n`
const nothing = '  vars: { nothing: , empty: "" }\n'

/** What the host is asked, and in which order. */
async function asked(made: Project): Promise<string> {
  const all = expansions(await made.load(), 'a', { facts: { a: debian } })
  const resources = all.flatMap((one) => ('resources' in one ? one.resources : []))
  return JSON.stringify(resources.map(({ id, queries }) => ({ id, queries })))
}

describe('an option that is given nothing is not given', () => {
  it.each([
    ['file: { path: /x, state: touch, owner: ~, recurse: }', 'file: { path: /x, state: touch }'],
    [
      'file: { path: /x, state: touch, mode: "{{ nothing }}", group: "{{ nothing }}" }',
      'file: { path: /x, state: touch }',
    ],
    ['user: { name: u, comment: , skeleton: ~, append: , groups: , uid: ~, expires: }', 'user: { name: u }'],
    ['user: { name: u, skeleton: "{{ nothing }}", groups: "{{ nothing }}" }', 'user: { name: u }'],
    ['command: { cmd: ls, chdir: ~, creates: , stdin_add_newline: }', 'command: { cmd: ls }'],
    // An empty path is no path, whether it is written or computed.
    ['command: { cmd: ls, chdir: "", creates: "{{ empty }}" }', 'command: { cmd: ls }'],
    ['shell: ls chdir=""', 'shell: ls'],
    ['apt: { name: cron, cache_valid_time: ~, default_release: , policy_rc_d: }', 'apt: { name: cron }'],
    [
      'lineinfile: { path: /x, line: a, regexp: ~, insertafter: , validate: ~ }',
      'lineinfile: { path: /x, line: a }',
    ],
    [
      'cron: { name: x, job: ls, user: , special_time: ~, day: "{{ nothing }}" }',
      'cron: { name: x, job: ls }',
    ],
  ])('%s', async (given, meant) => {
    const of = async (task: string) => {
      using made = project({ 'site.yaml': playing(task, nothing) })
      return await asked(made)
    }
    expect(await of(given)).toBe(await of(meant))
  })

  it('whichever module and option it is', async () => {
    const missed: string[] = []
    for (const { name, options, byEngine, open, freeForm } of modules) {
      if (byEngine || open) continue
      const told = Object.entries(options).filter(([, { documented }]) => documented.required !== true)
      const nulls = told.map(([option]) => `${option}: ${option === freeForm ? 'x' : '~'}`).join(', ')
      using made = project({ 'site.yaml': playing(`${name}: { ${nulls} }`) })
      const named = told.map(([option]) => option)
      for (const one of await made.problems())
        if (named.some((option) => one.includes(` ${option}: expected`))) missed.push(`${name}: ${one}`)
    }
    expect(missed).toEqual([])
  })

  it('names that no module has are told all the same, and what is needed is missed', async () => {
    using made = project({ 'site.yaml': playing('file: { path: ~, ownr: ~ }') })
    const problems = (await made.problems()).join('\n')
    expect(problems).toContain('ownr')
    using bare = project({ 'site.yaml': playing('get_url: { url: ~, dest: /x }') })
    expect((await bare.problems()).join('\n')).toContain('"url" is missing')
  })

  it('stands in the way of what module_defaults say', async () => {
    const defaults = '  module_defaults: { file: { owner: root } }\n'
    using made = project({ 'site.yaml': playing('file: { path: /x, state: directory, owner: ~ }', defaults) })
    using bare = project({ 'site.yaml': playing('file: { path: /x, state: directory }') })
    expect(await asked(made)).toEqual(await asked(bare))
  })
})
