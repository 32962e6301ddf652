import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DrillResult } from '../../src/model/drill.ts'
import { architecture, served } from './architecture.ts'
import { bounded } from './bounded.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { tryingAll } from './in-place.ts'
import { tellCluster } from './tls.ts'

const outside = '203.0.113.100'
const links = ['cable-pulled', 'director-cut-from-realservers', 'realserver-unreachable']

describe('directors between two networks, whose addresses in both move together', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster('lvs-nat-two-networks', '10.91.0', {
      edit: (inventory, topology) => {
        topology.deleteIn(['machines', 'rs2'])
        inventory.deleteIn(['all', 'children', 'realservers', 'hosts', 'rs2'])
      },
    })
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it('come up with one command and prove themselves', async () => {
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    const planned = await cluster.run(['plan', '--json'])
    expect(recapsOf(planned).filter(({ changed }) => changed !== 0)).toEqual([])
  })

  it('serve on when the cables of the holder are pulled, one network after the other', async () => {
    await cluster.lab.cut('d1', 'inside')
    const cables = async () => (await cluster.lab.status()).find(({ name }) => name === 'd1')?.cables
    expect(await cables()).toEqual({ outside: 'plugged', inside: 'cut' })
    await cluster.lab.cut('d1', 'outside')
    expect(await served(cluster, outside)).toMatch(/served-by: rs1$/im)
    const held = await cluster.on('d2', 'ip -o address show')
    expect(held).toContain(` ${outside}/`)
    expect(held).toContain(` ${cluster.address('10.77.0.99')}/`)
    await cluster.lab.join('d1')
    expect(await cables()).toEqual({ outside: 'plugged', inside: 'plugged' })
  })
})

if (tryingAll) {
  const nat = ['keepalived-killed', ...links]
  architecture('lvs-nat-two-networks', '10.91.1', (cluster) => bounded(cluster, nat), { vip: outside })
  architecture(
    'private-backends',
    '10.91.2',
    (cluster) => {
      bounded(cluster, ['balancer-hung', ...links])
      it('has a VIP to which its client has no way looked at by a machine that has one, and says that drills leave it out', async () => {
        const inside = cluster().address('10.77.0.90')
        tellCluster(cluster(), {
          vips: [
            { address: outside, vrid: 77, owner: 'd1' },
            { address: inside, vrid: 78, owner: 'd2' },
          ],
        })
        const applied = await cluster().run(['apply', '--json'])
        expect(applied.status, applied.stdout + applied.stderr).toBe(0)
        const proofs = proofsOf(applied)
        expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
        expect(proofs).toContainEqual(
          expect.objectContaining({ subject: inside, seen: 'rs1, as client has no way there' }),
        )
        const ran = await cluster().run(['drill', 'realserver-stopped', '--yes', '--json'])
        const results = ran.events
          .filter(({ event }) => event === 'drill-result')
          .map(({ result }) => result as DrillResult)
        expect(
          results.map(({ passed, unasked, services }) => [passed, unasked, services.map(({ url }) => url)]),
        ).toEqual([[true, [inside], [`http://${outside}/`]]])
      })
    },
    { vip: outside },
  )
  architecture('lvs-tun-routed', '10.91.3', (cluster) => bounded(cluster, ['realservers-gone', ...links]))
  architecture('heartbeat-link', '10.91.4', (cluster) => bounded(cluster, ['vrrp-blocked', ...links]))
  architecture('names-and-paths', '10.91.6', (cluster) =>
    bounded(cluster, ['realserver-stopped', 'balancer-stopped']),
  )
  architecture(
    'vlan',
    '10.91.5',
    (cluster) => {
      it('has a director whose trunk is down give the VIP up, though it is heard beside', async () => {
        const vip = '192.168.10.100'
        const holds = (director: string) =>
          cluster().on(
            director,
            `for i in $(seq 60); do ip -o address | grep -q ' ${vip}/' && { echo yes; exit; }; sleep 0.5; done; echo no`,
          )
        expect(await cluster().settled()).toEqual([])
        for (const [director, other] of [
          ['d1', 'd2'],
          ['d2', 'd1'],
        ] as const) {
          await cluster().on(director, 'ip link set vec1 down')
          expect(await holds(other)).toContain('yes')
          expect(await served(cluster(), vip)).toMatch(/served-by: rs[12]/i)
          await cluster().on(director, 'ip link set vec1 up')
          expect(await holds('d1')).toContain('yes')
        }
      })
      bounded(cluster, ['keepalived-killed', ...links])
    },
    { vip: '192.168.10.100' },
  )
}
