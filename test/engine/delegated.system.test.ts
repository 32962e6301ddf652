import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const inventory = {
  'inventory.yaml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local } } }\n',
}

describe('a task that is delegated', () => {
  it('is brought about on another host, with the variables of its own, in its order', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a
  vars: { word: of-a }
  tasks:
    - shell: { command: "echo one >>$HOME/log", always: true }
    - shell: { command: "echo {{ word }} {{ inventory_hostname }} >>$HOME/log; echo told", always: true }
      delegate_to: b
      register: told
    - shell: { command: "echo three {{ told.stdout_lines[0] }} >>$HOME/log", always: true }
`,
    })
    const { failures, steps, planned } = await here.play()
    expect(failures).toEqual([])
    expect(planned.map((one) => one.slice(0, 2))).toEqual(['+ ', '+ ', '… '])
    expect(steps[1]).toContain(' on b]')
    expect([here.read('a/log'), here.read('b/log')]).toEqual(['one\nthree told\n', 'of-a a\n'])
  })

  it('is asked about there, and takes no more than one trip to it where nothing is to be done', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a
  tasks:
    - copy: { dest: "{{ here }}/x", content: x }
    - copy: { dest: "{{ here }}/y", content: y }
      delegate_to: "{{ other }}"
  vars: { other: b }
`,
    })
    expect((await here.play()).failures).toEqual([])
    const again = await here.play()
    expect(again).toMatchObject({ steps: [], trips: [2], opened: ['a', 'b'] })
  })

  it('may be meant for this computer, however that is written', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: a
  tasks:
    - shell: { command: "echo one >>$HOME/log", always: true }
      delegate_to: 127.0.0.1
    - local_action: { module: shell, command: "echo two >>$HOME/log", always: true }
    - shell: { command: "echo three >>$HOME/log", always: true }
      connection: local
`,
    })
    const { failures, opened } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('localhost/log')).toBe('one\ntwo\nthree\n')
    expect(opened).toEqual(['a', 'localhost'])
  })

  it('to nobody is told of with who there is', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': '- hosts: a\n  tasks:\n    - copy: { dest: /x, content: x }\n      delegate_to: c\n',
    })
    expect(await here.problems()).toEqual([
      'site.yaml:4:20: a task is delegated to "c", which is no host of the inventory → did you mean "a"?',
    ])
  })
})
