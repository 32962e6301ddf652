import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import { certificateFor } from '../certificates.ts'
import { needs } from '../needs.ts'
import { namedShells } from '../sensors/ask.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'
import { render } from './rendered.ts'

needs('dash', 'busybox', 'shellcheck', 'openssl')

const folder = mkdtempSync(join(tmpdir(), 'understudy-metrics-'))
afterAll(() => rmSync(folder, { recursive: true }))

function program(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, 0o755)
  return path
}

const known = knowing({
  d1: factsWith('eth0 10.77.0.11/24', 'eth0 fd00::11/64'),
  rs1: factsWith('eth0 10.77.0.21/24', 'eth0 fd00::21/64'),
  rs2: factsWith('eth0 10.77.0.22/24', 'eth0 fd00::22/64'),
})

/** What looks at a director of such a cluster, in folders of its own. */
function metrics(words: Words): string {
  const told = { ...healthy, monitoring: { scrapers: ['192.0.2.9'] }, ...words }
  const text = render('metrics.hbs', clusterVariables([clusterOf(machines(told))], known, 'd1'))
  return program(
    'metrics',
    text
      .replace('/run/understudy-metrics', `${folder}/kept`)
      .replace('/var/lib/prometheus/node-exporter', folder)
      .replaceAll('/var/lib/understudy/last-drills', `${folder}/drills`)
      .replaceAll('/etc/haproxy/understudy-tls', folder),
  )
}

// What the kernel, the balancers and systemd would say.
program(
  'systemctl',
  `#!/bin/sh\n[ "$2" = -q ] && exit 0\nshift\nfor one; do [ "$one" = haproxy ] && echo failed || echo active; done\n`,
)
program(
  'journalctl',
  `#!/bin/sh\nprintf '(VI_77) Entering %s STATE\\n' BACKUP MASTER BACKUP MASTER\necho '(VI_8) Entering FAULT STATE'\n`,
)
program(
  'ip',
  `#!/bin/sh\necho '1: lo    inet 10.77.0.101/32 scope global lo'\necho '2: eth0    inet 10.77.0.100/24 scope global secondary eth0'\necho '3: eth0    inet6 fd00::100/128 scope global nodad'\n`,
)
program(
  'ipvsadm',
  `#!/bin/sh\n[ "$1" = -Sn ] || { echo 'master sync daemon (mcast=eth0, syncid=77)'; exit; }\nprintf '%s\\n' '-A -t 10.77.0.100:80 -s wrr' '-a -t 10.77.0.100:80 -r 10.77.0.21:80 -g -w 3' '-a -t 10.77.0.100:80 -r 10.77.0.22:80 -g -w 0' '-a -t [fd00::100]:80 -r [fd00::22]:80 -g -w 1'\n`,
)
program(
  'curl',
  `#!/bin/sh\nfor last; do :; done\ncase $last in *8405*) printf 'haproxy_server_status{proxy="web_80",server="%s",state="%s"} %s\\n' rs1 DOWN 0 rs1 UP 1 rs2 DOWN 1 rs2 UP 0 ;; *0.21*) printf 200 ;; *) printf 503 ;; esac\n`,
)

