import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const two =
  'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local }, c: { ansible_connection: local } } }\n'
const told = "{{ hostvars['b'].made.stdout }} {{ hostvars.b.kept }}"

describe('what another host keeps', () => {
  it('is waited for within a play, in whatever order the hosts come', async () => {
    using here = new Playground({
      'inventory.yaml': two,
      'site.yaml': `- hosts: all
  tasks:
    - command: echo of b
      register: made
      when: inventory_hostname == 'b'
    - set_fact: { kept: "kept by {{ inventory_hostname }}" }
    - copy: { dest: "{{ here }}/{{ inventory_hostname }}.txt", content: "${told}" }
    - set_fact: { kept: later }
`,
    })
    const { failures, planned } = await here.play()
    expect(failures).toEqual([])
    expect(planned).toContain('… copy[./a.txt]')
    for (const host of ['a', 'b', 'c']) expect(here.read(`${host}.txt`)).toBe('of b kept by b')
  })

  it('is there in a later play, in a chain from host to host, and for a template', async () => {
    using here = new Playground({
      'inventory.yaml': two,
      'site.yaml': `- hosts: b
  tasks:
    - command: echo token
      register: made
- hosts: a
  tasks:
    - set_fact: { kept: "{{ hostvars['b'].made.stdout }} by a" }
    - template: { src: t.j2, dest: "{{ here }}/t.txt" }
- hosts: c
  serial: 1
  tasks:
    - copy: { dest: "{{ here }}/c.txt", content: "{{ hostvars['a'].kept }}" }
`,
      't.j2': '{{ hostvars.b.made.stdout }}\n',
    })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('c.txt')).toBe('token by a')
    expect(here.read('t.txt')).toBe('token\n')
  })

  it('of an earlier wave is all that it kept', async () => {
    using here = new Playground({
      'inventory.yaml': two,
      'site.yaml': `- hosts: all
  serial: 1
  tasks:
    - copy: { dest: "{{ here }}/{{ inventory_hostname }}.txt", content: "{{ hostvars.a.last | default('nothing') }}" }
    - set_fact: { last: "of {{ inventory_hostname }}" }
`,
    })
    expect((await here.play()).failures).toEqual([])
    expect(here.read('b.txt')).toBe('of a')
  })

  it('counts also where it failed afterwards', async () => {
    using here = new Playground({
      'inventory.yaml': two,
      'site.yaml': `- hosts: all
  tasks:
    - command: "false"
      register: made
      when: inventory_hostname == 'b'
    - copy: { dest: "{{ here }}/{{ inventory_hostname }}.txt", content: "{{ hostvars.b.made.stdout }}" }
      when: inventory_hostname == 'a'
`,
    })
    const { failures } = await here.play()
    expect(failures.length).toBe(1)
    expect(here.read('a.txt')).toBe('')
  })
})
