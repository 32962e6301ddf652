import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { saidInWords } from '../../../src/modules/pairs.ts'
import { writtenByPython } from '../../../src/modules/python-text.ts'
import { runOf } from '../../../src/modules/run-meaning.ts'
import { debian, project, wanted } from './project.ts'

const playing = (tasks: string) => `- hosts: a\n  tasks:\n${tasks}`

describe('what a module is told in one text', () => {
  it.each([
    [
      'name=nginx state=present',
      [
        ['name', 'nginx'],
        ['state', 'present'],
      ],
      '',
    ],
    [
      "name='a b' line=\"c='d'\"",
      [
        ['name', 'a b'],
        ['line', "c='d'"],
      ],
      '',
    ],
    [
      'path={{ root + "/a b" }} mode=0644',
      [
        ['path', '{{ root + "/a b" }}'],
        ['mode', '0644'],
      ],
      '',
    ],
    ['content="a\\nb\\x41"', [['content', 'a\nbA']], ''],
    [
      'regexp=^a=.*$ line=a=b',
      [
        ['regexp', '^a=.*$'],
        ['line', 'a=b'],
      ],
      '',
    ],
  ] as const)('%j', (text, pairs, rest) => {
    const said = saidInWords(text, false)
    expect(said.pairs.map(({ name, value }) => [name, value])).toEqual(pairs)
    expect(said.rest).toBe(rest)
  })

  it.each([
    ['make install chdir=/x creates=/y', 'make install', 2],
    ['A=1 B=2  env | grep  "x = y"', 'A=1 B=2  env | grep  "x = y"', 0],
    ["awk '{ print $1 }' file chdir=/x", "awk '{ print $1 }' file", 1],
    ["echo don't stop", "echo don't stop", 0],
  ])('of a command: %j', (text, rest, pairs) => {
    const said = saidInWords(text, true)
    expect([said.rest, said.pairs.length]).toEqual([rest, pairs])
  })
})

describe('a content that is no text', () => {
  // What copy of ansible-core 2.14 wrote.
  it.each([
    [true, 'True'],
    [5, '5'],
    [1.5, '1.5'],
    [{ a: true, b: [1, null] }, '{"a": true, "b": [1, null]}'],
    [['a', true, 'é"\u007f'], '["a", true, "\\u00e9\\"\\u007f"]'],
    ['text', 'text'],
  ])('%j is written as Python does', (value, text) => expect(writtenByPython(value)).toBe(text))
})

describe('a command that has run already', () => {
  const meaning = (given: object) => runOf('command', { cmd: 'make', ...given })

  it.each([
    [{ creates: '/x' }, { creates: '/x', always: false }],
    [{ creates: '/x*' }, { unless: 'ls -d /x* >/dev/null 2>&1', always: false }],
    [{ removes: '/x*' }, { onlyif: 'ls -d /x* >/dev/null 2>&1', always: false }],
    [{ creates: '/x?', unless: 'true' }, { unless: '{ ls -d /x? >/dev/null 2>&1\n} || { true\n}' }],
    [
      { creates: '/x', removes: '/y[a]' },
      { creates: '/x', onlyif: 'ls -d /y[a] >/dev/null 2>&1' },
    ],
    [{ creates: 'x', chdir: '/y' }, { creates: '/y/x' }],
    [{}, { always: true }],
  ])('is known by %o', (given, fields) => {
    expect(meaning(given)).toMatchObject({ fields })
  })
})

describe('a task in the words of Ansible', () => {
  const idsOf = async (tasks: string) => {
    using here = project({ 'site.yaml': playing(tasks) })
    const intent = await here.load()
    return wanted(intent, 'a')
  }

  it.each([
    ['- apt: name=nginx state=present', 'package[nginx]'],
    ['- ansible.builtin.apt: { pkg: "nginx,curl" }', 'package[nginx,curl]'],
    ['- action: apt name=nginx', 'package[nginx]'],
    ['- action: { module: file, path: /x, state: directory }', 'directory[/x]'],
    ['- command: make all\n      args: { chdir: /x, creates: made }', 'command[make all]'],
    ['- copy: dest=/x/ content=a\n      args: { dest: /y }', 'copy[/x/]'],
    ['- file: { dest: /x, state: link, src: /y }', 'link[/x]'],
    ['- service: { name: cron, enabled: yes, state: Started }', 'expected one of'],
    ['- service: { name: cron, enabled: perhaps }', 'must be true or false'],
    ['- apt: { name: a, pkg: b }', 'are the same option'],
    ['- apt: name=a nginx', '"nginx" has no name in apt'],
    ['- file: { path: /x, mode: "u=z" }', 'must be permissions'],
    ['- apt: { name: a, fail_on_autoremove: yes }', 'not supported in apt'],
    ['- apt: { name: a, fail_on_autoremove: no, force: yes }', 'package[a]'],
    ['- get_url: { url: "ftp://x/y", dest: /z, timeout: "5" }', 'get_url[/z]'],
    ['- docker_container: { name: a }', 'the module "docker_container" is not supported'],
    ['- lineinfil: { path: /x, line: a }', 'did you mean "lineinfile"?'],
  ])('%s', async (tasks, expected) => {
    using here = project({ 'site.yaml': playing(`    ${tasks}\n`) })
    const problems = await here.problems()
    const found = problems.length > 0 ? problems : await idsOf(`    ${tasks}\n`)
    expect(found.join('\n')).toContain(expected)
  })
})

describe('a module that is not here', () => {
  it('is refused where nothing stands in its way, and where its condition holds', async () => {
    using here = project({
      'site.yaml': `- hosts: a
  vars: { wanted: true }
  tasks:
    - pacman: name=x
      when: wanted
    - zypper_repository: { name: x, repo: y }
      when: wanted and not wanted
    - win_ping:
    - community.docker.docker_image: { name: x }
      when: ansible_os_family == 'Archlinux'
    - include_tasks: other.yaml
      when: ansible_os_family == 'Archlinux'
`,
      'other.yaml': '- community.general.pacman: { name: "{{ x }}" }\n',
    })
    expect(await here.problems()).toEqual([
      expect.stringMatching(/^site.yaml:8:7: the module "win_ping" is not supported → Windows/),
    ])
    const path = join(here.directory, 'site.yaml')
    writeFileSync(path, readFileSync(path, 'utf8').replace('    - win_ping:\n', ''))
    expect(await here.problems()).toEqual([
      expect.stringMatching(
        /^site.yaml:4:15: pacman: the module "pacman" is not supported: apt, dnf and yum/,
      ),
    ])
    writeFileSync(path, readFileSync(path, 'utf8').replace('wanted: true', 'wanted: false'))
    const intent = await here.load()
    expect(wanted(intent, 'a')).toEqual(['skipped', 'skipped', 'waiting: ', 'waiting: '])
    expect(wanted(intent, 'a', { facts: { a: debian } })).toEqual([
      'skipped',
      'skipped',
      'skipped',
      'skipped',
    ])
    expect(intent.warnings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/docker_image" is not supported, so the task fails where/),
      ]),
    )
  })
})
