import { describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import type { VirtualServer } from '../../src/cluster/ipvs-variables.ts'
import type { PageServer } from '../../src/cluster/tls-variables.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { certificateFor } from '../certificates.ts'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member, type Words } from './inventory.ts'
import { keepalivedConf } from './rendered.ts'

const facts = {
  d1: factsWith('eth0 10.77.0.11/24', 'eth0 fd00::11/64'),
  d2: factsWith('eth0 10.77.0.12/24', 'eth0 fd00::12/64'),
  rs1: factsWith('eth0 10.77.0.21/24', 'eth0 fd00::21/64'),
  rs2: factsWith('eth0 10.77.0.22/24', 'eth0 fd00::22/64'),
}
const web = {
  port: 80,
  also: [443, '30000-30099', { port: 8443, check: { type: 'https', path: '/up' } }],
  persistence_timeout: 300,
}
const told = (words: Words) => machines({ ...healthy, backend: 'none', ...words })
const variables = (words: Words, host = 'd1') =>
  clusterVariables([clusterOf(told(words))], knowing(facts), host)

describe('a service of several ports', () => {
  const words = {
    vips: [
      { address: '10.77.0.100', also: ['10.77.0.101'], vrid: 77 },
      { address: 'fd00::100', vrid: 77 },
    ],
    services: [{ port: 25, check: { type: 'tcp' } }, web],
  }

  it('is marked at each address of a VIP, with a number of its own', () => {
    const ports = [80, 443, '30000-30099', 8443]
    expect(variables(words).packet_marks).toEqual([
      { mark: 770_201, address: '10.77.0.100', protocol: 'tcp', ports },
      { mark: 770_202, address: '10.77.0.101', protocol: 'tcp', ports },
      { mark: 775_201, address: 'fd00::100', protocol: 'tcp', ports },
    ])
    expect(variables(words, 'rs1').packet_marks).toEqual([])
    expect(variables({ services: [{ port: 80 }] }).packet_marks).toEqual([])
  })

  it('may be of both protocols, each marked for itself', () => {
    const names = {
      ...{ port: 53, protocol: 'udp', persistence_timeout: 60, check: { type: 'dns', name: 'example.org' } },
      also: [{ port: 53, protocol: 'tcp', check: { type: 'tcp' } }],
    }
    expect(variables({ services: [names] }).packet_marks).toEqual([
      { mark: 770_001, address: '10.77.0.100', protocol: 'udp', ports: [53] },
      { mark: 770_001, address: '10.77.0.100', protocol: 'tcp', ports: [53] },
    ])
    const conf = keepalivedConf('d1', told({ services: [names] }))
    expect(conf.match(/^virtual_server .*|DNS_CHECK|TCP_CHECK/gm)).toEqual([
      'virtual_server fwmark 770001 {',
      ...['DNS_CHECK', 'TCP_CHECK', 'DNS_CHECK', 'TCP_CHECK'],
    ])
    expect(complaints(told({ services: [names] }))).toEqual([])
    expect(complaint(told({ services: [names, { port: 53, check: { type: 'tcp' } }] }))).toMatchObject({
      severity: 'error',
    })
    const [vip] = expectedOf(clusterOf(told({ services: [names] })), new Map(Object.entries(facts))).vips
    expect(vip?.services.map(({ protocol, mark }) => [protocol, mark])).toEqual([
      ['udp', 770_001],
      ['tcp', 770_001],
    ])
  })

  it('is one virtual server, whose realservers are asked on every port that is none of a range', () => {
    const servers = variables(words).virtual_servers as readonly VirtualServer[]
    expect(servers.map(({ endpoint }) => endpoint)).toEqual([
      ...['10.77.0.100:25', '770201', '10.77.0.101:25', '770202', '[fd00::100]:25', '775201'],
    ])
    expect(servers[1]?.real_servers[0]).toMatchObject({ port: 0, endpoint: '10.77.0.21:0' })
    expect(
      servers[1]?.real_servers[0]?.checks.map(({ type, connect_port: port }) => `${type} ${port}`),
    ).toEqual(['HTTP_GET 80', 'TCP_CHECK 443', 'SSL_GET 8443'])
    const conf = keepalivedConf('d1', told(words))
    expect(conf).toContain('virtual_server fwmark 775201 {\n    ip_family inet6\n    lb_algo')
    expect(conf).toContain('    real_server fd00::21 {\n')
  })

  it('is opened on every port, on directors and realservers', () => {
    const openings = (host: string) =>
      (variables({ services: [web] }, host).openings as readonly { readonly ports: readonly unknown[] }[])
        .flatMap(({ ports }) => ports)
        .map(String)
    for (const host of ['d1', 'rs1'])
      expect(openings(host)).toEqual(expect.arrayContaining(['80', '443', '30000-30099', '8443']))
  })

  it('is expected once in the table, and asked by a client through each port', () => {
    const [vip] = expectedOf(clusterOf(told({ services: [web] })), new Map(Object.entries(facts))).vips
    expect(
      vip?.services.map(({ port, mark, page, connects }) => [port, mark, page?.scheme ?? connects]),
    ).toEqual([
      [80, 770_001, 'http'],
      [443, 770_001, true],
      [8443, 770_001, 'https'],
    ])
  })

  it('is of the same realservers on all of its ports, whoever else serves', () => {
    const cluster = {
      ...healthy,
      backend: 'none',
      services: [
        { ...web, realservers: 'shop' },
        { port: 25, check: { type: 'tcp' } },
      ],
    }
    const members = machines(cluster, [
      member('rs2', '10.77.0.22', ['realservers', 'shop'], { cluster }),
      member('rs3', '10.77.0.23', ['realservers', 'shop'], { cluster }),
    ])
    const known = { ...facts, rs3: factsWith('eth0 10.77.0.23/24') }
    const servers = clusterVariables([clusterOf(members)], knowing(known), 'd1')
      .virtual_servers as readonly VirtualServer[]
    expect(servers.map((one) => [one.endpoint, ...one.real_servers.map(({ host }) => host)])).toEqual([
      ['770001', 'rs2', 'rs3'],
      ['10.77.0.100:25', 'rs1', 'rs2', 'rs3'],
    ])
    const [vip] = expectedOf(clusterOf(members), new Map(Object.entries(known))).vips
    expect(vip?.services.map((one) => [one.port, ...one.servers.map(({ host }) => host)])).toEqual([
      [80, 'rs2', 'rs3'],
      [25, 'rs1', 'rs2', 'rs3'],
      [443, 'rs2', 'rs3'],
      [8443, 'rs2', 'rs3'],
    ])
    const heard = (host: string) =>
      (clusterVariables([clusterOf(members)], knowing(known), host).openings as readonly Words[])
        .flatMap(({ ports }) => ports as readonly unknown[])
        .map(String)
    expect(heard('rs3')).toEqual(expect.arrayContaining(['443', '30000-30099']))
    expect(heard('rs1')).not.toContain('443')
  })

  it('speaks TLS where backend_tls says how, and is plain on the others', () => {
    const own = certificateFor({ names: ['shop.example'] })
    const backend_tls = { certificates: [{ certificate: own.certificate, key: own.key }] }
    const also = [80, '30000-30099', { port: 8443, check: { type: 'https' } }]
    const services = [{ port: 443, also, backend_tls, persistence_timeout: 300 }]
    expect(complaints(told({ backend: 'nginx', services }))).toEqual([])
    const pages = variables({ backend: 'nginx', services }, 'rs1').pages as readonly PageServer[]
    expect(pages.map(({ ports, tls }) => [...ports, tls !== false])).toEqual([
      [80, false],
      [443, true],
      [8443, true],
    ])
  })

  it.each<readonly [Words, string, string, string]>([
    [
      { backend: 'nginx', services: [web] },
      'error',
      'services.0.also.2.check',
      'plain HTTP on port 8443, not TLS',
    ],
    [
      { balancer: 'haproxy', services: [{ port: 80, also: [443] }] },
      'error',
      'services.0.also',
      'IPVS alone',
    ],
    [
      { services: [{ ...web, backend_port: 8080, forwarding: 'nat' }], nat: { gateway: '10.77.0.99' } },
      'error',
      'services.0.backend_port',
      'none of them becomes 8080',
    ],
    [
      { services: [{ port: 30_005, check: { type: 'tcp' } }, web] },
      'error',
      'services.1.also.1',
      'tcp port 30005 is listed twice',
    ],
    [
      { services: [{ ...web, also: [443, 443] }] },
      'error',
      'services.0.also.1',
      'tcp port 443 is listed twice',
    ],
    [
      { services: [{ ...web, persistence_timeout: undefined }] },
      'warning',
      'services.0.also',
      'another realserver on each',
    ],
  ])('is what IPVS can do: %o', (words, severity, at, message) => {
    const { persistence_timeout: _, ...rest } = web
    const services = severity === 'warning' ? [rest] : (words.services as readonly Words[] | undefined)
    const found = complaint(told({ ...words, ...(services ? { services } : {}) }))
    expect(found).toMatchObject({
      severity,
      at: `d1 cluster.${at}`,
      message: expect.stringContaining(message),
    })
  })
})

describe('the way out of realservers', () => {
  const nat = (masquerade: unknown) => ({
    services: [{ port: 80, forwarding: 'nat' }],
    nat: { gateway: '10.77.0.99', masquerade },
  })

  it('leads through the directors with their address, but to nobody of the cluster', () => {
    expect(variables(nat(true)).masquerade).toEqual({
      from: ['10.77.0.21', '10.77.0.22'],
      except_from: ['10.77.0.100', '10.77.0.99'],
      except_to: ['10.77.0.21', '10.77.0.22', '10.77.0.11', '10.77.0.12', '10.77.0.100', '10.77.0.99'],
    })
    expect(variables(nat(false)).masquerade).toBe(false)
    expect(variables(nat(true), 'rs1').masquerade).toBe(false)
  })

  it('is that of whole networks, none of them said twice', () => {
    const networks = ['10.77.0.0/24', '10.0.0.0/8', '192.0.2.0/24']
    expect(variables(nat({ networks })).masquerade).toMatchObject({
      from: ['10.0.0.0/8', '192.0.2.0/24'],
      except_to: ['10.0.0.0/8', '192.0.2.0/24'],
    })
    expect(complaints(told(nat({ networks })))).toEqual([])
    expect(complaint(told(nat({ networks: ['fd00::/64'] })))).toMatchObject({
      severity: 'error',
      at: 'd1 cluster.nat.masquerade.networks.0',
    })
  })

  it('is let through by firewalls of directors', () => {
    const through = (variables(nat(true)).openings as readonly Words[]).filter(
      ({ forward, to }) => forward === true && (to as readonly string[]).length === 0,
    )
    expect(through.map(({ protocol }) => protocol)).toEqual(['tcp', 'udp', 'icmp'])
  })
})
