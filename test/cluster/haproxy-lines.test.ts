import { describe, expect, it } from 'vitest'
import { sections, unknownWord } from '../../src/cluster/haproxy-words.ts'
import { resolveClusters } from '../../src/cluster/index.ts'
import { complaint, complaints } from './complaints.ts'
import { healthy, machines } from './inventory.ts'

const told = (words: object, service: object = {}) =>
  machines({
    ...healthy,
    balancer: 'haproxy',
    ...words,
    services: [{ ...healthy.services[0], ...service }],
  })
const extra = (haproxy: unknown) => told({ extra: { haproxy } })
const stats = (bind: string) => extra(`listen stats\n    bind ${bind}\n    mode http\n    stats enable\n`)

describe('lines of the user’s own for HAProxy', () => {
  it('that it knows are nothing to complain of', () => {
    const haproxy = {
      global:
        'tune.bufsize 32768 # more\n    no busy-polling\n.if version_atleast(2.6)\nlimited-quic\n.endif',
      defaults:
        'no option http-keep-alive\n    timeout queue 5s\n    retry-on all-retryable-errors\n    {{ x }} y',
      sections: `frontend own
    bind [::]:8404 v4v6 ssl crt /etc/x.pem alpn h2,http/1.1
    http-request set-var(txn.host) hdr(host)
    http-request track-sc0 src table own
    http-request lua.check
    tcp-request inspect-delay 5s
    tcp-request content accept if { req.ssl_hello_type 1 }
    use_backend own if { path /x }
backend own
    balance hdr(x)
    option httpchk GET /health
    http-check send meth GET uri /
    server a 10.0.0.1:80 check inter 2s fall 3 send-proxy-v2 source 0.0.0.0 usesrc clientip maxconn 3
    default-server inter 1s ssl verify none
crt-store web
    load crt "a.pem"
peers mine
    peer lb1 10.0.0.1:1024`,
    }
    expect(complaints(extra(haproxy))).toEqual([])
  })

  it.each([
    [{ global: 'nbthread 2\nnbthreads 4' }, /line 2 of these says nbthreads/, /nbthread\?/],
    [{ defaults: 'option http-keepalive' }, /http-keepalive.*behind option/, /http-keep-alive\?/],
    [{ defaults: 'timout client 5s' }, /timout.*in defaults/, /timeout\?/],
    [{ defaults: 'timeout cleint 5s' }, /cleint.*behind timeout/, /client\?/],
    [{ defaults: 'contimeout 5s' }, /contimeout/, /before 2\.1\. Write timeout connect/],
    ['backend x\n    balance roundrobbin', /roundrobbin.*behind balance/, /roundrobin\?/],
    ['backend x\n    server a 10.0.0.1:80 chek', /chek.*behind server/, /check\?/],
    ['backend x\n    http-request set-heder A b', /set-heder/, /set-header\?/],
    ['backend x\nlsten stats', /lsten/, /listen\?/],
    ['listen x\n    stats refesh 5s', /refesh/, /refresh\?/],
    ['frontend x\n    bind :81 ssl cert /x', /cert.*behind bind/, /./],
    ['frontend x\n    reqirep ^A B', /reqirep/, /http-request set-header/],
  ])('that it does not know are told: %j', (haproxy, message, next) => {
    expect(resolveClusters(extra(haproxy)).problems).toEqual([
      expect.objectContaining({
        rule: 'lines-unknown-word',
        severity: 'warning',
        message: expect.stringMatching(message),
        next: expect.stringMatching(next),
      }),
    ])
  })

  it('of a service are those of its part', () => {
    const wrong = [
      { extra: 'optoin abortonclose' },
      { extra: { servers: 'max-conn 200' } },
      { extra: { frontend: 'http-reqest deny' } },
    ]
    for (const service of wrong) expect(complaint(told({}, service))).toMatchObject({ severity: 'warning' })
    expect(
      complaints(told({}, { extra: { servers: 'maxconn 200 on-marked-down shutdown-sessions' } })),
    ).toEqual([])
  })

  it('begin a section where they stand behind all of ours', () => {
    expect(complaint(extra('timeout queue 5s'))).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(/stands in no section of its own/),
    })
  })

  it('listen to ports that nobody else has', () => {
    for (const bind of ['*:8404', ':8404', '10.77.0.11:80', '127.0.0.1:80', '/run/x.sock', 'quic4@:80'])
      expect(complaints(stats(bind))).toEqual([])
    for (const bind of [
      '*:80',
      ':::80',
      '[::]:80',
      '0.0.0.0:79-81',
      ':8404,:80',
      'ipv4@:80',
      '10.77.0.100:80',
    ])
      expect(complaint(stats(bind))).toMatchObject({
        severity: 'error',
        message: expect.stringMatching(/^line 2 of these listens to port \d+, which is that of a service/),
      })
  })

  it('listen beside what monitoring asks', () => {
    const monitored = told({
      monitoring: { scrapers: ['10.77.0.5'] },
      extra: { haproxy: 'listen stats\n    bind :8405' },
    })
    expect(complaint(monitored)).toMatchObject({ message: expect.stringMatching(/monitoring \(haproxy\)/) })
  })
})

describe('lines of the user’s own for nginx', () => {
  const nginx = (http: string, services: readonly object[] = [{ port: 80 }]) =>
    machines({ ...healthy, balancer: 'nginx', extra: { nginx: http }, services })

  it('may have servers of their own on the port of a service, by their names', () => {
    expect(complaints(nginx('server { listen 80; server_name a.example; }'))).toEqual([])
    expect(complaint(nginx('server { listen 80 default_server; }'))).toMatchObject({ severity: 'error' })
  })

  it('have none on a port that is passed on', () => {
    const services = [{ port: 6379, mode: 'tcp', backend: 'none', check: { type: 'tcp' } }]
    expect(complaint(nginx('server { listen 6379; }', services))).toMatchObject({ severity: 'error' })
  })
})

it('knows no word in a section that it does not look at', () => {
  expect(unknownWord(['peer', 'a'], 'peers')).toBeUndefined()
  expect(sections.has('crt-store')).toBe(true)
})
