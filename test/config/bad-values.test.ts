import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { resolveClusters, vocabulary } from '../../src/cluster/index.ts'
import { loadInventory } from '../../src/config/inventory/index.ts'
import { validate } from '../../src/config/validate.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import type { InvalidInput } from '../../src/model/failure.ts'
import { clipped, quoted } from '../../src/model/quoted.ts'
import { kinds } from '../../src/resources/index.ts'
import { healthy, machines } from '../cluster/inventory.ts'

/** What is said of a value, and where. */
const said = (schema: z.ZodType, text: string) => {
  try {
    validate(schema, parseYaml(text, 'it.yaml'), 'it')
    return []
  } catch (error) {
    return (error as InvalidInput).problems.map(
      ({ message, where: { origin } }) => `${origin?.line}:${origin?.col} ${message}`,
    )
  }
}
const least = 'vips: [{address: 10.0.0.100, vrid: 1}]\n'

describe('numbers out of all sense', () => {
  const port = 'expected a whole number from 1 to 65535'
  const seconds = 'expected a number from 0.1 to 3600'
  it.each([
    ['services: [{port: VALUE}]', [0, 65_536, -80, 1e12], port],
    ['services: [{port: 80, backend_port: VALUE}]', [0, 65_536], port],
    ['services: [{port: 80, check: {type: tcp, port: VALUE}}]', [0, 65_536, -1], port],
    ['services: [{port: 80, check: {type: http, interval: VALUE}}]', [0, -1, 1e12, 0.01], seconds],
    ['services: [{port: 80, check: {type: http, timeout: VALUE}}]', [0, 1e12], seconds],
    ['services: [{port: 80, check: {type: http, retry_delay: VALUE}}]', [0, 1e12], seconds],
    [
      'services: [{port: 80, check: {type: http, retries: VALUE}}]',
      [-1, 101],
      'a whole number from 0 to 100',
    ],
    [
      'services: [{port: 80, check: {type: http, status: VALUE}}]',
      [0, 99, 600],
      'a whole number from 100 to 599',
    ],
    ['services: [{port: 80, persistence_timeout: VALUE}]', [0, -1, 1e12], 'from 1 to 2678400'],
    ['vrrp: {advert_interval: VALUE}', [0, -1, 256, 1e12], 'expected a number from 0.01 to 255'],
    ['vrrp: {preempt_delay: VALUE}', [-1, 1001, 1e12], 'expected a number from 0 to 1000'],
    ['vrrp: {garp_refresh: VALUE}', [-1, 86_401], 'expected a whole number from 0 to 86400'],
    ['vrrp: {track: {interval: VALUE}}', [0, 1e12], 'expected a whole number from 1 to 3600'],
    ['vrrp: {track: {fall: VALUE}}', [0, 101], 'expected a whole number from 1 to 100'],
    ['vrrp: {track: {rise: VALUE}}', [0, -1], 'expected a whole number from 1 to 100'],
    ['max_outage: VALUE', [0, -1, 1e12], 'a time from 100 ms to 60 min'],
  ])('are refused in the cluster: %s', (text, values, range) => {
    for (const value of values) {
      const [problem, ...others] = said(vocabulary.cluster, least + text.replace('VALUE', String(value)))
      expect([problem, others]).toEqual([expect.stringContaining(range), []])
      expect(problem).toMatch(new RegExp(`^2:${text.indexOf('VALUE') + 1} `))
    }
  })

  it.each([0, 256, -1, 1e12])('are refused as a VRID: %d', (value) => {
    expect(said(vocabulary.cluster, `vips: [{address: 10.0.0.100, vrid: ${value}}]`)).toEqual([
      `1:36 vips[0].vrid: expected a whole number from 1 to 255, found ${value}`,
    ])
  })

  it.each([
    ['director', 'priority', [0, 255, -1, 1e12], 'from 1 to 254'],
    ['realserver', 'weight', [-1, 65_536], 'from 0 to 65535'],
    ['realserver', 'max_fails', [-1, 1001], 'from 0 to 1000'],
    ['realserver', 'fail_timeout', [0, 1e12], 'from 1 to 3600'],
  ] as const)('are refused of a %s: %s', (part, word, values, range) => {
    for (const value of values)
      expect(said(vocabulary[part], `${word}: ${value}`)).toEqual([
        `1:${word.length + 3} ${word}: expected a whole number ${range}, found ${value}`,
      ])
  })

  it.each([
    ['service', '{name: nginx, listens: [VALUE]}', [0, 65_536, -1]],
    ['firewall', '{name: web, allow: [{ports: [VALUE]}]}', [0, 65_536, '"80-70"', '"0-10"', '"1-70000"']],
    ['user', '{name: ops, uid: VALUE}', [-1, 4_294_967_295, 1.5]],
    ['group', '{name: ops, gid: VALUE}', [-1, 1e12]],
    ['directory', '{path: /srv, mode: VALUE}', ['"99999"', '"0888"', -1]],
    [
      'cron',
      '{name: x, command: "true", schedule: VALUE}',
      [
        '"60 * * * *"',
        '"* 24 * * *"',
        '"* * 0 * *"',
        '"* * * 13 *"',
        '"* * * * 8"',
        '"*/0 * * * *"',
        '"* * * *"',
      ],
    ],
  ] as const)('are refused in a task: %s', (kind, text, values) => {
    for (const value of values)
      expect([value, said(kinds[kind].schema, text.replace('VALUE', String(value))).length]).toEqual([
        value,
        1,
      ])
  })
})

