import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resourceExamples } from '../docs/resource-examples.ts'
import { complaints } from './judge.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const yamlIn = (page: string) =>
  [...read(page).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '')

/** What Ansible's users bring along, with nothing of Understudy in it. */
const plainAnsible = `
all:
  vars:
    ansible_user: deploy
    ansible_become: yes
    ansible_become_method: sudo
    ansible_become_user: root
    ansible_become_password: 12345
    ansible_become_flags: -H -S
    ansible_ssh_common_args: -o ProxyJump=bastion
    ansible_ssh_extra_args: -o ConnectTimeout=5
    ansible_ssh_private_key_file: ~/.ssh/id_ed25519
    ansible_python_interpreter: /usr/bin/python3
    ansible_connection: ssh
    ntp_servers: [a, b]
    greeting: "{{ inventory_hostname }} says hello"
  hosts:
    lone:
    10.0.0.7:
    fe80::1: {}
  children:
    web:
      hosts:
        web[01:20]:
        web[a:f:2].example.org:2222: { ansible_port: 22, ansible_host: 192.0.2.1 }
      vars: { ansible_group_priority: 10, ansible_port: '2222' }
      children: { nested: {} }
    empty:
    db: { hosts: null, children: null, vars: null }
ungrouped:
other_group: { hosts: { here: { ansible_connection: local, ansible_become: 'no', ansible_host: fe80::1%eth0 } } }
`

describe('the JSON Schema of inventories', () => {
  it.each(readdirSync(join(root, 'inventories')))('fits the example %s', (name) => {
    expect(complaints('inventory', read(`inventories/${name}/inventory.yaml`))).toEqual([])
  })

  it('fits what the documentation shows', () => {
    const examples = yamlIn('docs/inventory.md')
    expect(examples).toHaveLength(14)
    for (const example of examples) expect(complaints('inventory', example)).toEqual([])
  })

  it("fits Ansible's own", () => {
    expect(complaints('inventory', plainAnsible)).toEqual([])
    expect(complaints('inventory', '{}')).toEqual([])
  })

  it('fits files of group_vars', () => {
    const text = `${read('inventories/lvs-dr/inventory.yaml')
      .replace(/[\s\S]*?^ {4}cluster:/m, '    cluster:')
      .replace(/^ {2}children:[\s\S]*/m, '')}`
    expect(complaints('variables', text.replaceAll(/^ {4}/gm, ''))).toEqual([])
    expect(complaints('variables', '# nothing yet\n')).toEqual([])
    expect(complaints('variables', 'http_port: 80\nusers: [{ name: a }]\ncluster:\n')).toEqual([])
  })
})

describe('the JSON Schema of playbooks', () => {
  it('fits the playbook that comes along, and its roles', () => {
    expect(complaints('playbook', read('playbooks/site.yaml'))).toEqual([])
    const files = readdirSync(join(root, 'playbooks/roles'), { recursive: true, encoding: 'utf8' })
    const tasks = files.filter((path) => /\/tasks\/.*\.yaml$/.test(path))
    expect(tasks.length).toBeGreaterThan(10)
    for (const path of tasks) expect(complaints('tasks', read(`playbooks/roles/${path}`)), path).toEqual([])
  })

  it('fits what the documentation shows', () => {
    const [first = ''] = yamlIn('docs/playbooks.md')
    expect(complaints('playbook', first)).toEqual([])
  })

  it.each(Object.entries(resourceExamples))('fits a task of the kind %s', (_, example) => {
    expect(complaints('tasks', example)).toEqual([])
  })
})
