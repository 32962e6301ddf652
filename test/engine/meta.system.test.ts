import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const inventory = {
  'inventory.yaml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local }, c: { ansible_connection: local } } }\n',
}

const run = (command: string) => `shell: { command: "${command}", always: true }`

describe('meta', () => {
  it('end_role ends the innermost role on its host, its blocks and includes too, and nothing behind it', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a
  roles: [outer]
  tasks:
    - include_role: name=inner
      loop: [1, 2]
      loop_control: { loop_var: turn }
    - debug: { msg: behind }
`,
      'roles/outer/tasks/main.yml': `- import_role: { name: inner }
  vars: { turn: 0 }
- debug: { msg: outer }
- include_tasks: more.yml
- debug: { msg: never }
`,
      'roles/outer/tasks/more.yml': `- block:
    - meta: end_role
    - debug: { msg: never }
  always:
    - debug: { msg: never }
`,
      'roles/inner/tasks/main.yml': `- debug: { msg: "inner {{ turn }}" }
- meta: end_role
  when: turn != 1
- debug: { msg: "all of inner {{ turn }}" }
`,
    })
    const { said, failures } = await here.play()
    expect(failures).toEqual([])
    expect(said).toEqual(['inner 0', 'outer', 'inner 1', 'all of inner 1', 'inner 2', 'behind'])
  })

  it('end_role is refused where it has no role, and in handlers', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a
  roles: [one]
  handlers:
    - name: h
      meta: end_role
  tasks:
    - meta: end_role
`,
      'roles/one/handlers/main.yml': '- name: of the role\n  meta: end_role\n',
      'roles/one/tasks/main.yml': '- debug: { msg: x }\n  notify: of the role\n',
    })
    expect(await here.problems()).toEqual([
      expect.stringMatching(/site\.yaml:7:13: .*no role to end outside of one/),
      expect.stringMatching(/handlers\/main\.yml:2:9: .*no role to end in a handler/),
      expect.stringMatching(/site\.yaml:5:13: .*no role to end in a handler/),
    ])
  })

  it('end_play is decided by the first host for all, and for waves to come', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  serial: 2
  tasks:
    - ${run('echo {{ inventory_hostname }}')}
      register: told
    - debug: { msg: "{{ inventory_hostname }} began" }
    - block:
        - meta: end_play
          when: told.stdout == 'b'
        - meta: end_play
          when: told.stdout == 'a'
      always:
        - debug: { msg: never }
- hosts: all
  tasks:
    - debug: { msg: "{{ inventory_hostname }} goes on" }
`,
    })
    const { said, failures } = await here.play()
    expect(failures).toEqual([])
    expect(said.toSorted()).toEqual(['a began', 'a goes on', 'b began', 'b goes on', 'c goes on'])
  })

  it('end_batch ends one wave, and end_host one host, without what stands under always', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  serial: 2
  tasks:
    - block:
        - meta: end_host
          when: inventory_hostname == 'a'
        - debug: { msg: "{{ inventory_hostname }} stays" }
      always:
        - debug: { msg: "{{ inventory_hostname }} always" }
    - meta: end_batch
      when: inventory_hostname == 'b'
    - debug: { msg: "{{ inventory_hostname }} ends" }
`,
    })
    const { said, failures } = await here.play()
    expect(failures).toEqual([])
    expect(said.toSorted()).toEqual(['b always', 'b stays', 'c always', 'c ends', 'c stays'])
  })

  it('clear_host_errors brings hosts that failed before back in the next play, with what they know', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  tasks:
    - set_fact: { mine: "of {{ inventory_hostname }}" }
    - ${run('test {{ inventory_hostname }} != a')}
    - meta: clear_host_errors
    - ${run('test {{ inventory_hostname }} != b')}
- hosts: all
  tasks:
    - debug: { msg: "{{ mine }} goes on" }
`,
    })
    const { said, failures, recaps } = await here.play()
    expect(failures).toEqual([expect.stringContaining('failed with status 1')])
    expect(recaps.map(({ host, outcome, failed }) => [host, outcome, failed])).toEqual([
      ['a', 'ok', 1],
      ['b', 'failed', 1],
      ['c', 'ok', 0],
    ])
    expect(said.toSorted()).toEqual(['of a goes on', 'of c goes on'])
  })

  it('clear_host_errors brings back a host that could not be reached', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  tasks:
    - meta: clear_host_errors
    - ${run('true')}
- hosts: all
  tasks:
    - ${run('echo {{ inventory_hostname }} >>{{ here }}/log')}
`,
    })
    here.unreachable = 1
    const { failures, opened } = await here.play()
    expect(failures).toEqual([])
    expect(opened).toHaveLength(4)
    expect(here.read('log')?.trim().split('\n').toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('refresh_inventory does nothing as long as the inventory is what it was, and fails when it is not', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a
  tasks:
    - meta: refresh_inventory
    - debug: { msg: as before }
    - copy: { dest: "{{ here }}/host_vars/a/new.yml", content: "x: 1" }
    - meta: refresh_inventory
    - debug: { msg: never }
`,
      'host_vars/a/old.yml': 'y: 1\n',
    })
    const first = await here.play()
    expect(first.said).toEqual(['as before'])
    expect(first.failures).toEqual([
      expect.stringMatching(/host_vars\/a.* has changed since .*make two runs/),
    ])
    const second = await here.play()
    expect(second.said).toEqual(['as before', 'never'])
    writeFileSync(here.at('inventory.yaml'), 'all: { hosts: { a: { ansible_connection: local } } }\n')
    expect((await here.play()).failures).toEqual([])
  })

  it('the rest does nothing, wherever it stands', async () => {
    const words = ['noop', 'clear_facts', 'reset_connection', 'refresh_inventory', 'clear_host_errors']
    const list = (indent: string) => words.map((word) => `${indent}- meta: ${word}\n`).join('')
    using here = new Playground({
      'site.yaml': `- hosts: a
  roles: [one]
  handlers:
${words.map((word) => `    - meta: ${word}\n      listen: all\n`).join('')}  tasks:
    - include_tasks: in.yml
    - block:
${list('        ')}      rescue:
${list('        ')}      always:
${list('        ')}    - ${run('true')}
      notify: all
    - debug: { msg: end }
`,
      'in.yml': list(''),
      'roles/one/tasks/main.yml': list(''),
    })
    const { said, failures } = await here.play()
    expect(failures).toEqual([])
    expect(said).toEqual(['end'])
  })
})
