import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pieceSize } from '../../src/sensors/pieces.ts'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const inventory = {
  'inventory.yaml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local } } }\n',
}
const site = (tasks: string, hosts = 'a') => ({
  ...inventory,
  'site.yaml': `- hosts: ${hosts}\n  tasks:\n${tasks}`,
})

describe('a file of a machine', () => {
  it('is brought to this computer below the name of its machine, and once', async () => {
    using here = new Playground({
      ...site('    - fetch: { src: "{{ here }}/deep/some file", dest: got }\n', 'all'),
      'deep/some file': "it's\n",
    })
    const { failures, planned, steps } = await here.play()
    expect(failures).toEqual([])
    expect(planned).toEqual(['+ fetch[./deep/some file]', '+ fetch[./deep/some file]'])
    expect(steps).toHaveLength(2)
    for (const host of ['a', 'b']) expect(here.read(`got/${host}${here.at('deep/some file')}`)).toBe("it's\n")
    expect((await here.play()).steps).toEqual([])
    writeFileSync(here.at('deep/some file'), 'other\n')
    expect((await here.play()).steps).toHaveLength(2)
    expect(here.read(`got/b${here.at('deep/some file')}`)).toBe('other\n')
  })

  it('comes whole however large, behind a link, and no more open than it was', async () => {
    const bytes = new Uint8Array(2 * pieceSize + 12_345).map((_, index) => (index * 7919) % 251)
    using here = new Playground(
      site(`    - fetch: { src: "{{ here }}/link", dest: "{{ here }}/got/", flat: yes }
      register: got
    - copy: { dest: "{{ here }}/told", content: "{{ got.dest }} {{ got.changed }}" }
`),
    )
    writeFileSync(here.at('large'), bytes)
    chmodSync(here.at('large'), 0o640)
    symlinkSync('large', here.at('link'))
    expect((await here.play()).failures).toEqual([])
    const sum = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(sum(here.at('got/link'))).toBe(sum(here.at('large')))
    expect(statSync(here.at('got/link')).mode & 0o7777).toBe(0o600)
    expect(here.read('told')).toBe(`${here.at('got/link')} True`)
    expect((await here.play()).steps).toEqual(['changed copy[./told]'])
    expect(here.read('told')).toBe(`${here.at('got/link')} False`)
  })

  it('that is not there is a failure, unless the task says otherwise', async () => {
    using here = new Playground(
      site(`    - fetch: { src: "{{ here }}/nope", dest: got, fail_on_missing: no }
      register: missing
    - debug: { msg: "{{ missing.changed }} {{ missing.msg }}" }
    - fetch: { src: "{{ here }}/nope", dest: got }
`),
    )
    const { failures, said } = await here.play()
    expect(said).toEqual([expect.stringMatching(/^False .+/)])
    expect(failures).toEqual([expect.stringContaining('./nope is not there')])
  })

  it('may be another machine than that of the task, and made before', async () => {
    using here = new Playground(
      site(`    - shell: { command: "hostname >$HOME/made; echo $HOME", always: true }
      register: home
      delegate_to: b
    - fetch: { src: "{{ home.stdout_lines[0] }}/made", dest: got, flat: yes }
      delegate_to: b
`),
    )
    const { failures, planned } = await here.play()
    expect(failures).toEqual([])
    expect(planned[1]).toMatch(/^…/)
    expect(here.read('got')).toBe(readFileSync(here.at('b/made'), 'utf8'))
  })
})

describe('a temporary file', () => {
  it('has a name that later tasks learn, and is nobody else’s', async () => {
    using here = new Playground(
      site(`    - tempfile: { path: "{{ here }}", suffix: .conf }
      register: one
    - tempfile: { path: "{{ here }}", state: directory, prefix: "d " }
      register: two
    - copy: { dest: "{{ here }}/names", content: "{{ one.path }}\\n{{ two.path }}\\n" }
`),
    )
    const { failures, planned } = await here.play()
    expect(failures).toEqual([])
    expect(planned.map((one) => one.slice(0, 1))).toEqual(['+', '+', '…'])
    const [file = '', directory = ''] = (here.read('names') ?? '').split('\n')
    expect(file).toMatch(/\/ansible\.[^/]{8}\.conf$/)
    expect(statSync(file).mode & 0o7777).toBe(0o600)
    expect(directory).toMatch(/\/d [^/]{8}$/)
    expect(statSync(directory).isDirectory()).toBe(true)
    rmSync(file)
    expect(existsSync(directory)).toBe(true)
  })
})
