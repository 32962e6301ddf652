import { describe, expect, it } from 'vitest'
import { complaints } from './complaints.ts'
import { clusterOf, healthy, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg } from './rendered.ts'

const vip = (address: string, vrid: number, services?: readonly object[], more: object = {}) => ({
  address,
  vrid,
  ...(services ? { services } : {}),
  ...more,
})

/** Three VIPs: the last of them means by port 80 what the first one does. */
const several = (balancer: string, words: Words = {}) =>
  machines({
    ...healthy,
    balancer,
    vips: [
      vip('10.77.0.100', 51, [{ port: 80, backend_port: 8081 }, { port: 8000 }]),
      vip('10.77.0.101', 52, [{ port: 80, backend_port: 8082, limits: { requests: 5 } }], {
        also: ['fd77::101/64'],
      }),
      vip('10.77.0.102', 53, [{ port: 80, backend_port: 8081 }]),
    ],
    ...words,
  })

const lines = (text: string, what: RegExp) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => what.test(line))

describe('a port that means something else behind another VIP', () => {
  it('is served on all addresses as the first VIP says, and on those of the other as that one does', () => {
    expect(
      lines(haproxyCfg(several('haproxy')), /^(bind :|bind [\d[]|frontend web|default_backend|server rs1)/),
    ).toEqual([
      'frontend web_80',
      'bind :80',
      'bind :::80 v6only',
      'default_backend web_80',
      'server rs1 10.77.0.21:8081 weight 1',
      'frontend web_8000',
      'bind :8000',
      'bind :::8000 v6only',
      'default_backend web_8000',
      'server rs1 10.77.0.21:8000 weight 1',
      'frontend web_80-10.77.0.101',
      'bind 10.77.0.101:80 transparent',
      'bind [fd77::101]:80 transparent',
      'bind 127.0.2.1:80',
      'default_backend web_80-10.77.0.101',
      'server rs1 10.77.0.21:8082 weight 1',
    ])
  })

  it('is told nginx by the address, which then needs no word to listen where it holds no VIP', () => {
    const text = balancerNginxConf(several('nginx'))
    expect(lines(text, /^listen .*80 /)).toEqual([
      'listen 80 default_server;',
      'listen [::]:80 default_server;',
      'listen 10.77.0.101:80 default_server;',
      'listen [fd77::101]:80 default_server;',
      'listen 127.0.2.1:80 default_server;',
    ])
    expect(lines(text, /^limit_req/)).toEqual([
      'limit_req_zone $understudy_client_80_10_77_0_101 zone=web_80-10.77.0.101_requests:10m rate=5r/s;',
      'limit_req zone=web_80-10.77.0.101_requests burst=50 nodelay;',
      'limit_req_status 429;',
    ])
  })

  it.each(['haproxy', 'nginx'])('is not set apart by %s where all mean the same', (balancer) => {
    const alike = [vip('10.77.0.100', 51), vip('10.77.0.101', 52)]
    const cluster = clusterOf(several(balancer, { vips: alike, services: [{ port: 80 }] }))
    expect(cluster.vips.flatMap(({ services }) => services.flatMap(({ apart }) => apart ?? []))).toEqual([])
  })

  it('has one mode for nginx, which cannot listen to it both ways', () => {
    const vips = [
      vip('10.77.0.100', 51, [{ port: 9000 }]),
      vip('10.77.0.101', 52, [{ port: 9000, mode: 'tcp', check: { type: 'tcp' } }]),
    ]
    expect(complaints(several('haproxy', { vips }))).toEqual([])
    expect(complaints(several('nginx', { vips }))).toContainEqual({
      severity: 'error',
      message:
        'nginx cannot serve port 9000 with mode: tcp behind one VIP, and with mode: http behind another',
      at: 'd1 cluster.vips.1.services',
    })
  })
})

describe('a VIP with nothing of the balancer behind it', () => {
  const vips = [vip('10.77.0.100', 51), vip('10.77.0.101', 52, [])]
  const words = { services: [{ port: 80, check: { type: 'tcp' } }], vips }

  it.each(['ipvs', 'haproxy', 'nginx'])('is held beside others under %s', (balancer) => {
    expect(complaints(several(balancer, words))).toEqual([])
    const { services } = clusterOf(several(balancer, words)).vips[1] ?? {}
    expect(services).toEqual([])
  })

  it('is not the only kind there is, and says so itself', () => {
    const { services: _, ...unsaid } = words
    expect(complaints(several('ipvs', { ...unsaid, services: undefined }))).toMatchObject([
      { message: 'nothing is behind the VIP 10.77.0.100' },
    ])
    expect(
      complaints(several('ipvs', { services: undefined, vips: [vip('10.77.0.100', 51, [])] })),
    ).toMatchObject([{ message: 'nothing is behind any VIP, so that ipvs has nothing to do' }])
  })
})
