import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mixedImages, served } from './architecture.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { tellCluster } from './tls.ts'

const directors = ['d1', 'd2']
const realservers = ['rs1', 'rs2']

/** What the machines themselves say that they are: who listens on the port, what the kernel balances, where the VIP is. */
const asked = `ss -Hltnp 'sport = :80' | grep -o '(("[a-z]*' | tr -d '("' | sort -u | tr '\\n' ' '
echo "table $(ipvsadm -Ln 2>/dev/null | grep -c -- '->.*:80 ')"
echo "lo $(ip -o address show dev lo | grep -c VIP/)"
echo "silent $(cat /proc/sys/net/ipv4/conf/all/arp_ignore)"`

/** A shape, and what is then on each director and each realserver. nginx asks for no page by itself. */
const shapes = [
  ['nginx', 'nginx', { type: 'http' }, 'nginx table 0 lo 0 silent 0', 'nginx table 0 lo 0 silent 0'],
  [
    'HAProxy',
    'haproxy',
    { type: 'http', path: '/health' },
    'haproxy table 0 lo 0 silent 0',
    'nginx table 0 lo 0 silent 0',
  ],
  [
    'direct routing',
    'ipvs',
    { type: 'http', path: '/health' },
    'table 2 lo 0 silent 0',
    'nginx table 0 lo 1 silent 1',
  ],
  ['nginx again', 'nginx', { type: 'http' }, 'nginx table 0 lo 0 silent 0', 'nginx table 0 lo 0 silent 0'],
] as const

describe('a cluster that becomes another one, and another, and what it was', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster('lvs-dr', '10.91.20', { images: mixedImages })
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it.each(shapes)(
    '%s: is that and nothing else, and serves',
    async (_, balancer, check, director, realserver) => {
      tellCluster(cluster, {
        balancer,
        services: [{ port: 80, scheduler: 'rr', check }],
        connection_sync: balancer === 'ipvs',
      })
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
      const again = await cluster.run(['plan', '--json'])
      expect(recapsOf(again).filter(({ changed }) => changed > 0)).toEqual([])
      const said = async (machine: string) =>
        (await cluster.on(machine, asked.replace('VIP', cluster.address('10.77.0.100'))))
          .split(/\s+/)
          .join(' ')
      for (const one of directors) expect([one, await said(one)]).toEqual([one, director])
      for (const one of realservers) expect([one, await said(one)]).toEqual([one, realserver])
      expect(await served(cluster, '10.77.0.100')).toMatch(/served-by: rs[12]$/im)
    },
  )

  it('has no more of what it was after a reboot', async () => {
    for (const machine of ['d1', 'rs1']) {
      await cluster.lab.kill(machine)
      await cluster.lab.start(machine)
      await cluster.booted(machine)
    }
    expect(await cluster.settled()).toEqual([])
    expect(await cluster.on('rs1', 'ip -o address show dev lo')).not.toContain(cluster.address('10.77.0.100'))
    expect(await cluster.on('d1', 'systemctl is-active haproxy')).not.toBe('active')
  })
})
