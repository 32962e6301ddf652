import { describe, expect, it } from 'vitest'
import { clusterVariables, resolveClusters, settlingTime } from '../../src/cluster/index.ts'
import type { OpeningVariables } from '../../src/cluster/opening-variables.ts'
import type { OwnCheck } from '../../src/cluster/own-checks.ts'
import type { VrrpVariables } from '../../src/cluster/vrrp-variables.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, knowing, member, type Words } from './inventory.ts'
import { alone, itself } from './own.ts'
import { render } from './rendered.ts'

const facts = {
  north: factsWith('ens3 192.0.2.11/24', 'ens3 2001:db8::11/64'),
  south: factsWith('ens3 192.0.2.12/24', 'ens3 2001:db8::12/64'),
  east: factsWith('ens3 192.0.2.13/24', 'ens3 2001:db8::13/64'),
}
const variables = (words: Words = alone, host = 'north', members = itself(words)) =>
  clusterVariables([clusterOf(members)], knowing(facts), host)
const checksOf = (words: Words, host?: string) => variables(words, host).own_checks as readonly OwnCheck[]
const told = (words: Words) => itself({ ...alone, ...words })
const service = (words: Words, rest: Words = {}) =>
  told({ backend: 'none', services: [{ port: 80, ...words }], ...rest })

describe('machines that serve themselves', () => {
  it('are a cluster without realservers, of two, three and one address family or the other', () => {
    expect(complaints(itself())).toEqual([])
    expect(complaints(itself(alone, ['192.0.2.11', '192.0.2.12', '192.0.2.13']))).toEqual([])
    const six = { ...alone, vips: [{ address: '2001:db8::64', vrid: 31 }] }
    expect(complaints(itself(six, ['2001:db8::11', '2001:db8::12']))).toEqual([])
    expect(complaints(told({ backend: 'tomcat', services: [{ port: 8080 }] }))).toEqual([])
    const two = [
      { address: '192.0.2.100', vrid: 31, owner: 'north' },
      { address: '192.0.2.101', vrid: 32, owner: 'south', also: ['192.0.2.102'] },
    ]
    expect(complaints(told({ vips: two }))).toEqual([])
  })

  it('have nobody behind them', () => {
    const behind = member('behind', '192.0.2.21', ['realservers'], { cluster: alone })
    expect(complaint(itself(alone, undefined, [behind]))).toEqual({
      severity: 'error',
      message:
        'behind is a realserver, and with balancer: none the directors serve themselves: nobody would send it anything',
      at: 'behind cluster.balancer',
    })
  })

  it('are what to say where a balancer has nobody to send to', () => {
    const [problem] = resolveClusters(told({ balancer: 'nginx' })).problems
    expect(problem?.message).toContain('is in the group realservers: nothing would serve')
    expect(problem?.next).toContain('set balancer: none')
  })

  it('are told nothing that is for a balancer', () => {
    for (const [word, value] of Object.entries({
      forwarding: 'nat',
      scheduler: 'rr',
      mode: 'tcp',
      persistence_timeout: 60,
      sorry_page: true,
      extra: 'quorum 2',
      backend_port: 8080,
    }))
      expect(complaint(service({ [word]: value }))).toMatchObject({
        severity: 'error',
        at: `north cluster.services.0.${word}`,
      })
    for (const words of [
      { connection_sync: true },
      { ipvsadm_rules: true },
      { extra: { nginx: 'gzip on;' } },
      { extra: { haproxy: 'listen x' } },
      { vrrp: { track: { by: 'process' } } },
      { nat: { gateway: '192.0.2.99' } },
    ])
      expect(complaint(told(words))).toMatchObject({
        severity: 'error',
        at: expect.stringContaining(`north cluster.${Object.keys(words)[0]}`),
      })
  })

  it('cannot be asked by ping, nor in parts of seconds, nor for a page by UDP', () => {
    expect(complaint(service({ check: { type: 'ping' } }))).toMatchObject({
      at: 'north cluster.services.0.check',
    })
    expect(complaint(service({ check: { type: 'tcp', interval: 0.5 } }))).toMatchObject({
      at: 'north cluster.services.0.check.interval',
    })
    expect(complaint(service({ protocol: 'udp' }))).toMatchObject({
      message: 'udp port 80 would be asked for a page, which comes by TCP',
    })
    expect(complaint(service({ check: { type: 'tcp', retry_delay: 3 } }))).toMatchObject({
      severity: 'warning',
      at: 'north cluster.services.0.check.retry_delay',
    })
  })

  it('may hold an address and nothing else, which is doubted unless services follow it', () => {
    const bare = { name: 'db', balancer: 'none', backend: 'none', vips: alone.vips }
    expect(complaint(itself(bare))).toMatchObject({ severity: 'warning', at: 'north cluster.vips.0' })
    const followed = { ...bare, notify: { services: ['postfix'] } }
    expect(complaints(itself(followed))).toEqual([])
    expect(
      complaint(itself({ ...followed, services: [{ port: 25, check: { type: 'tcp' } }] })),
    ).toMatchObject({
      severity: 'error',
      at: 'north cluster.notify.services',
    })
    expect(
      complaints(
        itself({
          ...bare,
          services: [{ port: 25, check: { type: 'tcp' } }],
          notify: { services: ['postfix'], mode: 'mm' },
        }),
      ),
    ).toEqual([])
  })
})