function seen(words: Words, shell: readonly string[]): readonly string[] {
  rmSync(join(folder, 'kept'), { recursive: true, force: true })
  const [command = '', ...rest] = shell.filter((word) => word !== '-s')
  execFileSync(command, [...rest, metrics(words)], {
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  })
  return readFileSync(join(folder, 'understudy.prom'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
}

const both = { vips: [{ address: '10.77.0.100', vrid: 77, also: ['fd00::100', '10.77.0.101'] }] }
const shown = certificateFor({ names: ['www.example.org'] })
const tls = {
  balancer: 'haproxy',
  services: [
    {
      port: 443,
      tls: { certificates: [{ certificate: shown.certificate, key: shown.key }] },
      check: { type: 'http' },
    },
    { port: 80 },
  ],
}

describe('what a director tells of itself', () => {
  it.each<readonly [string, Words]>([
    ['ipvs', { ...both, connection_sync: true }],
    ['haproxy', tls],
    ['nginx', { balancer: 'nginx' }],
    [
      'nginx with connections',
      { balancer: 'nginx', backend: 'none', services: [{ port: 25, mode: 'tcp', check: { type: 'tcp' } }] },
    ],
    ['none', { balancer: 'none' }],
  ])('is told by a script that is clean for shellcheck: %s', (_, words) => {
    execFileSync('shellcheck', ['-s', 'sh', metrics(words)], { stdio: 'pipe' })
  })

  it.each(namedShells)('is what the kernel and keepalived say, under %s', (_, shell) => {
    rmSync(join(folder, 'drills'), { force: true })
    expect(seen({ ...both, connection_sync: true }, shell)).toEqual([
      'understudy_unit_active{unit="keepalived"} 1',
      'understudy_vip_held{vip="10.77.0.100",vrrp="VI_77"} 1',
      'understudy_vip_held{vip="fd00::100",vrrp="VI_77"} 1',
      'understudy_vip_held{vip="10.77.0.101",vrrp="VI_77"} 0',
      'understudy_vrrp_state{vrrp="VI_77",state="MASTER"} 1',
      'understudy_vrrp_state{vrrp="VI_77",state="BACKUP"} 0',
      'understudy_vrrp_state{vrrp="VI_77",state="FAULT"} 0',
      'understudy_vrrp_became_master_total{vrrp="VI_77"} 2',
      'understudy_ipvs_sync{role="master"} 1',
      'understudy_ipvs_sync{role="backup"} 0',
      'understudy_realserver_up{service="10.77.0.100:80",realserver="rs1"} 1',
      'understudy_realserver_up{service="10.77.0.100:80",realserver="rs2"} 0',
      'understudy_realserver_up{service="[fd00::100]:80",realserver="rs1"} 0',
      'understudy_realserver_up{service="[fd00::100]:80",realserver="rs2"} 1',
      'understudy_realserver_up{service="10.77.0.101:80",realserver="rs1"} 0',
      'understudy_realserver_up{service="10.77.0.101:80",realserver="rs2"} 0',
    ])
  })

  it.each(namedShells)(
    'is what HAProxy says, when certificates end, and what drills showed, under %s',
    (_, shell) => {
      writeFileSync(join(folder, '443-www.example.org.pem'), shown.certificate)
      writeFileSync(join(folder, 'drills'), 'cable-pulled 1795900000 0.613 3.610 1\n')
      const end = Date.parse(new X509Certificate(shown.certificate).validTo) / 1000
      expect(seen(tls, shell).slice(-8)).toEqual([
        'understudy_realserver_up{service="web_443",realserver="rs1"} 0',
        'understudy_realserver_up{service="web_443",realserver="rs2"} 0',
        'understudy_realserver_up{service="web_80",realserver="rs1"} 1',
        'understudy_realserver_up{service="web_80",realserver="rs2"} 0',
        `understudy_certificate_not_after_seconds{path="${folder}/443-www.example.org.pem"} ${end}`,
        'understudy_drill_time_seconds{drill="cable-pulled"} 1795900000',
        'understudy_drill_outage_seconds{drill="cable-pulled"} 0.613',
        'understudy_drill_passed{drill="cable-pulled"} 1',
      ])
    },
  )

  it.each(namedShells)('is what realservers answer where nginx keeps no table, under %s', (_, shell) => {
    rmSync(join(folder, 'drills'), { force: true })
    expect(seen({ balancer: 'nginx' }, shell).slice(-2).toSorted()).toEqual([
      'understudy_realserver_up{service="web_80",realserver="rs1"} 1',
      'understudy_realserver_up{service="web_80",realserver="rs2"} 0',
    ])
  })

  it('is kept from one look to the next: states are counted where keepalived told of them', () => {
    mkdirSync(join(folder, 'run'), { recursive: true })
    const noted = program(
      'vrrp-noted',
      render('vrrp-noted.hbs', {}).replaceAll('/run/understudy-metrics', `${folder}/run`),
    )
    execFileSync('shellcheck', ['-s', 'sh', noted], { stdio: 'pipe' })
    for (const state of ['BACKUP', 'MASTER', 'STOP'])
      execFileSync('dash', [noted, 'INSTANCE', 'VI_1', state, '100'], {
        env: { PATH: `${folder}:${process.env.PATH}` },
      })
    expect(readFileSync(join(folder, 'run/vrrp.VI_1'), 'utf8')).toBe('BACKUP\nMASTER\nSTOP\n')
  })
})
