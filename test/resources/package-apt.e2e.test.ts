import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutStarting } from '../../src/resources/package-policy.ts'
import { type Machine, openMachine } from './lab-world.ts'
import { apply, make, plan } from './run.ts'

let machine: Machine
beforeAll(async () => {
  machine = await openMachine()
})
afterAll(() => machine?.[Symbol.asyncDispose]())

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
