import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { jsonLine } from '../../src/report/json.ts'
import { needs } from '../needs.ts'
import { collection, library, role } from './foreign-library.ts'
import { type Played, Playground } from './playing.ts'

needs('ansible', 'dash', 'python3')

const site = (tasks: string, more = '') => ({
  ...library,
  ...role,
  ...collection,
  'site.yaml': `- hosts: a\n  gather_facts: false\n${more}  tasks:\n${tasks}`,
})

/** All that is told of a run, as programs read it. */
const told = (events: Played['events']) => events.map((event) => jsonLine(event, (text) => text)).join('\n')

describe('modules that are none of ours', () => {
  it('are run as Ansible runs them, whatever they are written in and wherever they are', async () => {
    using here = new Playground({
      ...site(`    - greet: { name: Ada }
      register: own
    - old: a=1 b='two words' c={{ [1, 'x'] }}
      register: old
    - wants_json: { x: [1, two, { y: ä }], yes: true }
      register: json
    - within: { y: "it's" }
      register: within
    - import_role: { name: one }
    - my.own.deep: { number: 2 }
      register: deep
    - deep: { number: 3 }
      collections: [my.own]
      register: found
    - subversion: { repo: "file:///repo", dest: "{{ here }}/work", executable: "{{ here }}/svn" }
      register: core
    - debug: { msg: "{{ own.greeting }}" }
    - debug: { msg: "{{ old.said }}" }
    - debug: { msg: "got {{ json.got }}" }
    - debug: { msg: "{{ within.given.y }}" }
    - debug: { msg: "{{ of_role.where }}" }
    - debug: { msg: "{{ deep.doubled }} {{ found.doubled }}" }
    - debug: { msg: "{{ core.after }} {{ core.changed }}" }
`),
      svn: '#!/bin/sh\necho "Revision: 5"\necho "URL: $*"\n',
    })
    const { chmodSync } = await import('node:fs')
    chmodSync(here.at('svn'), 0o755)
    const { failures, said } = await here.play({ foreign: 'run' })
    expect(failures).toEqual([])
    expect(said.slice(0, 6)).toEqual([
      'hello Ada',
      "1/two words/[1, 'x']",
      "got {'x': [1, 'two', {'y': 'ä'}], 'yes': True}",
      "it's",
      'role one',
      '4 6',
    ])
    expect(said[6]).toMatch(/^\['Revision: 5', 'URL: .*'\] True$/)
  })

  it('tell their results, facts among them, to later tasks', async () => {
    using here = new Playground(
      site(`    - greet: { name: "{{ item }}", changes: "{{ item == 'Bob' }}" }
      loop: [Ada, Bob]
      register: all
      notify: told
    - debug: { msg: "{{ all.results | map(attribute='greeting') | list }} {{ all.changed }} {{ greeted }} {{ ansible_facts.greeted }}" }
    - greet: { name: Eve, rc: 3 }
      failed_when: outcome.rc != 3
      changed_when: outcome.greeting is search('Eve')
      register: outcome
    - counted: { path: "{{ here }}/count" }
      register: times
      until: times.n == 3
      delay: 0
    - debug: { msg: "{{ outcome.changed }} {{ outcome.failed }} {{ times.attempts }} {{ times.stdout_lines }} {{ times.invocation is defined }}" }
  handlers:
    - name: told
      debug: { msg: handled }
`),
    )
    const { failures, said } = await here.play({ foreign: 'run' })
    expect(failures).toEqual([])
    expect(said).toEqual([
      "['hello Ada', 'hello Bob'] True Bob Bob",
      "True False 3 ['one', 'two'] False",
      'handled',
    ])
  })

  it('fail as they say, and where they say nothing that can be read', async () => {
    using here = new Playground(
      site(`    - garbage: {}
      ignore_errors: true
      register: nothing
    - fails: { secret: abcdefgh }
      ignore_errors: true
      register: plain
    - debug: { msg: "{{ nothing.msg }} / {{ nothing.module_stderr }} / {{ plain.msg }} / {{ plain.more }}" }
    - fails: { secret: abcdefgh }
    - logs: { path: "{{ here }}/log", text: behind }
`),
    )
    const { failures, said, events } = await here.play({ foreign: 'run' })
    expect(said).toEqual([
      'the module did not print a result in JSON / oops\n / it failed with ******** / [1, 2]',
    ])
    expect(failures).toEqual([
      './site.yaml:11:7 a foreign[fails]: run this foreign module failed\n    it failed with ********',
    ])
    expect(told(events)).not.toContain('abcdefgh')
    expect(here.read('log')).toBe(undefined)
  })

  it('run where nobody looks: in a directory that is gone afterwards, and no word of it in a command line', async () => {
    using here = new Playground(
      site(`    - looks: { word: word-of-mine }
      register: seen
      environment: { GIVEN: by the task }
    - debug: { msg: "{{ seen.mode }} {{ seen.line }} {{ seen.given }} {{ seen.mask }}" }
    - debug: { msg: "{{ seen.room }}" }
`),
    )
    const { said } = await here.play({ foreign: 'run' })
    const [first = '', room = ''] = said
    expect(first).toMatch(/^0o700 \S*python3 \/var\/tmp\/understudy-module\.\w+\/module by the task 0o22$/)
    expect(room).toMatch(/understudy-module/)
    expect(existsSync(room)).toBe(false)
  })

  it('are sent to a host once, however many tasks use them', async () => {
    const tasks = (many: number) =>
      Array.from({ length: many }, (_, nth) => `    - greet: { name: nr${nth} }\n`).join('')
    const trips = async (many: number) => {
      using here = new Playground(site(tasks(many)))
      return (await here.play({ foreign: 'run' })).trips[0] ?? 0
    }
    // The questions, the module, and one program for all that is settled.
    expect([await trips(1), await trips(4)]).toEqual([3, 3])
  })

  it('need a Python on the host', async () => {
    using here = new Playground({
      ...site('    - greet: { name: Ada }\n    - counted: { path: "{{ here }}/count" }\n'),
      'inventory.yaml':
        'all: { hosts: { a: { ansible_connection: local, ansible_python_interpreter: /nowhere/python } } }\n',
    })
    const { steps } = await here.play({ apply: false, foreign: 'asked' })
    expect(steps).toEqual([])
    const { failures } = await here.play({ foreign: 'run' })
    expect(failures).toEqual([
      expect.stringContaining(
        'there is no Python on this host: ansible_python_interpreter says /nowhere/python, which is not there',
      ),
    ])
  })
})

