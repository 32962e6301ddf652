import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make, plan } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox')

describe.each(shells)('directory under $name', (shell) => {
  it('is made with its mode, then left alone, then removed', async () => {
    using world = openWorld(shell)
    const path = join(world.directory, "it's $(reboot); a *")
    const wanted = make('directory', { path, mode: '0750' })
    const first = await apply(world, wanted)
    expect(first).toMatchObject({ status: 0, again: undefined, change: { summary: 'create' } })
    expect((statSync(path).mode & 0o7777).toString(8)).toBe('750')
    expect(await plan(world, wanted)).toBeUndefined()
    expect(await apply(world, make('directory', { path, state: 'absent' }))).toMatchObject({ status: 0 })
    expect(existsSync(path)).toBe(false)
  })

  it('has no bit that it was not to have, whatever the one around it gives to what is made in it', async () => {
    using world = openWorld(shell)
    const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8)
    const around = join(world.directory, 'around')
    mkdirSync(around)
    chmodSync(around, 0o2775)
    const inner = make('directory', { path: join(around, 'inner'), mode: '0750' })
    expect(await apply(world, inner)).toMatchObject({ status: 0, again: undefined })
    const deep = make('directory', { path: join(around, 'a', 'b'), mode: '0750', parents: true })
    expect(await apply(world, deep)).toMatchObject({ status: 0, again: undefined })
    const itself = make('directory', { path: around, mode: '0755' })
    expect(await apply(world, itself)).toMatchObject({ status: 0, again: undefined })
    expect(['inner', 'a', 'a/b', ''].map((name) => modeOf(join(around, name)))).toEqual([
      '750',
      '750',
      '750',
      '755',
    ])
    const given = make('directory', { path: around, mode: '2755' })
    expect(await apply(world, given)).toMatchObject({ status: 0, again: undefined })
  })

  it('gives what it was told to the parents that it makes, and to no others', async () => {
    using world = openWorld(shell)
    const modeOf = (...below: readonly string[]) =>
      (statSync(join(world.directory, ...below)).mode & 0o7777).toString(8)
    const before = modeOf()
    const path = join(world.directory, 'a b', "it's", '*')
    const wanted = make('directory', { path, mode: '0711', parents: true })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, again: undefined })
    expect([modeOf('a b'), modeOf('a b', "it's"), modeOf('a b', "it's", '*')]).toEqual(['711', '711', '711'])
    expect(modeOf()).toBe(before)
    const alone = make('directory', { path: join(world.directory, 'c', 'd'), mode: '0711' })
    await apply(world, alone)
    expect([modeOf('c'), modeOf('c', 'd')]).toEqual(['755', '711'])
  })
})
