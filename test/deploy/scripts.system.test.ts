import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Application } from '../../src/cluster/index.ts'
import { changeScript } from '../../src/deploy/change.ts'
import type { Drain } from '../../src/deploy/drain.ts'
import { drainHaproxy } from '../../src/deploy/haproxy.ts'
import { drainIpvs, type IpvsPlace } from '../../src/deploy/ipvs.ts'
import { drainNginx } from '../../src/deploy/nginx.ts'
import { versionsOf } from '../../src/deploy/versions.ts'
import type { Script } from '../../src/model/script.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { needs } from '../needs.ts'
import { check } from '../resources/shellcheck.ts'

needs('shellcheck')

const drained = "rs'1"
const application = (kind: Application['kind']): Application => ({
  name: 'shop',
  kind,
  source: { directory: 'x' },
  health: { path: '/up', status: [200, '300-399'], body: 'it\'s "fine"', within: 5, scheme: 'http' },
  keep: 2,
  hosts: ['rs1'],
  port: 8080,
  ...(kind === 'service' ? { service: { command: 'a', user: 'a', environment: [], packages: [] } } : {}),
})

const program = (...scripts: readonly Drain['take'][]) =>
  buildProgram('nonce', {
    asks: [],
    steps: scripts.map((script) => ({
      script,
      title: 'a',
      environment: {},
      uploads: {},
      ignoreErrors: false,
    })),
  }).script

const drains: readonly (readonly [string, Drain])[] = [
  ['HAProxy', drainHaproxy(drained)],
  [
    'nginx',
    drainNginx(drained, [
      { address: 'fd00::21', port: 80 },
      { address: '10.0.0.21', port: 8080 },
    ]),
  ],
  [
    'IPVS',
    drainIpvs('ab12', drained, [
      {
        heading: 'TCP [fd00::1]:80',
        service: ['-t', '[fd00::1]:80'],
        server: '[fd00::21]:80',
        forwarding: 'dr',
        weight: 3,
        persistent: true,
      },
    ]),
  ],
  ['IPVS, of which nobody is in the table', drainIpvs('ab12', drained, [])],
]

describe('what a deployment sends', () => {
  it.each(drains)('to %s is clean for shellcheck', (_, { take, give, shun, left, leave, back }) => {
    expect(check(program(take, give, shun, left, leave, back))).toBe('')
  })

  it.each(['site', 'war', 'service'] as const)('to realservers with a %s is clean for shellcheck', (kind) => {
    const change = changeScript(
      { application: application(kind), to: '2', back: kind === 'site' },
      'fd00::21',
    )
    expect(check(program(change))).toBe('')
    const { subject } = versionsOf(application(kind), '10.0.0.21')
    expect(check(program(subject as Script))).toBe('')
  })
})

describe('the table of IPVS', () => {
  const room = mkdtempSync(join(tmpdir(), 'understudy-drain-'))
  afterAll(() => rmSync(room, { recursive: true, force: true }))
  const place = {
    ...{ heading: 'TCP 10.0.0.100:80', service: ['-t', '10.0.0.100:80'], server: '10.0.0.21:80' },
    ...{ forwarding: 'dr' as const, weight: 1, persistent: false },
  } satisfies IpvsPlace
  const head =
    'Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n'
  const other = 'TCP  10.0.0.101:80 wrr\n  -> 10.0.0.21:80 Route 0 0 0\n'
  const own = (...rows: readonly string[]) => `TCP  10.0.0.100:80 wrr\n${rows.join('')}`

  it.each([
    ['again', own('  -> 10.0.0.21:80 Route 1 0 0\n'), true],
    ['not yet', own('  -> 10.0.0.22:80 Route 1 0 0\n'), false],
    ['with the weight 0', own('  -> 10.0.0.21:80 Route 0 0 0\n'), false],
    ['of a director that balances nothing of it', '', true],
  ])('has a realserver %s', (_, rows, isBack) => {
    writeFileSync(join(room, 'ipvsadm'), `#!/bin/sh\ncat <<'END'\n${head}${other}${rows}END\n`, {
      mode: 0o755,
    })
    const { back } = drainIpvs('ab12', 'rs1', [place])
    const ran = spawnSync('sh', ['-uc', back.replace(/us_until \d+/, 'us_until 1')], {
      env: { PATH: `${room}:${process.env.PATH}` },
      encoding: 'utf8',
    })
    expect([ran.status === 0, ran.stderr]).toEqual([
      isBack,
      isBack ? '' : '10.0.0.21:80 is not in the table of TCP 10.0.0.100:80 again\n',
    ])
  })
})