describe('a plan with modules that are none of ours', () => {
  it('has what they say in their check mode, and changes nothing', async () => {
    using here = new Playground(
      site(`    - writes: { path: "{{ here }}/same", content: same }
    - thing_info: { name: thing }
      register: thing
    - debug: { msg: "found {{ thing.things[0] }}" }
    - writes: { path: "{{ here }}/new", content: "for {{ thing.things[0] }}" }
    - fails: { secret: x }
    - counted: { path: "{{ here }}/count" }
`),
    )
    const { writeFileSync } = await import('node:fs')
    writeFileSync(here.at('same'), 'same')
    const { planned, events, failures } = await here.play({ apply: false, foreign: 'asked' })
    expect(failures).toEqual([])
    expect(planned).toEqual([
      '• run this foreign module, which says that it changes nothing',
      '• found thing',
      '+ foreign[writes]',
      '? foreign[fails]',
      '? foreign[counted]',
    ])
    const text = told(events)
    expect(text).toContain('run this foreign module, which says that it would change something')
    expect(text).toContain('"before":"","after":"for thing"')
    expect(text).toContain('which says that it would fail: it failed with ********')
    expect(text).toContain('it has no check mode, so what it changes is unknown until apply')
    expect(existsSync(here.at('new'))).toBe(false)
    expect(existsSync(here.at('count'))).toBe(false)
  })

  it('asks none of which it is not known what it is told, or whether its turn comes', async () => {
    using here = new Playground(
      site(`    - command: echo x
      register: said
    - logs: { path: "{{ here }}/log", text: "{{ said.stdout }}" }
    - logs: { path: "{{ here }}/log", text: fixed }
      when: said.rc == 1
    - greet: { name: "{{ of_a_fact | default('nobody') }}" }
    - debug: { msg: "{{ greeted }}" }
`),
    )
    const { planned } = await here.play({ apply: false, foreign: 'asked' })
    expect(planned.slice(0, 3)).toEqual(['+ command[echo x]', '… task[logs]', '… task[logs]'])
    expect(here.read('log')).toBe(undefined)
  })

  it('is carried out in full, whatever modules said before', async () => {
    using here = new Playground(
      site(`    - says_nothing: { path: "{{ here }}/made" }
    - greet: { name: checked }
      check_mode: true
    - counted: { path: "{{ here }}/count" }
      check_mode: true
      register: left_out
    - debug: { msg: "left out: {{ left_out.skipped }}" }
`),
    )
    const { planned } = await here.play({ apply: false, foreign: 'asked' })
    expect(planned[0]).toBe('• run this foreign module, which says that it changes nothing')
    const { said, steps } = await here.play({ foreign: 'run' })
    expect(steps).toEqual(['changed foreign[says_nothing]'])
    expect(said).toEqual(['left out: True'])
    expect(here.read('made')).toBe('')
    expect(here.read('count')).toBe(undefined)
  })
})
