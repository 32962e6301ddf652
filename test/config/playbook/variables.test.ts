import { describe, expect, it } from 'vitest'
import { debian, expansions, project, wanted, written } from './project.ts'

const show = (vars = '') => `- hosts: a\n${vars}  tasks:\n    - copy: { dest: /x, content: "{{ v }}" }\n`

describe('the value of a variable', () => {
  const role = {
    'roles/r/defaults/main.yaml': 'v: role defaults\n',
    'roles/r/tasks/main.yaml': '- copy: { dest: /x, content: "{{ v }}" }\n',
  }

  it.each([
    ['the defaults of a role', {}, '', 'role defaults'],
    ['the inventory', { 'inventory.yaml': 'all: { hosts: { a: { v: host } } }' }, '', 'host'],
    ['the play', { 'inventory.yaml': 'all: { hosts: { a: { v: host } } }' }, '  vars: { v: play }\n', 'play'],
    [
      'files of the play',
      { 'more.yaml': 'v: file' },
      '  vars: { v: play }\n  vars_files: more.yaml\n',
      'file',
    ],
    [
      'the vars of a role',
      { 'roles/r/vars/main.yaml': 'v: role vars' },
      '  vars: { v: play }\n',
      'role vars',
    ],
  ] as const)('comes from %s', async (_, files, play, expected) => {
    using here = project({ 'site.yaml': `- hosts: a\n${play}  roles: [r]\n`, ...role, ...files })
    expect(written(await here.load(), 'a')).toBe(expected)
  })

  it('is overruled by what the play gives to the role, by a block, and by -e', async () => {
    const site = '- hosts: a\n  roles:\n    - { role: r, v: given }\n'
    using given = project({ 'site.yaml': site, ...role, 'roles/r/vars/main.yaml': 'v: role vars\n' })
    expect(written(await given.load(), 'a')).toBe('given')
    const tasks =
      '- vars: { v: block }\n  block:\n    - copy: { dest: /x, content: "{{ v }}" }\n    - copy: { dest: /y, content: "{{ v }}" }\n      vars: { v: task }\n'
    using nearer = project({
      'site.yaml': '- hosts: a\n  roles: [r]\n',
      ...role,
      'roles/r/tasks/main.yaml': tasks,
    })
    const intent = await nearer.load()
    expect(written(intent, 'a')).toBe('block')
    using strongest = project({ 'site.yaml': show('  vars: { v: play }\n') })
    expect(written(await strongest.load({ extraVars: ['v=extra'] }), 'a')).toBe('extra')
  })

  it('may rest on others, on other hosts and on groups', async () => {
    using here = project({
      'inventory.yaml': 'web: { hosts: { a: { port: 80 }, b: { port: 81 } } }\n',
      'site.yaml': show(
        '  vars: { v: "{{ w }} {{ hostvars[\'b\'].port }} {{ groups.web | join(\',\') }}", w: "{{ port + 1 }}" }\n',
      ),
    })
    expect(written(await here.load(), 'a')).toBe('81 81 a,b')
  })

  it('may not go in a circle', async () => {
    using here = project({ 'site.yaml': show('  vars: { v: "{{ w }}", w: "{{ v }}" }\n') })
    expect(await here.problems()).toEqual([expect.stringContaining('variables go in a circle: v → w → v')])
  })

  it('waits for facts, and its questions are known all the same', async () => {
    using here = project({
      'site.yaml':
        '- hosts: all\n  tasks:\n    - copy: { dest: /x, content: "{{ facts.os.id }}" }\n    - copy: { dest: /y, content: z }\n      when: facts.os.family == \'redhat\'\n    - copy: { dest: /z, content: "{{ hostvars[\'b\'].facts.os.id }}" }\n',
    })
    const intent = await here.load()
    const waiting = ['waiting: copy[/x]', 'waiting: copy[/y]', 'waiting: copy[/z]']
    expect(wanted(intent, 'a')).toEqual(waiting)
    expect(wanted(intent, 'a', { facts: { a: debian } })).toEqual(['copy[/x]', 'skipped', waiting[2]])
    expect(written(intent, 'a', { facts: { a: debian } })).toBe('debian')
  })

  it('that differs between distributions has the host asked about either', async () => {
    using here = project({
      'site.yaml':
        "- hosts: a\n  vars: { d: \"{{ '/deb' if facts.os.family == 'debian' else '/rpm' }}\" }\n  tasks:\n    - copy: { dest: \"{{ d }}\", content: x }\n",
    })
    const intent = await here.load()
    expect(wanted(intent, 'a')).toEqual(['waiting: copy[/deb] copy[/rpm]'])
    expect(wanted(intent, 'a', { facts: { a: debian } })).toEqual(['copy[/deb]'])
  })

  it('of a result waits for the task that keeps it', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  tasks:\n    - command: { command: id, changed_when: false }\n      register: me\n    - copy: { dest: /x, content: "{{ me.stdout_lines[0] }}" }\n      when: me.rc == 0\n',
    })
    const intent = await here.load()
    expect(wanted(intent, 'a').at(-1)).toBe('waiting: copy[/x]')
    const me = { changed: false, failed: false, skipped: false, rc: 0, stdout: 'root\n', stderr: '' }
    expect(wanted(intent, 'a', { registered: { me } }).at(-1)).toBe('copy[/x]')
  })

  it('that looks like a secret is one', async () => {
    using here = project({
      'inventory.yaml':
        'all: { hosts: { a: { db_password: hunter22, key_file: /k, api: { token: tok123 } } } }\n',
      'site.yaml': show('  vars: { v: x, smtp_pass: mailpass }\n'),
    })
    expect([...(await here.load()).secrets].toSorted()).toEqual(['hunter22', 'mailpass', 'tok123'])
  })

  it('that needs a host outside the run says so', async () => {
    using here = project({ 'site.yaml': show('  vars: { v: "{{ hostvars[\'b\'].facts.os.id }}" }\n') })
    expect(await here.problems()).toEqual([
      expect.stringContaining('this needs the facts of b, which is no part of this run'),
    ])
  })

  it('is not asked for where the condition before it is false', async () => {
    using here = project({
      'site.yaml':
        '- hosts: a\n  tasks:\n    - copy: { dest: /x, content: "{{ nope }}" }\n      when: [nope is defined, nope == 1]\n    - copy: { dest: "/{{ item }}", content: x }\n      loop: "{{ nope }}"\n      when: nope is defined\n',
    })
    expect(expansions(await here.load(), 'a').map(({ is }) => is)).toEqual(['skipped', 'skipped'])
  })
})
