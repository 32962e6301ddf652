import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { damaged } from '../truth/damaged.ts'
import { damages, sampled } from '../truth/damages/index.ts'
import { inThrees } from '../truth/threes.ts'
import { mixedImages, served } from './architecture.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { drills } from './drills.ts'
import { proofsOf, recapsOf, stepsOf, wantedOf } from './events.ts'
import { tryingAll } from './in-place.ts'

let cluster: TestCluster

beforeAll(async () => {
  // Here it is that packages are installed, on a director with Debian 12 and a realserver with Debian 13.
  cluster = await startCluster('lvs-dr', '10.84.0', { images: mixedImages, bare: ['d1', 'rs1'] })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

// One after the other: each test finds the cluster as the one before left it.
describe('machines of which two are bare', () => {
  it('have their whole bring-up planned, and are left as they are', async () => {
    const before = await cluster.on('d1', 'dpkg -l | sha256sum; ls /etc | sha256sum')
    const planned = await cluster.run(['plan', '--json'])
    expect(planned.status).toBe(2)
    expect(wantedOf(planned, 'd1')).toEqual([
      'owned_service[keepalived]',
      'kernel_module[ip_vs]',
      'kernel_module[ip_vs_wrr]',
      'package[keepalived,ipvsadm]',
      'copy[/etc/default/ipvsadm]',
      'sysctl[net.ipv4.vs.expire_nodest_conn]',
      'directory[/var/lib/understudy/handover]',
      'copy[/var/lib/understudy/handover/VI_77]',
      'copy[/var/lib/understudy/handover/README]',
      'template[/etc/keepalived/keepalived.conf]',
      'service[keepalived]',
    ])
    const realserver = wantedOf(planned, 'rs1')
    const sysctl = realserver.indexOf('sysctl[net.ipv4.conf.all.arp_ignore]')
    expect(sysctl).toBeGreaterThan(-1)
    expect(realserver.indexOf(`loopback_vip[${cluster.address('10.77.0.100')}]`)).toBeGreaterThan(sysctl)
    expect(realserver.at(-1)).toBe('service[nginx]')
    // One of the directors asked its network, too, whether anybody has the VIP.
    expect(recapsOf(planned).map(({ trips }) => trips)).toEqual([2, 1, 1, 1])
    expect(await cluster.on('d1', 'dpkg -l | sha256sum; ls /etc | sha256sum')).toBe(before)
  })

  it('are refused a VIP that somebody else has, by its MAC address', async () => {
    const vip = cluster.address('10.77.0.100')
    await cluster.on('client', `ip addr add ${vip}/24 dev vec0`)
    const mac = await cluster.on('client', 'cat /sys/class/net/vec0/address')
    const refused = await cluster.run(['plan'])
    await cluster.on('client', `ip addr del ${vip}/24 dev vec0`)
    expect(refused.status, refused.stdout + refused.stderr).toBe(5)
    expect(refused.stdout + refused.stderr).toContain(
      `${mac} answered when d1 asked its network for the VIP ${vip}`,
    )
  })

  it('become a cluster that proves itself', async () => {
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    const proofs = proofsOf(applied)
    expect(proofs.length).toBeGreaterThan(10)
    expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  })

  it('have nothing left to do after that, which one trip to each tells', async () => {
    const again = await cluster.run(['apply', '--json', '--no-verify'])
    expect(again.status).toBe(0)
    expect(recapsOf(again).map(({ host, changed, trips }) => [host, changed, trips])).toEqual([
      ['d1', 0, 1],
      ['d2', 0, 1],
      ['rs1', 0, 1],
      ['rs2', 0, 1],
    ])
  })

  it('lose what was edited by hand, heal from a run that died, and nothing else is touched', async () => {
    await cluster.on('rs1', 'echo "# scribble" >> /etc/nginx/nginx.conf && systemctl reload nginx')
    const worker = await cluster.on('rs2', 'systemctl show -p MainPID nginx')
    // What a run leaves that died between the write and the reload: the wanted file on the disk, and a service that
    // started before it was written.
    await cluster.on(
      'd2',
      'cd /etc/keepalived && cp keepalived.conf /root/wanted && sed -i s/advert_int.*/advert_int\\ 3/ keepalived.conf &&' +
        ' systemctl restart keepalived && sleep 1 && cp /root/wanted keepalived.conf',
    )
    const planned = await cluster.run(['plan', '--json'])
    expect(planned.status).toBe(2)
    expect(wantedOf(planned, 'rs1')).toEqual(['template[/etc/nginx/nginx.conf]', 'service[nginx]'])
    expect(wantedOf(planned, 'rs2')).toEqual([])
    expect(wantedOf(planned, 'd2')).toEqual(['service[keepalived]'])
    const [step] = stepsOf(planned, 'rs1').filter(({ verdict }) => verdict === 'change')
    expect(JSON.stringify(step)).toContain('# scribble')
    expect((await cluster.run(['apply', '--no-verify'])).status).toBe(0)
    expect(await cluster.on('rs1', 'grep -c "scribble" /etc/nginx/nginx.conf')).toBe('0')
    expect(await cluster.on('rs2', 'systemctl show -p MainPID nginx')).toBe(worker)
  })

  it('serve on when the master loses its power, and say what is missing', async () => {
    await cluster.lab.kill('d1')
    expect(await served(cluster, '10.77.0.100')).toMatch(/served-by: rs[12]/i)
    const verified = await cluster.run(['verify', '--json', '--timeout', '3', '--wait', '0'])
    expect(verified.status).toBe(3)
    const failed = proofsOf(verified).filter(({ verdict }) => verdict !== 'pass')
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.every(({ subject }) => subject.includes('d1'))).toBe(true)
    const planned = await cluster.run(['plan', '--timeout', '3', '--json'])
    expect(planned.status).toBe(4)
    expect(recapsOf(planned).map(({ host, outcome }) => [host, outcome])).toContainEqual([
      'd1',
      'unreachable',
    ])
    // A drill would take what is left of it.
    const drill = await cluster.run(['drill', 'keepalived-stopped', '--yes', '--timeout', '3'])
    expect([drill.status, drill.stderr]).toEqual([
      3,
      expect.stringContaining('no drill on a degraded cluster'),
    ])
    await cluster.lab.start('d1')
  })

  it('come back by themselves after all of them lost their power', async () => {
    const machines = ['d1', 'd2', 'rs1', 'rs2']
    await cluster.lab.kill('rs1')
    expect(await served(cluster, '10.77.0.100')).toMatch(/served-by/i)
    await Promise.all(machines.map((machine) => cluster.lab.kill(machine)))
    await Promise.all(machines.map((machine) => cluster.lab.start(machine)))
    expect(await served(cluster, '10.77.0.100')).toMatch(/served-by/i)
    await Promise.all(machines.map((machine) => cluster.booted(machine)))
    expect(await cluster.settled()).toEqual([])
    const planned = await cluster.run(['plan', '--json'])
    for (const machine of machines) expect(wantedOf(planned, machine)).toEqual([])
    expect(planned.status).toBe(0)
  })
})

// They go on with the cluster that stands now.
drills(() => cluster)
// All others: test/truth/truth.e2e.
if (!tryingAll)
  damaged(() => cluster, inThrees(damages.filter(({ is }) => sampled.includes(is))), { reboot: false })
