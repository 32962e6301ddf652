import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSections } from '../../src/adoption/haproxy/sections.ts'
import { readProxyOfHaproxy } from '../../src/adoption/haproxy/services.ts'
import { combine, inventoryText, readBlocks, readHost } from '../../src/adoption/index.ts'
import { readNginx } from '../../src/adoption/nginx/blocks.ts'
import { readProxyOfNginx } from '../../src/adoption/nginx/services.ts'
import type { ProxyReading } from '../../src/adoption/proxy.ts'
import { loadMachines } from '../../src/config/index.ts'
import { machines, member, type Words } from '../cluster/inventory.ts'
import { balancerNginxConf, haproxyCfg } from '../cluster/rendered.ts'

const nginxConf = '/etc/nginx/nginx.conf'

function nginx(
  text: string,
  files: Readonly<Record<string, readonly (readonly [string, string])[]>> = {},
  vips: readonly string[] = [],
): ProxyReading {
  const includes = new Map(
    Object.entries(files).map(([pattern, found]) => [
      pattern,
      found.map(([path, own]) => ({ path, text: own })),
    ]),
  )
  const read = readNginx({ path: nginxConf, text }, includes)
  expect(read.wanted).toEqual([])
  return readProxyOfNginx(read, vips)
}

const haproxy = (text: string, vips: readonly string[] = []) =>
  readProxyOfHaproxy(readSections({ path: '/etc/haproxy/haproxy.cfg', text }), vips)

/** The machines of a cluster that was read: two realservers, whatever is said of them. */
function clusterFrom({ program, services, extra }: ProxyReading): Parameters<typeof balancerNginxConf>[0] {
  const cluster = {
    name: 'web',
    balancer: program,
    backend: 'none',
    vips: [{ address: '10.77.0.100', vrid: 77 }],
    services: services.map(({ words }) => words),
    ...(extra.length > 0 ? { extra: { [program]: extra.join('\n') } } : {}),
  }
  const real = services[0]?.real ?? []
  const words = real.map(
    ({ weight, backup, maxFails, failTimeout }): Words => ({
      ...{ weight, backup },
      ...(maxFails === undefined ? {} : { max_fails: maxFails }),
      ...(failTimeout === undefined ? {} : { fail_timeout: failTimeout }),
    }),
  )
  return machines(cluster, [
    member('rs1', '10.77.0.21', ['realservers'], { cluster, ...(words[0] ? { realserver: words[0] } : {}) }),
    member('rs2', '10.77.0.22', ['realservers'], { cluster, ...(words[1] ? { realserver: words[1] } : {}) }),
  ])
}

const essence = ({ services }: ProxyReading) =>
  services.map(({ words: { check: _, extra: __, ...words }, real }) => ({
    words,
    real: real.map(({ name: ___, maxFails, failTimeout, ...one }) => ({
      maxFails: maxFails ?? 1,
      failTimeout: failTimeout ?? 10,
      ...one,
    })),
  }))

const site = `user nginx;
worker_processes  auto;
error_log  /var/log/nginx/error.log;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    log_format main '$remote_addr "$request" {;} # no comment';
    gzip on; # as it was
    include /etc/nginx/conf.d/*.conf;
    include sites-enabled/*;
    upstream tomcatserver {
        least_conn;
        server 10.77.0.21:8080 weight=2 max_fails=3 fail_timeout=1m;
        server 10.77.0.22:8080 backup;
    }
    server {
        listen       80 default_server;
        listen       [::]:80 default_server;
        server_name  _;
        client_max_body_size 8m;
        location / {
            root html;
            index index.html index.htm;
            proxy_pass http://tomcatserver;
            proxy_set_header Host $host;
            proxy_connect_timeout 5s;
        }
        location = /50x.html { root /usr/share/nginx/html; }
    }
}
`
const files = {
  '/etc/nginx/conf.d/*.conf': [['/etc/nginx/conf.d/own.conf', 'server { listen 8081; return 204; }\n']],
  '/etc/nginx/sites-enabled/*': [],
} as const

