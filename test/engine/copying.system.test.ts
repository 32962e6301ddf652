import { chmodSync, existsSync, mkdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const site = (tasks: string) => ({ 'site.yaml': `- hosts: a\n  tasks:\n${tasks}` })
const tree = {
  'files/site/index.html': 'hello\n',
  'files/site/css/a b.css': "it's {{ no template }} `x` $(y)\n",
  'files/site/big.bin': `${'x'.repeat(70_000)}\n`,
  'files/one.conf': 'one\n',
}

describe('a directory of the controller', () => {
  it('is copied with all that is in it, and what else is there stays', async () => {
    using here = new Playground({
      ...tree,
      ...site(`    - copy: { src: site, dest: "{{ here }}/www", mode: "0640", directory_mode: "0750" }
    - copy: { src: site/, dest: "{{ here }}/flat/", force: no }
    - copy: { src: site/, dest: "{{ here }}/kept", mode: preserve, local_follow: no }
`),
    })
    writeFileSync(here.at('files/site/raw'), new Uint8Array([0, 255, 10, 0]))
    chmodSync(here.at('files/site/raw'), 0o751)
    symlinkSync('index.html', here.at('files/site/start'))
    symlinkSync('..', here.at('files/site/css/up'))
    mkdirSync(here.at('files/site/empty'))
    mkdirSync(here.at('flat'))
    writeFileSync(here.at('flat/index.html'), 'mine\n')
    writeFileSync(here.at('flat/other'), 'other\n')
    const { failures, steps } = await here.play()
    expect(failures).toEqual([])
    expect(steps).toEqual(['changed copy[./www]', 'changed copy[./flat]', 'changed copy[./kept]'])
    expect(here.read('www/site/css/a b.css')).toBe(tree['files/site/css/a b.css'])
    expect(here.read('www/site/big.bin')).toBe(tree['files/site/big.bin'])
    expect(here.read('www/site/start')).toBe('hello\n')
    expect(readlinkSync(here.at('www/site/css/up'))).toBe('..')
    expect(statSync(here.at('www/site/raw')).mode & 0o7777).toBe(0o640)
    expect(statSync(here.at('www/site/css')).mode & 0o7777).toBe(0o750)
    expect(statSync(here.at('www/site/empty')).isDirectory()).toBe(true)
    expect([here.read('flat/index.html'), here.read('flat/other')]).toEqual(['mine\n', 'other\n'])
    expect(existsSync(here.at('flat/site'))).toBe(false)
    expect(statSync(here.at('kept/raw')).mode & 0o7777).toBe(0o751)
    expect(readlinkSync(here.at('kept/start'))).toBe('index.html')
    expect(await here.play()).toMatchObject({ steps: [], trips: [1] })
    writeFileSync(here.at('www/site/index.html'), 'edited\n')
    expect((await here.play()).steps).toEqual(['changed copy[./www]'])
    expect(here.read('www/site/index.html')).toBe('hello\n')
  })

  it('is refused where a directory would have to take the place of a file', async () => {
    using here = new Playground({
      ...tree,
      ...site('    - copy: { src: site/, dest: "{{ here }}/www" }\n'),
      'www/css': 'a file',
    })
    const { failures } = await here.play()
    expect(failures).toEqual([expect.stringContaining('./www/css')])
    expect(here.read('www/index.html')).toBe(undefined)
  })
})

describe('a file', () => {
  it('goes into a directory that is there, also where no slash says so', async () => {
    using here = new Playground({
      ...tree,
      'templates/two.conf': '{{ 1 + 1 }}\n',
      ...site(`    - copy: { src: one.conf, dest: "{{ here }}/etc" }
    - template: { src: two.conf, dest: "{{ here }}/etc", mode: preserve }
    - copy: { src: "{{ here }}/files/one.conf", dest: "{{ here }}/etc/sub/", remote_src: yes }
`),
    })
    mkdirSync(here.at('etc/sub'), { recursive: true })
    chmodSync(here.at('templates/two.conf'), 0o600)
    expect((await here.play()).failures).toEqual([])
    expect([here.read('etc/one.conf'), here.read('etc/two.conf'), here.read('etc/sub/one.conf')]).toEqual([
      'one\n',
      '2\n',
      'one\n',
    ])
    expect(statSync(here.at('etc/two.conf')).mode & 0o7777).toBe(0o600)
    expect(await here.play()).toMatchObject({ steps: [], trips: [1] })
  })
})

describe('a directory of the machine', () => {
  it('is copied beside what is there, and only what differs', async () => {
    using here = new Playground({
      ...tree,
      ...site(`    - copy: { src: "{{ here }}/files/site", dest: "{{ here }}/www", remote_src: yes }
    - copy: { src: "{{ here }}/files/site/", dest: "{{ here }}/flat", remote_src: yes, local_follow: no, directory_mode: "0700" }
`),
      'flat/other': 'other\n',
    })
    symlinkSync('index.html', here.at('files/site/start'))
    expect((await here.play()).failures).toEqual([])
    expect(here.read('www/site/css/a b.css')).toBe(tree['files/site/css/a b.css'])
    expect(here.read('www/site/start')).toBe('hello\n')
    expect(readlinkSync(here.at('flat/start'))).toBe('index.html')
    expect(statSync(here.at('flat/css')).mode & 0o7777).toBe(0o700)
    expect(here.read('flat/other')).toBe('other\n')
    expect(await here.play()).toMatchObject({ steps: [], trips: [1] })
    writeFileSync(here.at('flat/index.html'), 'edited\n')
    expect((await here.play()).steps).toEqual(['changed copy[./flat]'])
  })
})
