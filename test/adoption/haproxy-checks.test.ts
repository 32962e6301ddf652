import { describe, expect, it } from 'vitest'
import { readSections } from '../../src/adoption/haproxy/sections.ts'
import { readProxyOfHaproxy } from '../../src/adoption/haproxy/services.ts'

const haproxy = (text: string) =>
  readProxyOfHaproxy(readSections({ path: '/etc/haproxy/haproxy.cfg', text }), [])

/** A frontend and its backend with these lines; servers have these flags behind them. */
const told = (lines: readonly string[], flags = 'check', front: readonly string[] = [], mode = 'http') => `
defaults
  mode ${mode}
frontend in
  bind *:8443
${front.map((line) => `  ${line}\n`).join('')}  default_backend out
backend out
${lines.map((line) => `  ${line}\n`).join('')}  server a 192.0.2.21:6443 ${flags}
  server b 192.0.2.22:6443 ${flags}
`
const wordsOf = (text: string) => haproxy(text).services[0]?.words
const whyOf = (text: string) => haproxy(text).why?.message

describe('how HAProxy asked realservers', () => {
  it.each<[string, readonly string[], string, object]>([
    [
      'over TLS what is passed on as connections',
      [
        'option httpchk',
        'http-check connect ssl',
        'http-check send meth GET uri /healthz',
        'http-check expect status 200',
      ],
      'check verify none',
      { type: 'https', path: '/healthz' },
    ],
    [
      'over TLS, as servers say',
      ['option httpchk GET /readyz'],
      'check check-ssl verify none',
      { type: 'https', path: '/readyz', status: '200-399' },
    ],
    [
      'by a name, as it was written until 2.2',
      ['option httpchk GET /up HTTP/1.1\\r\\nHost:\\ www.example.org'],
      'check',
      { type: 'http', path: '/up', host: 'www.example.org' },
    ],
    [
      'by a name, as it has been written since, at another port',
      [
        'option httpchk',
        'http-check connect port 8080',
        'http-check send meth GET uri /up ver HTTP/1.1 hdr Host www.example.org',
      ],
      'check',
      { type: 'http', path: '/up', host: 'www.example.org', port: 8080 },
    ],
    [
      'for one of some statuses',
      ['option httpchk GET /', 'http-check expect rstatus (2|3)[0-9][0-9]'],
      'check',
      { status: '200-399' },
    ],
    [
      'for statuses of a list',
      ['option httpchk GET /', 'http-check expect status 200,301-302'],
      'check',
      { status: [200, '301-302'] },
    ],
    [
      'for one that a pattern leaves',
      ['option httpchk GET /', 'http-check expect rstatus ^(200|401)$'],
      'check',
      { status: [200, 401] },
    ],
    [
      'as mail servers are',
      ['option smtpchk HELO d1.example.org'],
      'check',
      { type: 'smtp', helo: 'd1.example.org' },
    ],
  ])('%s', (_, lines, flags, check) => {
    expect(wordsOf(told(lines, flags))?.check).toMatchObject(check)
  })

  it.each([
    ['option mysql-check user haproxy post-41'],
    ['option pgsql-check user haproxy'],
    ['option redis-check'],
    ['option ldap-check'],
    ['option ssl-hello-chk'],
    [
      'option tcp-check',
      'tcp-check connect',
      'tcp-check send info\\ replication\\r\\n',
      'tcp-check expect string role:master',
    ],
  ])('in words of the service, which stay: %s', (...lines) => {
    const words = wordsOf(told(lines, 'check', [], 'tcp'))
    expect(words).toMatchObject({ mode: 'tcp', check: { type: 'tcp' }, extra: lines.join('\n') })
  })

  it.each([
    [
      'http-check send meth GET uri / hdr X-Token secret',
      'http-check send meth GET uri / hdr X-Token secret has no word',
    ],
    ['http-check expect string ok', 'http-check expect string ok has no word'],
    ['option httpchk GET / HTTP/1.1\\r\\nX-A:\\ b', 'an httpchk with such headers has no word'],
  ])('in ways that have no word, which is told: %s', (line, why) => {
    expect(whyOf(told(line.startsWith('option') ? [line] : ['option httpchk GET /', line]))).toBe(why)
  })
})

describe('what HAProxy said of servers and clients', () => {
  it('has words, or stays behind the servers', () => {
    const flags =
      'check ssl verify none send-proxy-v2 slowstart 30s maxconn 200 on-marked-down shutdown-sessions'
    expect(wordsOf(told([], flags))).toMatchObject({
      ...{ backend_tls: { verify: false }, proxy_protocol: { out: 'v2' }, slow_start: 30 },
      extra: { servers: 'maxconn 200' },
    })
  })

  it.each([
    ['check ssl verify required ca-file /etc/ca.pem', 'ca-file of a server has no word'],
    ['check ssl', 'ssl of a server without verify has no word'],
    ['check resolvers dns', 'resolvers of a server has no word'],
  ])('has none, and is told: %s', (flags, why) => {
    expect(whyOf(told([], flags))).toBe(why)
  })

  it('of servers that differ is told', () => {
    const text = told([], 'check maxconn 100').replace('maxconn 100', 'maxconn 50')
    expect(whyOf(text)).toBe('servers of which not all are told the same have no word')
  })

  it('stays in the frontend, unless it asks for more', () => {
    const lines = [
      'timeout client 5m',
      'maxconn 2000',
      'capture request header Host len 64',
      'http-request set-header X-A b',
    ]
    expect(wordsOf(told(['timeout server 5m'], 'check', lines))?.extra).toEqual({
      frontend: lines.join('\n'),
      backend: 'timeout server 5m',
    })
    expect(whyOf(told([], 'check', ['http-request set-header X-A b if { path / }']))).toContain(
      'has no word here',
    )
  })

  it('stays in the defaults', () => {
    const text = told([]).replace(
      'mode http',
      'mode http\n  timeout client 35s\n  timeout http-request 5s\n  option http-server-close',
    )
    const { services, defaults } = haproxy(text)
    expect(defaults).toEqual(['timeout client 35s', 'timeout http-request 5s'])
    expect(services[0]?.words.extra).toBe('option http-server-close')
  })
})
