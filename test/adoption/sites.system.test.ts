import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { request as secureRequest } from 'node:https'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSections } from '../../src/adoption/haproxy/sections.ts'
import { readProxyOfHaproxy } from '../../src/adoption/haproxy/services.ts'
import { combine, readBlocks, readHost } from '../../src/adoption/index.ts'
import { readNginx } from '../../src/adoption/nginx/blocks.ts'
import { readProxyOfNginx } from '../../src/adoption/nginx/services.ts'
import { clusterVariables } from '../../src/cluster/index.ts'
import { certificateFor } from '../certificates.ts'
import { clusterOf, knowing, machines, member } from '../cluster/inventory.ts'
import { balancerNginxConf, haproxyCfg } from '../cluster/rendered.ts'
import { needs } from '../needs.ts'
import { freePort } from '../transport/sshd.ts'

needs('root', 'nginx', 'haproxy')

/** How ours and theirs wait, which says nothing of who is sent where. */
const haproxyDefaults = `defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
`

const [port, secure, shop, wiki, blog] = await Promise.all([
  ...([freePort(), freePort(), freePort(), freePort(), freePort()] as const),
])
const servers: Server[] = []
let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-sites-'))
  chmodSync(folder, 0o755)
  for (const [at, name, address] of [
    [shop, 'shop', '127.0.0.21'],
    [shop, 'shop', '127.0.0.22'],
    [wiki, 'wiki', '127.0.0.22'],
    [blog, 'blog', '127.0.0.21'],
  ] as const) {
    const server = createServer((_, answer) => answer.end(name))
    server.listen(at, address)
    await once(server, 'listening')
    servers.push(server)
  }
})
afterAll(() => {
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true })
})

type Program = 'nginx' | 'haproxy'
const byHand: Readonly<Record<Program, string>> = {
  nginx: `events {}
http {
  upstream shop { server 10.77.0.21:${shop}; server 10.77.0.22:${shop}; }
  upstream wiki { server 10.77.0.22:${wiki}; }
  upstream blog { server 10.77.0.21:${blog}; }
  server { listen ${port}; server_name .wiki.example.org; location / { proxy_pass http://wiki; } }
  server { listen ${port} default_server; server_name www.example.org; location / { proxy_pass http://shop; } }
  server { listen ${port}; server_name blog.example.org *.example.net; location / { proxy_pass http://blog; } }
}
`,
  haproxy: `${haproxyDefaults}frontend all
  bind *:${port}
  acl wiki hdr(host) -i wiki.example.org
  acl wiki hdr_end(host) -i .wiki.example.org
  use_backend wiki if wiki
  use_backend blog if { hdr(host) -i blog.example.org } or { hdr_end(host) -i .example.net }
  default_backend shop
backend shop
  server one 10.77.0.21:${shop} check
  server two 10.77.0.22:${shop} check
backend wiki
  server two 10.77.0.22:${wiki} check
backend blog
  server one 10.77.0.21:${blog} check
`,
}

/** What ours becomes of it: through an inventory, and the groups in it. */
function ours(program: Program, byHand: string, pems: ReadonlyMap<string, string> = new Map()): string {
  const path = `/etc/${program}.conf`
  const proxy =
    program === 'nginx'
      ? readProxyOfNginx(readNginx({ path, text: byHand }, new Map()))
      : readProxyOfHaproxy(readSections({ path, text: byHand }))
  const text = `vrrp_instance a {
  interface eth0
  virtual_router_id 9
  virtual_ipaddress { 10.77.0.100/24 }
}`
  const main = { path: '/etc/keepalived/keepalived.conf', text }
  const keepalived = readHost(readBlocks({ main, includes: new Map(), configId: 'd1' }))
  const told = {
    keepalived,
    proxies: [proxy],
    hasScriptUser: false,
    pems,
    addresses: [],
    networks: [],
  }
  const {
    cluster: written,
    realservers,
    files,
  } = combine('web', [{ name: 'd1', connection: '10.77.0.11', ...told }], [])
  // A file of the inventory is read when that is.
  const cluster = JSON.parse(JSON.stringify(written), (_, value) => files.get(value) ?? value)
  const members = machines(
    cluster,
    realservers.map(({ name, connection, groups }) =>
      member(name, connection, ['realservers', ...groups], { cluster }),
    ),
  ).filter(({ name }) => !/^rs[12]$/.test(name) || realservers.some((one) => one.name === name))
  const variables = clusterVariables([clusterOf(members)], knowing({}), 'd1')
  for (const { path: at, chain, key } of variables.tls_files as readonly {
    path: string
    chain: string
    key: string
  }[]) {
    mkdirSync(join(folder, at, '..'), { recursive: true })
    writeFileSync(join(folder, at), `${chain}\n${key}\n`)
  }
  return program === 'nginx' ? balancerNginxConf(members) : haproxyCfg(members)
}

