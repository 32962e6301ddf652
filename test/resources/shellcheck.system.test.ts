import { describe, expect, it } from 'vitest'
import { connectionTo } from '../../src/sensors/connections.ts'
import { contents } from '../../src/sensors/contents.ts'
import { versionsOfHost } from '../../src/sensors/versions.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { groupBySensor } from '../../src/shell/questions.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { memberQueries, outsideQueries } from '../../src/verify/questions.ts'
import { clusterOf, machines } from '../cluster/inventory.ts'
import { needs } from '../needs.ts'
import { make } from './run.ts'
import { check } from './shellcheck.ts'

needs('shellcheck')

/** One of each kind of file, wanted where nothing is there yet. */
const wanted = [
  make('file', { path: '/t/a', state: 'touch', mode: '0600' }),
  make('copy', { dest: '/t/b', content: 'x', owner: 'root', validate: 'check -f %s', backup: true }),
  make('template', { dest: '/t/c', content: 'x'.repeat(70_000), validate: 'nginx -t' }),
  make('link', { path: '/t/d', target: 'e' }),
  make('line', { path: '/t/f', line: 'x', create: true }),
  make('block', { path: '/t/g', block: 'x', create: true }),
  make('hosts_entry', { address: '192.0.2.1', names: 'a' }),
  make('cron', { name: 'a', schedule: '@daily', command: 'true' }),
  make('archive', { dest: '/t/h', content: 'x', owner: 'root' }),
  make('source_build', {
    content: 'x',
    sha256: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    prefix: '/t/i',
    creates: '/t/i/x',
    configure: ['--a b'],
  }),
  make('release', {
    name: 'a',
    release: '1',
    src: '0'.repeat(64),
    port: 80,
    content: 'x',
    command: './a b',
    user: 'a',
    environment: { A: "'" },
  }),
  make('command', { command: 'a b', chdir: '/t', stdin: 'x', always: true }),
  make('shell', { command: 'a | b', unless: 'c' }),
  make('firewall', { name: 'a', allow: [{ ports: [80] }] }),
  make('firewall', { name: 'b', state: 'absent' }),
  make('selinux_boolean', { name: 'a' }),
]

const chain = { table: 'filter', chain: 'input', family: 'inet', hook: 'input' }
const stale = { name: 'b', opening: 'tcp 81' }
const zone = {
  name: 'public',
  target: 'default',
  interfaces: ['eth0'],
  sources: [],
  forwards: true,
  richRules: [],
}
const nothing = {
  // Every firewall at once, each with an entry that has to go.
  found: {
    policy: 'loaded',
    live: false,
    firewalld: { defaultZone: 'public', live: [zone], kept: [zone] },
    iptables: [
      {
        family: 'ipv4',
        chains: { input: 'INPUT' },
        live: [stale],
        boot: { file: '/etc/iptables/rules.v4', marked: [stale] },
      },
    ],
    nftables: {
      drops: [],
      chains: [chain],
      live: [{ ...stale, at: chain, handle: 4 }],
      boot: {
        file: '/etc/nftables.conf',
        includes: true,
        ours: [{ path: '/etc/understudy/firewall/b.nft', text: '' }],
      },
    },
  },
  at: { type: 'absent' },
  current: { type: 'absent' },
  content: { is: 'absent' },
  marker: { is: 'absent' },
  stamp: { is: 'absent' },
  creates: { type: 'absent' },
  unless: { rc: 1, stdout: '', stderr: '' },
}

describe('programs of files', () => {
  it('are clean for shellcheck, all in one', () => {
    const steps = wanted.map((resource) => {
      const change = resource.converge(nothing, { touches: () => false })
      if (!change) throw new Error(`nothing to check of ${resource.id}`)
      const uploads = Object.fromEntries((change.uploads ?? []).map(({ name }) => [name, '/u']))
      return { script: change.script, title: resource.id, uploads, environment: {}, ignoreErrors: false }
    })
    const asks = groupBySensor(wanted.flatMap(({ queries }) => Object.values(queries)))
    expect(check(buildProgram('nonce', { asks, steps }).script)).toBe('')
  })

  it('would show an unquoted variable', () => {
    expect(check('us_x=$1; rm $us_x\n')).toContain('SC2086')
    expect(contents.ask(['a'])).toContain('"$us_p"')
  })
})

describe('programs of verify', () => {
  it('are clean for shellcheck, on the machines and outside', () => {
    const expected = expectedOf(clusterOf(machines()), new Map())
    const asked = [outsideQueries(expected), ...['d1', 'rs1'].map((host) => memberQueries(expected, host))]
    const connection = connectionTo({ address: '192.0.2.100', port: 25 })
    for (const queries of [...asked, [versionsOfHost], [connection]])
      expect(check(buildProgram('nonce', { asks: groupBySensor(queries) }).script)).toBe('')
  })
})
