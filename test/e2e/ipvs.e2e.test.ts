import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import type { DrillResult } from '../../src/model/drill.ts'
import { unlike } from './as-planned.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, wantedOf } from './events.ts'

/** Everything IPVS and keepalived's checkers have, on one cluster: address translation lets many ports share a server. */
const schedulers = 'rr wrr lc wlc lblc lblcr sh dh mh sed nq fo ovf'.split(' ')
const services = [
  ...schedulers.map((scheduler, index) => ({
    port: 7001 + index,
    scheduler,
    // Patient, because four machines share few cores.
    check: { type: 'tcp', interval: 2, timeout: 3, retries: 1 },
  })),
  {
    port: 7101,
    scheduler: 'wlc',
    persistence_timeout: 60,
    persistence_granularity: '255.255.255.0',
    check: { type: 'http', path: '/health' },
  },
  { port: 7102, scheduler: 'rr', check: { type: 'ping', retries: 1 } },
  { port: 7103, backend_port: 8443, scheduler: 'rr', check: { type: 'https', path: '/', retries: 1 } },
  {
    port: 5353,
    protocol: 'udp',
    backend_port: 5353,
    scheduler: 'rr',
    check: { type: 'misc', program: '/usr/local/bin/check-udp', interval: 5, timeout: 5, retries: 2 },
  },
  {
    port: 5354,
    protocol: 'udp',
    backend_port: 5353,
    scheduler: 'rr',
    check: { type: 'udp', payload: 'ask\n', reply: true, interval: 3, retries: 2 },
  },
  {
    // Answers to what is scheduled by itself are not translated back: nobody asks for any.
    port: 5355,
    protocol: 'udp',
    backend_port: 5353,
    scheduler: 'rr',
    one_packet: true,
    check: { type: 'misc', program: '/usr/local/bin/check-udp', interval: 5, timeout: 5, retries: 2 },
  },
].map((service) => ({ forwarding: 'nat', backend_port: 8080, ...service }))

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster('lvs-nat', '10.87.0', { images: { rs2: 'trixie' } })
  const path = join(cluster.scratch, 'inventory/inventory.yaml')
  const inventory = parseDocument(readFileSync(path, 'utf8'))
  inventory.setIn(['all', 'vars', 'cluster', 'services'], services)
  inventory.setIn(['all', 'vars', 'cluster', 'backend'], 'none')
  writeFileSync(path, inventory.toString())
  // Servers of our own that speak plain HTTP, TLS and UDP, and what asks the last of them.
  for (const host of ['rs1', 'rs2'])
    await cluster.on(
      host,
      `command -v socat openssl nginx >/dev/null || apt-get -qq -y install socat openssl nginx >/dev/null 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=${host} -keyout /root/tls.pem -out /root/crt.pem 2>/dev/null
cat >/etc/nginx/nginx.conf <<'END'
user www-data;
events {}
http { server {
  listen 8080; listen 8443 ssl; ssl_certificate /root/crt.pem; ssl_certificate_key /root/tls.pem;
  default_type text/plain; return 200 "${host}\\n";
} }
END
systemctl enable -q nginx; systemctl restart nginx
serve() { printf '[Service]\\nExecStart=socat %s\\n[Install]\\nWantedBy=multi-user.target\\n' "$2" >"/etc/systemd/system/$1.service"; systemctl enable -q --now "$1"; }
serve named 'UDP-RECVFROM:5353,fork EXEC:"uname -n"'`,
    )
  for (const host of ['d1', 'd2'])
    await cluster.on(
      host,
      `cat >/usr/local/bin/check-udp <<'END'
#!/bin/bash
exec 3<>"/dev/udp/$1/$2" && echo ask >&3 && read -r -n 1 -t 4 answer <&3 && [ -n "$answer" ]
END
chmod 755 /usr/local/bin/check-udp`,
    )
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const vip = () => cluster.address('10.77.0.100')
const table = () => cluster.on('d1', 'ipvsadm -Ln')
/** Realservers in the pool of a port. */
function pool(shown: string, port: number): number {
  const [, entry = ''] = shown.split(`${vip()}:${port} `)
  return (entry.split(/\n(?:TCP|UDP)/)[0]?.match(/->/g) ?? []).length
}

/** Waits until both realservers are in every pool: while a check fails, as it may on a busy computer, one is not. */
const whole = () =>
  expect
    .poll(
      async () => {
        const shown = await table()
        return services.map(({ port }) => port).filter((port) => pool(shown, port) !== 2)
      },
      { timeout: 60_000, interval: 2000 },
    )
    .toEqual([])

it('brings up every scheduler, every check, TCP and UDP', async () => {
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  await whole()
  const shown = await table()
  for (const { port, scheduler, protocol = 'tcp' } of services as readonly {
    port: number
    scheduler: string
    protocol?: string
  }[])
    expect(shown).toContain(`${protocol.toUpperCase()}  ${vip()}:${port} ${scheduler}`)
})

