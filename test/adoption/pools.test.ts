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
import { poolOf } from '../../src/cluster/index.ts'
import { loadMachines } from '../../src/config/index.ts'

const haproxy = (text: string) =>
  readProxyOfHaproxy(readSections({ path: '/etc/haproxy/haproxy.cfg', text }), [])
const nginx = (text: string) =>
  readProxyOfNginx(readNginx({ path: '/etc/nginx/nginx.conf', text }, new Map()), [])

const keepalivedConf = `vrrp_instance a {
  interface eth0
  virtual_router_id 9
  priority 100
  virtual_ipaddress {
    10.77.0.100
  }
}
`

/** What serves each port in the inventory that was written of a pair: the realservers with their weights, \`b\` for who steps in. */
async function servedBy(reading: ProxyReading): Promise<Readonly<Record<string, readonly string[]>>> {
  const keepalived = readHost(
    readBlocks({
      main: { path: '/etc/keepalived/keepalived.conf', text: keepalivedConf },
      ...{ includes: new Map(), configId: 'd' },
    }),
  )
  const directors = ['d1', 'd2'].map((name, index) => ({
    ...{ name, connection: `10.77.0.1${index + 1}`, keepalived, proxies: [reading], hasScriptUser: false },
    ...{ pems: new Map<string, string>(), addresses: [`10.77.0.1${index + 1}`], networks: [] },
  }))
  const folder = mkdtempSync(join(tmpdir(), 'understudy-adoption-'))
  const file = join(folder, 'hosts.yaml')
  const adoption = combine('web', directors, [])
  expect(adoption.contradictions).toEqual([])
  writeFileSync(file, inventoryText(adoption, { files: new Map(), connections: new Map(), vars: {} }))
  const { clusters } = await loadMachines({ inventory: [file], extraVars: [] })
  rmSync(folder, { recursive: true })
  const [cluster] = clusters
  if (!cluster) throw new Error('no cluster')
  return Object.fromEntries(
    cluster.vips.flatMap(({ services }) =>
      services.map((service) => [
        `${service.port}${
          service.claims
            ?.map(({ path }) => path)
            .join('')
            .replace(/^\/$/, '') ?? ''
        }`,
        poolOf(cluster, service).map(({ host, weight, backup }) => `${host} ${weight}${backup ? ' b' : ''}`),
      ]),
    ),
  )
}

describe('machines that serve one port otherwise than another', () => {
  it('have pools: a database that is written to at one place, and read everywhere', async () => {
    const reading = haproxy(`defaults
  mode tcp
listen writer
  bind *:3306
  option httpchk GET /
  server n1 10.77.0.21:3306 check port 9200
  server n2 10.77.0.22:3306 check port 9200 backup
  server n3 10.77.0.23:3306 check port 9200 backup
listen reader
  bind *:3307
  balance leastconn
  server n1 10.77.0.21:3306 check weight 1
  server n2 10.77.0.22:3306 check weight 10
  server n3 10.77.0.23:3306 check weight 10
listen admin
  bind *:8080
  server n1 10.77.0.21:8080 check
  server n2 10.77.0.22:8080 check
`)
    expect(reading.remarks).toEqual([])
    expect(await servedBy(reading)).toEqual({
      3306: ['n1 1', 'n2 1 b', 'n3 1 b'],
      3307: ['n1 1', 'n2 10', 'n3 10'],
      8080: ['n1 1', 'n2 1'],
    })
  })

  it('have pools where HAProxy goes by paths', async () => {
    const reading = haproxy(`defaults
  mode http
frontend web
  bind *:80
  use_backend api if { path_beg /api }
  default_backend shop
backend shop
  server a 10.77.0.21:8080 check weight 3
  server b 10.77.0.22:8080 check
backend api
  server a 10.77.0.21:9000 check
  server b 10.77.0.22:9000 check backup
`)
    expect(await servedBy(reading)).toEqual({
      80: ['a 3', 'b 1'],
      '80/api': ['a 1', 'b 1 b'],
    })
  })

  it('have pools with nginx', async () => {
    const reading = nginx(`events {}
http {
  upstream shop { server 10.77.0.21:80 weight=2; server 10.77.0.22:80; }
  upstream api { least_conn; server 10.77.0.21:81; server 10.77.0.22:81 backup; }
  server { listen 80; location / { proxy_pass http://shop; } }
  server { listen 8080; location / { proxy_pass http://api; } }
}
`)
    // That the list says 2 of rs1 is of no weight under least_conn.
    expect(await servedBy(reading)).toEqual({ 80: ['rs1 2', 'rs2 1'], 8080: ['rs1 2', 'rs2 1 b'] })
  })

  it('stay as they are where the scheduler counts no weights', () => {
    const { services, remarks } = haproxy(`defaults
  mode tcp
listen one
  bind *:81
  server a 10.77.0.21:81 check
  server b 10.77.0.22:81 check
listen other
  bind *:82
  balance source
  server a 10.77.0.21:82 check weight 5
  server b 10.77.0.22:82 check
`)
    expect(services.map(({ words }) => words.port)).toEqual([81])
    expect(remarks.map(({ message }) => message)).toEqual([
      'listen other is kept verbatim: its realservers are otherwise elsewhere',
    ])
  })
})
