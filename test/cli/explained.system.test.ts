import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'

needs('build', 'dash')

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')
let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-explained-'))
  mkdirSync(join(directory, 'group_vars'))
  const put = (name: string, text: string) => writeFileSync(join(directory, name), text)
  put(
    'inventory.yaml',
    'all:\n  children:\n    web:\n      hosts:\n        one: { ansible_connection: local, port: 8080 }\n',
  )
  put(
    'group_vars/web.yaml',
    'host: there\nurl: "http://{{ host }}:{{ port }}"\nsome_password: hunter22\nunread: 1\n',
  )
  put('app.conf.j2', '{{ url }} {{ made }} {{ ansible_facts.hostname }} {{ some_password }}\n')
  put(
    'site.yaml',
    `- hosts: all
  vars:
    names: [a, b]
  tasks:
    - set_fact: { made: "{{ port }}" }
    - name: Configure it
      template: { src: app.conf.j2, dest: ${directory}/app.conf }
      when: host is defined
    - file: { path: "${directory}/{{ item }}", state: touch }
      loop: "{{ names }}"
    - name: Nothing is shown
      copy: { dest: ${directory}/hidden, content: "{{ url }}" }
      no_log: true
`,
  )
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function planned(...words: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [main, 'plan', 'site.yaml', '-i', 'inventory.yaml', ...words], {
      cwd: directory,
      encoding: 'utf8',
    })
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  }
}

interface Told {
  readonly name: string
  readonly origin?: { readonly file: string; readonly line: number; readonly col: number }
  readonly value?: string
}

describe('plan --explain', () => {
  it('says which task wants a change, and where each variable that it read has its value', () => {
    const lines = planned('--explain')
      .split('\n')
      .map((line) => line.trim().replaceAll(/ {2,}/g, '  '))
    expect(lines).toContain('wanted by "Configure it", site.yaml:6:7')
    expect(lines).toContain('host  group_vars/web.yaml:1:7  there')
    expect(lines).toContain('url  group_vars/web.yaml:2:6  http://{{ host }}:{{ port }}')
    expect(lines).toContain('port  inventory.yaml:5:49  8080')
    expect(lines).toContain('made  found or computed by this run')
    expect(lines).toContain('some_password  group_vars/web.yaml:3:16')
    expect(lines).toContain('names  site.yaml:3:12')
    expect(lines.join('\n')).not.toMatch(/unread|hunter22/)
  })

  it('tells the same in JSON, and nothing of what is not to be shown', () => {
    const steps = planned('--explain', '--json')
      .split('\n')
      .flatMap((line) =>
        line === '' ? [] : (JSON.parse(line) as { event: string; plan?: { steps: object[] } }),
      )
      .flatMap(({ plan }) => plan?.steps ?? []) as { title: string; because?: Told[] }[]
    const read = (title: string) => steps.find((step) => step.title === title)?.because
    expect(read('Configure it')?.find(({ name }) => name === 'port')).toEqual({
      name: 'port',
      origin: { file: 'inventory.yaml', line: 5, col: 49 },
      value: '8080',
    })
    expect(read('Nothing is shown')).toBeUndefined()
  })

  it('is not what a plan says where nobody asks', () => {
    expect(planned()).not.toContain('wanted by')
    expect(planned('--json')).not.toContain('"because"')
  })
})
