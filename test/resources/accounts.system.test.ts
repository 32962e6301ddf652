import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make, plan } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox', 'useradd')

const hash = '$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.'

describe.each(shells)('accounts under $name', (shell) => {
  it('are created, changed, and removed', async () => {
    using world = openWorld(shell)
    const home = join(world.directory, 'home of web')
    expect(await apply(world, make('group', { name: 'webbers', gid: 4321 }))).toMatchObject({
      status: 0,
      again: undefined,
    })
    const wanted = { name: 'webber', home, shell: '/bin/sh', groups: ['webbers'], comment: "Web's own" }
    expect(await apply(world, make('user', { ...wanted, password: hash }))).toMatchObject({
      status: 0,
      again: undefined,
      change: { summary: 'create' },
    })
    expect(await plan(world, make('user', { ...wanted, password: hash }))).toBeUndefined()
    const moved = make('user', { ...wanted, uid: 4322, group: 'webbers', comment: '' })
    expect(await apply(world, moved)).toMatchObject({
      status: 0,
      again: undefined,
      change: { summary: 'change uid, comment, group' },
    })
    expect(await apply(world, make('user', { name: 'webber', state: 'absent' }))).toMatchObject({
      status: 0,
      again: undefined,
    })
    expect(await apply(world, make('group', { name: 'webbers', state: 'absent' }))).toMatchObject({
      status: 0,
      again: undefined,
    })
  })

  it('have passwords that last as long as they may, with a warning before', async () => {
    using world = openWorld(shell)
    const shadow = () =>
      /^webber:[^:]*:[^:]*:(.*)$/m.exec(readFileSync(world.outside('/etc/shadow'), 'utf8'))?.[1]
    const aged = (password_days: readonly number[]) =>
      apply(world, make('user', { name: 'webber', system: true, password_days, expires: 30_000 }))
    expect(await aged([1, 90, 14])).toMatchObject({ status: 0, again: undefined })
    expect(shadow()).toBe('1:90:14::30000:')
    expect(await aged([-1, -1, 3])).toMatchObject({
      ...{ status: 0, again: undefined },
      change: { summary: 'change password days, warning' },
    })
    expect(shadow()).toBe('1:90:3::30000:')
    expect(await aged([1, 90])).toMatchObject({ change: undefined })
  })

  it('keep a password hash out of what is shown and off command lines', async () => {
    using world = openWorld(shell)
    const wanted = make('user', { name: 'webber', system: true, password: hash })
    const { change, program, again } = await apply(world, wanted)
    expect(again).toBeUndefined()
    expect(JSON.stringify(change?.differences) + change?.summary).not.toContain('$6$')
    const carriers = program.split('\n').filter((line) => line.includes(hash))
    expect(carriers).toEqual([`printf '%s\\n' 'webber:${hash}' | chpasswd -e`])
  })

  it('name the host, now and at boot', async () => {
    using world = openWorld(shell)
    const wanted = make('hostname', { name: 'director-1.example' })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, again: undefined })
    expect(readFileSync(world.outside('/etc/hostname'), 'utf8')).toBe('director-1.example\n')
    expect(await plan(world, wanted)).toBeUndefined()
  })
})