async function answers(
  program: Program,
  text: string,
  ask: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const path = join(folder, `${program}.conf`)
  writeFileSync(
    path,
    text
      .replaceAll('10.77.0.', '127.0.0.')
      // Ports of this computer in the place of those that everybody has.
      .replaceAll(/(\b(?:listen|bind)\s+\S*?)\b443\b/g, `$1${secure}`)
      .replaceAll(/(\b(?:listen|bind)\s+\S*?)\b80\b/g, `$1${port}`)
      .replaceAll(/\/etc\/(nginx|haproxy)\/understudy-tls/g, `${folder}$&`)
      .replaceAll(/\/run\/(?:haproxy\/)?(nginx\.pid|admin\.sock)/g, `${folder}/$1`)
      .replace(/maxconn \d+/, 'maxconn 100')
      .replaceAll(/\/var\/log\/nginx/g, folder),
  )
  const running: ChildProcess =
    program === 'nginx'
      ? spawn('nginx', [
          '-c',
          path,
          '-g',
          `daemon off; master_process off;${text.includes('pid ') ? '' : ` pid ${folder}/pid;`}`,
        ])
      : spawn('haproxy', ['-db', '-f', path])
  try {
    await listening()
    return await ask()
  } finally {
    const ended = running.exitCode === null ? once(running, 'exit') : undefined
    running.kill('SIGKILL')
    await ended
  }
}

async function listening(): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    const isUp = await new Promise<boolean>((done) => {
      const one = createConnection(port, '127.0.0.1', () => done(true))
      one.on('error', () => done(false))
      one.on('connect', () => one.destroy())
    })
    if (isUp) return
    await pause(50)
  }
  throw new Error('nobody listens')
}

const hosts = [
  ...['wiki.example.org', 'en.wiki.example.org', 'a.b.wiki.example.org', 'WIKI.example.org'],
  ...['www.example.org', 'blog.example.org', 'x.example.net', 'example.net', 'other.org'],
]

function answerTo(host: string, path = '/'): Promise<string> {
  return new Promise((done, failed) => {
    request({ port, host: '127.0.0.1', path, headers: { host }, agent: false }, (answer) => {
      let text = ''
      answer.on('data', (part) => {
        text += part
      })
      answer.on('end', () => done(answer.statusCode === 200 ? text : String(answer.statusCode)))
    })
      .on('error', failed)
      .end()
  })
}

async function bySites(): Promise<readonly string[]> {
  const asked: string[] = []
  for (const host of hosts) asked.push(`${host} ${await answerTo(host)}`)
  return asked
}

it.each(['nginx', 'haproxy'] as const)(
  'sites are the same to clients before and after, with %s',
  async (program) => {
    const before = await answers(program, byHand[program], bySites)
    expect(new Set(before.map((one) => one.split(' ')[1]))).toEqual(new Set(['wiki', 'shop', 'blog']))
    expect(await answers(program, ours(program, byHand[program]), bySites)).toEqual(before)
  },
)

const paths = ['/', '/api', '/api/', '/api/v1?a=/wiki/', '/API/', '/ping', '/ping/', '/wiki/api/', '/blog/x']

