import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inPlace, tryingAll } from '../e2e/in-place.ts'
import { type Machine, openMachine } from './lab-world.ts'
import { apply, inspect, make, plan } from './run.ts'

let machine: Machine
beforeAll(async () => {
  // That packages are installed is for `package-apt.e2e`.
  machine = await openMachine(tryingAll ? ['chrony', 'nginx'] : inPlace())
  await machine.run('systemctl stop nginx; systemctl enable nginx')
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const nginx = { name: 'nginx', configuration: ['/etc/nginx'], enabled: true }

describe('service', () => {
  it('starts, and has loaded what is on the disk', async () => {
    const wanted = make('service', nginx)
    expect(await apply(machine, wanted)).toMatchObject({
      status: 0,
      again: undefined,
      change: { summary: 'start' },
    })
    const pid = await machine.run('systemctl show -p MainPID --value nginx')
    await machine.run('echo "# changed" >/etc/nginx/conf.d/a.conf')
    expect(await apply(machine, wanted)).toMatchObject({
      status: 0,
      again: undefined,
      change: { summary: 'reload', impact: 'reload' },
    })
    expect(await machine.run('systemctl show -p MainPID --value nginx')).toBe(pid)
    await machine.run('sleep 1; rm /etc/nginx/conf.d/a.conf')
    expect(await plan(machine, wanted)).toMatchObject({ summary: 'reload' })
  })

  it('believes a start by other hands after the last write, and no earlier one', async () => {
    const wanted = make('service', nginx)
    await machine.run('echo "# by hand" >/etc/nginx/conf.d/a.conf; sleep 2; systemctl restart nginx')
    expect(await plan(machine, wanted)).toBeUndefined()
    await machine.run('sleep 1; echo "# and again" >/etc/nginx/conf.d/a.conf')
    expect(await plan(machine, wanted)).toMatchObject({ summary: 'reload' })
  })

  it('expects to load what an earlier change will write', async () => {
    const wanted = make('service', nginx)
    await apply(machine, wanted)
    const found = await inspect(machine, wanted)
    const touches = (token: string) =>
      wanted.converge(found, { touches: ({ about }) => about.some((one) => one === token) })
    expect(touches('file:/etc/nginx')).toMatchObject({ summary: 'reload' })
    expect(touches('file:/etc/systemd/system/nginx.service.d')).toMatchObject({
      summary: 'have systemd read its files anew',
    })
  })

  it('does not report a failed service as fine, and quotes its journal', async () => {
    await machine.run('echo "nonsense;" >/etc/nginx/conf.d/a.conf; systemctl stop nginx')
    const wanted = make('service', nginx)
    const { status, stderr, again } = await apply(machine, wanted)
    expect(status).not.toBe(0)
    expect(stderr).toContain('unknown directive "nonsense"')
    expect(again).toMatchObject({ summary: 'start, it had failed' })
    await machine.run('rm /etc/nginx/conf.d/a.conf')
    expect(await apply(machine, wanted)).toMatchObject({ status: 0, again: undefined })
  })

  it('loads again what was written while it loaded', async () => {
    await unit('late', "ExecReload=/bin/sh -c 'sleep 1; echo more >>/etc/late.conf'")
    const wanted = make('service', { name: 'late', configuration: ['/etc/late.conf'] })
    await machine.run('echo one >/etc/late.conf')
    expect(await apply(machine, wanted)).toMatchObject({ again: undefined })
    await machine.run('echo two >/etc/late.conf')
    expect(await apply(machine, wanted)).toMatchObject({ status: 0, again: { summary: 'reload' } })
  })

  it('restarts what cannot reload, and notices a service that dies at once', async () => {
    await unit('plain', '')
    const wanted = make('service', { name: 'plain', configuration: ['/etc/plain.conf'] })
    await machine.run('echo one >/etc/plain.conf')
    await apply(machine, wanted)
    await machine.run('echo two >/etc/plain.conf')
    expect(await apply(machine, wanted)).toMatchObject({ change: { summary: 'restart' }, again: undefined })
    await unit('brief', '', 'sleep 0.3')
    const brief = await apply(machine, make('service', { name: 'brief' }))
    expect(brief.status).not.toBe(0)
    expect(brief.stderr).toContain('brief.service is inactive after that')
  })

  it('has systemd read a unit anew that changed', async () => {
    await machine.run(
      'mkdir -p /etc/systemd/system/plain.service.d; printf "[Service]\\nNice=5\\n" >/etc/systemd/system/plain.service.d/nice.conf',
    )
    const wanted = make('service', { name: 'plain', on_change: 'restart' })
    expect(await apply(machine, wanted)).toMatchObject({
      again: undefined,
      change: { summary: 'have systemd read its files anew, restart' },
    })
    expect(await machine.run('systemctl show -p Nice --value plain')).toBe('5')
  })

  it('stops and disables, and says that a unit does not exist', async () => {
    await machine.run('systemctl enable --now chrony')
    const stopped = make('service', { name: 'chrony', state: 'stopped', enabled: false })
    expect(await apply(machine, stopped)).toMatchObject({ status: 0, again: undefined })
    expect(await machine.run('systemctl is-active chrony; systemctl is-enabled chrony')).toBe(
      'inactive\ndisabled',
    )
    const { change, status, stderr } = await apply(machine, make('service', { name: 'no-such-unit' }))
    expect(change?.summary).toBe('start')
    expect(status).not.toBe(0)
    expect(stderr).toContain('there is no unit no-such-unit.service')
  })
})

describe('across a reboot', () => {
  it('VIPs, routes, modules and settings stand, and go when they are to', async () => {
    const wanted = [
      make('loopback_vip', { address: '10.83.96.100' }),
      make('loopback_vip', { address: '2001:DB8:0::64' }),
      make('host_route', {
        to: '192.0.2.7',
        via: await machine.run("ip route | awk '/^default/{print $3}'"),
      }),
      make('host_route', { to: '10.83.96.100', dev: 'lo' }),
      make('kernel_module', { name: 'ip-vs', parameters: { conn_tab_bits: 11 } }),
      make('sysctl', { name: 'net.ipv4.conf.lo.arp_ignore', value: 1 }),
    ]
    for (const one of wanted) expect(await apply(machine, one)).toMatchObject({ status: 0, again: undefined })
    await machine.reboot()
    for (const one of wanted) expect(await plan(machine, one)).toBeUndefined()
    expect(await machine.run('ip -o addr show dev lo | grep 10.83.96.100')).toContain('lo:100')
    expect(await machine.run('cat /proc/sys/net/ipv4/conf/all/arp_ignore')).toBe('1')
    expect(await machine.run('cat /sys/module/ip_vs/parameters/conn_tab_bits')).toBe('11')
    expect(await plan(machine, make('service', nginx))).toBeUndefined()
    expect(await machine.run('systemctl --failed --no-legend')).not.toContain('understudy')

    for (const address of ['10.83.96.100', '2001:db8::64']) {
      const gone = make('loopback_vip', { address, state: 'absent' })
      expect(await apply(machine, gone)).toMatchObject({ status: 0, again: undefined })
    }
    const unloaded = make('kernel_module', { name: 'ip_vs', state: 'absent' })
    expect(await apply(machine, unloaded)).toMatchObject({ status: 0, again: undefined })
    const route = make('host_route', { to: '192.0.2.7', state: 'absent' })
    expect(await apply(machine, route)).toMatchObject({ status: 0, again: undefined })
    expect(await machine.run('ls /etc/systemd/system | grep understudy-vip')).toBe('')
  })

  it('a VIP whose ARP settings were undone is quiet again', async () => {
    const vip = make('loopback_vip', { address: '10.83.96.101' })
    await apply(machine, vip)
    await machine.run('echo 0 >/proc/sys/net/ipv4/conf/all/arp_ignore')
    expect(await apply(machine, vip)).toMatchObject({ status: 0, again: undefined })
    expect(await machine.run('cat /proc/sys/net/ipv4/conf/all/arp_ignore')).toBe('1')
  })
})

async function unit(name: string, line: string, command = 'sleep infinity'): Promise<void> {
  await machine.run(`cat >/etc/systemd/system/${name}.service <<'END'
[Service]
ExecStart=${command}
${line}
END
systemctl daemon-reload`)
}
