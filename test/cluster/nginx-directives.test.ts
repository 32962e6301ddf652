import { describe, expect, it } from 'vitest'
import { resolveClusters } from '../../src/cluster/index.ts'
import { healthy, machines } from './inventory.ts'

const told = (words: object, service: object = {}) =>
  machines({
    ...healthy,
    balancer: 'nginx',
    ...words,
    services: [{ ...healthy.services[0], ...service }],
  })
const ofService = (extra: unknown, more: object = {}) => told({}, { ...more, extra })

/** What is said of directives. */
const said = (members: ReturnType<typeof told>) =>
  resolveClusters(members).problems.filter(({ rule }) => /^lines-(mis|unk)/.test(rule ?? ''))

describe('directives of the user’s own for nginx', () => {
  it('that it knows where they stand are nothing to complain of', () => {
    const nginx = {
      main: 'env TZ;\nworker_shutdown_timeout 30s;\ninclude /etc/nginx/main.d/*.conf;',
      events: 'multi_accept on; # at once\nuse epoll;',
      http: `log_format short '$remote_addr "$request" {x} # no comment';
map $http_upgrade $asks {
    default upgrade;
    ''      close;
}
geo $inside { default 0; 10.0.0.0/8 1; }
types { application/wasm wasm; }
limit_req_zone $binary_remote_addr zone=few:10m rate=5r/s;
server {
    listen 8081;
    location ~ ^/old(/.*)$ {
        if ($request_method = POST) { return 405; }
        limit_except GET { deny all; }
        location = /old/x { alias /srv/x; more_set_headers 'X: y'; }
        return 301 /new$1;
    }
}
split_clients "\${remote_addr}" $half { 50% a; * b; }`,
      stream: 'log_format raw "$remote_addr";\nserver {\n  listen 5353 udp;\n  proxy_pass 192.0.2.9:53;\n}',
    }
    const realservers = {
      server: 'location /static { expires 1h; add_header Cache-Control public; try_files $uri =404; }',
      http: 'gzip_types text/css;\nbrotli on;\nvhost_traffic_status_zone;',
    }
    expect(said(told({ extra: { nginx, realservers } }))).toEqual([])
    const extra = {
      frontend: 'client_body_timeout 20s;\nif ($host = "x") {\n  return 444;\n}',
      location: 'proxy_set_header X-A \'b; c\';\nproxy_cookie_path / "/; Secure";\nsub_filter {{ x }} y;',
      backend: 'zone web 64k;\nleast_conn;',
    }
    expect(said(ofService(extra))).toEqual([])
  })

  it.each([
    ['client_max_body_sise 10m;', 'line 1 of these says client_max_body_sise', 'client_max_body_size?'],
    [
      { location: 'proxy_buffering off;\nproxy_bufering off;' },
      'line 2 of these says proxy_bufering',
      'proxy_buffering?',
    ],
    [{ backend: 'least_con;' }, 'says least_con,', 'least_conn?'],
    ['location /x {\n  retrun 403;\n}', 'line 2 of these says retrun', 'return?'],
    ['if ($a) {\n  ad_header X y;\n}', 'says ad_header', 'add_header?'],
    ['enable_gzip on;', 'says enable_gzip', 'load_module'],
  ])('that it does not know are told: %j', (extra, message, next) => {
    expect(said(ofService(extra))).toEqual([
      expect.objectContaining({
        rule: 'lines-unknown-directive',
        severity: 'warning',
        message: expect.stringContaining(message),
        next: expect.stringContaining(next),
      }),
    ])
  })

  it.each([
    ['worker_connections 4096;', 'in server', 'events'],
    [{ location: 'listen 8080;' }, 'in location', 'server'],
    [{ backend: 'proxy_read_timeout 5s;' }, 'in upstream', 'http, server, location'],
    ['location /x {\n  limit_req_zone $a zone=b:1m rate=1r/s;\n}', 'line 2', 'http'],
    ['if ($a) {\n  client_max_body_size 1m;\n}', 'in if of a server', 'http, server, location'],
  ])('that stand in another block than theirs are told: %j', (extra, message, next) => {
    expect(said(ofService(extra))).toContainEqual(
      expect.objectContaining({
        rule: 'lines-misplaced-directive',
        severity: 'error',
        message: expect.stringContaining(message),
        next: expect.stringContaining(next),
      }),
    )
  })

  it('are those of stream where connections are passed on unread', () => {
    const tcp = (extra: unknown) => said(ofService(extra, { mode: 'tcp', check: { type: 'tcp' } }))
    expect(tcp({ frontend: 'proxy_timeout 1h;', backend: 'least_conn;' })).toEqual([])
    expect(tcp({ frontend: 'client_max_body_size 1m;' })).toEqual([
      expect.objectContaining({ message: expect.stringContaining('in server of stream') }),
    ])
  })

  it('may be those of modules that are loaded, unless they are nearly others', () => {
    const loaded = (http: string) =>
      said(told({ extra: { nginx: { main: 'load_module modules/ngx_own.so;', http } } }))
    expect(loaded('own_words on;')).toEqual([])
    expect(loaded('keepalive_timout 5s;')).toHaveLength(1)
  })

  it('may be anything within blocks of Lua and statements of Jinja', () => {
    expect(said(ofService('location /x {\n  content_by_lua_block { ngx.say("x") }\n}'))).toEqual([])
  })
})
