import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSections } from '../../src/adoption/haproxy/sections.ts'
import { readProxyOfHaproxy } from '../../src/adoption/haproxy/services.ts'
import { combine, readBlocks, readHost } from '../../src/adoption/index.ts'
import { readNginx } from '../../src/adoption/nginx/blocks.ts'
import { readProxyOfNginx } from '../../src/adoption/nginx/services.ts'
import { machines, member } from '../cluster/inventory.ts'
import { balancerNginxConf, haproxyCfg } from '../cluster/rendered.ts'
import { needs } from '../needs.ts'
import { freePort } from '../transport/sshd.ts'

needs('root', 'nginx', 'haproxy')

const [port, shop, wiki, blog] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
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

const byHand = {
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
  haproxy: `defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend all
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
function ours(program: keyof typeof byHand): string {
  const path = `/etc/${program}.conf`
  const proxy =
    program === 'nginx'
      ? readProxyOfNginx(readNginx({ path, text: byHand.nginx }, new Map()))
      : readProxyOfHaproxy(readSections({ path, text: byHand.haproxy }))
  const text = `vrrp_instance a {
  interface eth0
  virtual_router_id 9
  virtual_ipaddress { 10.77.0.100/24 }
}`
  const main = { path: '/etc/keepalived/keepalived.conf', text }
  const keepalived = readHost(readBlocks({ main, includes: new Map(), configId: 'd1' }))
  const told = { keepalived, proxies: [proxy], hasScriptUser: false, addresses: [], networks: [] }
  const { cluster, realservers } = combine('web', [{ name: 'd1', connection: '10.77.0.11', ...told }], [])
  const members = machines(
    cluster,
    realservers.map(({ name, connection, groups }) =>
      member(name, connection, ['realservers', ...groups], { cluster }),
    ),
  ).filter(({ name }) => !/^rs[12]$/.test(name) || realservers.some((one) => one.name === name))
  return program === 'nginx' ? balancerNginxConf(members) : haproxyCfg(members)
}

async function answers(program: keyof typeof byHand, text: string): Promise<readonly string[]> {
  const path = join(folder, `${program}.conf`)
  writeFileSync(
    path,
    text
      .replaceAll('10.77.0.', '127.0.0.')
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
    const asked: string[] = []
    for (const host of hosts) asked.push(`${host} ${await answerTo(host)}`)
    return asked
  } finally {
    running.kill('SIGKILL')
    await once(running, 'exit')
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

function answerTo(host: string): Promise<string> {
  return new Promise((done, failed) => {
    request({ port, host: '127.0.0.1', path: '/', headers: { host }, agent: false }, (answer) => {
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

it.each(['nginx', 'haproxy'] as const)(
  'sites are the same to clients before and after, with %s',
  async (program) => {
    const before = await answers(program, byHand[program])
    expect(new Set(before.map((one) => one.split(' ')[1]))).toEqual(new Set(['wiki', 'shop', 'blog']))
    expect(await answers(program, ours(program))).toEqual(before)
  },
)
