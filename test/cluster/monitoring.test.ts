import { describe, expect, it } from 'vitest'
import { clusterVariables, problemsWithFacts, resolveClusters } from '../../src/cluster/index.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg, keepalivedConf, nginxVariables, render } from './rendered.ts'

const monitoring = { scrapers: ['10.77.9.9', '192.0.2.7/24'] }
const told = (words: Words = {}) => machines({ ...healthy, monitoring, ...words })
const said = (words: Words) =>
  resolveClusters(told(words)).problems.map(
    ({ severity, message, path }) => `${severity} ${path.slice(1).join('.')}: ${message}`,
  )
const facts = {
  d1: factsWith('eth0 10.77.0.11/24', 'eth0 fd00::11/64'),
  d2: factsWith('eth0 10.77.0.12/24', 'eth0 fd00::12/64'),
  rs1: factsWith('eth0 10.77.0.21/24', 'eth0 fd00::21/64'),
  rs2: factsWith('eth0 10.77.0.22/24', 'eth0 fd00::22/64'),
}
const variables = (words: Words, host = 'd1') =>
  clusterVariables([clusterOf(told(words))], knowing(facts), host)
const script = (words: Words, host = 'd1') => render('metrics.hbs', variables(words, host))

describe('monitoring', () => {
  it.each(['ipvs', 'nginx', 'haproxy'])('asks for nothing else with %s', (balancer) => {
    expect(said({ balancer })).toEqual([])
  })

  it.each<readonly [string, Words, string]>([
    [
      'a VIP as scraper',
      { monitoring: { scrapers: ['10.77.0.100'] } },
      'error monitoring.scrapers.0: 10.77.0.100 is a VIP of the cluster: nobody asks from there',
    ],
    [
      'the machine itself',
      { monitoring: { scrapers: ['10.77.0.9', '::1'] } },
      'error monitoring.scrapers.1: nobody asks from ::1, where each machine finds itself alone',
    ],
    [
      'everybody',
      { monitoring: { scrapers: ['0.0.0.0/0'] } },
      'warning monitoring.scrapers.0: 0.0.0.0/0 is everybody: whoever reaches the machines learns all about them',
    ],
    [
      'the port of a service',
      { balancer: 'haproxy', services: [{ port: 8405 }] },
      'error monitoring.ports.haproxy: port 8405 is that of a service already',
    ],
    [
      'the port of realservers',
      {
        balancer: 'nginx',
        services: [{ port: 80, backend_port: 9200 }],
        monitoring: { ...monitoring, ports: { node: 9200 } },
      },
      'error monitoring.ports.node: port 9200 is that of a service already',
    ],
    [
      'one port for two',
      { monitoring: { ...monitoring, ports: { nginx: 9100 } } },
      'error monitoring.ports.nginx: port 9100 is that of node already',
    ],
    [
      'an nginx that does not tell',
      { source: { nginx: { archive: 'nginx-1.27.0.tar.gz', sha256: '0'.repeat(64) } } },
      'error source.nginx.configure: an nginx that is built tells nothing of itself (stub_status) unless it is told to, and monitoring asks for it',
    ],
  ])('complains of %s', (_, words, message) => {
    expect(said(words)).toEqual([message])
  })

  it('lets a port be used twice where nobody uses it', () => {
    expect(
      said({ services: [{ port: 8405 }], monitoring: { ...monitoring, ports: { haproxy: 9100 } } }),
    ).toEqual([])
    const configure = ['--with-http_stub_status_module']
    expect(
      said({ source: { nginx: { archive: 'nginx-1.27.0.tar.gz', sha256: '0'.repeat(64), configure } } }),
    ).toEqual([])
  })

  it('refuses machines whose distribution has no exporters', () => {
    const os = { id: 'rocky', version: '9', codename: '', name: 'Rocky Linux 9', family: 'redhat' } as const
    const found = new Map(Object.entries({ ...facts, rs2: { ...facts.rs2, os } }))
    expect(problemsWithFacts(clusterOf(told()), found)).toMatchObject([
      { severity: 'error', host: 'rs2', path: ['cluster', 'monitoring'] },
    ])
    expect(problemsWithFacts(clusterOf(machines()), found)).toEqual([])
  })

  it('is answered by HAProxy for scrapers alone', () => {
    const text = haproxyCfg(told({ balancer: 'haproxy' }))
    expect(text).toContain(
      'tcp-request connection reject unless { src 127.0.0.0/8 ::1 10.77.9.9 192.0.2.0/24 }\n',
    )
    expect(text).not.toContain('bind :::8405')
    expect(
      haproxyCfg(
        told({ balancer: 'haproxy', monitoring: { scrapers: ['2001:db8::9'], ports: { haproxy: 9101 } } }),
      ),
    ).toContain('    bind :::9101 v6only\n')
    expect(haproxyCfg(machines({ ...healthy, balancer: 'haproxy' }))).not.toContain('prometheus')
  })

  it('is answered by nginx for its exporter alone', () => {
    expect(balancerNginxConf(told({ balancer: 'nginx' }))).toContain('listen 127.0.0.1:8406;')
    expect(render('nginx.conf.hbs', nginxVariables({ ...healthy, monitoring }))).toContain('stub_status;')
    expect(render('nginx.conf.hbs', nginxVariables(healthy))).not.toContain('stub_status')
  })

  it('is told by keepalived of each state', () => {
    expect(keepalivedConf('d1', told())).toContain('notify "/usr/local/lib/understudy/vrrp-noted" root\n')
    expect(keepalivedConf('d1', machines())).not.toContain('vrrp-noted')
  })

  it('opens ports for scrapers alone', () => {
    const opened = (words: Words, host: string) =>
      (variables(words, host).openings as readonly { ports: unknown[]; from: unknown[] }[]).at(-1)
    const from = ['10.77.9.9', '192.0.2.0/24']
    expect(opened({ balancer: 'haproxy' }, 'd1')).toMatchObject({ ports: [9100, 8405], from })
    expect(opened({ balancer: 'nginx' }, 'd2')).toMatchObject({ ports: [9100, 9113], from })
    expect(opened({}, 'rs1')).toMatchObject({ ports: [9100, 9113], from })
    expect(opened({ backend: 'none' }, 'rs1')).toMatchObject({ ports: [9100], from })
  })

  it('looks at realservers as their balancer does', () => {
    expect(script({})).toContain('= 10.77.0.100:80 rs1 -t 10.77.0.100:80 10.77.0.21:80\n')
    expect(script({ balancer: 'haproxy' })).toContain('= web_80 rs2\n')
    const check = {
      type: 'https',
      path: '/up',
      status: ['200-299', 304],
      host: 'www.example.org',
      timeout: 2.5,
    }
    const asked = script({
      balancer: 'nginx',
      backend: 'none',
      services: [{ port: 80, check, backend_port: 8443 }],
    })
    expect(asked).toContain(
      "-m 3 --noproxy '*' -w '%{http_code}' -H 'Host: www.example.org' 'https://10.77.0.21:8443/up')",
    )
    expect(asked).toContain('case $status in 2[0-9][0-9]|304) is=1 ;;')
    const tcp = script({
      balancer: 'nginx',
      backend: 'none',
      services: [{ port: 25, mode: 'tcp', check: { type: 'tcp' } }],
    })
    expect(tcp).toContain("bash -c ': </dev/tcp/10.77.0.22/25'")
    expect(script({}, 'rs1')).not.toContain('realserver')
  })

  it('looks at what else a machine has', () => {
    const also = { vips: [{ address: '10.77.0.100', vrid: 77, also: ['10.77.0.101', 'fd00::100'] }] }
    const text = script({ ...also, connection_sync: true })
    expect(text.match(/^ {4}held .*/gm)).toEqual(
      ['10.77.0.100', '10.77.0.101', 'fd00::100'].map((vip) => `    held ${vip} VI_77`),
    )
    expect(text).toContain('syncs\n')
    expect(text).not.toContain('openssl')
    expect(script({ backend: 'tomcat' }, 'rs1')).toContain('set -- tomcat10\n')
  })

  it('is nothing to machines of a cluster that nobody watches', () => {
    const known = clusterVariables([clusterOf(machines())], knowing(facts), 'd1')
    expect(known.monitoring).toBe(false)
    expect(variables({}, 'client').monitoring).toBe(false)
  })
})
