import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { tryingAll } from './in-place.ts'
import { ipv6Only } from './ipv6-only.ts'

/** The last number of each machine's address, in the network that only these tests know. */
const numbers = { d1: 11, d2: 12, rs1: 21, rs2: 22, client: 31 }
const network = 'fd00:77:1'
const of = (number: number) => `${network}::${number}`

const check = { type: 'http', path: '/health' }
const vip = (number: number, vrid: number, owner: string, more = {}) => ({
  address: of(number),
  vrid,
  owner,
  ...more,
})
const one = [vip(100, 77, 'd1')]

/** Each follows the one before on the same machines: what that one left must not stand in its way. */
const shapes: readonly (readonly [string, object])[] = [
  [
    'direct routing, with a sorry page and what moves along: addresses, one of IPv4 among them, and routes',
    {
      vips: [
        vip(100, 77, 'd1', {
          also: [of(103), '10.89.6.104'],
          routes: [{ to: '2001:db8::/32', via: of(31) }],
          rules: [{ priority: 90, table: 100, from: '192.0.2.0/24' }],
        }),
      ],
      services: [{ port: 80, scheduler: 'wrr', sorry_page: true, check }],
    },
  ],
  ['tunnels', { vips: one, services: [{ port: 80, scheduler: 'rr', forwarding: 'tun', check }] }],
  [
    'address translation',
    {
      vips: one,
      services: [{ port: 80, backend_port: 8080, scheduler: 'rr', forwarding: 'nat', check }],
      nat: { gateway: of(99), clients: [`${of(31)}/128`] },
    },
  ],
  [
    'nginx, without preemption',
    {
      balancer: 'nginx',
      vips: one,
      services: [{ port: 80, scheduler: 'wrr', sorry_page: true }],
      vrrp: { preempt: false },
    },
  ],
  [
    'HAProxy with two masters',
    {
      balancer: 'haproxy',
      vips: [vip(100, 77, 'd1'), vip(101, 78, 'd2')],
      services: [{ port: 80, scheduler: 'wrr', check }],
    },
  ],
]

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster('lvs-dr', '10.89.6', {
    edit: (_, topology) => {
      topology.set('network', ['10.89.6.0/24', `${network}::/64`])
      for (const [name, number] of Object.entries(numbers))
        topology.setIn(['machines', name], { addresses: [`10.89.6.${number}`, of(number)] })
    },
  })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

it.each(shapes)('a cluster of IPv6 comes up and proves itself: %s', async (_, settings) => {
  const path = join(cluster.scratch, 'inventory/inventory.yaml')
  const inventory = parseDocument(readFileSync(path, 'utf8'))
  inventory.setIn(['all', 'vars', 'cluster'], inventory.createNode({ name: 'web', ...settings }))
  writeFileSync(path, inventory.toString())
  // Whoever had the port before is not stopped by us.
  if ('balancer' in settings && settings.balancer === 'haproxy')
    for (const director of ['d1', 'd2']) await cluster.on(director, 'systemctl disable -q --now nginx')
  const applied = await cluster.run(['apply', '--json', '--no-verify'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  expect(await cluster.settled()).toEqual([])
  const verified = proofsOf(await cluster.run(['verify', '--json']))
  expect(
    verified.filter(({ name }) => name.startsWith('a client gets the right page')).length,
  ).toBeGreaterThan(0)
  const planned = await cluster.run(['plan', '--json'])
  expect(recapsOf(planned).map(({ host, changed }) => [host, changed])).toEqual(
    ['d1', 'd2', 'rs1', 'rs2'].map((host) => [host, 0]),
  )
  const { status, stdout } = await cluster.run([
    'drill',
    'keepalived-killed',
    'realserver-stopped',
    '--json',
    '--yes',
  ])
  expect(status, stdout).toBe(0)
})

if (tryingAll) {
  const cables = ['cable-pulled', 'realserver-unreachable']
  ipv6Only('lvs-dr', 'fd00:77:2', cables)
  ipv6Only('lvs-nat', 'fd00:77:3', ['keepalived-killed', ...cables])
  ipv6Only('lvs-tun', 'fd00:77:4', ['director-cut-from-realservers', ...cables])
  ipv6Only('lvs-nginx', 'fd00:77:5', ['realservers-gone', ...cables])
  ipv6Only('hot-standby', 'fd00:77:6', ['balancer-stopped', ...cables])
  ipv6Only('haproxy-dual-master', 'fd00:77:7', ['balancer-stopped', ...cables])
  ipv6Only('nfs-web', 'fd00:77:8', ['nfs-gone', ...cables])
  // Tomcat takes minutes to start where many machines share a processor.
  ipv6Only('dual-master-tomcat', 'fd00:77:9', ['vrrp-blocked', 'cable-pulled'])
  ipv6Only('two-machines', 'fd00:77:a', ['cable-pulled'])
  ipv6Only('ipv6-only', 'fd00:77:b', ['keepalived-killed', 'realserver-stopped', 'cable-pulled'])
}