describe('nginx of a director', () => {
  it('becomes services with their realservers; what it included is included as before', () => {
    const reading = nginx(site, files)
    expect(reading.services).toMatchObject([
      {
        words: {
          port: 80,
          backend_port: 8080,
          scheduler: 'wlc',
          check: { type: 'http', interval: 10, timeout: 5, retries: 0 },
        },
        real: [
          { address: '10.77.0.21', weight: 2, backup: false, maxFails: 3, failTimeout: 60 },
          { address: '10.77.0.22', weight: 1, backup: true },
        ],
      },
    ])
    expect(reading.extra).toEqual([
      `log_format main '$remote_addr "$request" {;} # no comment';`,
      'gzip on;',
      '# as it was',
      'include /etc/nginx/conf.d/*.conf;',
      'include sites-enabled/*;',
    ])
    expect(reading.services[0]?.words.extra).toBe(
      'client_max_body_size 8m;\nlocation = /50x.html {\n    root /usr/share/nginx/html;\n}',
    )
    const conf = balancerNginxConf(clusterFrom(reading))
    for (const line of reading.extra) expect(conf).toContain(line)
    const again = nginx(conf, files)
    expect(again.why).toBeUndefined()
    expect(essence(again)).toEqual(essence(reading))
  })

  it('has servers that are no balancers kept beside those that are', () => {
    const text = site.replace(
      'include sites-enabled/*;',
      'server { listen 443 ssl; server_name a.example.org; }',
    )
    const { services, extra, remarks } = nginx(text, files)
    expect(services).toHaveLength(1)
    expect(extra.join('\n')).toContain('server_name a.example.org;')
    expect(remarks.map(({ message, at }) => `${at?.line} ${message}`)).toContain(
      '10 a server is kept as it is: a server with TLS and without a certificate has no word',
    )
  })

  it.each([
    [
      'a stream',
      `${site}stream { server { listen 25; proxy_pass 10.77.0.21:25; } }`,
      'stream has no word outside of http',
    ],
    [
      'names of machines',
      site.replace('10.77.0.21:8080', 'app1:8080'),
      'app1:8080 of an upstream is no address',
    ],
    [
      'another way for some',
      site.replace('proxy_connect_timeout 5s', 'rewrite ^/a /b break'),
      'rewrite ^/a /b break of location / has no word',
    ],
    [
      'a method of its own',
      site.replace('least_conn', 'random two'),
      'random two of an upstream has no word',
    ],
    [
      'another default of the port',
      site.replace('include sites-enabled/*;', 'server { listen 80 default_server; }'),
      'it passes nothing on for all paths',
    ],
  ])('is left alone with %s, and the reason told', (_, text, message) => {
    const { services, why } = nginx(text, files)
    expect(services).toEqual([])
    expect(why?.message).toBe(message)
  })
})

describe('what nginx says of all paths', () => {
  it.each([
    [
      'in the location',
      site.replace('proxy_connect_timeout 5s', 'proxy_connect_timeout 5s; proxy_read_timeout 300s'),
    ],
    [
      'around it',
      site.replace('location / {', 'proxy_read_timeout 60s; proxy_send_timeout 300s; location / {'),
    ],
  ])('has a word where it waits long, %s', (_, text) => {
    expect(nginx(text, files).services[0]?.words).toMatchObject({
      check: { timeout: 5 },
      answer_timeout: 300,
    })
  })

  it('leaves the upstream of another place where it is', () => {
    const place = 'location /api/ { proxy_pass http://api/; } location = /50x.html'
    const text = site.replace(
      'upstream tomcatserver {',
      'upstream api { server 10.77.0.21:9090; } upstream tomcatserver {',
    )
    const { services, extra } = nginx(text.replace('location = /50x.html', place), files)
    expect(services[0]?.words.extra).toContain('proxy_pass http://api/;')
    expect(extra.join(' ')).toContain('upstream api {')
    expect(extra.join(' ')).not.toContain('upstream tomcatserver')
  })

  it('stays where it has none, with all headers where one is another', () => {
    const location = 'proxy_buffering off; proxy_set_header X-My $host'
    const { services } = nginx(site.replace('proxy_connect_timeout 5s', location), files)
    const { extra } = (services[0]?.words ?? {}) as { readonly extra?: { readonly location: string } }
    const lines = extra?.location.split('\n')
    expect(lines).toContain('proxy_buffering off;')
    expect(lines).toContain('proxy_set_header X-My $host;')
    expect(lines).toContain('proxy_set_header Host $host;')
    const alike = nginx(site.replace('proxy_connect_timeout 5s', 'proxy_buffering off'), files)
    expect(alike.services[0]?.words.extra).toMatchObject({ location: 'proxy_buffering off;' })
  })
})