describe('parts of numbers', () => {
  it('are refused where only whole ones count', () => {
    const texts = ['vips: [{address: 10.0.0.100, vrid: 1.5}]', `${least}services: [{port: 80.5}]`]
    for (const text of texts)
      expect(said(vocabulary.cluster, text)).toEqual([expect.stringContaining('expected a whole number')])
    expect(said(vocabulary.realserver, 'weight: 0.5')).toEqual([
      '1:9 weight: expected a whole number, found 0.5',
    ])
  })
})

describe('names that look like options', () => {
  const looks = ['-rf', '--help', '-o', '-']
  it.each([
    ['service', '{name: VALUE}'],
    ['package', '{name: VALUE}'],
    ['package', '{name: [nginx, VALUE]}'],
    ['package', '{name: nginx, version: VALUE}'],
    ['user', '{name: VALUE}'],
    ['user', '{name: ops, group: VALUE}'],
    ['user', '{name: ops, groups: [VALUE]}'],
    ['user', '{name: ops, home: VALUE}'],
    ['user', '{name: ops, shell: VALUE}'],
    ['group', '{name: VALUE}'],
    ['directory', '{path: VALUE}'],
    ['directory', '{path: /srv, owner: VALUE}'],
    ['directory', '{path: /srv, group: VALUE}'],
    ['file', '{path: VALUE, state: absent}'],
    ['copy', '{dest: VALUE, content: x}'],
    ['link', '{path: VALUE, target: /srv}'],
    ['line', '{path: VALUE, line: x}'],
    ['mount', '{path: VALUE, src: /dev/vdb, fstype: ext4}'],
    ['mount', '{path: /srv, src: VALUE, fstype: ext4}'],
    ['mount', '{path: /srv, src: /dev/vdb, fstype: VALUE}'],
    ['mount', '{path: /srv, src: /dev/vdb, fstype: ext4, options: VALUE}'],
    ['kernel_module', '{name: VALUE}'],
    ['hostname', '{name: VALUE}'],
    ['sysctl', '{name: VALUE, value: 1}'],
    ['selinux_boolean', '{name: VALUE, value: true}'],
    ['cron', '{name: VALUE, command: "true", schedule: "@daily"}'],
    ['cron', '{name: x, command: "true", schedule: "@daily", user: VALUE}'],
    ['firewall', '{name: VALUE}'],
    ['command', '{command: uptime, changed_when: false, chdir: VALUE}'],
  ] as const)('are refused in a task, at their place: %s %s', (kind, text) => {
    for (const value of looks) {
      const problems = said(kinds[kind].schema, text.replace('VALUE', `"${value}"`))
      expect([value, problems]).toEqual([value, [expect.stringMatching(/^1:\d+ /)]])
    }
  })

  it('may be names of units all the same where systemd has them', () => {
    for (const unit of ['-.mount', '-.slice', 'dev-disk.mount', 'nginx', 'getty@tty1', 'a\\x2db'])
      expect(said(kinds.service.schema, `{name: '${unit}'}`)).toEqual([])
  })

  it.each([
    'name: VALUE',
    'interface: VALUE',
    'notify: {services: [VALUE]}',
    'notify: {smtp: VALUE}',
    'notify: {mail: [VALUE@example.org]}',
    'notify: {from: VALUE@example.org}',
    'time: {servers: [VALUE]}',
    'services: [{port: 80, check: {type: http, host: VALUE}}]',
    'services: [{port: 80, check: {type: misc, program: VALUE}}]',
    'services: [{port: 80, check: {type: misc, program: /bin/true, user: VALUE}}]',
    'nfs: {export: VALUE}',
  ])('are refused in the cluster: %s', (text) => {
    for (const value of looks) {
      const problems = said(vocabulary.cluster, least + text.replace(/VALUE(@[\w.]+)?/, `"${value}$1"`))
      expect([value, problems]).toEqual([value, [expect.stringMatching(/^2:\d+ /)]])
    }
  })
})

