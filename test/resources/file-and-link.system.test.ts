import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Upcoming } from '../../src/model/resource.ts'
import { needs } from '../needs.ts'
import { apply, inspect, make, plan } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox')

describe.each(shells)('file under $name', (shell) => {
  it('is touched once, owned as asked, and removed', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, "- it's $(reboot); *\n")
    const touched = await apply(world, make('file', { path, state: 'touch', mode: 600, group: 'daemon' }))
    expect(touched).toMatchObject({ status: 0, again: undefined, change: { summary: 'create' } })
    expect(statSync(path)).toMatchObject({ size: 0, mode: 0o100600, gid: 1 })
    writeFileSync(path, 'kept')
    const owned = await apply(world, make('file', { path, owner: '2', mode: '4755' }))
    expect(owned).toMatchObject({ status: 0, again: undefined })
    expect(owned.change?.differences).toEqual([
      { is: 'attribute', name: 'owner', before: 'root', after: '2' },
      { is: 'attribute', name: 'mode', before: '0600', after: '4755' },
    ])
    expect(statSync(path)).toMatchObject({ uid: 2, gid: 1, mode: 0o104755, size: 4 })
    expect(await plan(world, make('file', { path, state: 'touch' }))).toBeUndefined()
    expect(await apply(world, make('file', { path, state: 'absent' }))).toMatchObject({ status: 0 })
    expect(await plan(world, make('file', { path, state: 'absent' }))).toBeUndefined()
  })

  it('is neither made up nor confused with a directory', async () => {
    using world = openWorld(shell)
    const missing = await apply(world, make('file', { path: join(world.directory, 'none') }))
    expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining('there is no ') })
    const directory = await apply(world, make('file', { path: world.directory, state: 'absent' }))
    expect(directory.stderr).toContain('is a directory')
    expect(statSync(world.directory).isDirectory()).toBe(true)
  })

  it('is expected of an earlier change that will bring it', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, 'later')
    const wanted = make('file', { path, mode: '0600' })
    const found = await inspect(world, wanted)
    const upcoming: Upcoming = { touches: (query) => query.about.includes(`file:${path}`) }
    expect(wanted.converge(found, upcoming)).toBeUndefined()
    expect(wanted.converge(found, { touches: () => false })?.summary).toMatch(/^cannot: /)
  })
})

describe.each(shells)('link under $name', (shell) => {
  it('is made, turned even away from a directory, and removed without its target', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, "it's $(reboot) *")
    const directory = join(world.directory, 'directory')
    mkdirSync(directory)
    for (const target of [directory, '-n "$(reboot)"; \'*', '../ünïcode']) {
      const wanted = make('link', { path, target })
      const { status, again, change } = await apply(world, wanted)
      expect({ status, again }).toEqual({ status: 0, again: undefined })
      expect(change?.differences).toMatchObject([{ name: 'target', after: target }])
      expect(readlinkSync(path)).toBe(target)
    }
    symlinkSync(directory, `${path}2`)
    expect(await apply(world, make('link', { path: `${path}2`, state: 'absent' }))).toMatchObject({
      status: 0,
    })
    expect(lstatSync(directory).isDirectory()).toBe(true)
  })

  it('never replaces a file', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, 'file')
    writeFileSync(path, 'kept')
    expect(await apply(world, make('link', { path, src: '/etc' }))).toMatchObject({ status: 1 })
    expect(readFileSync(path, 'utf8')).toBe('kept')
  })
})