async function byPaths(): Promise<readonly string[]> {
  const asked: string[] = []
  for (const host of ['www.example.org', 'blog.example.org', 'x.wiki.example.org'])
    for (const path of paths) asked.push(`${host}${path} ${await answerTo(host, path)}`)
  return asked
}

it.each([
  `acl api path /api
  acl api path_beg /api/
  use_backend blog if api
  use_backend wiki if { path_beg /wiki/ } || { path /ping }`,
  `acl blog hdr(host) -i blog.example.org
  acl wiki hdr_end(host) -i .wiki.example.org
  use_backend wiki if blog { path_beg /wiki/ /api/ }
  use_backend blog if blog
  use_backend wiki if wiki { path /ping } or wiki { path_beg /api/ }`,
])('paths lead to the same before and after, with HAProxy: %s', async (routes) => {
  const text = byHand.haproxy.replace(/ {2}acl wiki.*\n(?= {2}default_backend)/s, `  ${routes}\n`)
  const before = await answers('haproxy', text, byPaths)
  expect(new Set(before.map((one) => one.split(' ')[1]))).toEqual(new Set(['wiki', 'shop', 'blog']))
  expect(await answers('haproxy', ours('haproxy', text), byPaths)).toEqual(before)
})

const made = certificateFor({ names: ['www.example.org'] })
/** Over TLS: who answers, with which certificate, and what is said of it; and where those go who ask in plain text. */
async function byTls(): Promise<readonly string[]> {
  const overTls = await new Promise<string>((done, failed) => {
    const options = {
      port: secure,
      host: '127.0.0.1',
      servername: 'www.example.org',
      path: '/',
      rejectUnauthorized: false,
      agent: false,
    }
    secureRequest({ ...options, headers: { host: 'www.example.org' } }, (answer) => {
      const { fingerprint256 } = (answer.socket as TLSSocket).getPeerCertificate()
      let text = ''
      answer.on('data', (part) => {
        text += part
      })
      answer.on('end', () => done(`${text} ${fingerprint256} ${answer.headers['strict-transport-security']}`))
    })
      .on('error', failed)
      .end()
  })
  const plainly = await new Promise<string>((done, failed) => {
    request(
      { port, host: '127.0.0.1', path: '/a?b', headers: { host: 'www.example.org' }, agent: false },
      (answer) => {
        answer.resume()
        done(`${answer.statusCode} ${answer.headers.location}`)
      },
    )
      .on('error', failed)
      .end()
  })
  return [overTls, plainly]
}

it.each(['nginx', 'haproxy'] as const)(
  'TLS is the same to clients before and after, with %s',
  async (program) => {
    const [chain, key, both] = ['chain.pem', 'key.pem', 'both.pem'].map((name) => join(folder, name))
    const pems = new Map([
      [chain ?? '', made.certificate],
      [key ?? '', made.key],
      [both ?? '', `${made.certificate}\n${made.key}`],
    ])
    for (const [path, text] of pems) writeFileSync(path, text)
    const texts: Readonly<Record<Program, string>> = {
      nginx: `events {}
http {
  upstream shop { server 10.77.0.21:${shop}; server 10.77.0.22:${shop}; }
  server { listen 80; return 301 https://$host$request_uri; }
  server {
    listen 443 ssl;
    ssl_certificate ${chain};
    ssl_certificate_key ${key};
    add_header Strict-Transport-Security "max-age=600" always;
    location / { proxy_pass http://shop; }
  }
}
`,
      haproxy: `${haproxyDefaults}frontend all
  bind *:80
  bind *:443 ssl crt ${both}
  http-request redirect scheme https code 301 unless { ssl_fc }
  http-response set-header Strict-Transport-Security max-age=600
  default_backend shop
backend shop
  server one 10.77.0.21:${shop} check
  server two 10.77.0.22:${shop} check
`,
    }
    const before = await answers(program, texts[program], byTls)
    expect(before).toEqual([
      expect.stringMatching(/^shop [0-9A-F:]{95} max-age=600$/),
      '301 https://www.example.org/a?b',
    ])
    expect(await answers(program, ours(program, texts[program], pems), byTls)).toEqual(before)
  },
)
