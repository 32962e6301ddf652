import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { writeCertificates } from '../certificates.ts'
import type { TestCluster } from './cluster.ts'
import { proofsOf } from './events.ts'
import { tryingAll } from './in-place.ts'

/** The names that `writeCertificates` makes certificates for. */
const tls = {
  certificates: [
    { certificate: 'tls/www.pem', key: 'tls/www.key' },
    { certificate: 'tls/shop.pem', key: 'tls/shop.key' },
  ],
  names: ['example.org'],
  hsts: { max_age: 60 },
}

/** What clients find behind VIPs that speak TLS: a page, and a port that sends them there. */
export const httpsServices = (more: object = {}) => [
  { port: 443, tls, ...more },
  { port: 80, redirect: 'https' },
]

/** Tells the cluster of the only group `all` of an inventory something else. */
export function tellCluster({ scratch }: TestCluster, settings: object): void {
  const path = join(scratch, 'inventory/inventory.yaml')
  const inventory = parseDocument(readFileSync(path, 'utf8'))
  for (const [word, value] of Object.entries(settings))
    inventory.setIn(['all', 'vars', 'cluster', word], inventory.createNode(value))
  writeFileSync(path, inventory.toString())
}

/** Makes certificates beside the inventory, in the place of those that are there. */
export function renewCertificates({ scratch }: TestCluster, days?: number): void {
  writeCertificates(join(scratch, 'inventory/tls'), days)
}

/** Requests over TLS that a client makes, each over a connection of its own, until a file is there; those that failed. */
export async function failedMeanwhile(
  cluster: TestCluster,
  vip: string,
  work: () => Promise<void>,
): Promise<readonly number[]> {
  const asking = cluster.on(
    'client',
    `rm -f /tmp/over; n=0; f=0
until [ -e /tmp/over ] || [ "$n" -ge 2000 ]; do n=$((n + 1)); curl -sk -m 5 -o /dev/null -f ${cluster.address(`https://${vip}/`)} || f=$((f + 1)); done
echo "$n $f"`,
  )
  await work()
  await cluster.on('client', ': >/tmp/over')
  return (await asking).split(' ').map(Number)
}

/** A line of the key that goes with the certificates. */
function secretOf({ scratch }: TestCluster): string {
  return readFileSync(join(scratch, 'inventory/tls/www.key'), 'utf8').split('\n')[2] ?? ''
}

/** Declares that a cluster which stands comes to speak TLS, and that what it shows is what the inventory has. */
export function speaksTls(of: () => TestCluster, program: 'nginx' | 'haproxy', vip = '10.77.0.100'): void {
  it('shows clients the certificates of its inventory', async () => {
    const cluster = of()
    renewCertificates(cluster)
    tellCluster(cluster, { services: httpsServices() })
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    const proofs = proofsOf(applied)
    expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    const names = proofs.map(({ name }) => name)
    expect(names.filter((name) => name.includes('right certificate')).length).toBeGreaterThan(5)
    expect(names).toContain('a client that asks in plain text is sent to TLS')
    const asked = await cluster.on(
      'client',
      cluster.address(
        `curl -sk -D - -o /dev/null -w '%{http_version}' https://${vip}/; curl -s -o /dev/null -w ' %{redirect_url}' http://${vip}/a?b`,
      ),
    )
    expect(asked).toMatch(/^strict-transport-security: max-age=60/im)
    expect(asked).toContain(cluster.address(`2 https://${vip}/a?b`))
    expect(applied.stdout + applied.stderr).not.toContain(secretOf(cluster))
  })

  if (!tryingAll) return
  it('finds out who does not show them, and renews them under clients', async () => {
    const cluster = of()
    renewCertificates(cluster, 400)
    const planned = await cluster.run(['plan'])
    expect(planned.stdout).toMatch(/certificate: www\.example\.org, until .* → www\.example\.org, until /)
    expect(planned.stdout).toContain(`service[${program}]`)
    expect(planned.stdout + planned.stderr).not.toContain(secretOf(cluster))
    const found = proofsOf(await cluster.run(['verify', '--json', '--wait', '0']))
    expect(found.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toContain(
      'each director shows the right certificate',
    )
    const [count = 0, failed] = await failedMeanwhile(cluster, vip, async () => {
      const renewed = await cluster.run(['apply', '--json', '--no-verify'])
      expect(renewed.status, renewed.stdout).toBe(0)
    })
    expect(count).toBeGreaterThan(5)
    expect(failed).toBe(0)
    const { stdout } = await cluster.run(['status', '--json'])
    expect(stdout).toMatch(/"days": ?(399|400)/)
    expect(stdout).not.toMatch(/"others": ?\[\s*"/)
  })
}