describe('a value that a message repeats', () => {
  const long = 'x'.repeat(5000)
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'understudy-values-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is cut where it is long', () => {
    expect(quoted(long)).toBe(`"${'x'.repeat(57)}…"`)
    expect(quoted('short "one"\n')).toBe('"short \\"one\\"\\n"')
    expect(quoted(12)).toBe('12')
    expect(clipped('😀'.repeat(100))).toBe(`${'😀'.repeat(57)}…`)
  })

  it.each([
    ['a number that is a text', vocabulary.director, `priority: ${long}`],
    ['a key', vocabulary.director, `${long}: 1`],
    ['one of a few', vocabulary.cluster, `${least}balancer: ${long}`],
    ['a choice', vocabulary.cluster, `${least}services: [{port: 80, check: {type: ${long}}}]`],
    ['a name', kinds.service.schema, `{name: "${long}/"}`],
    ['an address', vocabulary.realserver, `address: ${long}`],
  ] as const)('is cut in what is said of %s', (_, schema, text) => {
    const problems = said(schema, text)
    expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems) expect(problem.length).toBeLessThan(300)
  })

  it.each([
    `all: {hosts: {one: {ansible_port: ${long}}}}`,
    `all: {hosts: {one: {ansible_host: "-${long}"}}}`,
    `all: {hosts: {one: {ansible_user: "-${long}"}}}`,
    `all: {hosts: {one: {ansible_become: ${long}}}}`,
    `all: {hosts: {one: {ansible_connection: ${long}}}}`,
    `all: {hosts: {"-${long}": {}}}`,
    `all: {hosts: ${long}}`,
    `${long}: {hosts: {one: {}}, ${long}: 1}`,
    `all: {children: {"-${long}": {}}}`,
    `${long}`,
  ])('is cut in what is said of an inventory (%#)', async (text) => {
    const path = join(folder, 'inventory.yaml')
    writeFileSync(path, text)
    const error = await loadInventory([path]).then(
      () => undefined,
      (failure: InvalidInput) => failure,
    )
    expect(error?.problems.length).toBeGreaterThan(0)
    for (const { message } of error?.problems ?? []) expect(message.length).toBeLessThan(400)
  })

  it('is cut in what is said of a cluster', () => {
    const told = { ...healthy, vips: [{ address: '10.77.0.100', vrid: 77, owner: long }], realservers: long }
    const { problems } = resolveClusters(machines(told))
    expect(problems.length).toBeGreaterThan(1)
    for (const { message, next = '' } of problems) expect((message + next).length).toBeLessThan(500)
  })
})
