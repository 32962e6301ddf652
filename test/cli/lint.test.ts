import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inProcess } from './in-process.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-lint-'))
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

async function lint(name = 'site.yml', ...flags: readonly string[]) {
  const ran = await inProcess(['lint', join(folder, name), ...flags])
  return { ...ran, lines: ran.stderr.replaceAll(`${folder}/`, '').trimEnd().split('\n') }
}

const site = `- hosts: web
  vars_files: [vars/common.yml]
  roles:
    - role: nginx
      nginx_port: 8080
  tasks:
    - name: Ask for a licence
      pause: { prompt: really? }
      become_exe: doas
    - include_tasks: tasks/extra.yml
    - meta: end_role
    - pause: { prompt: really? }
    - name: Broken
      debug: { msg: "{{ 1 + }}" }
    - name: Slip
      debug: { msg: "{{ app_name | defualt('x') }}" }
      when: app_name is defind
`

describe('understudy lint of a playbook alone', () => {
  it('says that all is well, and that hosts are unknown', async () => {
    write({
      'site.yml': `- hosts: web:&prod
  become: true
  vars_files:
    - "vars/{{ ansible_os_family }}.yml"
  tasks:
    - apt: { name: "{{ packages }}", state: present, update_cache: true }
      when: ansible_os_family == 'Debian'
    - template: { src: site.conf.j2, dest: "/etc/nginx/conf.d/{{ inventory_hostname }}.conf", mode: "0644" }
      notify: reload nginx
  handlers:
    - name: reload nginx
      service: { name: nginx, state: reloaded }
`,
      'templates/site.conf.j2':
        'server_name {{ server_names | join(" ") }};\n{% for u in upstreams %}{{ u }}\n{% endfor %}',
    })
    expect(await lint()).toMatchObject({
      status: 0,
      stdout: '1 play, 4 tasks: nothing to complain about; hosts are unknown without an inventory\n',
    })
  })

  it.each([[[]], [['-i', 'hosts.yml']]])('leaves open what a run would ask for, with %j', async (flags) => {
    write({
      'hosts.yml': 'all: { hosts: { a: {} } }\n',
      'site.yml': `- hosts: all
  vars_prompt: [{ name: where }, { name: how, default: 420, private: no }]
  tasks:
    - file: { path: "{{ where }}", state: touch, mode: "{{ how }}" }
      when: where is match('/srv')
`,
    })
    const given = flags.map((flag) => flag.replace('hosts', join(folder, 'hosts')))
    expect(await lint('site.yml', ...given)).toMatchObject({ status: 0, stderr: '' })
  })

  it('tells of everything in all files, one line each, and counts them', async () => {
    write({
      'site.yml': site,
      'vars/common.yml': 'greeting: "{{ name | upercase }}"\n',
      'tasks/extra.yml': '- copy: { src: gone.txt, dest: /x }\n- throttling: 1\n  command: "true"\n',
      'roles/nginx/tasks/main.yml':
        '- template: { src: nginx.conf.j2, dest: /etc/nginx/nginx.conf, modee: "0644" }\n- shel: echo\n',
      'roles/nginx/templates/nginx.conf.j2': 'listen {{ nginx_port }};\n{% if x %}\n',
      'roles/nginx/meta/main.yml': 'dependencies: [missing]\n',
    })
    const { status, lines } = await lint()
    expect(status).toBe(5)
    const places = lines
      .slice(0, -1)
      .map((line) => /^(\S+?):\d+:\d+: (.{0,34})/.exec(line)?.slice(1).join(' | '))
    expect(places.toSorted()).toMatchInlineSnapshot(`
      [
        "roles/nginx/meta/main.yml | there is no role "missing" [role-m",
        "roles/nginx/tasks/main.yml | there is no module called "shel" h",
        "roles/nginx/tasks/main.yml | unknown key "modee" in template [s",
        "roles/nginx/templates/nginx.conf.j2 | {% if %} is never closed [template",
        "site.yml | "become_exe" is not supported in a",
        "site.yml | an expression is missing here [exp",
        "site.yml | meta: "end_role" has no role to en",
        "site.yml | there is no filter called "defualt",
        "site.yml | there is no test called "defind" [",
        "tasks/extra.yml | there is no file "gone.txt" [file-",
        "tasks/extra.yml | unknown key "throttling" in a task",
        "vars/common.yml | there is no filter called "upercas",
      ]
    `)
    expect(lines.at(-1)).toBe(`${lines.length - 1} problems: nothing of this is run`)
  })

  it('reads every playbook of the tests without hosts', async () => {
    const playbooks = resolve(import.meta.dirname, '../ansible/playbooks')
    for (const name of readdirSync(playbooks).filter((one) => one.endsWith('.yaml'))) {
      const { status, stderr } = await inProcess(['lint', join(playbooks, name)])
      expect([name, status, stderr]).toEqual([name, 0, ''])
    }
  }, 60_000)

  it('checks hosts as well where there is an inventory', async () => {
    write({
      'site.yml': '- hosts: webb\n  tasks: [debug: { msg: "{{ nobody }}" }]\n',
      'inventory.yaml': 'web: { hosts: { a: {} } }\n',
    })
    const { lines } = await lint('site.yml', '-i', join(folder, 'inventory.yaml'))
    expect(lines.join('\n')).toContain('webb')
  })
})