const balanced = `global
    log /dev/log local0
    chroot /var/lib/haproxy   # as Debian has it
    user haproxy

defaults
    mode http
    timeout connect 5000
    timeout client  1m
    timeout server  50000

frontend main
    bind *:80
    default_backend app

backend app
    balance leastconn
    option httpchk GET /up
    http-check expect status 204
    server web1 10.77.0.21:8080 check inter 3s fall 2 weight 10
    server web2 10.77.0.22:8080 check inter 3s fall 2 backup

# page about itself
listen stats
    bind *:9000
    stats enable
    stats auth "a#b":c
`

describe('HAProxy of a director', () => {
  it('becomes services with their realservers; other sections stay as they are', () => {
    const reading = haproxy(balanced)
    expect(reading.services).toMatchObject([
      {
        words: {
          port: 80,
          backend_port: 8080,
          scheduler: 'wlc',
          check: {
            type: 'http',
            path: '/up',
            status: 204,
            interval: 3,
            timeout: 3,
            retries: 1,
            retry_delay: 3,
          },
          extra: 'timeout connect 5000\ntimeout server  50000',
        },
        real: [
          { name: 'web1', address: '10.77.0.21', weight: 10, backup: false },
          { name: 'web2', address: '10.77.0.22', weight: 1, backup: true },
        ],
      },
    ])
    expect(reading.extra).toEqual([
      'global',
      '    chroot /var/lib/haproxy   # as Debian has it',
      'defaults',
      '    mode http',
      '    timeout connect 5000',
      '    timeout client  1m',
      '    timeout server  50000',
      '# page about itself',
      'listen stats',
      '    bind *:9000',
      '    stats enable',
      '    stats auth "a#b":c',
    ])
    expect(reading.remarks.map(({ message }) => message)).toEqual([
      'listen stats is kept verbatim: stats has no word here',
    ])
    expect(reading.defaults).toEqual(['timeout client  1m'])
    const conf = haproxyCfg(clusterFrom(reading))
    for (const line of reading.extra) expect(conf).toContain(line)
    expect(conf).toContain('timeout connect 5000')
  })

  it.each([
    ['SERVERID insert indirect nocache', {}],
    ['SRV insert indirect nocache httponly secure attr SameSite=Lax', { cookie: 'SRV' }],
    ['web insert', { cookie: 'web' }],
  ])('takes clients back to where they were by a cookie of its own: %s', (said, sticky) => {
    const text = balanced
      .replace('balance leastconn', `balance roundrobin\n    cookie ${said}`)
      .replace('weight 10', 'weight 10 cookie web1')
      .replace('fall 2 backup', 'fall 2 cookie web2')
    const reading = haproxy(text)
    expect(reading.services[0]?.words).toMatchObject({ sticky })
    expect(reading.services[0]?.words.extra).toBe('timeout connect 5000\ntimeout server  50000')
    const conf = haproxyCfg(clusterFrom(reading))
    expect(conf).toMatch(new RegExp(`^ +cookie ${said.split(' ')[0]} insert`, 'm'))
    for (const name of ['rs1', 'rs2']) expect(conf).toMatch(new RegExp(`server ${name} .* cookie ${name}`))
  })

  it('reads a listen that is both, with connections alone', () => {
    const { services } = haproxy(`defaults
    mode tcp
listen db
    bind :3306
    balance source
    server a 10.77.0.21:3306
    server b 10.77.0.22:3306
`)
    expect(services).toMatchObject([
      {
        words: {
          port: 3306,
          mode: 'tcp',
          scheduler: 'sh',
          check: { type: 'tcp', interval: 2, timeout: 2, retries: 2 },
        },
      },
    ])
    expect(services[0]?.remarks).toEqual([
      'its realservers were not checked, and are by a connection after apply',
    ])
  })

  it.each([
    [
      'conditions',
      balanced.replace('default_backend app', 'acl x path_reg /y\n    default_backend app'),
      'acl has no word here',
    ],
    [
      'certificates of clients',
      balanced.replace('bind *:80', 'bind *:443 ssl crt /etc/x.pem verify required'),
      'bind … ssl crt /etc/x.pem verify required has no word',
    ],
    ['cookies that nobody sets', balanced.replace('weight 10', 'cookie a'), 'cookie of a server has no word'],
    [
      'cookies of the application',
      balanced
        .replace('weight 10', 'cookie a')
        .replace('balance leastconn', 'balance leastconn\n    cookie JSESSIONID prefix nocache'),
      'cookie … prefix has no word',
    ],
    [
      'several defaults',
      `${balanced}\ndefaults\n    mode tcp\n`,
      'several sections of defaults have no word',
    ],
  ])('is left alone with %s, and the reason told', (_, text, message) => {
    const { services, why } = haproxy(text)
    expect(services).toEqual([])
    expect(why?.message).toBe(message)
  })
})

