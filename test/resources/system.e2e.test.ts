import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutStarting } from '../../src/resources/package-policy.ts'
import { type Machine, openMachine } from './lab-world.ts'
import { apply, inspect, make, plan } from './run.ts'

let machine: Machine
beforeAll(async () => {
  machine = await openMachine()
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const nginx = { name: 'nginx', configuration: ['/etc/nginx'], enabled: true }

describe('package', () => {
  it('installs without starting what it brings, and puts an older policy back', async () => {
    await machine.run(
      "printf '#!/bin/sh\\nexit 0\\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d",
    )
    const wanted = make('package', { name: ['nginx', 'cron'] })
    expect(await apply(machine, wanted)).toMatchObject({ status: 0, again: undefined })
    expect(await machine.run('systemctl is-active nginx')).toBe('inactive')
    expect(await machine.run('cat /usr/sbin/policy-rc.d; ls /usr/sbin/policy-rc.d*')).toBe(
      '#!/bin/sh\nexit 0\n/usr/sbin/policy-rc.d',
    )
    expect(await plan(machine, wanted)).toBeUndefined()
    await machine.run('rm /usr/sbin/policy-rc.d')
  })

  it('leaves stopped what is stopped, though its unit is there already', async () => {
    await machine.run('dpkg --force-depends --remove nginx >/dev/null 2>&1; systemctl cat nginx >/dev/null')
    const wanted = make('package', { name: 'nginx' })
    expect(await apply(machine, wanted)).toMatchObject({ status: 0, again: undefined })
    expect(await machine.run('systemctl is-active nginx')).toBe('inactive')
  })

  it('leaves a policy behind that forbids nothing when the run is killed', async () => {
    await machine.run(`mkdir -p /tmp/killed; cat >/tmp/killed/run <<'END'
us_tmp=/tmp/killed
${withoutStarting}
us_policy_on
/usr/sbin/policy-rc.d brand-new.service start || echo "forbade $?" >/tmp/killed/during
/usr/sbin/policy-rc.d ssh.service restart && echo allowed >>/tmp/killed/during
kill -9 $$
END
sh /tmp/killed/run`)
    expect(await machine.run('cat /tmp/killed/during')).toBe('forbade 101\nallowed')
    expect(await machine.run('/usr/sbin/policy-rc.d brand-new.service start; echo $?')).toBe('0')
    await apply(machine, make('package', { name: 'ed' }))
    expect(await machine.run('ls /usr/sbin/policy-rc.d* 2>/dev/null')).toBe('')
  })

  it('tells of a package that does not exist, and of nothing else', async () => {
    const { status, stderr } = await apply(machine, make('package', { name: 'no-such-package-at-all' }))
    expect(status).not.toBe(0)
    expect(stderr).toContain('Unable to locate package no-such-package-at-all')
  })

  it('waits for another package manager and says which', async () => {
    await machine.run(
      "systemd-run -q --unit=holder apt-get -y -o DPkg::Pre-Invoke::='touch /tmp/held; sleep 8' install --reinstall hostname; until [ -e /tmp/held ]; do sleep 0.1; done",
    )
    const { status, stdout, again } = await apply(machine, make('package', { name: 'ed', state: 'absent' }))
    expect(stdout).toMatch(
      /waiting: process \d+ \([a-z/]*apt-get -y .*\) holds \/var\/lib\/dpkg\/lock-frontend/,
    )
    expect({ status, again }).toEqual({ status: 0, again: undefined })
  })

  it('completes an installation that was killed', async () => {
    await machine.run(`(apt-get -y install keepalived >/dev/null 2>&1 &)
until dpkg -s keepalived 2>/dev/null | grep -Eq 'unpacked|half-'; do sleep 0.1; done
kill -9 $(pidof apt-get dpkg)`)
    const wanted = make('package', { name: 'keepalived' })
    expect(await apply(machine, wanted)).toMatchObject({
      status: 0,
      again: undefined,
      change: { differences: [{ name: 'keepalived', before: 'half installed' }] },
    })
    expect(await machine.run('dpkg --audit; systemctl is-active keepalived')).toBe('inactive')
  })

  it('takes the version asked for, whatever its release, and tells which there are', async () => {
    const offered = await machine.run("apt-cache madison tcpdump | head -n 1 | cut -d '|' -f 2 | tr -d ' '")
    const version = offered.replace(/-[^-]*$/, '')
    const wanted = make('package', { name: 'tcpdump', version })
    expect(await apply(machine, wanted)).toMatchObject({
      status: 0,
      again: undefined,
      change: { summary: `install tcpdump ${version}` },
    })
    expect(await plan(machine, make('package', { name: 'tcpdump', version: offered }))).toBeUndefined()
    const { status, stderr } = await apply(machine, make('package', { name: 'tcpdump', version: '99.1' }))
    expect(status).not.toBe(0)
    expect(stderr).toContain(`no version 99.1 of tcpdump is on offer; there is: ${offered}`)
  })

  it('knows a package by what another provides', async () => {
    expect(await plan(machine, make('package', { name: 'awk' }))).toBeUndefined()
  })
})

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
    const stopped = make('service', { name: 'cron', state: 'stopped', enabled: false })
    expect(await apply(machine, stopped)).toMatchObject({ status: 0, again: undefined })
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
