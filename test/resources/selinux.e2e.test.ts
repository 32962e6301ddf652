import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selinuxPackages, tryingAll } from '../e2e/in-place.ts'
import { type Machine, openMachine } from './lab-world.ts'
import { apply, inspect, make, plan } from './run.ts'

let machine: Machine
beforeAll(async () => {
  machine = await openMachine(tryingAll ? [] : selinuxPackages)
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const connect = (value = true) => make('selinux_boolean', { name: 'httpd_can_network_connect', value })

describe('selinux_boolean', () => {
  // A machine that has the policy from the start loads it as it boots; all others of the tests have none.
  if (tryingAll)
    it('has nothing to do where no policy is loaded', async () => {
      expect((await inspect(machine, connect())).found).toEqual({ policy: 'off' })
      expect(await plan(machine, connect())).toBeUndefined()
    })

  it('is switched on and off, now and at boot', async () => {
    if (tryingAll)
      await machine.run(
        `apt-get update -qq; apt-get install -y -qq --no-install-recommends ${selinuxPackages.join(' ')} >/dev/null 2>&1`,
      )
    await machine.run('load_policy -i')
    for (const value of [true, false]) {
      expect(await apply(machine, connect(value))).toMatchObject({ status: 0, again: undefined })
      expect(await machine.run('getsebool httpd_can_network_connect')).toContain(value ? 'on' : 'off')
    }
    // For now only, as it would be lost at the next boot.
    await machine.run('setsebool httpd_can_network_connect=1')
    expect(await plan(machine, connect())).toMatchObject({
      differences: [{ name: 'at boot', before: 'off', after: 'on' }],
    })
    expect(await apply(machine, connect())).toMatchObject({ status: 0, again: undefined })
    await machine.reboot()
    await machine.run('load_policy -i')
    expect(await plan(machine, connect())).toBeUndefined()
  })

  it('says that the policy has no such boolean', async () => {
    const { status, stderr } = await apply(machine, make('selinux_boolean', { name: 'no_such_boolean' }))
    expect(status).not.toBe(0)
    expect(stderr).toContain('has no boolean no_such_boolean')
  })
})
