import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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