describe('what keepalived asks on a director that serves itself', () => {
  it('is its own address, as the check says', () => {
    const services = [
      { port: 80, check: { type: 'http', path: '/up', status: 204, host: 'www', interval: 3, retries: 1 } },
      { port: 5432, check: { type: 'tcp', timeout: 1.5 } },
      { port: 53, protocol: 'udp', check: { type: 'misc', program: '/usr/bin/dig-it', user: 'names' } },
    ]
    const checks = checksOf({ ...alone, backend: 'none', services }, 'south')
    expect(checks).toEqual([
      {
        name: 'service_tcp_80',
        command: '/usr/local/lib/understudy/check-service service_tcp_80',
        ...{ user: 'nobody', interval: 3, timeout: 5, fall: 2, rise: 2 },
        ask: {
          url: 'http://192.0.2.12:80/up',
          ...{ status: '204', host: 'www', address: '192.0.2.12', port: 80, timeout: 2 },
          ...{ datagram: false, helo: false },
        },
      },
      expect.objectContaining({
        timeout: 5,
        fall: 3,
        ask: expect.objectContaining({ url: '', port: 5432, timeout: 1.5 }),
      }),
      expect.objectContaining({
        name: 'service_udp_53',
        command: '/usr/bin/dig-it 192.0.2.12 53',
        user: 'names',
        ask: false,
      }),
    ])
  })

  it('is a question that name servers and mail servers answer, where the check says so', () => {
    const services = [
      { port: 53, protocol: 'udp', check: { type: 'dns', name: 'example.org', record: 'A' } },
      { port: 514, protocol: 'udp', check: { type: 'udp' } },
      { port: 1812, protocol: 'udp', check: { type: 'udp', payload: "a'%", reply: true } },
      { port: 25, check: { type: 'smtp' } },
    ]
    const words = { ...alone, backend: 'none', services }
    expect(complaints(told(words))).toEqual([])
    const asked = checksOf(words).map(({ ask }) => ask && (ask.datagram || ask.helo))
    expect(asked).toEqual([
      {
        sent: expect.stringMatching(/^\\x75\\x65.*\\x07\\x65\\x78\\x61\\x6d\\x70\\x6c\\x65\\x03/),
        // Its number, an answer (the first bit), and no error (the last four).
        answer: '7565[89abcdef]??0*',
      },
      { sent: '\\x00', answer: '' },
      { sent: '\\x61\\x27\\x25', answer: '*' },
      'localhost',
    ])
  })

  it('is asked once for all VIPs that share it, and apart where they do not', () => {
    const own = [{ port: 80, check: { type: 'tcp' } }]
    const vips = [
      { address: '192.0.2.100', vrid: 31 },
      { address: '192.0.2.101', vrid: 32, owner: 'south' },
      { address: '192.0.2.102', vrid: 33, services: own },
      { address: '2001:db8::64', vrid: 34 },
    ]
    const words = { ...alone, vips }
    expect(checksOf(words).map(({ name, ask }) => [name, ask && (ask.url || ask.port)])).toEqual([
      ['service_tcp_80', 'http://192.0.2.11:80/health'],
      ['service_tcp_80_2', 80],
      ['service_tcp_80_3', 'http://[2001:db8::11]:80/health'],
    ])
    const { instances } = variables(words).vrrp as VrrpVariables
    expect(instances.map(({ checks }) => checks)).toEqual([
      ['service_tcp_80'],
      ['service_tcp_80'],
      ['service_tcp_80_2'],
      ['service_tcp_80_3'],
    ])
  })

  it('lies, on machines of Red Hat, where SELinux lets keepalived run it', () => {
    const debian = facts.south
    const os = { ...debian.os, id: 'rocky', version: '9.4', family: 'redhat' as const }
    const told = clusterVariables(
      [clusterOf(itself())],
      knowing({ ...facts, south: { ...debian, os } }),
      'south',
    )
    expect(render('keepalived.conf.hbs', told)).toContain(
      'script "/usr/libexec/keepalived/understudy/check-service service_tcp_80"',
    )
  })

  it('decides about the VIP with a weight that crosses the others, of three directors too', () => {
    const three = itself(alone, ['192.0.2.11', '192.0.2.12', '192.0.2.13'])
    const text = render('keepalived.conf.hbs', variables(alone, 'south', three))
    expect(text).toContain(
      'vrrp_script service_tcp_80 {\n    script "/usr/local/lib/understudy/check-service service_tcp_80"',
    )
    expect(text).toContain('track_script {\n        service_tcp_80 weight -22\n    }')
    expect(text).not.toContain('virtual_server')
    const keeps = { ...alone, vrrp: { preempt: false } }
    expect(render('keepalived.conf.hbs', variables(keeps))).toContain('service_tcp_80 weight 0')
  })

  it('takes its time to be trusted', () => {
    const settling = (check: Words) => settlingTime(clusterOf(told({ services: [{ port: 80, check }] })))
    expect(settling({ type: 'http', interval: 5 }) - settling({ type: 'http', interval: 3 })).toBeCloseTo(6)
  })
})

