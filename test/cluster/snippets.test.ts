import { describe, expect, it } from 'vitest'
import { complaint, complaints } from './complaints.ts'
import { healthy, machines, type Words } from './inventory.ts'
import { balancerNginxConf, haproxyCfg, keepalivedConf, nginxVariables, render } from './rendered.ts'

const told = (balancer: string, service: Words, words: Words = {}) =>
  machines({
    ...healthy,
    balancer,
    backend: 'none',
    services: [{ port: 80, check: { type: 'tcp' }, ...service }],
    ...words,
  })

/** The section of HAProxy or block of nginx in which a line stands: the last thing before it that begins in column 0, or with {. */
function around(text: string, line: string): string {
  const lines = text.slice(0, text.indexOf(line)).split('\n')
  const open: string[] = []
  for (const one of lines) {
    if (/\{\s*$/.test(one)) open.push(one.trim())
    else if (/^\s*\}/.test(one)) open.pop()
    else if (/^[a-z]/.test(one) && !one.endsWith(';')) open.splice(0, 1, one)
  }
  return open.join(' > ')
}

describe('lines of the user in the balancing nginx', () => {
  const extra = {
    nginx: { main: '# main', events: '# events', http: '# http', stream: '# stream' },
  }
  const parts = { frontend: '# front', location: '# where', backend: '# back', servers: 'max_conns=9' }

  it('stand in the block that they are of', () => {
    const text = balancerNginxConf(told('nginx', { extra: parts }, { extra }))
    expect(around(text, '# main')).toBe('')
    expect(around(text, '# events')).toBe('events {')
    expect(around(text, '# http')).toBe('http {')
    expect(around(text, '# front')).toBe('http { > server {')
    expect(around(text, '# where')).toBe('http { > server { > location / {')
    expect(around(text, '# back')).toBe('http { > upstream web_80 {')
    expect(text.match(/max_conns=9;/g)).toHaveLength(2)
    // Once for what is answered, and once for what lasts.
    expect(text.match(/# where/g)).toHaveLength(2)
  })

  it('stand in its streams', () => {
    const { location: _, ...others } = parts
    const text = balancerNginxConf(told('nginx', { mode: 'tcp', extra: others }, { extra }), 'x.so')
    expect(around(text, '# stream')).toBe('stream {')
    expect(around(text, '# front')).toBe('stream { > server {')
    expect(around(text, '# back')).toBe('stream { > upstream web_80 {')
    expect(text.match(/max_conns=9;/g)).toHaveLength(2)
  })

  it('are those of http, and of a server, where they are a text', () => {
    const text = balancerNginxConf(told('nginx', { extra: '# of it' }, { extra: { nginx: '# of all' } }))
    expect(around(text, '# of it')).toBe('http { > server {')
    expect(around(text, '# of all')).toBe('http {')
  })

  it('go with a pool wherever it serves', () => {
    const pools = {
      a: { port: 8080, extra: { servers: 'slow', location: '# of a' } },
      b: { port: 8081, extra: '# of b' },
    }
    const services = [{ port: 80, pool: 'a', routes: [{ path: '/b', pool: 'b' }], extra: '# of both' }]
    const text = balancerNginxConf(
      machines({ ...healthy, balancer: 'nginx', backend: 'none', pools, services }),
    )
    expect(around(text, '# of a')).toBe('http { > server { > location / {')
    expect(around(text, '# of b\n')).toBe('http { > upstream web_80_b {')
    expect(around(text, '# of both')).toBe('http { > server {')
    expect(text.match(/:8080 .* slow;/g)).toHaveLength(2)
    expect(text.match(/:8081 .* slow;/g)).toBeNull()
  })
})

describe('lines of the user in HAProxy', () => {
  it('stand in the section that they are of', () => {
    const haproxy = { global: '    # global', defaults: '    # usual', sections: '# sections' }
    const parts = { frontend: '    # front', backend: '    # back', servers: 'maxconn 9' }
    const text = haproxyCfg(told('haproxy', { extra: parts }, { extra: { haproxy } }))
    expect(around(text, '# global')).toBe('global')
    expect(around(text, '# usual')).toBe('defaults')
    expect(around(text, '# front')).toBe('frontend web_80')
    expect(around(text, '# back')).toBe('backend web_80')
    expect(text.trimEnd()).toMatch(/# sections$/)
    expect(text.match(/^ {4}server rs[12] .* maxconn 9$/gm)).toHaveLength(2)
  })

  it('stand in the frontend of a port that services share', () => {
    const services = [
      { port: 80, hosts: ['a.example.org'], pool: 'a', extra: { frontend: '    # a' } },
      { port: 80, pool: 'b', extra: { frontend: '    # b' } },
    ]
    const pools = { a: { port: 8080 }, b: { port: 8081, extra: '    # of b' } }
    const text = haproxyCfg(machines({ ...healthy, balancer: 'haproxy', backend: 'none', pools, services }))
    expect(around(text, '# a')).toBe('frontend web_80')
    expect(around(text, '# b')).toBe('frontend web_80')
    expect(around(text, '# of b')).toBe('backend web_80_b')
  })
})

it('stand in virtual_server and real_server of keepalived', () => {
  const extra = { backend: '    # virtual', servers: '        # real' }
  const text = keepalivedConf('d1', machines({ ...healthy, services: [{ port: 80, extra }] }))
  expect(around(text, '# virtual')).toMatch(/virtual_server 10\.77\.0\.100 80 \{$/)
  expect(text.match(/^ {8}# real$/gm)).toHaveLength(2)
})

it('stand in what serves the pages', () => {
  const extra = { realservers: { server: '        # site', http: '    # all' } }
  const text = render('nginx.conf.hbs', nginxVariables({ ...healthy, extra }))
  expect(around(text, '# all')).toBe('http {')
  expect(around(text, '# site')).toBe('http { > server {')
  const plain = render('nginx.conf.hbs', nginxVariables({ ...healthy, extra: { realservers: '# one' } }))
  expect(around(plain, '# one')).toBe('http { > server {')
})

describe('lines that cannot work', () => {
  it.each<[string, Words, Words, string, string, RegExp]>([
    ['haproxy', { extra: { location: 'x' } }, {}, 'services.0.extra.location', 'error', /no locations/],
    ['nginx', { mode: 'tcp', extra: { location: 'x;' } }, {}, 'services.0.extra.location', 'error', /unread/],
    ['ipvs', { extra: { frontend: 'x' } }, {}, 'services.0.extra.frontend', 'error', /no frontend/],
    ['nginx', { extra: { servers: 'a\nb' } }, {}, 'services.0.extra.servers', 'error', /one line/],
    ['nginx', { extra: 'if ($a != b) {\n' }, {}, 'services.0.extra', 'error', /line 1 /],
    ['nginx', { extra: 'etag on;\n}' }, {}, 'services.0.extra', 'error', /line 2 /],
    ['nginx', {}, { extra: { nginx: { http: 'map $a $b {' } } }, 'extra.nginx.http', 'error', /brace/],
    ['ipvs', { extra: '    alpha }' }, {}, 'services.0.extra', 'error', /brace/],
    [
      'nginx',
      {},
      { extra: { nginx: 'etag on;\nexpires 1h # e;' } },
      'extra.nginx',
      'error',
      /in line 2 .* does not end/,
    ],
    [
      'nginx',
      { extra: 'gzip on\nlocation = / { return 1; }' },
      {},
      'services.0.extra',
      'error',
      /in line 1 /,
    ],
    ['nginx', { extra: 'allow a\nallow b;' }, {}, 'services.0.extra', 'error', /in line 1 /],
    ['nginx', { extra: 'if ($a) { return 1 }\netag on;' }, {}, 'services.0.extra', 'error', /in line 1 /],
    ['nginx', {}, { extra: { nginx: { main: 'env\n  "A;"' } } }, 'extra.nginx.main', 'error', /in line 1 /],
    [
      'haproxy',
      { extra: 'option abortonclose\nbackend y' },
      {},
      'services.0.extra',
      'error',
      /^backend begins/,
    ],
    [
      'haproxy',
      {},
      { extra: { haproxy: { global: 'listen x' } } },
      'extra.haproxy.global',
      'error',
      /begins/,
    ],
    ['haproxy', {}, { extra: { nginx: '# x' } }, 'extra.nginx', 'warning', /no nginx balances/],
    ['ipvs', {}, { extra: { haproxy: '# x' } }, 'extra.haproxy', 'warning', /no HAProxy/],
    [
      'ipvs',
      {},
      { extra: { realservers: '# x' } },
      'extra.realservers',
      'warning',
      /neither nginx nor Apache/,
    ],
    [
      'nginx',
      {},
      { extra: { nginx: { stream: '# x' } } },
      'extra.nginx.stream',
      'warning',
      /no stream block/,
    ],
    [
      'nginx',
      { extra: { location: '            proxy_set_header X-A b;' } },
      {},
      'services.0.extra.location',
      'warning',
      /makes nginx forget/,
    ],
  ])('are told under %s: %j %j', (balancer, service, words, at, severity, message) => {
    expect(complaint(told(balancer, service, words))).toMatchObject({
      severity,
      at: `d1 cluster.${at}`,
      message: expect.stringMatching(message),
    })
  })

  it.each([
    'if ($a != b) { return 403; } # {',
    `add_header X "}" always;`,
    "add_header X '{ $a';",
    '{% if groups.web %}{{ {"a": 1} }}{% endif %}',
    `location ~ "^/a{2}$" { return 200 "\${host}"; }\n\n# the end`,
    `return 301 https://\${host}$request_uri;`,
    'proxy_cookie_path ~(.*) "$1; Secure";',
    '{{ lines_of_ours }}',
    'proxy_next_upstream error\n  http_502 non_idempotent;\nserver_name a\n  b; server_name c;',
    "add_header X\n  '$b';\nadd_header Y '$c';",
    'types {\n  text/html html\n    htm;\n}',
    'access_by_lua_block { ngx.exit(ngx.OK) }',
  ])('are not seen where there are none: %s', (lines) => {
    expect(complaints(told('nginx', { extra: lines }))).toEqual([])
  })
})
