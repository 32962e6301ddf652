import { describe, expect, it } from 'vitest'
import { complaint, complaints } from './complaints.ts'
import { healthy, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

const told = (balancer: string, service: Words) =>
  machines({
    ...healthy,
    balancer,
    backend: 'none',
    services: [{ port: 80, check: { type: 'tcp' }, ...service }],
  })
const said = (text: string, ...starts: readonly string[]) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => starts.some((start) => line.startsWith(start)))
const some = { requests: 20, connections: 30, except: ['192.0.2.9/24'] }

describe('what one client may take', () => {
  it('is counted by nginx, but for whom it is not to be', () => {
    const text = balancerNginxConf(told('nginx', { limits: some }))
    expect(said(text, 'limit_', '127.0.0.0/8', '192.0.2')).toEqual([
      '127.0.0.0/8 1;',
      '192.0.2.0/24 1;',
      'limit_req_zone $understudy_client_80 zone=web_80_requests:10m rate=20r/s;',
      'limit_conn_zone $understudy_client_80 zone=web_80_connections:10m;',
      'limit_req zone=web_80_requests burst=200 nodelay;',
      'limit_req_status 429;',
      'limit_conn web_80_connections 30;',
      'limit_conn_status 429;',
    ])
  })

  it('is counted by HAProxy, once it is known who asks', () => {
    const text = haproxyCfg(told('haproxy', { limits: some }))
    expect(
      said(text, 'http-request track', 'http-request deny', 'http-request set-header X-Forwarded-For'),
    ).toEqual([
      'http-request track-sc0 src unless { src 127.0.0.0/8 ::1 192.0.2.0/24 }',
      'http-request deny deny_status 429 if { sc_http_req_rate(0) gt 200 }',
      'http-request deny deny_status 429 if { sc_conn_cur(0) gt 30 }',
      'http-request set-header X-Forwarded-For %[src]',
    ])
  })

  it('is connections where these are passed on', () => {
    const service = { mode: 'tcp', limits: { connections: 600 } }
    expect(complaints(told('haproxy', service))).toEqual([])
    expect(said(haproxyCfg(told('haproxy', service)), 'tcp-request content reject')).toEqual([
      'tcp-request content reject if { sc_conn_cur(0) gt 600 }',
    ])
    expect(said(balancerNginxConf(told('nginx', service), 'x.so'), 'limit_conn ')).toEqual([
      'limit_conn web_80_connections 600;',
    ])
  })

  it.each<[string, Words, string, string, RegExp]>([
    ['ipvs', { limits: some }, 'limits', 'error', /counts nobody/],
    ['nginx', { mode: 'tcp', limits: some }, 'limits.requests', 'error', /no requests/],
    ['haproxy', { limits: { requests: 20 } }, 'limits.requests', 'warning', /a drill asks/],
    ['nginx', { limits: { connections: 20 } }, 'limits.connections', 'warning', /a drill asks/],
  ])('is refused or doubted under %s: %j', (balancer, service, at, severity, message) => {
    expect(complaint(told(balancer, service))).toMatchObject({
      severity,
      at: `d1 cluster.services.0.${at}`,
      message: expect.stringMatching(message),
    })
  })
})
