import { expect, it } from 'vitest'
import type { Answer, Pause } from '../../src/model/pausing.ts'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const two = {
  'inventory.yaml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local } } }\n',
}

const site = (tasks: string) => ({ ...two, 'site.yaml': `- hosts: all\n  tasks:\n${tasks}` })

const logs = (words: string) => `    - shell: { command: "echo ${words} >>{{ here }}/log", always: true }\n`

/** Somebody who says these things, one after the other. */
function person(here: Playground, ...answers: readonly Answer[]) {
  const asked: (Pause & { readonly log: string | undefined })[] = []
  here.atTerminal = async (pause) => {
    asked.push({ ...pause, log: here.read('log') })
    return answers[asked.length - 1] ?? { is: 'text', text: '' }
  }
  return asked
}

const says = (text: string): Answer => ({ is: 'text', text })

it('asks once for all hosts, when all have come so far, and what is behind it begins after the answer', async () => {
  using here = new Playground(
    site(
      `${logs('early')}    - { name: confirm, pause: { prompt: "Go on {{ inventory_hostname }}?" }, register: said }\n${logs('{{ said.user_input }} {{ said.echo }} {{ said.stop[:2] }}')}    - debug: { msg: late }\n`,
    ),
  )
  const asked = person(here, says('yes'))
  const { failures, planned, steps, said } = await here.play()
  expect(failures).toEqual([])
  expect(planned).toContain('+ pause[Go on a?]')
  expect(asked).toMatchObject([
    { title: 'confirm', prompt: 'Go on a?', isSecret: false, log: 'early\nearly\n' },
  ])
  expect(here.read('log')).toBe('early\nearly\nyes True 20\nyes True 20\n')
  expect(steps.filter((step) => step.includes('pause'))).toEqual([
    'unchanged pause[Go on a?]',
    'unchanged pause[Go on b?]',
  ])
  expect(said).toEqual(['late', 'late'])
})

it('asks in the words of the first host, when that comes last, too', async () => {
  using here = new Playground(
    site(
      `    - shell: { command: "sleep 0.5", always: true }\n      when: inventory_hostname == 'a'\n    - pause: { prompt: "Go on {{ inventory_hostname }}?" }\n`,
    ),
  )
  const asked = person(here, says('yes'))
  const { failures } = await here.play()
  expect(failures).toEqual([])
  expect(asked).toMatchObject([{ prompt: 'Go on a?' }])
})

it('is not asked where nobody sits at a terminal, which is told, and goes on', async () => {
  using here = new Playground(
    site(`    - { pause: { prompt: Sure? }, register: said }\n${logs('.{{ said.user_input }}.')}`),
  )
  const { failures, events } = await here.play()
  expect(failures).toEqual([])
  expect(events.flatMap((event) => (event.is === 'warning' ? [event.message] : []))).toEqual([
    'nobody can be asked at a terminal, so the run goes on without an answer to "Sure?"',
  ])
  expect(here.read('log')).toBe('..\n..\n')
})

it('is only planned by a plan, and what rests on the answer is not known yet', async () => {
  using here = new Playground(site(`    - { pause: , register: said }\n${logs('{{ said.user_input }}')}`))
  const asked = person(here)
  const { planned } = await here.play({ apply: false })
  expect(asked).toEqual([])
  expect(planned).toEqual([
    '+ pause[until somebody goes on]',
    '… task[shell]',
    '+ pause[until somebody goes on]',
    '… task[shell]',
  ])
})

it('ends the run for all hosts where somebody says so, those that have nothing to ask, too', async () => {
  using here = new Playground(
    site(
      `    - { pause: { prompt: Sure? }, when: inventory_hostname == 'b' }\n${logs('{{ inventory_hostname }}')}`,
    ),
  )
  person(here, { is: 'abort' })
  const { failures } = await here.play()
  expect(failures).toEqual([
    expect.stringContaining('left alone: others failed'),
    expect.stringMatching(/site\.yaml:3:\d+ b pause\[Sure\?\].*user requested abort!/s),
  ])
  expect(here.read('log')).toBeUndefined()
})

it('is a failure that a block can be rescued from', async () => {
  using here = new Playground(
    site(
      `    - block:\n        - pause: { prompt: Sure? }\n      rescue:\n        - debug: { msg: "rescued from {{ ansible_failed_result.user_input | length }}" }\n`,
    ),
  )
  person(here, { is: 'abort' })
  const { failures, said } = await here.play()
  expect({ failures, said }).toEqual({ failures: [], said: ['rescued from 0', 'rescued from 0'] })
})

it('is asked anew for each item, for each wave, and until an answer will do', async () => {
  using here = new Playground({
    ...two,
    'site.yaml': `- hosts: all
  serial: 1
  tasks:
    - pause: { prompt: "{{ item }}" }
      loop: [x, y]
      register: said
    - pause: { prompt: try }
      register: tried
      until: tried.user_input == 'good'
      delay: 0
${logs("{{ said.results | map(attribute='user_input') | join('+') }} {{ tried.user_input }}")}`,
  })
  const asked = person(here, ...['1', '2', 'bad', 'good', '3', '4', 'good'].map(says))
  const { failures } = await here.play()
  expect(failures).toEqual([])
  expect(asked.map(({ prompt }) => prompt)).toEqual(['x', 'y', 'try', 'try', 'x', 'y', 'try'])
  expect(here.read('log')).toBe('1+2 good\n3+4 good\n')
})

it('tells nobody what was typed unseen', async () => {
  using here = new Playground(
    site(
      `    - { pause: { prompt: Password, echo: no }, register: said }\n    - copy: { content: "{{ said.user_input }}\\n", dest: "{{ here }}/{{ inventory_hostname }}.txt" }\n    - debug: { msg: "it is {{ said.user_input }}" }\n`,
    ),
  )
  const asked = person(here, says('very-secret-word'))
  const { failures, events, said } = await here.play()
  expect(failures).toEqual([])
  expect(asked).toMatchObject([{ isSecret: true }])
  expect(here.read('a.txt')).toBe('very-secret-word\n')
  expect(said).toEqual(['it is «secret»', 'it is «secret»'])
  expect(JSON.stringify(events)).not.toContain('very-secret-word')
})

it('takes its time without asking, tells it as Ansible does, and asks the machine anew afterwards', async () => {
  using here = new Playground(
    site(
      `    - { pause: { seconds: 0.3, prompt: waiting }, register: said }\n    - stat: { path: "{{ here }}/comes" }\n      register: there\n    - debug: { msg: "{{ said.stdout is match('Paused for 0[.][34][0-9]* seconds') }} {{ said.delta }} {{ there.stat.exists }}" }\n`,
    ),
  )
  const running = here.play()
  const { failures, said, planned } = await running
  expect(planned.filter((one) => one.includes('pause'))).toEqual(['+ pause[0.3 s]', '+ pause[0.3 s]'])
  expect({ failures, said }).toEqual({ failures: [], said: ['True 0 False', 'True 0 False'] })
})

it('is refused where it says both times, or is to be left alone', async () => {
  using both = new Playground(site('    - pause: { seconds: 1, minutes: 1 }\n'))
  expect(await both.problems()).toEqual([
    expect.stringContaining('site.yaml:3:14: pause: give "seconds" or "minutes", not both'),
  ])
  using left = new Playground(site('    - pause: { seconds: 1 }\n      async: 10\n      poll: 0\n'))
  expect((await left.play()).failures[0]).toContain('a pause cannot be left alone')
})
