import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash', 'rsync')

const site = (tasks: string) => ({ 'site.yaml': `- hosts: a\n  tasks:\n${tasks}` })

const tree = {
  'files/site/index.html': 'hello\n',
  'files/site/css/a b.css': "it's `x` $(y)\n",
  'files/site/css/deep/main.scss': 'x\n',
  'files/site/.git/config': 'secret\n',
  'files/site/css/.git/config': 'secret\n',
  'files/site/log/one.log': 'log\n',
  'files/site/log/keep.log': 'log\n',
  'files/site/node_modules/a/b.js': 'x\n',
}

const before = {
  'index.html': 'old\n',
  'other/deep/file': 'other\n',
  'log/old.log': 'log\n',
  'css/gone.css': 'x\n',
  '.git/hooks': 'kept\n',
  'build/.git/x': 'kept\n',
  'build/y': 'gone\n',
}

/** What is in a directory, with modes, contents and targets of links. */
function manifest(directory: string): string {
  return execFileSync(
    'sh',
    [
      '-c',
      `cd "$1" && find . ! -name . -printf '%y %m %p %l\n' | LC_ALL=C sort && find . -type f -exec sha256sum {} + | LC_ALL=C sort`,
      'sh',
      directory,
    ],
    { encoding: 'utf8' },
  )
}

const rules: readonly (readonly [src: string, words: readonly string[], options: string])[] = [
  ['site/', ['-a', '--delete', '--exclude=.git'], 'delete: yes, rsync_opts: ["--exclude=.git"]'],
  ['site', ['-a', '--delete', '--exclude=/site/.git/'], `delete: yes, rsync_opts: ["--exclude=/site/.git/"]`],
  ['site/', ['-a'], 'archive: yes'],
  [
    'site/',
    [
      '-a',
      '--delete',
      '--include=keep.log',
      '--exclude=*.log',
      '--exclude=/node_modules',
      '--exclude=css/**/*.s?ss',
    ],
    `delete: yes, rsync_opts: ["--include=keep.log", "--exclude='*.log'", "--exclude", "/node_modules", "--exclude=css/**/*.s?ss"]`,
  ],
  [
    'site/',
    ['-rL', '--delete', '--exclude=[.l]*'],
    'archive: no, recursive: yes, copy_links: yes, delete: yes, rsync_opts: ["--exclude=[.l]*"]',
  ],
]

describe('synchronize', () => {
  it.each(rules)('of %s comes to what rsync %s makes', async (src, words, options) => {
    using here = new Playground({
      ...tree,
      ...Object.fromEntries(Object.entries(before).map(([name, text]) => [`ours/${name}`, text])),
      ...Object.fromEntries(Object.entries(before).map(([name, text]) => [`theirs/${name}`, text])),
      ...site(`    - synchronize: { src: ${src}, dest: "{{ here }}/ours", ${options} }\n`),
    })
    mkdirSync(here.at('files/site/empty'))
    chmodSync(here.at('files/site/empty'), 0o750)
    chmodSync(here.at('files/site/index.html'), 0o640)
    symlinkSync('index.html', here.at('files/site/start'))
    for (const top of ['ours', 'theirs']) chmodSync(here.at(top), 0o755)
    chmodSync(here.at('files/site'), 0o755)
    execFileSync('rsync', [...words, here.at(`files/${src}`), here.at('theirs')], { cwd: here.at('files') })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    expect(manifest(here.at('ours'))).toBe(manifest(here.at('theirs')))
    expect(await here.play()).toMatchObject({ steps: [], trips: [1] })
    writeFileSync(here.at('ours/index.html'), 'edited\n')
    expect((await here.play()).failures).toEqual([])
  })

  it('brings one file, and looks on this computer whoever is delegated to', async () => {
    using here = new Playground({
      'files/one': 'one\n',
      ...site(`    - synchronize: { src: one, dest: "{{ here }}/two" }
      delegate_to: localhost
    - local_action: synchronize src=one dest={{ here }}/etc/
`),
    })
    chmodSync(here.at('files/one'), 0o751)
    mkdirSync(here.at('etc'))
    expect((await here.play()).failures).toEqual([])
    expect([here.read('two'), here.read('etc/one')]).toEqual(['one\n', 'one\n'])
    expect(await here.play()).toMatchObject({ steps: [], trips: [1] })
  })

  it('is refused between other machines', async () => {
    using here = new Playground({
      ...tree,
      ...site('    - synchronize: { src: site/, dest: /x }\n      delegate_to: "{{ inventory_hostname }}"\n'),
    })
    await expect(here.play()).rejects.toThrow('synchronize is not supported between other machines')
  })
})
