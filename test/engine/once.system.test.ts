import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const inventory = {
  'inventory.yaml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local }, c: { ansible_connection: local } } }\n',
}

/** A task that writes what it is told into the log of the playground. */
const says = (words: string) => `shell: { command: "echo ${words} >>{{ here }}/log", always: true }`

const logOf = (here: Playground) => here.read('log')?.trim().split('\n') ?? []

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
    expect(planned.filter((one) => one.startsWith('…'))).toHaveLength(5)
    const lines = logOf(here)
    expect(lines.slice(0, 4)).toEqual(['early', 'early', 'early', 'once'])
    expect(lines.slice(4).toSorted()).toEqual(['a told', 'b told', 'c told', 'late', 'late', 'late'])
  })

  it('and fails ends the run on all', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': site('shell: { command: "exit 1", always: true }'),
    })
    const { failures } = await here.play()
    expect(failures).toEqual([
      expect.stringContaining('failed with status 1'),
      expect.stringContaining('this task runs once for all on a, and failed there'),
      expect.stringContaining('this task runs once for all on a, and failed there'),
    ])
    expect(here.read('log')).toBe('early\nearly\nearly\n')
  })

  it('stands wherever a task may: beside serial, in blocks, in what is included, in handlers, and in all of a play', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  serial: 2
  tasks:
    - ${says('wave {{ inventory_hostname }}')}
      run_once: true
- hosts: all
  run_once: true
  tasks:
    - ${says('play {{ inventory_hostname }}')}
- hosts: all
  tasks:
    - block:
        - ${says('early {{ inventory_hostname }}')}
        - shell: { command: "exit 3", always: true }
          run_once: true
      rescue:
        - ${says('rescued {{ inventory_hostname }} {{ ansible_failed_result.rc }}')}
      always:
        - ${says('always {{ inventory_hostname }}')}
          run_once: true
- hosts: all
  tasks:
    - include_tasks: part.yml
      when: inventory_hostname != 'a'
    - ${says('own {{ inventory_hostname }}')}
      when: inventory_hostname == 'c'
      notify: late
  handlers:
    - name: late
      ${says('late {{ inventory_hostname }}')}
      run_once: true
`,
      'part.yml': `- ${says('part {{ inventory_hostname }}')}\n  run_once: true\n`,
    })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    const lines = logOf(here)
    expect(lines.slice(0, 3)).toEqual(['wave a', 'wave c', 'play a'])
    expect(lines.slice(3, 6).toSorted()).toEqual(['early a', 'early b', 'early c'])
    expect(lines.slice(6, 9).toSorted()).toEqual(['rescued a 3', 'rescued b 3', 'rescued c 3'])
    expect(lines.slice(9).toSorted()).toEqual(['always a', 'late c', 'own c', 'part b'])
  })

  it('is planned for the host that will run it, and for no other', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  tasks:
    - include_tasks: part.yml
      when: inventory_hostname != 'a'
    - copy: { dest: "{{ here }}/{{ inventory_hostname }}.txt", content: x }
`,
      'part.yml':
        '- copy: { dest: "{{ here }}/{{ inventory_hostname }}.once", content: x }\n  run_once: true\n  register: told\n- debug: { msg: "{{ told.changed }}" }\n',
    })
    const { planned } = await here.play({ apply: false })
    expect(planned.filter((one) => one.includes('.once'))).toEqual(['+ copy[./b.once]'])
    expect(planned.filter((one) => one.includes('.txt'))).toHaveLength(3)
    expect((await here.play()).failures).toEqual([])
    expect([here.read('b.once'), here.read('c.once')]).toEqual(['x', undefined])
    // Nothing is left to wait for where all is as it should be.
    const again = await here.play({ apply: false })
    expect(again.planned.filter((one) => one.startsWith('…'))).toEqual([])
  })

  it('is taken over by the next host where the first has failed before, and gives what it decides to all', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  tasks:
    - shell: { command: "test {{ inventory_hostname }} != a", always: true }
    - set_fact: { word: "{{ inventory_hostname }}" }
      run_once: true
    - ${says('{{ inventory_hostname }} {{ word }}')}
`,
    })
    const { failures } = await here.play()
    expect(failures).toHaveLength(1)
    expect(logOf(here).toSorted()).toEqual(['b b', 'c b'])
  })

  it('fails nobody where its failure is ignored', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': `- hosts: all
  tasks:
    - shell: { command: "exit 4", always: true }
      run_once: true
      ignore_errors: true
      register: told
    - ${says('{{ inventory_hostname }} {{ told.rc }}')}
`,
    })
    expect((await here.play()).failures).toEqual([])
    expect(logOf(here).toSorted()).toEqual(['a 4', 'b 4', 'c 4'])
  })
})

describe('a task whose failure ends all', () => {
  const site = (word: string) => `- hosts: all
  tasks:
    - block:
        - ${says('first {{ inventory_hostname }}')}
        - shell: { command: "test {{ inventory_hostname }} != c", always: true }
      any_errors_fatal: ${word}
    - ${says('second {{ inventory_hostname }}')}
- hosts: all
  tasks:
    - ${says('third {{ inventory_hostname }}')}
`

  it('keeps the others from going beyond it', async () => {
    using here = new Playground({ ...inventory, 'site.yaml': site('true') })
    const { failures } = await here.play()
    expect(failures).toHaveLength(3)
    expect(failures.filter((one) => one.includes('others failed in play'))).toHaveLength(2)
    expect(logOf(here).toSorted()).toEqual(['first a', 'first b', 'first c'])
  })

  it('costs nobody anything where it says that it does not', async () => {
    using here = new Playground({ ...inventory, 'site.yaml': site('false') })
    expect((await here.play()).failures).toHaveLength(1)
    const lines = logOf(here).toSorted()
    expect(lines).toContain('second a')
    expect(lines).not.toContain('second c')
  })

  it('may be excepted in a play that says it of all', async () => {
    using here = new Playground({
      ...inventory,
      'site.yaml': site('false').replace('- hosts: all', '- hosts: all\n  any_errors_fatal: true'),
    })
    expect((await here.play()).failures).toHaveLength(1)
  })
})
