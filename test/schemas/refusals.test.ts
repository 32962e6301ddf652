import { describe, expect, it } from 'vitest'
import { complaints } from './judge.ts'

const cluster = (words: string) =>
  `all:\n  vars:\n    cluster:\n      vips: [{ address: 10.0.0.100, vrid: 7 }]\n${words.replaceAll(/^/gm, '      ')}\n`
const task = (words: string) => `- hosts: all\n  tasks:\n    - ${words}\n`

describe('the JSON Schema of inventories refuses', () => {
  it.each([
    ['a mistyped word of the cluster', cluster('servises: [{ port: 80 }]')],
    ['a mistyped word far inside', cluster('services: [{ port: 80, check: { type: http, pth: / } }]')],
    ['a word of another health check', cluster('services: [{ port: 80, check: { type: tcp, path: / } }]')],
    ['an unknown health check', cluster('services: [{ port: 80, check: { type: htpp } }]')],
    ['text where a number belongs', cluster('services: [{ port: "80" }]')],
    ['a port that is none', cluster('services: [{ port: 80000 }]')],
    ['a duration with a unit', cluster('services: [{ port: 80, check: { type: http, interval: 2s } }]')],
    ['a duration out of bounds', cluster('services: [{ port: 80, check: { type: http, timeout: 0 } }]')],
    ['yes in quotes', cluster('ssh_trust: "yes"')],
    ['an unknown balancer', cluster('balancer: traefik')],
    ['an address that is none', cluster('nat: { gateway: router.example.org }')],
    ['a list where a mapping belongs', cluster('vrrp: [fast]')],
    ['a mistyped word of a director', 'all: { hosts: { d1: { director: { prio: 3 } } } }'],
    ['a weight below nothing', 'all: { hosts: { rs1: { realserver: { weight: -1 } } } }'],
    ['hosts at the top', 'hosts: { d1: {} }'],
    ['a mistyped key of a group', 'all: { host: { d1: {} } }'],
    ['a list of hosts', 'all: { hosts: [d1, d2] }'],
    ['a group that is a list', 'all: { children: { web: [d1] } }'],
    ['a group with blanks', 'web servers: { hosts: { d1: {} } }'],
    ['a user in the name of a host', 'all: { hosts: { root@d1: {} } }'],
    ['a port that is no number', 'all: { hosts: { d1: { ansible_port: ssh } } }'],
    ['a number for an address', 'all: { hosts: { d1: { ansible_host: 12 } } }'],
    ['another way to become root', 'all: { vars: { ansible_become_method: doas } }'],
    ['a plugin', 'plugin: aws_ec2'],
    ['a list', '- all'],
  ])('%s', (_, text) => {
    expect(complaints('inventory', text)).not.toEqual([])
  })
})

describe('the JSON Schema of playbooks refuses', () => {
  it.each([
    ['a play without hosts', '- tasks: []'],
    ['a mistyped key of a play', '- { hosts: all, task: [] }'],
    ['a strategy of others', '- { hosts: all, strategy: mine }'],
    ['a truth value that is none', '- { hosts: all, become: perhaps }'],
    ['a truth value that nothing may compute', '- { hosts: all, force_handlers: "{{ yes }}" }'],
    ['a wrong order', '- { hosts: all, order: random }'],
    ['a wave of no hosts', '- { hosts: all, serial: 0 }'],
    ['a mapping', 'hosts: all'],
    ['a role without a name', '- { hosts: all, roles: [{ when: true }] }'],
    ['an unknown module', task('nginx: { state: present }')],
    ['two kinds in a task', task('{ package: nginx, service: nginx }')],
    ['a task that does nothing', task('name: nothing')],
    ['a task that is a word', task('nginx')],
    ['flags of sudo', task('{ package: nginx, become_flags: -i }')],
    ['a mistyped field', task('copy: { dest: /a, contents: x }')],
    ['a missing field', task('copy: { content: x }')],
    ['neither src nor content', task('copy: { dest: /a }')],
    ['a wrong type', task('service: { name: nginx, enabled: "perhaps" }')],
    ['a wrong word', task('service: { name: nginx, state: restartd }')],
    ['a path that is none', task('directory: { path: srv/www }')],
    ['a field beside an expression', task('copy: { dest: "{{ path }}", content: x, bogus: 1 }')],
    ['a kind that is nothing', task('hostname:')],
    ['name=value', task('line: path=/etc/hosts line=x')],
    ['a loop over a word', task('{ package: "{{ item }}", loop: nginx }')],
    ['a condition that is a number', task('{ package: nginx, when: 1 }')],
    ['a wrong name for a result', task('{ command: { command: id, always: true }, register: my result }')],
    ['a wrong word of loop_control', task('{ package: a, loop: [1], loop_control: { lable: x } }')],
    ['an import that is computed', task('import_tasks: "{{ file }}"')],
    ['a loop around an import', task('{ import_tasks: a.yaml, loop: [1] }')],
    ['a loop around a block', task('{ block: [], loop: [1] }')],
    ['a mistake inside a block', task('block: [{ package: { nam: nginx } }]')],
  ])('%s', (_, text) => {
    expect(complaints('playbook', text)).not.toEqual([])
  })
})

describe('the JSON Schema of playbooks takes', () => {
  it.each([
    [
      'expressions wherever values stand',
      task(
        'user: { name: "{{ n }}", uid: "{{ u }}", system: "{{ s }}", groups: "{{ g }}", state: "{{ x }}" }',
      ),
    ],
    [
      'expressions inside lists and mappings',
      task('firewall: { name: web, allow: [{ ports: ["{{ p }}"], protocol: "{{ q }}" }, "{{ more }}"] }'),
    ],
    ['a kind as one expression', task('package: "{{ packages }}"')],
    ['a kind by its full name', task('ansible.builtin.package: { name: nginx }')],
    ['the kind block by its full name', task('ansible.builtin.block: { path: /a, block: x }')],
    ['a list in short', task('package: [nginx, curl]')],
    [
      'a command that is a list',
      task('{ command: { command: [id, -u], changed_when: false }, register: who }'),
    ],
    ['modes as numbers and texts', task('directory: { path: /a, mode: 755 }')],
    ['values left out', '- { hosts: all, become:, tasks:, roles:, vars:, serial:, tags: }'],
    [
      'everything around a task',
      task(
        '{ package: a, name: b, when: [true, "x == 1"], tags: a, vars: { a: 1 }, become: true, become_user: "{{ u }}", environment: { A: 1 }, no_log: false, ignore_errors: true, loop: [1], loop_control: { loop_var: x }, register: r }',
      ),
    ],
    ['another playbook', '- import_playbook: other.yaml\n- { import_playbook: more.yaml, tags: [a] }'],
    [
      'roles by name and with variables',
      '- { hosts: [a, b], roles: [a, { role: b, vars: { c: 1 } }, { name: d }] }',
    ],
    ['tasks of another file', task('{ import_tasks: { file: a.yaml }, when: x }')],
    ['no plays', '[]'],
  ])('%s', (_, text) => {
    expect(complaints('playbook', text)).toEqual([])
  })
})