describe('a proxy that listens to VIPs', () => {
  const vips = ['10.77.0.100', '10.77.0.101', 'fd77::100']
  const pool = (port: number) => `server 10.77.0.21:${port}; server 10.77.0.22:${port};`
  const server = (listen: string, upstream: string) =>
    `server { ${listen} location / { proxy_pass http://${upstream}; } }`

  it('serves each of them by itself, with HAProxy', () => {
    const back = (name: string, port: number) =>
      `backend ${name}\n  server rs1 10.77.0.21:${port} check\n  server rs2 10.77.0.22:${port} check\n`
    const text = `defaults
  mode http
frontend one
  bind 10.77.0.100:80 transparent
  bind [fd77::100]:80
  default_backend one
frontend two
  bind 10.77.0.101:80
  bind 127.0.2.1:80
  default_backend two
frontend own
  bind 10.77.0.11:9000
  default_backend one
${back('one', 8081)}${back('two', 8082)}`
    const { services, remarks, extra } = haproxy(text, vips)
    expect(services.map(({ on, words: { port, backend_port } }) => ({ on, port, backend_port }))).toEqual([
      { on: ['10.77.0.100', 'fd77::100'], port: 80, backend_port: 8081 },
      { on: ['10.77.0.101'], port: 80, backend_port: 8082 },
    ])
    expect(remarks.map(({ message }) => message)).toEqual([
      'frontend own is kept verbatim: only a bind of one port, for all addresses or for VIPs, has a word',
    ])
    expect(extra.join('\n')).toContain('bind 10.77.0.11:9000')
  })

  it('serves each of them by itself, with nginx, where no other server has the same place', () => {
    const text = (more = '') => `events {} http {
      upstream one { ${pool(8081)} } upstream two { ${pool(8082)} }
      ${server('listen 10.77.0.100:80; listen [fd77::100]:80;', 'one')}
      ${server('listen 10.77.0.101; listen 127.0.2.1:80;', 'two')} ${more} }`
    const told = (written: string) =>
      nginx(written, {}, vips).services.map(({ on, words: { port, backend_port } }) => ({
        on,
        port,
        backend_port,
      }))
    const one = { on: ['10.77.0.100', 'fd77::100'], port: 80, backend_port: 8081 }
    const two = { on: ['10.77.0.101'], port: 80, backend_port: 8082 }
    expect(told(text())).toEqual([one, two])
    expect(told(text('server { listen 10.77.0.101:80 default_server; return 204; }'))).toEqual([one])
    expect(told(text('server { listen 10.77.0.9:80 default_server; return 204; }'))).toEqual([one, two])
  })
})

