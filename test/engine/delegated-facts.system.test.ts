import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const three = {
  'inventory.yaml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local }, c: { ansible_connection: local } } }\n',
}
const lines = (text: string | undefined) => text?.split('\n')
const seen = `    - copy: { dest: "{{ here }}/{{ inventory_hostname }}.txt", content: "{{ word | default('none') }} {{ hostvars.b.word | default('none') }}" }\n`

describe('facts of a delegated task', () => {
  it('are those of the host it is delegated to, and without delegate_facts those of its own', async () => {
    using here = new Playground({
      ...three,
      'site.yaml': `- hosts: a,b
  tasks:
    - command: echo of-{{ inventory_hostname }}
      register: made
    - set_fact: { word: "{{ made.stdout }}" }
      delegate_to: b
      delegate_facts: true
      when: inventory_hostname == 'a'
    - set_fact: { own: "own of {{ inventory_hostname }}" }
      delegate_to: b
${seen}    - copy: { dest: "{{ here }}/own-{{ inventory_hostname }}.txt", content: "{{ own }} {{ hostvars.b.own }}" }
`,
    })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect([here.read('a.txt'), here.read('b.txt')]).toEqual(['none of-a', 'of-a of-a'])
    expect(here.read('own-a.txt')).toBe('own of a own of b')
  })

  it('go to each host of a loop, as one task for all says them, and what was said last counts', async () => {
    using here = new Playground({
      ...three,
      'site.yaml': `- hosts: all
  tasks:
    - set_fact: { word: "{{ item }}-{{ turn }}" }
      loop: [b, c, b]
      loop_control: { index_var: turn }
      delegate_to: "{{ item }}"
      delegate_facts: "{{ yes_please }}"
      run_once: true
      vars: { yes_please: yes }
${seen}- hosts: a
  tasks:
    - copy: { dest: "{{ here }}/later.txt", content: "{{ hostvars.c.word }} {{ word | default('none') }}" }
`,
    })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(['a', 'b', 'c'].map((host) => here.read(`${host}.txt`))).toEqual([
      'none b-2',
      'b-2 b-2',
      'c-1 b-2',
    ])
    expect(here.read('later.txt')).toBe('c-1 none')
  })

  it('are inherited by blocks, and told to a host that has no part in the run', async () => {
    using here = new Playground({
      ...three,
      'vars/more.yml': 'word: from a file\n',
      'site.yaml': `- hosts: a
  tasks:
    - delegate_to: b
      delegate_facts: true
      block:
        - include_vars: more.yml
        - set_fact: { kept: "{{ hostvars.b.word }}", cacheable: true }
        - getent: { database: passwd, key: root }
        - set_fact: { word: stronger }
        - include_vars: more.yml
    - copy:
        dest: "{{ here }}/a.txt"
        content: "{{ hostvars.b.kept }} {{ hostvars.b.word }} {{ hostvars.b.getent_passwd.root[1] }} {{ hostvars.b.ansible_facts.kept | default('none') }} {{ getent_passwd is defined }} {{ word is defined }}"
`,
    })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('a.txt')).toBe('from a file stronger 0 from a file False False')
  })

  it('of setup are asked there, whether or not the host has a part in the run', async () => {
    using here = new Playground({
      ...three,
      'site.yaml': `- hosts: a
  tasks:
    - setup:
      delegate_to: "{{ item }}"
      delegate_facts: true
      loop: "{{ groups['all'] | difference(['a']) }}"
    - copy: { dest: "{{ here }}/a.txt", content: "{{ hostvars.b.ansible_kernel == ansible_kernel }}\\n{{ hostvars['c'].ansible_facts.distribution == ansible_distribution }}" }
`,
    })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(lines(here.read('a.txt'))).toEqual(['True', 'True'])
  })
})
