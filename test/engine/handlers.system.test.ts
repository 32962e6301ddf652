import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const log = (text: string) => `{ command: "echo ${text} >>{{ here }}/log", always: true }`

describe('handlers', () => {
  const site = `- hosts: a
  pre_tasks:
    - copy: { dest: "{{ here }}/early", content: "{{ word }}" }
      notify: [first]
  tasks:
    - copy: { dest: "{{ here }}/one", content: "{{ word }}" }
      notify: [second, heard]
    - copy: { dest: "{{ here }}/two", content: same }
      notify: never
    - shell: ${log('task')}
  handlers:
    - name: never
      shell: ${log('never')}
    - name: second
      shell: ${log('second')}
    - { name: listens, listen: heard, shell: ${log('heard')} }
    - name: first
      shell: ${log('first')}
  vars: { word: x }
`

  it('run once each, in their order, at the end of the part of the play in which something changed', async () => {
    using here = new Playground({ 'site.yaml': site, two: 'same' })
    const { planned, failures } = await here.play()
    expect(failures).toEqual([])
    expect(planned).toContain('? shell[echo second >>./log]')
    expect(here.read('log')).toBe('first\ntask\nsecond\nheard\n')
  })

  it('do not run where nothing changed, and cost no trip', async () => {
    using here = new Playground({ 'site.yaml': site.replace(/ {4}- shell.*task.*\n/, ''), two: 'same' })
    await here.play()
    const { trips, steps } = await here.play()
    expect(steps).toEqual([])
    expect(trips).toEqual([1])
  })

  it('go with what notifies them in one program, with nothing left on the host afterwards', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a
  tasks:
    - { copy: { dest: "{{ here }}/one", content: x }, notify: it }
    - { copy: { dest: "{{ here }}/two", content: x }, notify: [it, other] }
  handlers:
    - { name: other, shell: ${log('other')} }
    - { name: it, shell: ${log('it')} }
`,
    })
    const { trips, planned } = await here.play()
    expect(planned.filter((step) => step.includes('shell'))).toEqual([
      '+ shell[echo other >>./log]',
      '+ shell[echo it >>./log]',
    ])
    expect(trips).toEqual([2])
    const again = await here.play()
    expect(again).toMatchObject({ planned: [], trips: [1] })
  })

  it('are not lost when a run breaks off between the change and them', async () => {
    const broken = `- hosts: a
  tasks:
    - copy: { dest: "{{ here }}/conf", content: x }
      notify: restart it
    - command: { command: "test -e {{ here }}/mended", always: true }
  handlers:
    - name: restart it
      shell: ${log('restarted')}
`
    using here = new Playground({ 'site.yaml': broken })
    const first = await here.play()
    expect(first.failures).toHaveLength(1)
    expect(here.read('log')).toBe(undefined)
    writeFileSync(here.at('mended'), '')
    const planned = await here.play({ apply: false })
    expect(planned.planned).toContain('+ shell[echo restarted >>./log]')
    expect(planned.planned).toContain('• an earlier run broke off before it ran')
    const second = await here.play()
    expect(second.failures).toEqual([])
    expect(here.read('log')).toBe('restarted\n')
    await here.play()
    expect(here.read('log')).toBe('restarted\n')
  })

  it('run on a host that failed where the play forces them', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a
  force_handlers: yes
  tasks:
    - copy: { dest: "{{ here }}/conf", content: x }
      notify: restart it
    - fail: { msg: enough }
  handlers:
    - name: restart it
      shell: ${log('restarted')}
`,
    })
    const { failures } = await here.play()
    expect(failures.join()).toContain('enough')
    expect(here.read('log')).toBe('restarted\n')
  })

  it('run in the middle where a task says so, and notify each other', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a
  roles: [r]
  tasks:
    - copy: { dest: "{{ here }}/conf", content: x }
      notify: "r : of the role"
    - meta: flush_handlers
    - shell: ${log('after')}
`,
      'roles/r/handlers/main.yml': `- name: of the role
  shell: ${log('role')}
  notify: next
- name: next
  shell: ${log('next')}
`,
      'roles/r/tasks/main.yml': '[]',
    })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(here.read('log')).toBe('role\nnext\nafter\n')
  })

  it('that nobody wrote are named with what was meant', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a\n  tasks:\n    - copy: { dest: /x, content: x }\n      notify: restrat\n  handlers:\n    - name: restart\n      shell: ${log('x')}\n`,
    })
    expect(await here.problems()).toEqual([
      'site.yaml:4:15: no handler of this play is called or listens to "restrat" → did you mean "restart"?',
    ])
  })
})
