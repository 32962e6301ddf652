import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lintFindings } from '../../src/operations/lint.ts'

const playbook = resolve(import.meta.dirname, '../../playbooks/site.yaml')

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-own-lines-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What lint finds, with line and rule, where a cluster has these lines of its own. */
async function foundIn(name: string, lines: string): Promise<readonly string[]> {
  const inventory = join(folder, name)
  mkdirSync(inventory)
  writeFileSync(
    join(inventory, 'hosts.yaml'),
    `all:
  vars:
    cluster:
      vips: [{ address: 192.0.2.50/24, vrid: 61, extra: ${lines.startsWith('{') ? '""' : JSON.stringify(lines)} }]
      services: [{ port: 80 }]
      extra: ${lines.startsWith('{') ? lines : '{}'}
  children:
    directors: { hosts: { lb1: { ansible_host: 192.0.2.11 }, lb2: { ansible_host: 192.0.2.12 } } }
    realservers: { hosts: { web1: { ansible_host: 192.0.2.21 }, web2: { ansible_host: 192.0.2.22 } } }
`,
  )
  const { findings } = await lintFindings({ inventory: [inventory], playbook, extraVars: [] })
  return findings.map(({ rule, severity, origin }) => `${origin?.line} ${severity} ${rule}`)
}

/** An instance beside ours, on the same interface. */
const other = (vrid: number) =>
  `{ keepalived: ${JSON.stringify(`vrrp_instance OTHER {
  interface eth0
  virtual_router_id ${vrid}
  priority 90
  virtual_ipaddress {
    192.0.2.77/24
  }
}`)} }`

describe('lines of keepalived.conf that an inventory has verbatim', () => {
  it.each([
    ['{ keepalived: "umask 999" }', ['6 error keepalived-value']],
    ['{ keepalived: "vrrp_garp_master_repeet 2" }', ['6 warning keepalived-word']],
    ['garp_master_delay soon', ['4 warning keepalived-number']],
    ['virtual_routes {\n  10.0.0.0/8 gateway 192.0.2.1\n}', ['4 error keepalived-route-word']],
    ['track_script {\n  look\n}', ['4 error keepalived-track-unknown']],
    ['garp_master_repeat 3\nnotify /usr/local/bin/tell', []],
    [other(61), ['6 error keepalived-vrid-twice']],
    [other(62), []],
    ['{ keepalived: "include /etc/keepalived/mail.conf" }', ['6 warning keepalived-include']],
    ['{ keepalived: "include conf.d/*.conf" }', ['6 warning keepalived-include']],
    ['{ keepalived: "# nothing to include conf.d/*.conf" }', []],
    [
      '{ keepalived: "vrrp_garp_interval $GAP" }',
      ['6 error keepalived-definition', '6 warning keepalived-number'],
    ],
    [
      '{ keepalived: "vrrp_mcast_group4 224.0.0.18\\nvrrp_mcast_group4 224.0.0.19" }',
      ['6 warning keepalived-said-twice'],
    ],
  ])('are held to what keepalived makes of them: %s', async (lines, expected) => {
    expect(await foundIn(lines.replaceAll(/\W+/g, '-'), lines)).toEqual(expected)
  })

  it.each([
    [
      'of a VIP and its own services',
      '',
      `all:
  vars:
    cluster:
      vips:
        - { address: 192.0.2.50/24, vrid: 61 }
        - address: 192.0.2.51/24
          vrid: 62
          services:
            - { port: 80 }
            - port: 443
              backend: none
              check: { type: tcp }
              extra: |
                alfa
            - port: 444
              backend: none
              check: { type: tcp }
              extra:
                servers: |
                  wieght 2
      services:
        - { port: 80 }
        - { port: 81, extra: delay_before_retry soon }
`,
      ['23 warning keepalived-number', '13 warning keepalived-word', '19 warning keepalived-word'],
    ],
    [
      'of a director',
      ', director: { vips: { 192.0.2.50: { extra: garp_master_delay soon } } }',
      `all:
  vars:
    cluster:
      vips: [{ address: 192.0.2.50/24, vrid: 61 }]
      services: [{ port: 80 }]
`,
      ['7 warning keepalived-number'],
    ],
  ])('are told of in the line where they stand: %s', async (name, own, cluster, expected) => {
    const inventory = join(folder, name.replaceAll(' ', '-'))
    mkdirSync(inventory)
    writeFileSync(
      join(inventory, 'hosts.yaml'),
      `${cluster}  children:
    directors: { hosts: { lb1: { ansible_host: 192.0.2.11 }, lb2: { ansible_host: 192.0.2.12${own} } } }
    realservers: { hosts: { web1: { ansible_host: 192.0.2.21 }, web2: { ansible_host: 192.0.2.22 } } }
`,
    )
    const { findings } = await lintFindings({ inventory: [inventory], playbook, extraVars: [] })
    expect(findings.map(({ rule, severity, origin }) => `${origin?.line} ${severity} ${rule}`)).toEqual(
      expected,
    )
  })

  it('may include what a task writes', async () => {
    const inventory = join(folder, 'written')
    mkdirSync(join(inventory, 'tasks'), { recursive: true })
    writeFileSync(
      join(inventory, 'hosts.yaml'),
      `all:
  vars:
    cluster:
      vips: [{ address: 192.0.2.50/24, vrid: 61 }]
      services: [{ port: 80 }]
      extra: { keepalived: "include /etc/keepalived/conf.d/*.conf" }
  children:
    directors: { hosts: { lb1: { ansible_host: 192.0.2.11 }, lb2: { ansible_host: 192.0.2.12 } } }
    realservers: { hosts: { web1: { ansible_host: 192.0.2.21 }, web2: { ansible_host: 192.0.2.22 } } }
`,
    )
    writeFileSync(
      join(inventory, 'site.yaml'),
      `- hosts: directors
  tasks: [{ include_tasks: tasks/mail.yaml }]
- import_playbook: ${playbook}
`,
    )
    writeFileSync(
      join(inventory, 'tasks/mail.yaml'),
      `- copy: { dest: /etc/keepalived/conf.d/mail.conf, content: "", mode: "0644" }\n`,
    )
    const { findings } = await lintFindings({
      inventory: [join(inventory, 'hosts.yaml')],
      playbook: join(inventory, 'site.yaml'),
      extraVars: [],
    })
    expect(findings).toEqual([])
  })
})
