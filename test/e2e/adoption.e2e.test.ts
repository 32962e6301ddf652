import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { startCluster, type TestCluster } from './cluster.ts'
import { recapsOf } from './events.ts'
import { type Ran, understudy } from './understudy.ts'

const network = '10.89.7'
const vip = `${network}.200`

const realServer = (last: number) => `
    real_server ${network}.${last} 80 {
        weight 1
        HTTP_GET {
            url {
              path /
            }
            connect_timeout 3
            nb_get_retry 3
            delay_before_retry 3
        }
    }`

/** As somebody types it who follows an article of its time. */
const byHand = (state: string, priority: number, router: string) => `! Configuration File for keepalived
global_defs {
   router_id ${router}
#   vrrp_strict
}
vrrp_instance VI_1 {
    state ${state}
    interface vec0
    virtual_router_id 51
    priority ${priority}
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass 1234
    }
    virtual_ipaddress {
        ${vip}
    }
}
virtual_server ${vip} 80 {
    delay_loop 6
    lb_algo rr
    lb_kind DR
    nat_mask 255.255.255.0
    protocol TCP${realServer(21)}${realServer(22)}
}
`

let cluster: TestCluster
beforeAll(async () => {
  // Somebody else has installed them before we come.
  cluster = await startCluster('lvs-dr', network, { packages: ['keepalived', 'nginx', 'ipvsadm', 'curl'] })
  const director = (name: string, ...told: Parameters<typeof byHand>) =>
    cluster.on(
      name,
      `modprobe ip_vs; cat >/etc/keepalived/keepalived.conf <<'CONF'
${byHand(...told)}CONF
systemctl enable -q --now keepalived`,
    )
  const realserver = (name: string) =>
    cluster.on(
      name,
      `sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
ip addr add ${vip}/32 dev lo label lo:0
echo "by hand: ${name}" >/var/www/html/index.html; systemctl enable -q --now nginx`,
    )
  await Promise.all([realserver('rs1'), realserver('rs2')])
  await Promise.all([director('d1', 'MASTER', 150, 'LVS_ONE'), director('d2', 'BACKUP', 100, 'LVS_TWO')])
  await cluster.on(
    'client',
    `for i in $(seq 60); do curl -sfm 1 http://${vip}/ && exit; sleep 1; done; exit 1`,
  )
  // keepalived empties the table when it starts.
  await cluster.on(
    'd1',
    `ipvsadm -A -t ${network}.250:8080 -s rr; ipvsadm -a -t ${network}.250:8080 -r ${network}.21 -g`,
  )
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

it('a cluster that somebody built by hand is taken over without a failed request', async () => {
  const directory = join(cluster.scratch, 'adopted')
  const ours = (...words: readonly string[]): Promise<Ran> =>
    understudy([...words, '-F', cluster.lab.sshConfigPath])
  const adopted = await ours('adopt', 'd1', 'd2', 'rs1', 'rs2', '--user', 'root', '-o', directory)
  expect(adopted.status, adopted.stdout + adopted.stderr).toBe(0)
  expect(adopted.stdout).toContain(
    'd1:/etc/keepalived/keepalived.conf:24: keepalived does not know nat_mask here: left out',
  )
  expect(adopted.stdout).toContain(
    `d1: IPVS has tcp ${network}.250:8080 (rr) to ${network}.21:8080, of which keepalived was told nothing`,
  )
  await cluster.on('d1', `ipvsadm -D -t ${network}.250:8080`)
  expect(adopted.stdout).not.toContain('1234')
  const inventory = join(directory, 'hosts.yaml')
  expect(statSync(inventory).mode & 0o777).toBe(0o600)
  expect(parse(readFileSync(inventory, 'utf8')).all.vars.cluster).toMatchObject({
    balancer: 'ipvs',
    vips: [{ address: `${vip}/32`, vrid: 51, owner: 'd1' }],
    services: [
      { port: 80, forwarding: 'dr', scheduler: 'rr', check: { type: 'http', interval: 6, retries: 3 } },
    ],
  })
  const again = await ours('adopt', 'd1', 'd2', '--user', 'root', '-o', directory)
  expect([again.status, again.stderr]).toEqual([5, expect.stringContaining('exists already')])

  const playbook = ['-i', inventory, join(directory, 'site.yaml'), '--json']
  const planned = await ours('plan', ...playbook)
  expect(planned.status).toBe(2)
  expect(planned.stdout).not.toContain('1234')
  // As long as nobody takes the file away, and no longer than a minute or two.
  const asking = cluster.on(
    'client',
    `touch asking; n=0 bad=0
while [ -e asking ] && [ "$n" -lt 1500 ]; do
  n=$((n + 1)); curl -sfm 3 -o /dev/null http://${vip}/ || bad=$((bad + 1)); sleep 0.08
done; echo "$n asked, $bad failed"`,
  )
  const applied = await ours('apply', ...playbook, '--no-verify')
  await cluster.on('client', 'sleep 2; rm -f asking')
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  expect(await asking).toMatch(/^[1-9]\d+ asked, 0 failed$/)
  const after = recapsOf(await ours('plan', ...playbook))
  expect(after.map(({ host, changed }) => [host, changed])).toEqual(
    ['d1', 'd2', 'rs1', 'rs2'].map((host) => [host, 0]),
  )
})