describe('sites that are told apart by their names', () => {
  const nginxSites = (first: string, second: string, more = '') => `events {}
http {
  upstream shop { server 10.77.0.21:8080; server 10.77.0.22:8080; }
  upstream wiki { least_conn; server 10.77.0.22:9000; }
  server { ${first} location / { proxy_pass http://shop; } }
  server { ${second} location / { proxy_pass http://wiki; } }
  ${more}
}
`
  const words = ({ services }: ProxyReading) =>
    services.map(({ words: { port, hosts, backend_port }, called, real }) => ({
      ...{ port, hosts, backend_port, called },
      real: real.map(({ address }) => address),
    }))
  const shop = { port: 80, backend_port: 8080, called: 'shop', real: ['10.77.0.21', '10.77.0.22'] }
  const wiki = { port: 80, backend_port: 9000, called: 'wiki', real: ['10.77.0.22'] }

  it.each([
    [
      'the first',
      'listen 80; server_name www.example.org;',
      'listen 80; server_name wiki.example.org;',
      [undefined, ['wiki.example.org']],
    ],
    [
      'who says so',
      'listen 80; server_name .example.org Shop.example.com;',
      'listen 80 default_server; server_name _;',
      [['example.org', '*.example.org', 'shop.example.com'], undefined],
    ],
  ])('become services with their hosts, with nginx: other names go to %s', (_, first, second, hosts) => {
    const reading = nginx(nginxSites(first, second))
    expect(words(reading)).toEqual([
      { ...shop, hosts: hosts[0] },
      { ...wiki, hosts: hosts[1] },
    ])
    expect(reading.extra).toEqual([])
  })

  it('have names alone where somebody refuses all others', () => {
    const refusing = 'server { listen 80 default_server; server_name _; return 444; }'
    const sites = nginxSites('listen 80; server_name a.b;', 'listen 80; server_name c.d *.c.d;', refusing)
    const reading = nginx(sites)
    expect(words(reading)).toEqual([
      { ...shop, hosts: ['a.b'] },
      { ...wiki, hosts: ['c.d', '*.c.d'] },
    ])
    expect(reading.extra).toEqual([])
    expect(reading.services.flatMap(({ remarks }) => remarks)).toContain(
      'whoever asks for a name of nobody is refused with status 421 after apply, and was with 444',
    )
    const nameless = nginxSites('listen 80;', 'listen 80; server_name c.d;', refusing)
    expect(nginx(nameless).services).toEqual([])
    // It goes on refusing on the other port, and so stays the default of both.
    const elsewhere = refusing.replace('server_name _;', 'listen 8080 default_server; server_name _;')
    const both = nginxSites('listen 80; server_name a.b;', 'listen 80; server_name c.d;', elsewhere)
    expect(nginx(both).services).toEqual([])
  })

  it.each([
    ['a name that is a pattern', 'listen 80;', 'listen 80; server_name ~^w;', ''],
    [
      'one that is no balancer',
      'listen 80;',
      'listen 80; server_name a.b;',
      'server { listen 80; server_name c.d; return 204; }',
    ],
    [
      'one name twice',
      'listen 80;',
      'listen 80; server_name a.b;',
      'server { listen 80; server_name a.b; location / { proxy_pass http://shop; } }',
    ],
  ])('are left alone with %s', (_, first, second, more) => {
    expect(nginx(nginxSites(first, second, more)).services).toEqual([])
  })

  const haproxySites = (routes: string) => `defaults
  mode http
frontend web
  bind *:80
${routes}
backend shop
  server a 10.77.0.21:8080 check
  server b 10.77.0.22:8080 check
backend wiki
  server b 10.77.0.22:9000 check
`
  it.each([
    [
      'acl is_wiki hdr(host) -i wiki.example.org www.wiki.example.org\n  use_backend wiki if is_wiki\n  default_backend shop',
      [['wiki.example.org', 'www.wiki.example.org'], undefined],
    ],
    [
      'acl w hdr(host) -i wiki.example.org\n  acl w req.hdr_end(host) -i .wiki.example.org\n  use_backend wiki if w || { hdr(Host),lower old.example.org }\n  default_backend shop',
      [['wiki.example.org', '*.wiki.example.org', 'old.example.org'], undefined],
    ],
    [
      'use_backend wiki if { hdr(host) -i w.example.org }\n  use_backend shop if { hdr(host) -i w.example.org s.example.org }',
      [['w.example.org'], ['s.example.org']],
    ],
  ])('become services with their hosts, with HAProxy: %s', (routes, [ofWiki, ofShop]) => {
    const reading = haproxy(haproxySites(`  ${routes}`))
    expect(words(reading)).toEqual([
      { ...wiki, hosts: ofWiki },
      { ...shop, hosts: ofShop },
    ])
    expect(reading.extra).toEqual([])
  })

  it.each([
    [
      'acl api path /api\n  acl api path_beg /api/\n  use_backend wiki if api\n  default_backend shop',
      [{ path: '/api', pool: 'wiki' }],
      [],
    ],
    [
      'use_backend wiki if { path_beg /api } || { path /ping }\n  default_backend shop',
      [
        { path: '/api', pool: 'wiki' },
        { path: '/ping', exact: true, pool: 'wiki' },
      ],
      ['path_beg /api was for /api… as well: after apply for /api and what is below'],
    ],
    [
      'acl w hdr(host) -i w.example.org v.example.org\n  acl files path_beg /files/\n  use_backend shop if w files\n  use_backend wiki if w\n  use_backend wiki if w files\n  default_backend shop',
      [
        { hosts: ['w.example.org', 'v.example.org'], path: '/files/', pool: 'shop' },
        { hosts: ['w.example.org', 'v.example.org'], pool: 'wiki' },
      ],
      [],
    ],
  ])('become one service with routes where HAProxy goes by paths: %s', (routes, written, remarks) => {
    const { services, extra } = haproxy(haproxySites(`  ${routes}`))
    expect(services.map((one) => one.words)).toEqual([{ port: 80, pool: 'shop', routes: written }])
    const [{ pools, remarks: said } = {}] = services
    expect(said).toEqual(remarks)
    expect([...(pools ?? [])].map(([name, pool]) => [name, pool.words.port, pool.real.length])).toEqual(
      expect.arrayContaining([
        ['shop', 8080, 2],
        ['wiki', 9000, 1],
      ]),
    )
    expect(extra).toEqual([])
  })

  it.each([
    'acl api path_beg -i /api\n  use_backend wiki if api\n  default_backend shop',
    'acl api path_reg ^/api\n  use_backend wiki if api\n  default_backend shop',
    'use_backend wiki if { path_beg /api/ }',
    'use_backend shop if { path_beg /api/ }\n  use_backend wiki if { hdr(host) -i w.example.org }\n  default_backend shop',
    'use_backend wiki if !{ path_beg /api/ }\n  default_backend shop',
    'acl w hdr(host) -i a.b\n  acl x src 10.0.0.0/8\n  use_backend wiki if w x\n  default_backend shop',
    'use_backend wiki unless { hdr(host) -i a.b }\n  default_backend shop',
    'use_backend %[req.hdr(host)]',
  ])('are left alone with %s', (routes) => {
    expect(haproxy(haproxySites(`  ${routes}`)).services).toEqual([])
  })

  it('leave all of a port alone where one machine is said to be otherwise in another', () => {
    const text = haproxySites('  use_backend wiki if { hdr(host) -i a.b }\n  default_backend shop')
      .replace('9000 check', '9000 check weight 5\n  server a 10.77.0.21:9000 check')
      .replaceAll(/^backend .*/gm, '$&\n  balance source')
    expect(haproxy(text).services).toEqual([])
  })

  it('become an inventory that is understood, with a group for those that serve less than all', async () => {
    const text = haproxySites('  use_backend wiki if { hdr(host) -i a.b }\n  default_backend shop')
    // A group that is called as a host would be the host to nobody.
    const reading = haproxy(text.replaceAll('wiki', 'b'))
    const keepalived = readHost(
      readBlocks({
        main: {
          path: '/etc/keepalived/keepalived.conf',
          text: 'vrrp_instance a {\n interface eth0\n virtual_router_id 9\n priority 100\n virtual_ipaddress {\n 10.77.0.100\n }\n}\n',
        },
        includes: new Map(),
        configId: 'd',
      }),
    )
    const directors = ['d1', 'd2'].map((name, index) => ({
      ...{ name, connection: `10.77.0.1${index + 1}`, keepalived, proxies: [reading] },
      ...{
        hasScriptUser: false,
        pems: new Map<string, string>(),
        addresses: [`10.77.0.1${index + 1}`],
        networks: [],
      },
    }))
    const adoption = combine('web', directors, [])
    expect(adoption.contradictions).toEqual([])
    const folder = mkdtempSync(join(tmpdir(), 'understudy-adoption-'))
    const file = join(folder, 'hosts.yaml')
    writeFileSync(file, inventoryText(adoption, { files: new Map(), connections: new Map(), vars: {} }))
    const { clusters } = await loadMachines({ inventory: [file], extraVars: [] })
    rmSync(folder, { recursive: true })
    const [cluster] = clusters
    expect(adoption.realservers.map(({ name, groups }) => [name, groups])).toEqual([
      ['b', ['b_2']],
      ['a', []],
    ])
    expect(cluster?.realservers.map(({ host }) => host)).toEqual(['b', 'a'])
    expect(
      cluster?.vips[0]?.services.map(({ claims, backendPort, pool }) => [
        (claims ?? []).map(({ host }) => host),
        backendPort,
        pool,
      ]),
    ).toEqual([
      [['a.b'], 9000, ['b']],
      [expect.anything(), 8080, undefined],
    ])
  })
})

