import { homedir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { factsWith } from '../../cluster/inventory.ts'
import { expansions, type Known, project, wanted } from './project.ts'

const facts = {
  ...factsWith('eth0 10.0.0.1/24'),
  homes: { root: '/root', ada: '/home/ada', slash: '/' },
}
const known: Known = { facts: { a: facts, b: { ...facts, homes: { ada: '/srv/ada' } } } }

async function idsOf(task: string, given: Known = known) {
  using here = project({ 'site.yaml': `- hosts: all\n  tasks:\n    - ${task}\n` })
  const problems = await here.problems()
  return problems.length > 0 ? problems : wanted(await here.load(), 'a', given)
}

describe('a path of a machine', () => {
  it.each([
    ['file: { path: ~/x, state: directory }', 'directory[/root/x]'],
    ['file: { path: "~", state: directory }', 'directory[/root]'],
    ['file: { path: ~ada/x, state: touch }', '/home/ada/x'],
    ['file: { path: ~slash/x, state: directory }', 'directory[/x]'],
    ['file: { path: $HOME/x, state: directory }', 'directory[/root/x]'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the machine
    ['file: { path: "${HOME}/$NOTHING~", state: directory }', 'directory[/root/$NOTHING~]'],
    ['file: { path: ~/x, state: link, src: ~ada/y }', 'link[/root/x]'],
    ['{ file: { path: ~/x, state: directory }, become_user: ada, become: yes }', 'directory[/home/ada/x]'],
    [
      '{ file: { path: $HOME/$USER, state: directory }, become_user: ada, become: yes }',
      'directory[/home/ada/ada]',
    ],
    ['{ file: { path: ~/x, state: directory }, environment: { HOME: /y } }', 'directory[/y/x]'],
    ['{ file: { path: ~ada/x, state: directory }, delegate_to: b }', 'directory[/srv/ada/x on b]'],
    ['{ file: { path: "{{ x }}", state: directory }, vars: { x: ~ada } }', 'directory[/home/ada]'],
    ['copy: { dest: ~/x, content: a }', 'copy[/root/x]'],
    ['lineinfile: { path: ~/.profile, line: a, create: yes }', '[/root/.profile'],
    ['known_hosts: { name: h, key: "h ssh-ed25519 AAAA" }', '[/root/.ssh/known_hosts'],
    [
      '{ known_hosts: { name: h, key: "h ssh-ed25519 AAAA" }, become_user: ada, become: yes }',
      '[/home/ada/.ssh/known_hosts',
    ],
    ['git: { repo: "https://x/y", dest: ~/y }', '[/root/y'],
  ])('%s', async (task, expected) => {
    expect((await idsOf(task)).join()).toContain(expected)
  })

  it('at the home of an account that is still to be made waits for it', async () => {
    const task = 'file: { path: ~eve/x, state: directory }'
    using here = project({ 'site.yaml': `- hosts: all\n  tasks:\n    - ${task}\n` })
    const [expansion] = expansions(await here.load(), 'a', known)
    expect(expansion).toMatchObject({ is: 'waiting', on: { account: 'eve' } })
  })

  it('is asked about as it is likely to be', async () => {
    expect(await idsOf('file: { path: ~/x, state: directory }', {})).toEqual([
      'waiting: directory[/root/x] directory[/root/x]',
    ])
  })

  it('that is one of this computer is found here', async () => {
    const told = await idsOf('copy: { src: ~/no-such-file-here, dest: ~/x }').catch((error) => error.problems)
    expect(told).toMatchObject([{ next: `looked for: ${homedir()}/no-such-file-here` }])
  })

  it.each([
    ['command: ls chdir=~/x creates=$HOME/y', 'command[ls]'],
    ['shell: ls chdir=~ada creates=y', 'shell[ls]'],
  ])('where something runs: %s', async (task, expected) => {
    expect(await idsOf(task)).toEqual([expected])
  })
})