describe('understudy lint of a cluster', () => {
  const hosts = `all:
  vars:
    cluster:
      name: web
      vips: [{ address: 10.0.0.100, vrid: 51 }]
      services:
        - port: 80
          scheduler: rr
  children:
    directors: { hosts: { d1: { ansible_host: 10.0.0.11 }, d2: { ansible_host: 10.0.0.12 } } }
    realservers:
      hosts:
        rs1: { ansible_host: 10.0.0.21, realserver: { weight: 3 } }
        rs2: { ansible_host: 10.0.0.22 }
`
  const linted = async (text: string, ...flags: readonly string[]) => {
    write({ 'hosts.yaml': text, 'site.yml': '- hosts: all\n  tasks: []\n' })
    return lint('site.yml', '-i', join(folder, 'hosts.yaml'), ...flags)
  }
  const saying = (comment: string) => hosts.replace('scheduler: rr', `scheduler: rr # understudy: ${comment}`)

  it('ends each warning with the id of its rule', async () => {
    const { status, stdout } = await linted(hosts)
    expect(status).toBe(0)
    expect(stdout).toMatch(/hosts\.yaml:8:22: warning: .* \[service-weights-ignored\] → Use wrr\.\n/)
  })

  it('takes the word of a comment that a warning is meant', async () => {
    const { stdout } = await linted(saying('ignore service-weights-ignored measured'))
    expect(stdout).toMatch(/^4 hosts, 1 cluster, 0 plays, 0 tasks: nothing to complain about\n$/)
  })

  it.each([
    ['ignore service-weights-ignored', 'ignore-unexplained', 2],
    ['ignore service-weightless not used', 'ignore-unused', 2],
    ['ignore service-weights-ignoredd why', 'ignore-unknown', 2],
    ['ignore', 'ignore-unknown', 2],
    ['ignore service-weights-ignored, vip-twice why', 'ignore-error', 1],
  ])('says what a comment cannot do: %s', async (comment, rule, doubts) => {
    const { stdout, status } = await linted(saying(comment))
    expect(status).toBe(0)
    expect(stdout).toContain(`[${rule}]`)
    expect(stdout).toContain(`: ${doubts} doubtful`)
  })

  it('does not take it of an error', async () => {
    const wrong = hosts.replace(
      'vrid: 51 }]',
      'vrid: 51 }, { address: 10.0.0.100, vrid: 52 }] # understudy: ignore vip-twice no',
    )
    const { status, stderr, stdout } = await linted(wrong)
    expect(status).toBe(5)
    expect(stderr).toMatch(/hosts\.yaml:5:\d+: the VIP 10\.0\.0\.100 is listed twice \[vip-twice\] → /)
    expect(stdout).toContain('[ignore-error]')
    expect(stdout).toContain('[service-weights-ignored]')
  })

  it('is written for programs, with the same status', async () => {
    const { stdout, stderr, status } = await linted(
      hosts.replace('scheduler: rr', 'scheduler: rx'),
      '--format',
      'json',
    )
    expect([stderr, status]).toEqual(['', 5])
    const { findings } = JSON.parse(stdout)
    expect(findings).toMatchObject([{ rule: 'schema-value', severity: 'error', line: 8, col: 22 }])
    expect((await linted(hosts, '--format', 'github')).stdout).toMatch(
      /^::warning file=hosts\.yaml,line=8,col=22,/,
    )
    expect(JSON.parse((await linted(hosts, '--format', 'sarif')).stdout).runs[0].results).toHaveLength(1)
  })

  it.each([
    [
      'of keepalived',
      ['--keepalived-conf', 'gone.conf', 'huge.conf'],
      ['file-missing', 'keepalived-too-much'],
    ],
    ['that is an inventory', ['-i', 'gone.yaml'], ['file-missing']],
    ['of settings', [], ['setting-line']],
  ])('is written for programs where a file %s cannot be read', async (_, words, rules) => {
    write({ 'huge.conf': '#'.repeat(2 ** 21), 'site.yml': '- hosts: all\n  tasks: []\n' })
    if (rules[0] === 'setting-line') {
      write({ 'ansible.cfg': '[defaults]\nnothing\n' })
      vi.stubEnv('ANSIBLE_CONFIG', join(folder, 'ansible.cfg'))
    }
    const named = words.map((word) => (/\.(conf|yaml)$/.test(word) ? join(folder, word) : word))
    const told = async (format: string) => {
      const { stdout, status } = await inProcess([
        'lint',
        join(folder, 'site.yml'),
        '--format',
        format,
        ...named,
      ])
      expect(status).toBe(5)
      return stdout
    }
    try {
      const { findings } = JSON.parse(await told('json'))
      expect(findings.map((one: { rule: string }) => one.rule)).toEqual(rules)
      const { runs } = JSON.parse(await told('sarif'))
      expect(runs[0].results.map((one: { ruleId: string }) => one.ruleId)).toEqual(rules)
      for (const rule of rules)
        expect(await told('github')).toMatch(new RegExp(`^::error .*title=${rule}::`, 'm'))
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('explains a rule by its id', async () => {
    const { stdout } = await inProcess(['lint', '--explain', 'vip-vrid-twice'])
    expect(stdout).toMatch(/^vip-vrid-twice \(error\)\n {2}Routers .*\n {2}Source: RFC 9568/)
    expect((await inProcess(['lint', '--explain', 'vip-vird-twice'])).stderr).toContain('vip-vrid-twice')
  })
})

describe('understudy lint of templates that read what machines say', () => {
  const hosts = `all:
  vars:
    cluster: { name: web, vips: [{ address: 10.0.0.100, vrid: 51 }], services: [{ port: 80 }] }
  children:
    directors: { hosts: { d1: { ansible_host: 10.0.0.11 }, d2: { ansible_host: 10.0.0.12 } } }
    realservers: { hosts: { rs1: { ansible_host: 10.0.0.21 }, rs2: { ansible_host: 10.0.0.22 } } }
`
  const linted = (template: string, name = 'x.j2') => {
    write({
      'hosts.yaml': hosts,
      'site.yml': `- hosts: directors
  tasks:
    - set_fact: { colour: red }
    - command: uptime
      register: up
    - template: { src: ${name}, dest: /etc/x }
`,
      [`templates/${name}`]: template,
    })
    return lint('site.yml', '-i', join(folder, 'hosts.yaml'))
  }

  it.each([
    [
      '{% if ansible_os_family == "RedHat" %}\n{{ nowhere }}{% endif %}',
      'x.j2',
      'x.j2:2:4: warning: on d2, were it Rocky Linux 9: "nowhere" is not defined',
    ],
    ['{{ ansible_hostname }} {{ nowhere }}', 'x.j2', 'were it Debian GNU/Linux 12: "nowhere" is not defined'],
    ['{{#each vrrp.instances}}{{instance}}{{/each}}', 'x.hbs', '"instance" is not defined'],
  ])('makes them for machines of each family: %s', async (template, name, message) => {
    const { stdout, status } = await linted(template, name)
    expect(status).toBe(0)
    expect(stdout).toContain(message)
    expect(stdout).toContain('[template-render]')
  })

  it.each([
    ['{{ colour }} {{ ansible_hostname }}'],
    ['{{ ansible_facts.devices.sda.size }}'],
    ['{{ up.stdout }}'],
    ['{{ ansible_mounts[0].device }}'],
    ['{% for one in vrrp.instances %}{{ one.vip }} {{ one.interface }}{% endfor %}'],
  ])('leaves to the plan what nobody can know: %s', async (template) => {
    expect((await linted(template)).stdout).toContain('nothing to complain about')
  })
})

describe('understudy lint --fix', () => {
  const broken = `all: # everybody
  vars:
    cluster:
      name: web
      vips:
        - { address: 10.0.0.100, vrid: 51, owner: direktor1 }
      services:
        - port: 80
          schedular: wrr # by weight
        - port: 81 # understudy: ignore service-weights-ignored nothing to ignore
          check: { type: tpc }
        - port: 81
          check: { type: tcp }
  children:
    directors: { hosts: { director1: { ansible_host: 10.0.0.11 }, other2: { ansible_host: 10.0.0.12 } } }
    realservers: { hosts: { rs1: { ansible_host: 10.0.0.21 }, rs2: { ansible_host: 10.0.0.22 } } }
`
  const fixed = `all: # everybody
  vars:
    cluster:
      name: web
      vips:
        - { address: 10.0.0.100, vrid: 51, owner: director1 }
      services:
        - port: 80
          scheduler: wrr # by weight
        - port: 81
          check: { type: tcp }
  children:
    directors: { hosts: { director1: { ansible_host: 10.0.0.11 }, other2: { ansible_host: 10.0.0.12 } } }
    realservers: { hosts: { rs1: { ansible_host: 10.0.0.21 }, rs2: { ansible_host: 10.0.0.22 } } }
`

  it('writes what can only be meant, one thing behind the other, says so, and has nothing to do again', async () => {
    write({ 'hosts.yaml': broken, 'site.yml': '- hosts: all\n  tassk: []\n' })
    const flags = ['-i', join(folder, 'hosts.yaml'), '--fix']
    const { status, stdout, stderr } = await lint('site.yml', ...flags)
    expect(readFileSync(join(folder, 'hosts.yaml'), 'utf8')).toBe(fixed)
    expect(readFileSync(join(folder, 'site.yml'), 'utf8')).toBe('- hosts: all\n  tasks: []\n')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').filter((line) => line.includes(': fixed: '))).toHaveLength(6)
    expect(stdout).toContain('hosts.yaml:9:11: fixed: schedular → scheduler [schema-unknown-key]')
    expect((await lint('site.yml', ...flags)).stdout).not.toContain('fixed')
    expect(readFileSync(join(folder, 'hosts.yaml'), 'utf8')).toBe(fixed)
  })

  it('writes nothing at all where one of the files cannot be written to', async () => {
    write({ 'hosts.yaml': broken, 'site.yml': '- hosts: all\n  tassk: []\n' })
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'hosts.yaml'), 0o444)
    // Whoever is root may write to any: nobody looks here.
    const isRoot = process.getuid?.() === 0
    if (isRoot) {
      chmodSync(join(folder, 'site.yml'), 0o666)
      process.seteuid?.(65534)
    }
    try {
      const { status, lines } = await lint('site.yml', '-i', join(folder, 'hosts.yaml'), '--fix')
      expect([status, lines[0]]).toEqual([5, 'hosts.yaml cannot be written to (EACCES)'])
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
    expect(readFileSync(join(folder, 'site.yml'), 'utf8')).toContain('tassk')
    expect(readFileSync(join(folder, 'hosts.yaml'), 'utf8')).toBe(broken)
  })

  it('leaves what could be meant in two ways', async () => {
    const two = broken.replace('schedular: wrr', 'scheduler: rx')
    write({
      'hosts.yaml': two.replace('tpc', 'tcp').replace(/ # understudy.*/, ''),
      'site.yml': '- hosts: all\n  tasks: []\n',
    })
    const { status, lines } = await lint('site.yml', '-i', join(folder, 'hosts.yaml'), '--fix')
    expect(status).toBe(5)
    expect(lines[0]).toContain('services[0].scheduler')
    expect(readFileSync(join(folder, 'hosts.yaml'), 'utf8')).toContain('scheduler: rx')
  })
})

describe('the playbook that comes along, without a cluster', () => {
  it.each([
    [
      '',
      'hosts.yaml:2:37: no host has the variable cluster, and the playbook that comes with understudy makes clusters',
    ],
    [
      '  vars: { cluster: }\n',
      'hosts.yaml:2:11: the variable cluster is empty: no host belongs to a cluster',
    ],
  ])('is refused in one sentence: %j', async (vars, message) => {
    write({
      'hosts.yaml': `all:
${vars}  children: { directors: { hosts: { d1: } } }
`,
    })
    const ran = await inProcess(['lint', '-i', join(folder, 'hosts.yaml')])
    const lines = ran.stderr.replaceAll(`${folder}/`, '').trimEnd().split('\n')
    expect([ran.status, lines.length]).toEqual([5, 2])
    expect(lines[0]).toContain(`${message} [inventory-no-cluster] → Write cluster with its vips`)
  })
})