describe('what speaks TLS', () => {
  const upstream = 'upstream app { server 10.77.0.21:8080; server 10.77.0.22:8080; }'
  const live = '/etc/letsencrypt/live/www.example.org'
  const secured = `server {
    listen 443 ssl http2; listen [::]:443 ssl http2;
    server_name www.example.org;
    ssl_certificate ${live}/fullchain.pem;
    ssl_certificate_key ${live}/privkey.pem;
    ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_ciphers HIGH:!aNULL;
    add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
    location / { proxy_pass http://app; proxy_set_header X-Forwarded-Proto https; }
  }`
  const certificate = { certificate: `${live}/fullchain.pem`, key: `${live}/privkey.pem` }
  const words = ({ services }: ProxyReading) =>
    services.map(({ words: { check: _, scheduler: __, ...rest } }) => rest)

  it('becomes tls and a redirect, with nginx', () => {
    const text = `events {} http { ${upstream} ${secured} server { listen 80; server_name www.example.org; return 301 https://$host$request_uri; } }`
    const reading = nginx(text)
    const hsts = { max_age: 31_536_000, include_subdomains: true }
    expect(words(reading)).toEqual([
      { port: 443, backend_port: 8080, tls: { certificates: [certificate], hsts } },
      { port: 80, redirect: 'https' },
    ])
    expect(reading.extra).toEqual([])
    expect(reading.services.flatMap(({ remarks }) => remarks)).toContain(
      'TLS below 1.2 is not spoken any more after apply',
    )
  })

  it.each([
    [
      'clients with certificates',
      secured.replace('ssl_ciphers', 'ssl_client_certificate'),
      'ssl_client_certificate has no word',
    ],
    [
      'certificates by name',
      secured.replaceAll(live, '/etc/ssl/$ssl_server_name'),
      'certificates that are no files have no word',
    ],
    [
      'plain text on the same server',
      secured.replace('listen [::]:443 ssl http2', 'listen 10.77.0.9:443'),
      'listen 10.77.0.9:443: only a port, for all addresses or for VIPs, has a word',
    ],
  ])('is left alone with %s', (_, server, message) => {
    const { why, services } = nginx(`events {} http { ${upstream} ${server} }`)
    expect([services, why?.message]).toEqual([[], message])
  })

  const front = (...lines: readonly string[]) => `defaults
  mode http
frontend web
${lines.map((line) => `  ${line}\n`).join('')}  default_backend app
backend app
  server a 10.77.0.21:8080 check
  server b 10.77.0.22:8080 check
`
  const bound = 'bind *:443 ssl crt /etc/haproxy/www.pem alpn h2,http/1.1 ssl-min-ver TLSv1.3'

  it.each([
    ['http-request redirect scheme https code 301 unless { ssl_fc }', 'https'],
    ['redirect scheme https code 308 if !{ ssl_fc }', { status: 308 }],
    ['http-request redirect scheme https unless { ssl_fc }', 'https'],
  ])('becomes tls and a redirect, with HAProxy: %s', (line, redirect) => {
    const hsts = 'http-response set-header Strict-Transport-Security "max-age=600; preload"'
    const reading = haproxy(
      front('bind *:80', bound, line, hsts, 'http-request set-header X-Forwarded-Proto https if { ssl_fc }'),
    )
    expect(words(reading)).toEqual([
      { port: 80, redirect },
      {
        port: 443,
        backend_port: 8080,
        tls: {
          certificates: [{ certificate: '/etc/haproxy/www.pem' }],
          minimum: '1.3',
          hsts: { max_age: 600, preload: true },
        },
      },
    ])
    expect(reading.extra).toEqual([])
  })

  it.each([
    ['a folder of certificates', bound.replace('www.pem', 'certs/')],
    ['certificates of clients', `${bound} verify required ca-file /etc/ca.pem`],
    ['plain text beside', `${bound}\n  bind *:80`],
  ])('is left alone with %s, with HAProxy', (_, bind) => {
    expect(haproxy(front(bind)).services).toEqual([])
  })

  it('is no reason to send clients where nobody speaks it', () => {
    const sent = 'server { listen 80; return 301 https://$host$request_uri; }'
    expect(nginx(`events {} http { ${sent} }`).services).toEqual([])
    const elsewhere = secured.replaceAll('443', '8443')
    const { services, extra } = nginx(`events {} http { ${upstream} ${elsewhere} ${sent} }`)
    expect(services.map(({ words: { port } }) => port)).toEqual([8443])
    expect(extra.join('\n')).toContain('return 301 https://$host$request_uri;')
  })
})
