import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { knownSettings } from '../../../src/config/settings/known.ts'
import { otherSettings } from '../../../src/config/settings/others.ts'
import { readSettings } from '../../../src/config/settings/read.ts'
import { InvalidInput } from '../../../src/model/failure.ts'
import { project } from '../playbook/project.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'understudy-settings-'))
  for (const name of ['here', 'home', 'etc']) mkdirSync(join(root, name))
})
afterEach(() => rmSync(root, { recursive: true }))

const write = (name: string, text: string) => writeFileSync(join(root, name), text)
const read = (environment: Readonly<Record<string, string>> = {}) =>
  readSettings({
    environment,
    directory: join(root, 'here'),
    home: join(root, 'home'),
    system: join(root, 'etc'),
  })
const problems = (environment?: Readonly<Record<string, string>>) => {
  try {
    read(environment)
    return []
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.problems.map(
      ({ message, where: { origin } }) =>
        `${origin?.file.replace(`${root}/`, '')}:${origin?.line}: ${message}`,
    )
  }
}

describe('every setting of ansible-core', () => {
  const names: readonly string[] = JSON.parse(
    readFileSync(join(import.meta.dirname, 'of-ansible-core.json'), 'utf8'),
  )
  const ours = new Set([
    ...Object.values(knownSettings).flatMap(({ keys, variables }) => [
      ...keys,
      ...variables.map((name) => `$${name}`),
    ]),
    ...otherSettings.flatMap(({ names: all }) =>
      all.split(/\s+/).flatMap((name) => {
        const [key = '', ...variables] = name.split('=')
        return [key, ...variables.map((one) => `$${one}`)]
      }),
    ),
  ])

  it('is done, without effect, or named', () => {
    // Its own workers, and what its developers measure with.
    const inner = /^\$(_|ANSIBLE_WORKER_)/
    expect(names.filter((name) => !ours.has(name) && !inner.test(name))).toEqual([])
  })
})

describe('ansible.cfg', () => {
  it('is the first of those that Ansible looks for, alone', () => {
    write('etc/ansible.cfg', '[defaults]\nforks = 1\nremote_user = etc\n')
    expect(read().forks?.value).toBe(1)
    write('home/.ansible.cfg', '[defaults]\nforks = 2\n')
    expect(read().forks?.value).toBe(2)
    expect(read().remoteUser).toBe(undefined)
    write('here/ansible.cfg', '[defaults]\nforks = 3\n')
    expect(read().forks?.value).toBe(3)
    write('other.cfg', '[defaults]\nforks = 4\n')
    expect(read({ ANSIBLE_CONFIG: join(root, 'other.cfg') }).forks?.value).toBe(4)
    expect(read({ ANSIBLE_CONFIG: join(root, 'home') }).forks?.value).toBe(3)
    expect(read({ ANSIBLE_FORKS: '5' }).forks?.value).toBe(5)
  })

  it('of a directory where everybody may write is passed over, and told of', () => {
    write('here/ansible.cfg', '[defaults]\nforks = 3\n')
    chmodSync(join(root, 'here'), 0o777)
    const { forks, notes } = read()
    expect(forks).toBe(undefined)
    expect(notes.map(({ message }) => message).join()).toContain('everybody may write in this directory')
    expect(read({ ANSIBLE_CONFIG: join(root, 'here/ansible.cfg') })).toMatchObject({
      forks: { value: 3 },
      notes: [],
    })
  })

  it('is read as Python reads it: comments, signs, quotes, lines that go on, paths beside it', () => {
    write(
      'here/ansible.cfg',
      `# a comment
[defaults]
inventory : hosts, ~/more
Roles_Path=roles:$SHARED/roles
remote_user = "deploy" ; who logs in
; another
[ssh_connection]
ssh_args = -o ControlMaster=auto
  -o ForwardAgent=yes
[privilege_escalation]
become = yes
[callback_profile]
whatever = 1
`,
    )
    const found = read({ SHARED: '/shared' })
    expect(found.inventory?.value).toEqual([join(root, 'here/hosts'), join(root, 'home/more')])
    expect(found.rolesPath?.value).toEqual([join(root, 'here/roles'), '/shared/roles'])
    expect(found.remoteUser).toEqual({
      value: 'deploy',
      origin: { file: join(root, 'here/ansible.cfg'), line: 5, col: 1 },
    })
    expect(found.sshArgs?.value).toBe('-o ControlMaster=auto\n-o ForwardAgent=yes')
    expect(found.become?.value).toBe(true)
    expect(found.notes).toEqual([])
  })

  it('that says what is wrong is an error, all of it at once', () => {
    write('here/ansible.cfg', '[defaults]\nforks = many\nhash_behaviour = mix\nnonsense\nforks = 3\n')
    expect(problems({ ANSIBLE_BECOME: 'perhaps' })).toEqual([
      'here/ansible.cfg:4: "nonsense" is no setting',
      'here/ansible.cfg:5: defaults: forks is said twice',
      'here/ansible.cfg:2: defaults: forks: must be a whole number, found "many"',
      '$ANSIBLE_BECOME:1: privilege_escalation: become: must be true or false, found "perhaps"',
      expect.stringContaining('here/ansible.cfg:3: defaults: hash_behaviour'),
    ])
  })

  it('tells of what does not happen, and of names that nobody knows', () => {
    write(
      'here/ansible.cfg',
      '[defaults]\nnocows = 1\ngathering = smart\nfilter_plugins = ./library\nfork = 3\n[ssh_connection]\npipelining = true\n',
    )
    const told = read({ ANSIBLE_TASK_TIMEOUT: '3', ANSIBLE_NOCOWS: '1' }).notes.map(
      ({ message, origin }) => `${origin.file.replace(`${root}/`, '')}:${origin.line}: ${message}`,
    )
    expect(told).toEqual([
      expect.stringMatching(
        /^here\/ansible\.cfg:4: defaults: filter_plugins is without effect: plugins of one/,
      ),
      'here/ansible.cfg:5: Ansible knows no setting defaults: fork; did you mean "forks"?',
      '$ANSIBLE_TASK_TIMEOUT:1: ANSIBLE_TASK_TIMEOUT (defaults: task_timeout) is without effect: --timeout bounds whatever a host is asked or told',
    ])
  })
})

