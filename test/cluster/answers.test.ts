import { describe, expect, it } from 'vitest'
import { securityHeaders } from '../../src/cluster/answer-variables.ts'
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
const linesWith = (text: string, ...words: readonly string[]) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => words.some((word) => line.includes(word)))
const all = { compress: true, static_max_age: 600, security_headers: { 'X-Frame-Options': 'DENY' } }

describe('answers on their way to clients', () => {
  it('are made by nginx what the service says, and nothing without a word', () => {
    const text = balancerNginxConf(told('nginx', all))
    expect(linesWith(text, 'gzip on', 'gzip_vary', 'max-age', 'X-Frame', 'nosniff', 'hide_header')).toEqual([
      expect.stringMatching(/^"~\*\^ \.\*\[\.\]\(css\|js\|.*\)\$" "public, max-age=600";$/),
      `'' "nosniff";`,
      'gzip on;',
      'gzip_vary on;',
      'proxy_hide_header X-Powered-By;',
      'add_header X-Frame-Options $understudy_x_frame_options_80 always;',
    ])
    const plain = balancerNginxConf(told('nginx', {}))
    expect(linesWith(plain, 'gzip', 'Cache-Control', 'X-Frame')).toEqual([])
  })

  it('are made the same by HAProxy', () => {
    const text = haproxyCfg(told('haproxy', all))
    expect(linesWith(text, 'compression algo', 'max-age', 'X-Frame', 'Powered', 'Referrer')).toEqual([
      'compression algo gzip',
      'http-response set-header Cache-Control "public, max-age=600" if { var(txn.seldom) -m bool } { status 200 206 304 } !{ res.hdr(Cache-Control) -m found }',
      'http-response del-header X-Powered-By',
      'http-response set-header Referrer-Policy "strict-origin-when-cross-origin" unless { res.hdr(Referrer-Policy) -m found }',
      'http-response set-header X-Frame-Options "DENY" unless { res.hdr(X-Frame-Options) -m found }',
    ])
    expect(linesWith(haproxyCfg(told('haproxy', {})), 'compression', 'Cache-Control', 'Frame')).toEqual([])
  })

  it('have the usual headers, those of the user in their place, and none that are left out', () => {
    expect(securityHeaders(false)).toBeUndefined()
    expect(Object.keys(securityHeaders(true) ?? {})).toEqual([
      'X-Content-Type-Options',
      'X-Frame-Options',
      'Referrer-Policy',
    ])
    const own = { 'x-frame-options': false, 'Content-Security-Policy': "default-src 'self'" } as const
    expect(securityHeaders(own)).toEqual({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      'Content-Security-Policy': "default-src 'self'",
    })
  })

  it.each<[string, Words, string, RegExp]>([
    ['ipvs', { compress: true }, 'compress', /go past it/],
    ['nginx', { mode: 'tcp', security_headers: true }, 'security_headers', /unread/],
    ['haproxy', { mode: 'tcp', static_max_age: 5 }, 'static_max_age', /unread/],
  ])('are refused where nobody reads them: %s %j', (balancer, service, word, message) => {
    expect(complaint(told(balancer, service))).toMatchObject({
      severity: 'error',
      at: `d1 cluster.services.0.${word}`,
      message: expect.stringMatching(message),
    })
  })

  it('are the same for all services on a port', () => {
    const services = [
      { port: 80, hosts: ['a.example.org'], compress: true },
      { port: 80, hosts: ['b.example.org'] },
    ]
    const found = complaints(machines({ ...healthy, balancer: 'nginx', backend: 'none', services }))
    expect(found.map(({ at }) => at)).toContain('d1 cluster.services.1.compress')
  })
})