it('serves through each of them', async () => {
  for (const { port } of services.filter((one) => one.backend_port === 8080))
    expect(await cluster.on('client', `curl -s -m 5 http://${vip()}:${port}/`)).toMatch(/^rs[12]$/)
  expect(await cluster.on('client', `curl -sk -m 5 https://${vip()}:7103/`)).toMatch(/^rs[12]$/)
  // A check that fails meanwhile, as it may on a busy computer, takes one out of the pool for a while.
  await expect
    .poll(
      async () => {
        await whole()
        const asked = await cluster.on(
          'client',
          `for i in 1 2 3 4; do echo a | socat -t 2 - UDP:${vip()}:5353; done`,
        )
        return [...new Set(asked.split('\n'))].toSorted()
      },
      { timeout: 120_000, interval: 2000 },
    )
    .toEqual(['rs1', 'rs2'])
  const same = await cluster.on(
    'client',
    `for i in 1 2 3 4 5 6; do curl -s -m 5 http://${vip()}:7101/ ; done | sort -u | wc -l`,
  )
  expect(same).toBe('1')
})

it('keeps a copy of the table that ipvsadm takes', async () => {
  const copied = () =>
    cluster.on(
      'd2',
      'unshare --net sh -c "ip link set lo up; ip route add default dev lo; ipvsadm --restore </etc/ipvsadm.rules; ipvsadm --save -n | sort"; echo ==; ipvsadm --save -n | sort',
    )
  const both = async () => (await copied()).split('==\n').map((table) => table.trim())
  // While a check fails, as it may on a busy computer, the table is not the configured one.
  await expect.poll(async () => new Set(await both()).size, { timeout: 60_000, interval: 2000 }).toBe(1)
  expect((await both())[0]?.split('\n').length).toBeGreaterThan(40)
})

it('is told by plans what a keepalived that starts, or loads anew, leaves as it is', async () => {
  const asPlanned = async (steps: readonly string[]) => {
    const planned = await cluster.run(['plan', '--limit', 'd2', '--json'])
    expect(wantedOf(planned, 'd2')).toEqual(steps)
    const applied = await cluster.run(['apply', '--limit', 'd2', '--json', '--no-verify'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    expect(unlike(planned, applied)).toEqual({ notMade: [], notPlanned: [] })
  }
  const [written, service, table] = [
    'template[/etc/keepalived/keepalived.conf]',
    'service[keepalived]',
    'ipvs_table[web]',
  ]
  await cluster.on('d2', 'systemctl stop keepalived')
  await asPlanned([service])
  // What somebody edited, and nobody loaded.
  const edit = "sed -i 's/weight 1$/weight 7/' /etc/keepalived/keepalived.conf"
  await cluster.on('d2', `${edit}; ipvsadm -D -t ${vip()}:7001; ipvsadm --stop-daemon master`)
  await asPlanned([written, service, table])
  const path = join(cluster.scratch, 'inventory/inventory.yaml')
  const inventory = readFileSync(path, 'utf8')
  writeFileSync(path, inventory.replace('connection_sync: true', 'connection_sync: false'))
  await asPlanned([written, service, table])
  expect(await cluster.on('d2', 'ipvsadm -L --daemon')).toBe('')
  writeFileSync(path, inventory)
  await asPlanned([written, service])
})

it('is drilled through each that answers: by pages, over TLS too, by connections, and by datagrams', async () => {
  expect(await cluster.settled()).toEqual([])
  // Each of these services is asked once a second: more would keep the machines from their work.
  const ran = await cluster.run(['drill', 'keepalived-stopped', '--yes', '--json', '--interval', '1000'])
  const result = ran.events.find(({ event }) => event === 'drill-result')?.result as DrillResult | undefined
  // Machines that share two cores with those of other tests, and start a shell for each request, take their time.
  const asked = result?.services ?? []
  expect(
    asked.map(({ url }) => url),
    ran.stderr + ran.stdout,
  ).toContain(`https://${vip()}:7103/`)
  expect(asked.map(({ url }) => url)).toContain(`udp://${vip()}:5354`)
  for (const { url, felt, kept } of asked) {
    expect(felt.good, url + ran.stdout).toBeGreaterThan(felt.sent / 4)
    if (url.startsWith('http')) expect(kept.connections[0]?.answers, url).toBeGreaterThan(0)
  }
})

it('takes a realserver out of every pool when its checks fail', async () => {
  await cluster.lab.kill('rs1')
  const rs1 = cluster.address('10.77.0.21')
  for (let round = 0; round < 40 && (await table()).includes(rs1); round++)
    await new Promise((done) => setTimeout(done, 1000))
  const shown = await table()
  expect(shown).toContain(cluster.address('10.77.0.22'))
  expect(shown).not.toContain(rs1)
})