describe('a playbook under settings', () => {
  const settings = (text: string) => {
    write('here/ansible.cfg', text)
    return read()
  }

  it('reaches hosts as they say, where neither inventory nor play says', async () => {
    using here = project({
      'inventory.yaml':
        'all: { hosts: { a: {}, b: { ansible_ssh_user: own, ansible_port: 23 } }, vars: { ansible_connection: ssh } }\n',
      'site.yaml':
        '- hosts: all\n  tasks:\n    - copy: { dest: "/{{ ansible_user | default(\'nobody\') }}", content: x }\n',
    })
    const intent = await here.load({
      settings: settings(
        '[defaults]\nremote_user = deploy\nremote_port = 2222\nprivate_key_file = key\ntransport = local\n[ssh_connection]\nssh_common_args = -o Compression=yes\n',
      ),
    })
    expect(intent.hosts.get('a')).toMatchObject({
      user: 'deploy',
      port: 2222,
      privateKeyFile: join(root, 'here/key'),
      connection: 'ssh',
      sshArgs: ['-o', 'Compression=yes'],
    })
    expect(intent.hosts.get('b')).toMatchObject({ user: 'own', port: 23 })
    expect(
      intent.plays[0]?.tasks.get('a')?.[0]?.expand({ facts: new Map(), registered: new Map() }),
    ).toMatchObject({
      resources: [{ id: 'copy[/nobody]' }],
    })
  })

  it('finds roles in their places, and runs plays as they say', async () => {
    mkdirSync(join(root, 'here/mine/r/tasks'), { recursive: true })
    write('here/mine/r/tasks/main.yml', '- copy: { dest: /x, content: "{{ ansible_managed }}" }\n')
    using here = project({ 'site.yaml': '- hosts: a\n  roles: [r]\n' })
    const { plays } = await here.load({
      settings: settings(
        '[defaults]\nroles_path = mine\nansible_managed = by hand\nany_errors_fatal = true\nforce_handlers = on\nno_log = true\n',
      ),
    })
    expect(plays[0]).toMatchObject({ anyErrorsFatal: true, forceHandlers: true })
    expect(plays[0]?.tasks.get('a')?.[0]?.expand({ facts: new Map(), registered: new Map() })).toMatchObject({
      resources: [{ id: 'copy[/x]', options: { noLog: true } }],
    })
  })

  it('tells of what they ask for in vain', async () => {
    using here = project({ 'site.yaml': '- hosts: a\n' })
    const { warnings } = await here.load({ settings: settings('[defaults]\nlog_path = /var/log/ansible\n') })
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('defaults: log_path is without effect'),
    ])
  })
})
