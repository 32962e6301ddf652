import { expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const inventory = {
  'inventory.yaml':
    'web: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local } } }\ndb: { hosts: { d: { ansible_connection: local } } }\n',
}

const site = (plays: string, more: Readonly<Record<string, string>> = {}) => ({
  ...inventory,
  ...more,
  'site.yaml': plays,
})

const logs = (words: string) => `    - shell: { command: "echo ${words} >>{{ here }}/log", always: true }\n`

const linesOf = (here: Playground) => (here.read('log') ?? '').trim().split('\n').toSorted()

it('puts hosts into groups by their facts, which a plan knows, with the variables of these groups', async () => {
  using here = new Playground(
    site(
      `- hosts: web
  tasks:
    - group_by: { key: "on {{ ansible_facts.system }} {{ inventory_hostname }}", parents: [kernels] }
      register: said
    - debug: { msg: "{{ said.changed }} {{ group_names | join(',') }} {{ groups.kernels | join(',') }}" }
- hosts: on-Linux-a
  tasks:
${logs("{{ inventory_hostname }} {{ depth }} {{ play_hosts | join('+') }}")}
- hosts: kernels:!on-Linux-a:db
  serial: 1
  tasks:
${logs("{{ inventory_hostname }} {{ depth | default('none') }} {{ hostvars.a.depth }} {{ hostvars.a.group_names | length }}")}`,
      { 'group_vars/on-Linux-a.yml': 'depth: 7\n' },
    ),
  )
  const { planned, failures, said } = await here.play({ apply: false })
  expect(failures).toEqual([])
  expect(said).toEqual([])
  expect(planned).toEqual([
    '• True kernels,on-Linux-a,web a,b',
    '+ shell[echo a 7 a >>./log]',
    '• True kernels,on-Linux-b,web a,b',
    '+ shell[echo b none 7 3 >>./log]',
    '+ shell[echo d none 7 3 >>./log]',
  ])
  expect((await here.play()).failures).toEqual([])
  expect(linesOf(here)).toEqual(['a 7 a', 'b none 7 3', 'd none 7 3'])
})

it('waits for what only the run tells, which the plan says', async () => {
  using here = new Playground(
    site(`- hosts: web
  tasks:
    - shell: { command: "echo {{ 'red' if inventory_hostname == 'a' else 'blue' }}", always: true }
      register: colour
    - group_by: { key: "{{ colour.stdout }}_{{ item }}" }
      loop: [x, y]
      when: colour.stdout == 'red'
- hosts: red_x:&red_y
  tasks:
${logs("{{ inventory_hostname }} {{ groups.red_x | join('+') }}")}
  handlers:
    - name: never
      debug: { msg: never }
`),
  )
  const { planned } = await here.play({ apply: false })
  expect(planned.filter((one) => one.startsWith('…'))).toEqual([
    '… task[group_by]',
    '… task[red_x:&red_y]',
    '… task[group_by]',
    '… task[red_x:&red_y]',
  ])
  expect((await here.play()).failures).toEqual([])
  expect(linesOf(here)).toEqual(['a a'])
})

it('fills a group that is there, also for plays that name a group above it', async () => {
  using here = new Playground(
    site(
      `- hosts: all
  tasks:
    - group_by: { key: "{{ item.key }}" }
      when: group_names | intersect(item.value) | length > 0
      loop: "{{ { 'node': ['web'], 'store': ['db'] } | dict2items }}"
- hosts: store[0]
  tasks:
${logs('first {{ inventory_hostname }}')}- hosts: cluster
  tasks:
${logs('{{ inventory_hostname }} {{ size }}')}`,
      {
        'inventory.yaml': `${inventory['inventory.yaml']}cluster: { vars: { size: 3 }, children: { node: {} } }\n`,
      },
    ),
  )
  const { planned, failures } = await here.play()
  expect(failures).toEqual([])
  expect(planned.filter((one) => one.startsWith('+'))).toHaveLength(3)
  expect(linesOf(here)).toEqual(['a 3', 'b 3', 'first d'])
})

it('adds hosts and groups that variables tell for later plays, and for no earlier one', async () => {
  using here = new Playground(
    site(`- hosts: all
  tasks:
${logs('before {{ inventory_hostname }} {{ groups.all | length }}')}- hosts: web
  vars: { names: [n1, "n2:2222"] }
  tasks:
    - add_host:
        name: "{{ item }}"
        groups: [fresh, "{{ 'later' }}"]
        ansible_connection: local
        colour: "red {{ inventory_hostname }}"
      loop: "{{ names }}"
    - add_host: name=d groups=web,also
      when: not (skip | default(false))
    - add_host: { name: never, groups: fresh }
      when: false
- hosts: fresh:also
  tasks:
${logs("{{ inventory_hostname }} {{ colour | default('none') }} {{ group_names | join('+') }} {{ ansible_port | default(22) }}")}`),
  )
  const { failures, planned } = await here.play()
  expect(failures).toEqual([])
  expect(planned).toContain('+ shell[echo n2 red a fresh+later 2222 >>./log]')
  expect(linesOf(here)).toEqual([
    'before a 3',
    'before b 3',
    'before d 3',
    'd none also+db+web 22',
    'n1 red a fresh+later 22',
    'n2 red a fresh+later 2222',
  ])
})

it('says where something is added that only the run tells, and fails there', async () => {
  using here = new Playground(
    site(`- hosts: web
  tasks:
    - shell: { command: "echo made", always: true }
      register: made
    - add_host: { name: "{{ made.stdout }}", groups: web }
`),
  )
  expect((await here.play()).failures[0]).toMatch(
    /site\.yaml:5:7.*add_host cannot add made, which was not known before the run/,
  )
})

it('refuses what is wrong in it, with its place', async () => {
  const wrong = async (tasks: string) => {
    using here = new Playground(site(`- hosts: web\n  tasks:\n${tasks}`))
    return await here.problems()
  }
  expect(await wrong('    - group_by: { parents: x }\n')).toEqual([
    expect.stringContaining('site.yaml:3:7: group_by needs a "key"'),
  ])
  expect(await wrong('    - group_by: { key: x, parent: y }\n')).toEqual([
    expect.stringContaining('site.yaml:3:27: group_by has no option "parent" → did you mean "parents"?'),
  ])
  expect(await wrong('    - group_by: { key: x }\n- hosts: web:y\n  tasks: [ debug: ]\n')).toEqual([
    expect.stringContaining('site.yaml:4:10: no host or group is called "y"'),
  ])
  expect(
    await wrong('    - group_by: { key: web, parents: web2 }\n    - group_by: { key: web2, parents: web }\n'),
  ).toEqual([])
})