describe('a director that serves itself', () => {
  it('is told so, and that it has no realservers', () => {
    const { is_director, is_realserver, serves, tracking, proxies, virtual_servers, page_ports, own_unit } =
      variables()
    expect([is_director, is_realserver, serves, tracking]).toEqual([true, false, true, false])
    expect([proxies, virtual_servers, page_ports, own_unit]).toEqual([[], [], [80], 'nginx'])
    expect(variables({ ...alone, backend: 'none' }).own_unit).toBe(false)
    expect(variables(alone, 'watcher').serves).toBe(false)
  })

  it('mounts the pages of an NFS server, and lets in who asks for its VIP', () => {
    const cluster = { ...alone, nfs: {} }
    const files = member('files', '192.0.2.41', ['nfs'], { cluster })
    const members = itself(cluster, undefined, [files])
    expect(complaints(members).filter(({ severity }) => severity === 'error')).toEqual([])
    const { nfs } = variables(cluster, 'south', members)
    expect(nfs).toMatchObject({ server: '192.0.2.41', clients: ['192.0.2.11', '192.0.2.12'] })
    const { openings } = variables(cluster, 'files', members)
    expect(openings).toMatchObject([{ ports: [2049], from: ['192.0.2.11', '192.0.2.12'] }])
    const own = variables().openings as readonly OpeningVariables[]
    expect(own.map(({ protocol, to }) => `${protocol} ${to}`)).toEqual([
      'vrrp 224.0.0.18',
      'igmp ',
      'tcp 192.0.2.100',
    ])
  })
})
