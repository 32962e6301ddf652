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

describe('a task that runs once', () => {
  const site = (once: string) => `- hosts: all
  tasks:
    - shell: { command: "echo early >>{{ here }}/log", always: true }
    - ${once}
      run_once: yes
      register: told
    - shell: { command: "echo {{ inventory_hostname }} {{ told.stdout_lines[0] }} >>{{ here }}/log", always: true }
      notify: late
  handlers:
    - name: late
      shell: { command: "echo late >>{{ here }}/log", always: true }
`

  it('runs on the first host when all have come so far, and its result is that of all', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': site('shell: { command: "echo once >>{{ here }}/log; echo told", always: true }'),
    })
    const { failures, planned } = await here.play()
    expect(failures).toEqual([])
    expect(planned.filter((one) => one.startsWith('…'))).toHaveLength(3)
    const lines = here.read('log')?.trim().split('\n') ?? []
    expect(lines.slice(0, 3)).toEqual(['early', 'early', 'once'])
    expect(lines.slice(3).toSorted()).toEqual(['a told', 'b told', 'late', 'late'])
  })

  it('and fails ends the run on all', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': site('shell: { command: "exit 1", always: true }'),
    })
    const { failures } = await here.play()
    expect(failures).toEqual([
      expect.stringContaining('failed with status 1'),
      expect.stringContaining('a task runs once for all on a, and failed there'),
    ])
    expect(here.read('log')).toBe('early\nearly\n')
  })

  it('is refused where hosts cannot wait for each other', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml':
        '- hosts: all\n  serial: 1\n  tasks:\n    - { debug: { msg: x }, run_once: true }\n    - include_tasks: x.yml\n',
      'x.yml': '- { debug: { msg: x }, run_once: true }\n',
    })
    expect(await here.problems()).toEqual([
      expect.stringContaining('x.yml:1:3: "run_once" cannot be done in handlers, in what is included'),
      expect.stringContaining('site.yaml:4:7: "run_once" cannot be done beside "serial"'),
    ])
  })
})
