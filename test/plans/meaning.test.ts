import { describe, expect, it } from 'vitest'
import { keepalivedMeans } from '../../src/plans/meaning/keepalived.ts'
import { haproxyMeans, nginxMeans } from '../../src/plans/meaning/proxies.ts'
import { answers, servedPorts } from '../../src/plans/served.ts'

const nameOf = (address: string) => ({ '192.0.2.21': 'web1', '192.0.2.22': 'web2' })[address]

const instance = (more: string, name = 'VI_1') => `vrrp_instance ${name} {
  interface eth0
  virtual_router_id 51
  ${more}
}
`
const addresses = (...all: readonly string[]) => `virtual_ipaddress {\n${all.join('\n')}\n}`

describe('what another keepalived.conf means', () => {
  it('is nothing where only a comment is another', () => {
    const text = instance(`priority 100\n${addresses('192.0.2.100/24')}`)
    expect(keepalivedMeans(text, `# for the shop\n${text}`, nameOf)).toEqual([])
  })

  it('does not take for new what may have stood in files that were included', () => {
    const pool = `virtual_server 192.0.2.100 80 {\nreal_server 192.0.2.21 80 {\n}\n}\n`
    const whole = instance(`priority 100\n${addresses('192.0.2.100/24')}`) + pool
    expect(keepalivedMeans('include /etc/keepalived/conf.d/*.conf\n', whole, nameOf)).toEqual([
      'VI_1 stands in this file from now on, and is new unless it stood in /etc/keepalived/conf.d/*.conf: VRID 51, priority 100, 192.0.2.100',
      'the pool of 192.0.2.100:80 stands in this file from now on, and is new unless it stood in /etc/keepalived/conf.d/*.conf: web1',
    ])
    expect(keepalivedMeans('global_defs {\n}\n', whole, nameOf)[0]).toContain('VI_1 is new')
  })

  it.each([
    ['priority 100', 'priority 90', ['VI_1: priority 100 → 90']],
    ['advert_int 1', 'advert_int 2', ['VI_1: interval of adverts 1 s → 2 s']],
    ['', 'nopreempt', ['VI_1: preempts yes → no']],
    [
      '',
      'unicast_peer {\n192.0.2.12\n}',
      ['VI_1: speaks by multicast → by unicast', 'VI_1 speaks with 192.0.2.12 from now on'],
    ],
    [
      addresses('192.0.2.100/24', '192.0.2.101/24'),
      addresses('192.0.2.100/24', '192.0.2.102/24'),
      ['192.0.2.101 does not move with VI_1 any more', '192.0.2.102 moves with VI_1 from now on'],
    ],
    [
      'track_script {\nweb weight -20\n}',
      'track_script {\nweb weight -60\n}',
      ['VI_1 does not follow web weight -20 any more', 'VI_1 follows web weight -60 from now on'],
    ],
    [
      'authentication {\nauth_pass «former secret»\n}',
      'authentication {\nauth_pass «secret»\n}',
      ['VI_1: another authentication'],
    ],
  ])('says that %j becomes %j', (before, after, sentences) => {
    expect(keepalivedMeans(instance(before), instance(after), nameOf)).toEqual(sentences)
  })

  it('knows an instance under another name and VRID by its address', () => {
    const vip = addresses('192.0.2.100/24')
    const before = instance(vip)
    const after = instance(vip, 'VI_2').replace('51', '52')
    expect(keepalivedMeans(before, after, nameOf)).toEqual(['VI_2: name VI_1 → VI_2', 'VI_2: VRID 51 → 52'])
    expect(keepalivedMeans('', instance(`priority 7\n${vip}`), nameOf)).toEqual([
      'VI_1 is new: VRID 51, priority 7, 192.0.2.100',
    ])
    expect(keepalivedMeans(before, '', nameOf)).toEqual(['VI_1 is gone, with 192.0.2.100'])
  })

  it('names who comes into and leaves a pool of the kernel', () => {
    const server = (real: string, algo = 'rr') =>
      `virtual_server 192.0.2.100 80 {\n  lb_algo ${algo}\n  protocol TCP\n${real}\n}\n`
    const real = (address: string, weight = 1) => `real_server ${address} 80 {\n weight ${weight}\n}`
    const before = server(`${real('192.0.2.21')}\n${real('192.0.2.22')}`)
    const after = server(`${real('192.0.2.21', 3)}\n${real('192.0.2.23')}`, 'wlc')
    expect(keepalivedMeans(before, after, nameOf)).toEqual([
      'web2 leaves the pool of 192.0.2.100:80',
      'web1 of the pool of 192.0.2.100:80: weight 1 → 3',
      '192.0.2.23:80 joins the pool of 192.0.2.100:80',
      'the pool of 192.0.2.100:80: scheduler rr → wlc',
    ])
  })
})

describe('what another haproxy.cfg means', () => {
  const backend = (servers: string, balance = 'roundrobin') =>
    `frontend web\n  bind :80\n  default_backend web\nbackend web\n  balance ${balance}\n${servers}\n`

  it('names servers, weights, ports and how is balanced', () => {
    const before = backend('  server a 192.0.2.21:80 weight 1\n  server b 192.0.2.22:80 backup')
    const after = backend('  server a 192.0.2.21:8080 weight 2\n  server c 192.0.2.23:80', 'leastconn')
    expect(haproxyMeans(before, after.replace(':80\n  default', ':81\n  default'))).toEqual([
      'clients are not served on :80 any more',
      'clients are served on :81 from now on',
      'b leaves the pool web',
      'a of the pool web: 192.0.2.21:80 → 192.0.2.21:8080',
      'a of the pool web: weight 1 → 2',
      'c joins the pool web',
      'the pool web: balance roundrobin → leastconn',
    ])
    expect(haproxyMeans('', backend('  server a 192.0.2.21:80'))).toContain('the pool web is new: a')
  })
})

describe('what another nginx.conf means', () => {
  it('names servers of upstreams and ports, in blocks and streams', () => {
    const conf = (servers: string, listen = '80') =>
      `http { upstream app { ${servers} } server { listen ${listen} default_server; } }\nstream { upstream db { server 192.0.2.31:5432; } }`
    const before = conf('least_conn; server 192.0.2.21:80; server 192.0.2.22:80 weight=2;')
    const after = conf('server 192.0.2.21:80 backup; server 192.0.2.23:80;', '8080')
    expect(nginxMeans(before, after, nameOf)).toEqual([
      'clients are not served on 80 any more',
      'clients are served on 8080 from now on',
      'web2 leaves the pool app',
      'web1 of the pool app serves only when no other does',
      '192.0.2.23:80 joins the pool app',
      'the pool app: balance least_conn → in turns',
    ])
  })
})

it('knows where a proxy answers', () => {
  const all = servedPorts(
    '  bind :80\n  bind 192.0.2.100:443 ssl\n  listen [::]:81;\n  bind /run/x.sock\n  bind *:1,*:2',
  )
  expect([80, 81, 1, 2].map((port) => answers(all, '192.0.2.9', port))).toEqual([true, true, true, true])
  expect([answers(all, '192.0.2.100', 443), answers(all, '192.0.2.9', 443)]).toEqual([true, false])
})
