import { rmSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash', 'dpkg-query')

const site = (tasks: string) => ({ 'site.yaml': `- hosts: a\n  tasks:\n${tasks}` })
/** A host beside the usual one. */
const two = {
  'inventory.yaml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local } } }\n',
}

describe('facts that tasks gather', () => {
  it('are known in the plan, by all the names that Ansible gives to them', async () => {
    using here = new Playground(
      site(`    - package_facts: { manager: auto }
    - getent: { database: passwd, key: root }
    - getent: { database: "{{ 'group' }}" }
    - service_facts:
    - copy: { dest: "{{ here }}/x", content: "{{ ansible_facts.packages.dpkg[0].source }}" }
      when: "'dpkg' in packages"
    - copy: { dest: "{{ here }}/y", content: "{{ getent_passwd.root[4] }} {{ ansible_facts.getent_group.root[1] }}" }
    - copy: { dest: "{{ here }}/z", content: "never" }
      when: "'no-such-package' in ansible_facts['packages'] or 'no-such.service' in services"
`),
    )
    const { planned } = await here.play({ apply: false })
    expect(planned).toEqual(['+ copy[./x]', '+ copy[./y]'])
    expect((await here.play()).failures).toEqual([])
    expect([here.read('x'), here.read('y')]).toEqual(['apt', '/root 0'])
    expect(await here.play()).toMatchObject({ steps: [], planned: [], trips: [1] })
  })

  it('are asked for where a task reads them, if they cost more', async () => {
    using here = new Playground(
      site(`    - copy: { dest: "{{ here }}/x", content: "{{ ansible_virtualization_role }} {{ ansible_mounts | length > 0 }}" }
      when: ansible_facts['python']['version']['major'] == 3 and ansible_processor_cores > 0
    - command: cp {{ here }}/x {{ here }}/y
      args: { creates: "{{ here }}/y" }
    - copy: { dest: "{{ here }}/z", content: "{{ ansible_virtualization_role }} {{ ansible_local | length >= 0 }}" }
`),
    )
    const { planned } = await here.play({ apply: false })
    expect(planned).toHaveLength(3)
    expect((await here.play()).failures).toEqual([])
    expect([here.read('y'), here.read('z')]).toEqual([
      expect.stringMatching(/^(guest|host|NA) True$/),
      expect.stringMatching(/^(guest|host|NA) True$/),
    ])
    expect(await here.play()).toMatchObject({ steps: [], planned: [] })
  })

  it('wait for what comes before them, and stay what they were', async () => {
    using here = new Playground(
      site(`    - getent: { database: passwd, key: root }
    - set_fact: { first: "{{ ansible_facts.getent_passwd.root[4] }}" }
    - shell: { command: "echo x", always: true }
    - getent: { database: passwd, key: daemon }
    - copy: { dest: "{{ here }}/x", content: "{{ first }} {{ ansible_facts.getent_passwd.keys() | list }}" }
`),
    )
    const { planned } = await here.play({ apply: false })
    expect(planned).toEqual(['+ shell[echo x]', '… copy[./x]'])
    expect((await here.play()).failures).toEqual([])
    expect(here.read('x')).toBe("/root ['daemon']")
  })

  it('are in ansible_facts also where tasks gather them that are read in the run', async () => {
    using here = new Playground({
      ...site(`    - set_fact: { which: more }
    - include_tasks: "{{ which }}.yaml"
    - copy: { dest: "{{ here }}/x", content: "{{ ansible_facts.getent_passwd.keys() | join(',') }}" }
`),
      'more.yaml': '- getent: { database: passwd, key: root }\n',
    })
    expect((await here.play()).failures).toEqual([])
    expect(here.read('x')).toBe('root')
  })

  it('are those of the host that is asked for', async () => {
    using here = new Playground({
      ...two,
      'site.yaml': `- hosts: b
  tasks:
    - getent: { database: passwd, key: daemon }
- hosts: a
  tasks:
    - getent: { database: passwd, key: root }
    - copy: { dest: "{{ here }}/x", content: "{{ hostvars.b.ansible_facts.getent_passwd.keys() | join(',') }}" }
`,
    })
    expect((await here.play()).failures).toEqual([])
    expect(here.read('x')).toBe('daemon')
  })

  it('are not known before what may write the files that tell them', async () => {
    using here = new Playground(
      site(`    - file: { path: /etc/ansible/facts.d, state: directory }
    - copy: { dest: /etc/ansible/facts.d/understudy-told.fact, content: '{"so": "told"}' }
    - copy: { dest: "{{ here }}/x", content: "{{ ansible_local['understudy-told'].so }}" }
`),
    )
    try {
      const { planned } = await here.play({ apply: false })
      expect(planned.at(-1)).toMatch(/^… (copy|task)\[/)
      expect((await here.play()).failures).toEqual([])
      expect(here.read('x')).toBe('told')
    } finally {
      rmSync('/etc/ansible/facts.d/understudy-told.fact', { force: true })
    }
  })

  it('are asked of another host where a task reads its own', async () => {
    using here = new Playground({
      ...two,
      'site.yaml': `- hosts: all
  tasks:
    - copy: { dest: "{{ here }}/{{ inventory_hostname }}.all", content: "{{ groups.all | map('extract', hostvars, 'ansible_fqdn') | join(',') }}" }
    - copy: { dest: "{{ here }}/{{ inventory_hostname }}.b", content: "{{ hostvars.b.ansible_facts.virtualization_role }}" }
`,
    })
    expect((await here.play()).failures).toEqual([])
    const [a = '', b = ''] = here.read('a.all')?.split(',') ?? []
    expect([a, here.read('b.all')]).toEqual([b, `${a},${b}`])
    expect(a).not.toBe('')
    expect(here.read('a.b')).toMatch(/^(guest|host|NA)$/)
    expect(await here.play()).toMatchObject({ planned: [], steps: [] })
  })

  it('fail where there is no such key, unless that is no failure', async () => {
    using here = new Playground(
      site(`    - getent: { database: passwd, key: nobody-at-all, fail_key: no }
    - debug: { msg: "{{ getent_passwd }}" }
    - getent: { database: passwd, key: nobody-at-all }
`),
    )
    const { failures, said } = await here.play()
    expect(said).toEqual([expect.stringMatching(/nobody-at-all.*(None|null)/)])
    expect(failures).toEqual([expect.stringContaining('there is no such key')])
  })
})