describe('the configuration of nginx', () => {
  const room = mkdtempSync(join(tmpdir(), 'understudy-drain-'))
  afterAll(() => rmSync(room, { recursive: true, force: true }))
  const conf = join(room, 'nginx.conf')
  const before = `http {
    upstream web {
        server 10.0.0.21:80 weight=1 max_fails=3 fail_timeout=2s;
        server 10.0.0.22:80 weight=2 max_fails=3 fail_timeout=2s backup;
        server 10.0.0.23:80 down;
    }
    server {
        listen 80;
    }
}
`
  const { take, give } = drainNginx('rs1', [{ address: '10.0.0.21', port: 80 }])
  const bin = join(room, 'bin')
  mkdirSync(bin)
  // Nothing runs here that would load it.
  for (const name of ['nginx', 'systemctl'])
    writeFileSync(join(bin, name), `#!/bin/sh\n[ "$1" = -t ]\n`, { mode: 0o755 })
  const run = (script: string) =>
    execFileSync('sh', ['-euc', script.replaceAll('/etc/nginx/nginx.conf', conf)], {
      env: { PATH: `${bin}:${process.env.PATH}` },
      stdio: 'pipe',
    })

  it('says that a realserver is down, and then is what it was', () => {
    writeFileSync(conf, before)
    run(take)
    const during = readFileSync(conf, 'utf8')
    expect(during.split('\n').filter((line) => line.includes('drained'))).toEqual([
      '        server 10.0.0.21:80 weight=1 max_fails=3 fail_timeout=2s down; # drained for a deployment',
    ])
    run(take)
    expect(readFileSync(conf, 'utf8')).toBe(during)
    run(give)
    expect(readFileSync(conf, 'utf8')).toBe(before)
    run(give)
    expect(readFileSync(conf, 'utf8')).toBe(before)
  })

  it('keeps what a template of the user says behind a server', () => {
    const own = before.replace('fail_timeout=2s;', 'fail_timeout=2s; # the old one; rack 3')
    writeFileSync(conf, own)
    run(take)
    expect(readFileSync(conf, 'utf8')).toContain(
      'fail_timeout=2s down; # drained for a deployment # the old one; rack 3',
    )
    run(give)
    expect(readFileSync(conf, 'utf8')).toBe(own)
  })

  it('stays as it is where a realserver is alone, beside others that share', () => {
    const pools = before.replace(
      '    server {\n',
      '    upstream beta {\n        # rs1\n        server 10.0.0.21:80 weight=1;\n    }\n    server {\n',
    )
    writeFileSync(conf, pools)
    run(take)
    expect(
      readFileSync(conf, 'utf8')
        .split('\n')
        .filter((line) => line.includes('10.0.0.21')),
    ).toEqual([
      '        server 10.0.0.21:80 weight=1 max_fails=3 fail_timeout=2s down; # drained for a deployment',
      '        server 10.0.0.21:80 weight=1;',
    ])
    run(give)
    expect(readFileSync(conf, 'utf8')).toBe(pools)
  })

  it('is left alone where nobody else is well', () => {
    const alone = before.replaceAll(/^.*10\.0\.0\.22.*\n/gm, '')
    writeFileSync(conf, alone)
    expect(() => run(take)).toThrow('nobody else than rs1')
    expect(readFileSync(conf, 'utf8')).toBe(alone)
  })
})
