import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expansions, project, wanted, written } from './project.ts'

const task = (name: string, more = '') => `    - copy: { dest: /${name}, content: x }\n${more}`

describe('plays', () => {
  it('repeat tasks, leave items out, and keep blocks, imports and roles in order', async () => {
    using here = project({
      'site.yaml': `- import_playbook: other.yaml
- hosts: all
  pre_tasks: [{ copy: { dest: /pre, content: x } }]
  roles: [r]
  tasks:
    - copy: { dest: "/{{ item }}", content: x }
      loop: [one, two, three]
      when: item != 'two'
    - block:
        - import_tasks: more.yaml
      when: inventory_hostname == 'a'
  post_tasks: [{ copy: { dest: /post, content: x } }]
`,
      'other.yaml': `- hosts: a\n  tasks:\n${task('other')}`,
      'more.yaml': '- copy: { dest: /more, content: x }\n',
      'roles/r/tasks/main.yml': '- import_tasks: sub.yaml\n',
      'roles/r/tasks/sub.yaml': '- copy: { dest: /role, content: x }\n',
    })
    const intent = await here.load()
    const rest = ['copy[/pre]', 'copy[/role]', 'copy[/one]', 'copy[/three]']
    expect(wanted(intent, 'a')).toEqual(['copy[/other]', ...rest, 'copy[/more]', 'copy[/post]'])
    expect(wanted(intent, 'b')).toEqual([...rest, 'skipped', 'copy[/post]'])
  })

  it('come in waves and orders', async () => {
    using here = project({
      'inventory.yaml': 'all: { hosts: { c: {}, a: {}, b: {}, e: {}, d: {} } }\n',
      'site.yaml': `- hosts: all\n  serial: [1, '50%']\n  order: sorted\n  tasks:\n${task('x')}`,
    })
    const [play] = (await here.load()).plays
    expect(play?.waves).toEqual([['a'], ['b', 'c'], ['d', 'e']])
    const limited = await here.load({ limit: 'a:d' })
    expect(limited.plays[0]?.waves).toEqual([['a'], ['d']])
    expect([...limited.hosts.keys()].toSorted()).toEqual(['a', 'd'])
  })

  it('change directors last, backups first', async () => {
    using here = project({
      'inventory.yaml':
        'all:\n  vars: { cluster: { vips: [{ address: 10.0.0.9, vrid: 1, owner: d1 }], services: [{ port: 80 }] } }\n' +
        '  children:\n    directors: { hosts: { d1: { ansible_host: 10.0.0.1 }, d2: { ansible_host: 10.0.0.2 } } }\n' +
        '    realservers: { hosts: { r1: { ansible_host: 10.0.0.3 } } }\n',
      'site.yaml': `- hosts: all\n  serial: 1\n  tasks:\n${task('x')}`,
    })
    expect((await here.load()).plays[0]?.waves).toEqual([['r1'], ['d2'], ['d1']])
  })

  it('find the machines of a cluster by their parts, whatever their groups are called', async () => {
    const clusters = `all:
  children:
    front:
      vars: { cluster: { name: front, directors: lb, backend: { cluster: back }, vips: [{ address: 10.0.0.9, vrid: 1 }], services: [{ port: 80 }] } }
      children: { lb: { hosts: { d1: { ansible_host: 10.0.0.1 }, d2: { ansible_host: 10.0.0.2 } } } }
    back:
      vars: { cluster: { name: back, balancer: nginx, directors: middle, realservers: web, services: [{ port: 80 }] } }
      children:
        middle: { hosts: { p1: { ansible_host: 10.0.0.3 } } }
        web: { hosts: { r1: { ansible_host: 10.0.0.4 } } }
`
    const plays = ['directors', 'proxies', 'realservers'].map(
      (hosts) => `- hosts: ${hosts}\n  tasks:\n${task('x')}`,
    )
    using here = project({ 'inventory.yaml': clusters, 'site.yaml': plays.join('') })
    const found = (await here.load()).plays.map(({ waves }) => waves.flat().toSorted())
    expect(found).toEqual([['d1', 'd2'], ['p1'], ['r1']])
  })

  it('make no directors of VIPs of those that stand behind others in the same group', async () => {
    const clusters = `all:
  children:
    front:
      vars: { cluster: { name: front, backend: { cluster: back }, vips: [{ address: 10.0.0.9, vrid: 1 }], services: [{ port: 80 }] } }
      children: { outer: {} }
    back:
      vars: { cluster: { name: back, balancer: nginx, services: [{ port: 80 }] } }
      children: { inner: {}, realservers: {} }
    directors: { children: { outer: {}, inner: {} } }
    outer: { hosts: { d1: { ansible_host: 10.0.0.1 }, d2: { ansible_host: 10.0.0.2 } } }
    inner: { hosts: { p1: { ansible_host: 10.0.0.3 } } }
    realservers: { hosts: { r1: { ansible_host: 10.0.0.4 } } }
`
    using here = project({ 'inventory.yaml': clusters })
    const playbook = resolve(import.meta.dirname, '../../../playbooks/site.yaml')
    expect(await here.problems({ playbook })).toEqual([])
  })

  it('are narrowed by tags', async () => {
    using here = project({
      'site.yaml': `- hosts: a\n  tags: web\n  tasks:\n${task('x', '      tags: [conf]\n')}${task('y', '      tags: never\n')}${task('z', '      tags: always\n')}- hosts: a\n  tasks:\n${task('plain')}`,
    })
    const ids = async (tags: readonly string[], skipTags: readonly string[] = []) =>
      wanted(await here.load({ tags, skipTags }), 'a')
    expect(await ids([])).toEqual(['copy[/x]', 'copy[/z]', 'copy[/plain]'])
    expect(await ids(['conf'])).toEqual(['copy[/x]', 'copy[/z]'])
    expect(await ids(['never'])).toEqual(['copy[/y]', 'copy[/z]'])
    expect(await ids([], ['web'])).toEqual(['copy[/plain]'])
    expect(await here.problems({ tags: ['cnof'] })).toEqual([
      'no task has the tag "cnof"; did you mean "conf"?',
    ])
  })

  it('hand on what is around a task', async () => {
    using here = project({
      'site.yaml': `- hosts: a
  become: true
  no_log: true
  environment: { A: 1 }
  tasks:
    - block:
        - command: { command: id, changed_when: false }
          become_user: "{{ who }}"
          environment: { B: x y }
          ignore_errors: true
          vars: { who: postgres }
`,
    })
    const intent = await here.load()
    const [first] = expansions(intent, 'a')
    expect(first?.is === 'ready' && first.resources[0]?.options).toMatchObject({
      noLog: true,
      ignoreErrors: true,
      runAs: 'postgres',
      environment: { A: '1', B: 'x y' },
    })
    expect(intent.hosts.get('a')?.become?.method).toBe('sudo')
  })

  it.each<[string, string, Parameters<ReturnType<typeof project>['load']>[0], string | undefined]>([
    ['become_user alone', 'become_user: ada', {}, undefined],
    ['beside become', 'become: yes, become_user: ada', {}, 'ada'],
    ['beside one that is computed', 'become: "{{ so }}", become_user: ada, vars: { so: yes }', {}, 'ada'],
    [
      'beside one that is computed as no',
      'become: "{{ so }}", become_user: ada, vars: { so: no }',
      {},
      undefined,
    ],
    ['with --become', 'become_user: ada', { become: true }, 'ada'],
    ['against --become', 'become: no, become_user: ada', { become: true }, undefined],
    ['with the variable', 'become_user: ada', { extraVars: ['ansible_become=yes'] }, 'ada'],
    [
      'against the variable',
      'become: yes, become_user: ada',
      { extraVars: ['ansible_become=no'] },
      undefined,
    ],
    ['root, within another', 'become: yes, become_user: root', {}, undefined],
  ])('know who runs a step: %s', async (_, words, options, runAs) => {
    using here = project({ 'site.yaml': `- hosts: a\n  tasks:\n    - { command: id, ${words} }\n` })
    const [first] = expansions(await here.load(options), 'a')
    expect(first?.is === 'ready' && first.resources[0]?.options.runAs).toBe(runAs)
  })

  it('render templates strictly and without escaping', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  vars: { v: "<&>", list: [1, 2] }\n  tasks:\n    - template: { src: t.hbs, dest: /x }\n',
      'templates/t.hbs': '{{v}} {{#each list}}{{this}};{{/each}} {{join list "-"}}{{> part}}',
      'templates/part.hbs': ' {{json list}}',
    })
    expect(written(await here.load(), 'a')).toBe('<&> 1;2; 1-2 [1,2]')
    writeFileSync(join(here.directory, 'templates/t.hbs'), 'one\n  {{nope}}\n')
    expect(await here.problems()).toEqual([
      expect.stringMatching(/^templates\/t\.hbs:2:5: "nope" is not defined/),
    ])
  })

  it('take files as they are', async () => {
    using here = project({
      'site.yaml': '- hosts: a\n  roles: [r]\n',
      'roles/r/tasks/main.yaml': '- copy: { src: f, dest: /x }\n',
      'roles/r/files/f': '{{ not an expression }}',
    })
    expect(written(await here.load(), 'a')).toBe('{{ not an expression }}')
  })
})
