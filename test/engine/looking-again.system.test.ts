import { expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

/** What nobody can foretell comes first; what is behind it says itself when it is needed. */
function behind(command: string, tasks: string, handlers = '') {
  return new Playground({
    'site.yaml': `- hosts: a
  tasks:
    - shell: "${command}"
      args: { chdir: "{{ here }}" }
${tasks}${handlers && `  handlers:\n${handlers}`}`,
    there: '',
  })
}

it.each([
  ['creates that is made before', 'touch made', 'creates: "{{ here }}/made"', 'unchanged'],
  ['creates that is still missing', 'true', 'creates: "{{ here }}/made"', 'changed'],
  ['removes that is gone before', 'rm there', 'removes: "{{ here }}/there"', 'unchanged'],
  ['removes that is still there', 'true', 'removes: "{{ here }}/there"', 'changed'],
])('sends a command along that has %s', async (_, before, guard, outcome) => {
  using here = behind(
    before,
    `    - command: { cmd: touch ran, chdir: "{{ here }}", ${guard} }
      register: second
    - assert: { that: ["second.rc == 0 and not second.failed and second.changed == ${outcome === 'changed' ? 'true' : 'false'}"] }
    - debug: { var: second.stdout }
`,
  )
  const { failures, planned, steps, said, trips } = await here.play()
  expect(failures).toEqual([])
  expect(planned[1]).toBe('? command[touch ran]')
  expect(steps[1]).toBe(`${outcome} command[touch ran]`)
  expect(here.read('ran') !== undefined).toBe(outcome === 'changed')
  expect(said.at(-1)).toContain(outcome === 'changed' ? 'second.stdout = ' : 'skipped, since')
  expect(trips).toEqual([2])
})

it.each([
  ['unless', 'test -e made', 'touch made', false],
  ['unless', 'test -e made', 'true', true],
  ['onlyif', 'test -e there', 'rm there', false],
  ['onlyif', 'test -e there', 'true', true],
])('asks what a command of ours says itself: %s %s, after %s', async (word, condition, before, runs) => {
  using here = behind(
    before,
    `    - command: { command: touch ran, chdir: "{{ here }}", ${word}: ${condition} }\n`,
  )
  const { failures, trips } = await here.play()
  expect(failures).toEqual([])
  expect(here.read('ran') !== undefined).toBe(runs)
  expect(trips).toEqual([2])
})

it.each([
  ['touch made', undefined],
  ['true', ''],
])('lets handlers wait for what comes of it: %s', async (before, told) => {
  using here = behind(
    before,
    `    - command: { cmd: touch ran, chdir: "{{ here }}", creates: "{{ here }}/made" }
      notify: tell
`,
    '    - { name: tell, command: { cmd: touch told, chdir: "{{ here }}", creates: "{{ here }}/told" } }\n',
  )
  const { failures, planned } = await here.play()
  expect(failures).toEqual([])
  expect(planned).toHaveLength(3)
  expect(here.read('told')).toBe(told)
  expect((await here.play({ apply: false })).failures).toEqual([])
})

it('does not begin what stands behind one that failed', async () => {
  using here = behind(
    'exit 3',
    '    - command: { cmd: touch ran, chdir: "{{ here }}", creates: "{{ here }}/made" }\n',
  )
  const { failures, steps } = await here.play()
  expect(failures).toHaveLength(1)
  expect(steps).toEqual(['failed shell[exit 3]'])
  expect(here.read('ran')).toBeUndefined()
})
