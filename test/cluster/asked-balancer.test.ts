import { expect, it } from 'vitest'
import { clusterVariables } from '../../src/cluster/index.ts'
import { complaints } from './complaints.ts'
import { clusterOf, healthy, knowing, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg, render } from './rendered.ts'

const database = { port: 3306, mode: 'tcp', check: { type: 'tcp' } }
const said = (words: Words) => machines({ ...healthy, balancer: 'haproxy', services: [database], ...words })

/** Where the check script of a director asks its balancer. */
function askedAt(words: Words): string | undefined {
  const variables = clusterVariables([clusterOf(said(words))], knowing({}), 'd1')
  return /curl -s -f -k (.*)/.exec(render('check-balancer.hbs', variables))?.[1]
}

it.each([
  ['a page of a service', { services: [database, { port: 80 }] }, 'http://127.0.0.1:80'],
  [
    'it by plain text and without ceremony where it can',
    {
      services: [
        { port: 443, tls: { certificates: [{ certificate: 'a' }] } },
        { port: 81, proxy_protocol: { in: true } },
        { port: 8080 },
      ],
      trusted_proxies: ['192.0.2.1'],
    },
    'http://127.0.0.1:8080',
  ],
  [
    'by the PROXY protocol where nobody else is heard',
    { services: [{ port: 81, proxy_protocol: { in: true } }], trusted_proxies: ['192.0.2.1'] },
    'http://127.0.0.1:81',
  ],
  ['at a port of its own where services pass connections on', {}, 'http://127.0.0.1:488'],
  [
    'at another one where that is taken',
    { services: [database, { ...database, port: 488, backend_port: 489 }] },
    'http://127.0.0.1:490',
  ],
])('asks %s', (_, words, url) => {
  expect(askedAt(words)).toMatch(
    new RegExp(`(^|--haproxy-protocol )-o /dev/null -m 1 ${url}/understudy-balancer$`),
  )
  expect(askedAt(words)?.startsWith('--haproxy-protocol')).toBe(url.endsWith(':81'))
})

it('asks where it is served for one VIP alone, as the same port means something else behind another', () => {
  const vips = [{ ...database, port: 80 }, { port: 80 }].map((service, index) => ({
    address: `10.77.0.10${index}`,
    vrid: 77 + index,
    services: [service],
  }))
  const words = { vips, services: undefined }
  const own = /http:\/\/(.*):80\//.exec(askedAt(words) ?? '')?.[1]
  expect(own).toMatch(/^127\.(?!0\.0\.1$)/)
  expect(haproxyCfg(said(words))).toContain(`bind ${own}:80`)
})

it.each(['haproxy', 'nginx'])('has %s answer there, and nothing where it answers anyway', (balancer) => {
  const text = (words: Words) => {
    const members = said({ balancer, ...words })
    return balancer === 'haproxy' ? haproxyCfg(members) : balancerNginxConf(members, 'stream.so')
  }
  expect(text({})).toContain('127.0.0.1:488')
  expect(text({ services: [database, { port: 80 }] })).not.toContain(':488')
  // systemd tells keepalived of its processes: nobody asks.
  expect(text({ vrrp: { track: { by: 'process' } } })).not.toContain(':488')
})

it('keeps lines of the user from that port', () => {
  const extra = { haproxy: { sections: 'frontend mine\n  bind :488\n  mode tcp\n' } }
  expect(complaints(said({ extra })).map(({ message }) => message)).toEqual([
    expect.stringContaining('passed on unread'),
    expect.stringContaining('port 488, which is that of the check script of keepalived already'),
  ])
})
