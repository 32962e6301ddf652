import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mixedImages } from './architecture.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { renewCertificates, tellCluster } from './tls.ts'

const certificate = (name: string) => ({
  certificates: [{ certificate: `tls/${name}.pem`, key: `tls/${name}.key` }],
})

/** Each VIP has a site of its own behind the same ports. */
const vipsOf = ({ address }: TestCluster) => [
  {
    address: address('10.77.0.100'),
    vrid: 51,
    owner: 'd1',
    services: [
      { port: 80, backend_port: 8081 },
      { port: 443, backend_port: 8081, tls: certificate('www') },
    ],
  },
  {
    address: address('10.77.0.101'),
    vrid: 52,
    owner: 'd2',
    services: [
      { port: 80, redirect: 'https' },
      { port: 443, backend_port: 8082, tls: certificate('shop') },
    ],
  },
]

describe('VIPs that mean something else by the same ports', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster('haproxy-dual-master', '10.91.12', { images: mixedImages })
    renewCertificates(cluster)
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it.each([
    ['haproxy', 'nginx'],
    ['nginx', 'haproxy'],
  ])('are served by %s, and by the other director when one is gone', async (balancer, other) => {
    tellCluster(cluster, { balancer, vips: vipsOf(cluster) })
    for (const director of ['d1', 'd2'])
      await cluster.on(director, `systemctl disable --now ${other} 2>/dev/null; true`)
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    const again = await cluster.run(['apply', '--json', '--no-verify'])
    expect(recapsOf(again).filter(({ changed }) => changed > 0)).toEqual([])

    await cluster.lab.kill('d2')
    const seen = await cluster.on(
      'client',
      `i=0; until curl -sk -m 1 -o /dev/null ${cluster.address('https://10.77.0.101/')}; do i=$((i + 1)); [ "$i" -lt 120 ] || exit 1; sleep 0.25; done
for url in ${cluster.address('http://10.77.0.100/ http://10.77.0.101/')}; do curl -s -o /dev/null -w '%{http_code} ' $url; done`,
    )
    expect(seen.trim()).toBe('200 301')
    await cluster.lab.start('d2')
  })
})
