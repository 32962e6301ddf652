import { expect, it } from 'vitest'
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
