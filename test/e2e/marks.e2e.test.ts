import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unlike } from './as-planned.ts'
import { bounded } from './bounded.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf, wantedOf } from './events.ts'
import { tellCluster } from './tls.ts'

const check = { type: 'http', path: '/health' }
const inNat = { outside: '203.0.113.100', gateway: '10.77.0.99' }

/** Clients ask through both ports; who answered, each once. */
async function answering(cluster: TestCluster, vip: string): Promise<readonly string[]> {
  const host = vip.includes(':') ? `[${vip}]` : vip
  const said = await cluster.on(
    'client',
    cluster.address(`for port in 80 81 80 81 80 81; do
  curl -g -s -m 5 -D - -o /dev/null http://${host}:$port/ | tr -d '\\r' | sed -n 's/^[Xx]-[Ss]erved-[Bb]y: //p'
done`),
  )
  expect(said.split('\n')).toHaveLength(6)
  return [...new Set(said.split('\n'))]
}

async function standsAlone(cluster: TestCluster): Promise<void> {
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  const proofs = proofsOf(applied)
  expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  expect(proofs.map(({ name }) => name)).toContain('the kernel marks and masquerades packets as configured')
  const planned = await cluster.run(['plan', '--json'])
  expect(recapsOf(planned).filter(({ changed }) => changed !== 0)).toEqual([])
}

/** Filters of traffic control of a machine, by its interfaces. */
const filters = `for one in /sys/class/net/*; do
  for end in ingress egress; do tc filter show dev "\${one##*/}" $end 2>/dev/null | grep -c handle; done
done | awk '{ n += $1 } END { print n + 0 }'`

describe('several ports as one service, on machines whose kernel has no nftables', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster('lvs-nat-two-networks', '10.91.3', { images: { d2: 'trixie' } })
    tellCluster(cluster, {
      services: [{ port: 80, also: [81], persistence_timeout: 30, forwarding: 'nat', check }],
      nat: { gateway: cluster.address(inNat.gateway), masquerade: true },
    })
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it('come up with one command, and are one: a client meets the same realserver on each', async () => {
    await standsAlone(cluster)
    expect(await answering(cluster, inNat.outside)).toHaveLength(1)
  })

  it('let realservers out with the address of a director, and nobody else as somebody else', async () => {
    // Who hears that nobody listens was answered; the client knows no way to the realservers.
    const out = "timeout 5 bash -c '</dev/tcp/203.0.113.31/9' 2>&1 || :"
    expect(await cluster.on('rs1', out)).toContain('refused')
    expect(await cluster.on('d1', out)).toContain('refused')
    await cluster.on('d1', 'sh /etc/understudy/packets-web.sh stop')
    expect(await cluster.on('rs1', out)).not.toContain('refused')
  })

  it('are marked again where somebody took the filters away, as the plan says', async () => {
    await cluster.on('d2', 'tc qdisc del dev vec1 clsact')
    const planned = await cluster.run(['plan', '--json'])
    expect(wantedOf(planned, 'd1')).toEqual(['packet_rules[web]'])
    expect(wantedOf(planned, 'd2')).toEqual(['packet_rules[web]'])
    const verified = await cluster.run(['verify', '--json', '--wait', '0'])
    expect(verified.status).not.toBe(0)
    const applied = await cluster.run(['apply', '--json'])
    expect(unlike(planned, applied)).toEqual({ notMade: [], notPlanned: [] })
    expect(recapsOf(await cluster.run(['plan', '--json'])).filter(({ changed }) => changed !== 0)).toEqual([])
  })

  // These hang filters of their own on the same interfaces, or take all away.
  bounded(
    () => cluster,
    ['cable-pulled', 'bad-network', 'director-rebooted', 'director-cut-from-realservers'],
  )

  it('leave nothing behind', async () => {
    expect(Number(await cluster.on('d1', filters))).toBeGreaterThan(0)
    tellCluster(cluster, {
      services: [{ port: 80, forwarding: 'nat', check }],
      nat: { gateway: cluster.address(inNat.gateway) },
    })
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    expect(await cluster.on('d1', `${filters}; tc qdisc show | grep -c clsact; ls /etc/understudy`)).toBe(
      '0\n0',
    )
  })
})

describe('several ports of IPv6 as one service', () => {
  let cluster: TestCluster
  const vip = 'fd00:77::100'
  beforeAll(async () => {
    cluster = await startCluster('ipv6-only', '10.91.4', { images: { d1: 'trixie' } })
    tellCluster(cluster, { services: [{ port: 80, also: [81], persistence_timeout: 30, check }] })
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it('come up with one command, are one, and stay so while directors fail', async () => {
    await standsAlone(cluster)
    expect(await answering(cluster, vip)).toHaveLength(1)
  })

  bounded(() => cluster, ['cable-pulled', 'keepalived-stopped'])
})
