import { describe, expect, it } from 'vitest'
import { lastAsked, routePattern } from '../../src/cluster/sticky-variables.ts'
import { complaint, complaints } from './complaints.ts'
import { healthy, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

const told = (balancer: string, service: Words, words: Words = {}) =>
  machines({
    ...healthy,
    balancer,
    backend: 'none',
    services: [{ port: 80, check: { type: 'http' }, ...service }],
    ...words,
  })
const said = (text: string, ...starts: readonly string[]) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => starts.some((start) => line.startsWith(start)))

describe('clients that come back by a cookie', () => {
  it('are given one by HAProxy', () => {
    const text = haproxyCfg(told('haproxy', { sticky: {} }))
    expect(said(text, 'cookie', 'server ')).toEqual([
      'cookie SERVERID insert indirect nocache httponly attr "SameSite=Lax"',
      'server rs1 10.77.0.21:80 weight 1 cookie rs1',
      'server rs2 10.77.0.22:80 weight 1 cookie rs2',
    ])
  })

  it('are given one by nginx, and led to an upstream in which the others stand in', () => {
    const text = balancerNginxConf(told('nginx', { sticky: { cookie: 'route' } }))
    expect(said(text, 'upstream', 'proxy_pass', 'add_header Set-Cookie')).toEqual([
      'upstream web_80 {',
      'upstream web_80_of_rs1 {',
      'upstream web_80_of_rs2 {',
      'add_header Set-Cookie $understudy_sticky_web_80_set;',
      'proxy_pass http://$understudy_sticky_web_80;',
      'proxy_pass http://$understudy_sticky_web_80;',
    ])
    expect(said(/upstream web_80_of_rs2 \{[^}]*/.exec(text)?.[0] ?? '', 'server ')).toEqual([
      'server 10.77.0.22:80 max_fails=3 fail_timeout=2s;',
      'server 10.77.0.21:80 weight=1 max_fails=3 fail_timeout=2s backup;',
    ])
  })

  it('have one of the application', () => {
    const sticky = { cookie: 'JSESSIONID', by: 'application' }
    expect(said(haproxyCfg(told('haproxy', { sticky })), 'cookie', 'use-server')).toEqual([
      "use-server rs1 if { req.cook(JSESSIONID) -m reg '^[^.]*\\.rs1$' }",
      "use-server rs2 if { req.cook(JSESSIONID) -m reg '^[^.]*\\.rs2$' }",
    ])
    const nginx = balancerNginxConf(told('nginx', { sticky }))
    expect(said(nginx, '"~^[^.]', 'add_header Set-Cookie')).toEqual([
      '"~^[^.]*\\.rs1$" web_80_of_rs1;',
      '"~^[^.]*\\.rs2$" web_80_of_rs2;',
    ])
  })

  it('are told apart also where names and addresses look alike', () => {
    const belongs = (value: string, host: string) => new RegExp(routePattern(host)).test(value)
    expect(belongs('AB12.rs1', 'rs1')).toBe(true)
    expect(belongs('AB12.b.rs1', 'rs1')).toBe(false)
    expect(belongs('AB12.b.rs1', 'b.rs1')).toBe(true)
    expect(belongs('AB12.bxrs1', 'b.rs1')).toBe(false)
    const asked = (all: string, endpoint: string) => new RegExp(lastAsked(endpoint)).test(all)
    expect(asked('10.0.0.2:80, 10.0.0.12:80', '10.0.0.12:80')).toBe(true)
    expect(asked('10.0.0.12:80', '10.0.0.2:80')).toBe(false)
    expect(asked('10.0.0.2:80 : 10.0.0.12:80', '10.0.0.2:80')).toBe(false)
    expect(asked('[fd00::2]:80', '[fd00::2]:80')).toBe(true)
  })

  it.each<[Words, string, RegExp]>([
    [{ balancer: 'ipvs', services: [{ port: 80, sticky: {} }] }, 'sticky', /reads no cookies/],
    [
      { balancer: 'nginx', services: [{ port: 80, mode: 'tcp', sticky: {}, check: { type: 'tcp' } }] },
      'sticky',
      /sees no cookies/,
    ],
    [
      {
        balancer: 'nginx',
        pools: { api: {} },
        services: [{ port: 80, sticky: {}, routes: [{ path: '/api', pool: 'api' }] }],
      },
      'sticky',
      /led to several pools/,
    ],
    [{ balancer: 'nginx', services: [{ port: 80, slow_start: 30 }] }, 'slow_start', /commercial/],
    [
      { balancer: 'haproxy', services: [{ port: 80, sticky: {}, scheduler: 'sh' }] },
      'sticky',
      /address already/,
    ],
  ])('are refused or doubted where nobody could do it: %j', (words, at, message) => {
    expect(complaint(machines({ ...healthy, backend: 'none', ...words }))).toMatchObject({
      at: `d1 cluster.services.0.${at}`,
      message: expect.stringMatching(message),
    })
  })

  it('may meet a realserver that is back little by little', () => {
    const members = told('haproxy', { slow_start: 30 })
    expect(complaints(members)).toEqual([])
    expect(haproxyCfg(members)).toContain(' rise 2 slowstart 30s check')
  })
})
