import { describe, expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import { certificateFor } from '../certificates.ts'
import { complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, knowing, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

const { certificate, key } = certificateFor({ names: ['a.example.org'] })
const tls = { certificates: [{ certificate, key }], http3: true }
const told = (balancer: string, service: Words = {}, words: Words = {}) =>
  machines({ ...healthy, balancer, backend: 'none', services: [{ port: 8443, tls, ...service }], ...words })
const said = (balancer: string, service: Words = {}, words: Words = {}) =>
  complaints(told(balancer, service, words))
    .map(({ at, message }) => `${at}: ${message}`)
    .filter((text) => text.includes('http3'))
const both = {
  vips: [
    { address: '10.77.0.100', vrid: 77 },
    { address: 'fd00::100', vrid: 78 },
  ],
}

describe('HTTP/3', () => {
  it('is heard by nginx beside TCP, once for all workers, and told to clients', () => {
    const text = balancerNginxConf(told('nginx', { hosts: ['a.example.org'] }, both))
    expect(text.match(/listen 8443 quic/g)).toHaveLength(2)
    expect(text.match(/listen 8443 quic default_server reuseport;/g)).toHaveLength(1)
    expect(text).toContain('listen [::]:8443 quic default_server reuseport;')
    expect(text).toContain(`add_header Alt-Svc 'h3=":8443"; ma=86400' always;`)
    expect(text).toContain('X-Forwarded-Host $understudy_asked;')
    expect(balancerNginxConf(told('nginx', { tls: { ...tls, http3: false } }))).not.toMatch(
      /quic|Alt-Svc|understudy_asked/,
    )
  })

  it('is heard by HAProxy beside TCP', () => {
    const text = haproxyCfg(told('haproxy', {}, both))
    expect(text).toMatch(
      /bind quic4@:8443 ssl crt \S+ alpn h3\n {4}bind quic6@:::8443 v6only ssl crt \S+ alpn h3\n/,
    )
    expect(text).toContain('    limited-quic\n')
    expect(haproxyCfg(told('haproxy', { tls: { ...tls, http3: false } }))).not.toMatch(/quic/)
  })

  it('passes the firewall by UDP', () => {
    const variables = clusterVariables(
      [clusterOf(told('nginx'))],
      knowing({
        d1: factsWith('eth0 10.77.0.11/24'),
        d2: factsWith('eth0 10.77.0.12/24'),
        rs1: factsWith('eth0 10.77.0.21/24'),
        rs2: factsWith('eth0 10.77.0.22/24'),
      }),
      'd1',
    )
    const open = JSON.stringify(variables.openings)
    expect(open).toContain('{"protocol":"udp","ports":[8443]')
  })

  it.each<[string, Words, Words, RegExp | undefined]>([
    ['nginx', {}, {}, undefined],
    ['haproxy', {}, {}, undefined],
    ['none', {}, { backend: 'nginx' }, /hear TCP alone/],
    [
      'haproxy',
      { proxy_protocol: { in: true } },
      { trusted_proxies: ['192.0.2.1'] },
      /goes before TCP alone/,
    ],
  ])('is refused by %s where nobody could hear it: %j', (balancer, service, words, message) => {
    const [first] = said(balancer, service, words)
    if (message === undefined) expect(first).toBeUndefined()
    else expect(first).toMatch(message)
  })

  it('is refused where a port means something else behind another VIP, and where services of a port differ', () => {
    const apart = {
      vips: [
        { address: '10.77.0.100', vrid: 77, services: [{ port: 8443, tls }] },
        { address: '10.77.0.101', vrid: 78, services: [{ port: 8443, tls, backend_port: 81 }] },
      ],
      services: undefined,
    }
    expect(said('haproxy', {}, apart)[0]).toMatch(/vips\.0\..*means something else behind another VIP/)
    const services = [
      { port: 8443, tls, hosts: ['a.example.org'] },
      { port: 8443, tls: { ...tls, http3: false }, hosts: ['b.example.org'] },
    ]
    expect(said('nginx', {}, { services })[0]).toMatch(/settled before a name counts/)
  })
})
