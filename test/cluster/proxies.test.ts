import { describe, expect, it } from 'vitest'
import { healthy, machines, member, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

const told = (balancer: string, service: Words) => ({
  ...healthy,
  balancer,
  backend: 'none',
  services: [{ port: 80, ...service }],
})
const nginx = (service: Words, module = '') =>
  // Without what WebSockets and their like get, which waits longer.
  balancerNginxConf(machines(told('nginx', service)), module).replace(/location @lasting [^}]*}/, '')
const haproxy = (service: Words) => haproxyCfg(machines(told('haproxy', service)))

/** The lines of a configuration that say something with one of these words, blanks and semicolons apart. */
const lines = (text: string, ...words: readonly string[]) =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/;$/, ''))
    .filter((line) => words.some((word) => line.startsWith(word)))

const hasty = { interval: 1.5, timeout: 0.5, retries: 1, retry_delay: 0.1 }

describe('nginx as balancer', () => {
  it('waits and tries as the check says', () => {
    expect(lines(nginx({ check: { type: 'http', ...hasty } }), 'proxy_', 'server 10.')).toEqual([
      'server 10.77.0.21:80 weight=1 max_fails=2 fail_timeout=2s',
      'server 10.77.0.22:80 weight=1 max_fails=2 fail_timeout=2s',
      'proxy_set_header Host $host',
      'proxy_set_header Upgrade $understudy_upgrade',
      'proxy_set_header Connection $understudy_connection',
      'proxy_set_header X-Real-IP $remote_addr',
      'proxy_set_header X-Forwarded-For $remote_addr',
      'proxy_set_header X-Forwarded-Proto $scheme',
      'proxy_set_header X-Forwarded-Host $http_host',
      'proxy_set_header Forwarded "for=$understudy_for;proto=$scheme"',
      'proxy_pass http://web_80',
      'proxy_http_version 1.1',
      'proxy_connect_timeout 500ms',
      'proxy_next_upstream error timeout http_502 http_503 http_504',
      'proxy_next_upstream_tries 2',
      'proxy_next_upstream_timeout 3100ms',
      'proxy_ignore_client_abort on',
      'proxy_send_timeout 2600ms',
      'proxy_read_timeout 2600ms',
    ])
  })

  it('waits as the defaults of the check say', () => {
    expect(lines(nginx({}), 'proxy_connect', 'proxy_read', 'proxy_next', 'server 10.77.0.21')).toEqual([
      'server 10.77.0.21:80 weight=1 max_fails=3 fail_timeout=2s',
      'proxy_connect_timeout 2000ms',
      'proxy_next_upstream error timeout http_502 http_503 http_504',
      'proxy_next_upstream_tries 3',
      'proxy_next_upstream_timeout 12000ms',
      'proxy_read_timeout 10000ms',
    ])
  })

  it('has its realservers at the addresses that they have, whatever family clients come by', () => {
    const vips = [{ address: 'fd00:20::100', vrid: 7 }]
    const six = machines({ ...told('nginx', {}), vips })
    expect(lines(balancerNginxConf(six, ''), 'server 10.').map((line) => line.split(' ')[1])).toEqual([
      '10.77.0.21:80',
      '10.77.0.22:80',
    ])
  })

  it('looks at no status where the check does not, and has another realserver to try in any case', () => {
    expect(lines(nginx({ check: { type: 'tcp', retries: 0 } }), 'proxy_next', 'server 10.77.0.21')).toEqual([
      'server 10.77.0.21:80 weight=1 max_fails=1 fail_timeout=2s',
      'proxy_next_upstream error timeout',
      'proxy_next_upstream_tries 2',
      'proxy_next_upstream_timeout 6000ms',
    ])
  })

  it('leaves a realserver alone as that one says', () => {
    const cluster = told('nginx', {})
    const own = member('rs1', '10.77.0.21', ['realservers'], {
      cluster,
      realserver: { max_fails: 0, fail_timeout: 30 },
    })
    expect(lines(balancerNginxConf(machines(cluster, [own])), 'server 10.')).toEqual([
      'server 10.77.0.21:80 weight=1 max_fails=0 fail_timeout=30s',
      'server 10.77.0.22:80 weight=1 max_fails=3 fail_timeout=2s',
    ])
  })

  it('does the same with plain connections', () => {
    const text = nginx({ mode: 'tcp', check: { type: 'tcp', ...hasty } }, '/m.so')
    expect(lines(text, 'proxy_', 'server 10.77.0.21')).toEqual([
      'server 10.77.0.21:80 weight=1 max_fails=2 fail_timeout=2s',
      'proxy_pass web_80',
      'proxy_connect_timeout 500ms',
      'proxy_timeout 3600000ms',
      'proxy_next_upstream on',
      'proxy_next_upstream_tries 2',
      'proxy_next_upstream_timeout 3100ms',
    ])
  })
})

describe('HAProxy', () => {
  const words = [
    'timeout connect',
    'timeout check',
    'timeout client ',
    'option httpchk',
    'http-check',
    'default-server',
    'option redispatch',
  ]

  it('takes several statuses by a pattern, which every version knows', () => {
    const check = { type: 'http', status: ['200-299', 304] }
    expect(lines(haproxy({ check }), 'http-check expect')).toEqual([
      'http-check expect rstatus ^(2[0-9][0-9]|304)$',
    ])
  })

  it('keeps every word of a check', () => {
    const check = { type: 'https', path: '/up', status: 204, host: 'example.org', port: 8443, ...hasty }
    expect(lines(haproxy({ check }), ...words)).toEqual([
      'timeout connect 2s',
      'timeout client 50s',
      'option redispatch 1',
      'option httpchk',
      'http-check send meth GET uri /up ver HTTP/1.1 hdr Host example.org',
      'http-check expect status 204',
      'timeout connect 500',
      'timeout check 500',
      'default-server on-marked-down shutdown-sessions',
      'default-server inter 1500 fastinter 100 fall 2 rise 2 check port 8443 check-ssl verify none',
    ])
  })

  it('keeps the defaults of a check, and asks for no page where only a connection is wanted', () => {
    const usual = ['default-server inter 2000 fastinter 1000 fall 3 rise 2 check']
    expect(lines(haproxy({}), 'default-server inter', 'option httpchk')).toEqual([
      'option httpchk GET /',
      ...usual,
    ])
    expect(lines(haproxy({ check: { type: 'tcp' } }), 'default-server inter', 'option httpchk')).toEqual(
      usual,
    )
  })
})
