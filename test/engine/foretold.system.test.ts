import { expect, it } from 'vitest'
import { changeOf } from '../../src/model/plan.ts'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const here = {
  'inventory.yaml': 'all: { hosts: { a: { ansible_connection: local } } }\n',
}

/** The tasks of a host, each in one line of YAML. */
const site = (...tasks: readonly string[]) => ({
  ...here,
  'site.yaml': `- hosts: a\n  tasks:\n${tasks.map((task) => `    - ${task}\n`).join('')}`,
})

const file = '"{{ here }}/etc/of-us.conf"'
const line = (text: string, more = '') => `line: { path: ${file}, line: "${text}"${more} }`

it('edits a file that it makes many times in one go, in a directory that it makes, too', async () => {
  using ours = new Playground(
    site(
      'directory: { path: "{{ here }}/etc" }',
      line('one = 1', ', create: true'),
      line('two = 2'),
      line('once = 11', ", regexp: '^once'"),
      `blockinfile: { path: ${file}, block: "three = 3" }`,
      `replace: { path: ${file}, regexp: "w[o]", replace: "ue" }`,
      line('four = 4', ", insert_before: '^tue'"),
    ),
  )
  const { failures, planned, trips } = await ours.play()
  expect(failures).toEqual([])
  expect(planned.filter((step) => !step.startsWith('+'))).toEqual([])
  expect(planned).toHaveLength(7)
  expect(trips).toEqual([2])
  expect(ours.read('etc/of-us.conf')).toMatch(/^one = 1\nfour = 4\ntue = 2\nonce = 11\n.*\nthree = 3\n.*\n$/)
  // One of them undoes what another one wants.
  expect((await ours.play()).planned).toHaveLength(2)
})

it('does not make again what an earlier change has made so already', async () => {
  using ours = new Playground(
    site(`copy: { dest: "{{ here }}/x", content: "a\\nb\\n" }`, 'line: { path: "{{ here }}/x", line: b }'),
  )
  const { failures, planned } = await ours.play()
  expect(failures).toEqual([])
  expect(planned).toHaveLength(1)
  expect(ours.read('x')).toBe('a\nb\n')
})

it.each([
  'shell: { command: "echo b >>{{ here }}/x", always: true }',
  `{ line: { path: "{{ here }}/x", line: b }, ignore_errors: true }`,
])('waits for what nobody can foretell: %s', async (between) => {
  using ours = new Playground({ ...site(between, 'line: { path: "{{ here }}/x", line: c }'), x: 'a\n' })
  const { failures, planned } = await ours.play()
  expect(failures).toEqual([])
  expect(planned.at(-1)).toMatch(/^\? line/)
  expect(ours.read('x')).toBe('a\nb\nc\n')
})

it('expects what rests on a change that is only expected itself', async () => {
  using ours = new Playground(
    site(
      'command: { cmd: "touch {{ here }}/made", creates: "{{ here }}/made" }',
      'copy: { dest: "{{ here }}/x", content: "a\\n" }',
      `file: { path: "{{ here }}/x", mode: '0755' }`,
      'lineinfile: { path: "{{ here }}/x", line: b }',
    ),
  )
  const { failures, planned } = await ours.play()
  expect(failures).toEqual([])
  expect(planned.map((step) => step.slice(0, 6))).toEqual(['+ comm', '? copy', '? file', '? line'])
  expect(ours.read('x')).toBe('a\nb\n')
})

it('knows what is in a file of which another change sets the mode', async () => {
  using ours = new Playground(
    site(
      'copy: { dest: "{{ here }}/x", content: "a\\n" }',
      'copy: { dest: "{{ here }}/y", content: "a\\n" }',
      `file: { path: "{{ here }}/x", mode: '0755' }`,
      'lineinfile: { path: "{{ here }}/x", line: b }',
    ),
  )
  const { failures, planned, trips } = await ours.play()
  expect(failures).toEqual([])
  expect(planned.map((step) => step.slice(0, 6))).toEqual(['+ copy', '+ copy', '+ file', '+ line'])
  expect([ours.read('x'), trips]).toEqual(['a\nb\n', [2]])
})

it.each([
  ['link', 'file: { path: "{{ here }}/x/y", src: /nowhere/at/all, state: link }', 'is a link to'],
  ['file', 'copy: { dest: "{{ here }}/x/y", content: "" }', 'is a file, not a directory'],
])('tells before anything is done that no directory takes the place of a %s', async (_, before, reason) => {
  using ours = new Playground(
    site(
      'directory: { path: "{{ here }}/x" }',
      before.includes('copy') ? before : `${before.slice(0, -2)}, force: true }`,
    ),
  )
  expect((await ours.play()).failures).toEqual([])
  using again = new Playground(
    site(
      // Its mode decides nothing of what is in it.
      `directory: { path: "${ours.at('x')}", mode: '0700' }`,
      `directory: { path: "${ours.at('x')}/y" }`,
    ),
  )
  const { plan, planned } = await again.play({ apply: false })
  expect(planned.map((step) => step[0])).toEqual(['+', '+'])
  expect(plan.hosts.flatMap(({ steps }) => steps.map((step) => changeOf(step)?.summary)).join()).toContain(
    reason,
  )
})

it('goes on from what is there where something else writes meanwhile', async () => {
  using ours = new Playground(
    site(
      'copy: { dest: "{{ here }}/x", content: "a\\n" }',
      // Whoever looks at it, as a checker may, writes as well.
      `line: { path: "{{ here }}/x", line: b, validate: "sh -c 'echo more >>{{ here }}/x' %s" }`,
      'line: { path: "{{ here }}/x", line: c }',
    ),
  )
  const { failures } = await ours.play()
  expect(failures.join()).toContain('was changed by something else')
  expect(ours.read('x')).toBe('a\nmore\n')
})

it('asks the machine for what is registered', async () => {
  using ours = new Playground(
    site(
      'copy: { dest: "{{ here }}/x", content: "a\\n" }',
      '{ stat: { path: "{{ here }}/x" }, register: it }',
      '{ slurp: { src: "{{ here }}/x" }, register: text }',
      'debug: { msg: "{{ it.stat.exists }} {{ text.content | b64decode | trim }}" }',
    ),
  )
  const { failures, said } = await ours.play()
  expect(failures).toEqual([])
  expect(said).toEqual(['True a'])
})
