import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificateFor } from '../certificates.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { failedMeanwhile, tellCluster } from './tls.ts'

const network = '10.90.19'
const names = ['www.example.org', 'shop.example.com']

/** What a cluster is told that has its certificate from an authority on the machine `client`. */
function settings(balancer: 'nginx' | 'haproxy'): object {
  const acme = {
    ...{ directory: `https://${network}.31:14000/dir`, terms_agreed: true, contact: 'ops@example.org' },
    ...{ account_key: 'account.key', authority: 'authority.pem' },
  }
  const check = { type: 'http', path: '/health', interval: 1, timeout: 1 }
  return {
    ...{ balancer, acme },
    services: [
      { port: 80, redirect: 'https' },
      { port: 443, tls: { acme: true, names }, check },
    ],
  }
}

/** Debian's pebble, an authority for tests, with a name server that leads every name to the VIP. */
async function startAuthority(cluster: TestCluster): Promise<void> {
  const configuration = {
    ...{ listenAddress: '0.0.0.0:14000', managementListenAddress: '0.0.0.0:15000' },
    ...{ certificate: '/root/pebble.pem', privateKey: '/root/pebble.key', httpPort: 80, tlsPort: 443 },
  }
  const made = certificateFor({ names: [`${network}.31`] })
  writeFileSync(join(cluster.scratch, 'inventory/authority.pem'), made.certificate)
  const write = (file: string, text: string) => `cat >/root/${file} <<'END'\n${text}\nEND\n`
  const alone = (command: string) => `setsid nohup ${command} >>/root/pebble.log 2>&1 &\n`
  await cluster.on(
    'client',
    `${write('pebble.pem', made.certificate)}${write('pebble.key', made.key)}${write('pebble.json', JSON.stringify({ pebble: configuration }))}
apt-get update -qq && apt-get install -y -qq pebble || exit 1
${alone(`env PEBBLE_VA_NOSLEEP=1 pebble -config /root/pebble.json -dnsserver 127.0.0.1:8053`)}${alone(`pebble-challtestsrv -defaultIPv4 ${network}.100 -defaultIPv6 '' -http01 '' -https01 '' -tlsalpn01 ''`)}
sleep 2`,
  )
}

const shownBy = (cluster: TestCluster, director: string) =>
  cluster.on(
    director,
    `openssl s_client -connect 127.0.0.1:443 -servername ${names[0]} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -issuer`,
  )

describe.each(['haproxy', 'nginx'] as const)('certificates that an authority issues, with %s', (balancer) => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster('acme', network, { images: { d2: 'trixie' } })
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    writeFileSync(join(cluster.scratch, 'inventory/account.key'), key, { mode: 0o600 })
    writeFileSync(
      join(cluster.scratch, 'inventory/authority.pem'),
      certificateFor({ names: [`${network}.31`] }).certificate,
    )
    tellCluster(cluster, settings(balancer))
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it('says that the authority is away, and serves with what stands in its place', async () => {
    const applied = await cluster.run(['apply', '--no-diff'])
    expect(applied.status).not.toBe(0)
    expect(applied.stdout + applied.stderr).toContain('certificates from the authority')
    expect(applied.stdout + applied.stderr).toMatch(/ERROR: .*14000/)
    const found = proofsOf(await cluster.run(['verify', '--json', '--wait', '0']))
    const failed = found.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)
    expect(failed).toContain('each director shows the right certificate')
    expect(
      await cluster.on('client', `curl -sk -o /dev/null -w '%{http_code}' https://${network}.100/`),
    ).toBe('200')
  })

  it('has them issued to each director, whichever of them holds the VIP', async () => {
    await startAuthority(cluster)
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    const [one, other] = [await shownBy(cluster, 'd1'), await shownBy(cluster, 'd2')]
    expect(one).toContain('Pebble')
    expect(other).toContain('Pebble')
    expect(one).not.toBe(other)
    const planned = await cluster.run(['plan', '--json'])
    expect(recapsOf(planned).map(({ host, changed }) => [host, changed])).toEqual(
      ['d1', 'd2', 'rs1', 'rs2'].map((host) => [host, 0]),
    )
  })

  it('renews them without a lost request', async () => {
    const before = await shownBy(cluster, 'd1')
    const [count = 0, failed] = await failedMeanwhile(cluster, '10.77.0.100', async () => {
      const said = await cluster.on('d1', '/usr/local/lib/understudy/acme-renew --force 2>&1')
      expect(said).toContain('Done!')
      await cluster.on('d1', 'sleep 2')
    })
    expect(count).toBeGreaterThan(5)
    expect(failed).toBe(0)
    expect(await shownBy(cluster, 'd1')).not.toBe(before)
  })

  it('goes on renewing after the master died in the middle of it', async () => {
    const before = await shownBy(cluster, 'd2')
    await cluster.on('d1', '(/usr/local/lib/understudy/acme-renew --force >/dev/null 2>&1 &); sleep 3')
    await cluster.lab.kill('d1')
    await cluster.on('d2', 'sleep 5')
    const said = await cluster.on('d2', '/usr/local/lib/understudy/acme-renew --force 2>&1')
    expect(said).toContain('Done!')
    expect(await shownBy(cluster, 'd2')).not.toBe(before)
    await cluster.lab.start('d1')
    await cluster.booted('d1')
    const again = await cluster.on(
      'd1',
      'systemctl start understudy-acme.service 2>/dev/null || journalctl -u understudy-acme -n 40 --no-pager; systemctl is-failed understudy-acme.service',
    )
    expect(again).toBe('inactive')
    expect(await cluster.settled()).toEqual([])
  })
})
