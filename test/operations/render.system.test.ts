import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inProcess } from '../cli/in-process.ts'
import { needs } from '../needs.ts'

needs()

/** A playbook for this computer, which is asked and left as it is. */
describe('render', () => {
  let directory = ''
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'understudy-render-'))
    write(
      'hosts.yaml',
      'all: {hosts: {here: {ansible_connection: local, greeting: hello, door_password: sesame7}}}\n',
    )
    write('page.hbs', '{{greeting}} from {{facts.os.id}}, {{door_password}}\n')
    write(
      'site.yaml',
      `- hosts: here
  tasks:
    - command: { argv: [/bin/true] }
      register: said
    - template: { src: page.hbs, dest: ${directory}/page }
    - copy: { dest: ${directory}/later, content: '{{ said.stdout }}' }
    - copy: { dest: ${directory}/twice, content: first }
    - copy: { dest: ${directory}/twice, content: second }
`,
    )
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  const rendering = (file: string, host = 'here') =>
    inProcess([
      'render',
      file,
      join(directory, 'site.yaml'),
      '--host',
      host,
      '-i',
      join(directory, 'hosts.yaml'),
    ])

  it('prints what a template makes of a host, and no secret', async () => {
    const { status, stdout, stderr } = await rendering(`${directory}/page`)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^hello from \w+, /)
    expect(stdout).not.toContain('sesame7')
  })

  it('prints what the last task writes', async () => {
    expect((await rendering(`${directory}/twice`)).stdout).toBe('second')
  })

  it.each([
    ['/later', 'here', /rests on what an earlier task tells/],
    ['/nothing', 'here', /no task is known to write/],
    ['/page', 'there', /has no host "there"/],
  ])('tells why it cannot: %s on %s', async (file, host, message) => {
    const { status, stdout, stderr } = await rendering(`${directory}${file}`, host)
    expect([status, stdout]).toEqual([5, ''])
    expect(stderr).toMatch(message)
  })

  it('takes no path of this computer for one of a host', async () => {
    expect((await rendering('page.hbs')).stderr).toContain('is no path of a host')
  })
})
