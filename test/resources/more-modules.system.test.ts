import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, ofModule, plan } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox')

describe.each(shells)('archives under $name', (shell) => {
  it('hold what is asked for, and are made anew where that changed', async () => {
    using world = openWorld(shell)
    const at = (...names: string[]) => join(world.directory, ...names)
    mkdirSync(at("it's", 'in'), { recursive: true })
    for (const name of ["it's/a.log", "it's/c.log", "it's/in/b $(x).log", "it's/skip.tmp"])
      writeFileSync(at(name), `${name}\n`)
    const made = async (parameters: object) => {
      const applied = await apply(world, ofModule('archive', parameters))
      expect(applied, applied.stderr).toMatchObject({ status: 0, again: undefined })
      expect(applied.change).toBeDefined()
    }
    const names = (file: string) =>
      execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n')
    const whole = { path: at("it's"), dest: at('all.tgz'), mode: '0640', exclusion_patterns: ['*.tmp'] }
    await made(whole)
    expect(names(at('all.tgz'))).toEqual(["it's/a.log", "it's/c.log", "it's/in/", "it's/in/b $(x).log"])
    expect(statSync(at('all.tgz')).mode & 0o7777).toBe(0o640)
    writeFileSync(at("it's/a.log"), 'longer than before\n')
    await made(whole)
    await made({
      path: at("it's/*.log"),
      dest: at('logs.tar.bz2'),
      format: 'bz2',
      force_archive: true,
      remove: true,
    })
    expect(names(at('logs.tar.bz2'))).toEqual(['a.log', 'c.log'])
    await made({ path: at("it's/in/b $(x).log"), format: 'gz' })
    expect(execFileSync('gzip', ['-dc', at("it's/in/b $(x).log.gz")], { encoding: 'utf8' })).toBe(
      "it's/in/b $(x).log\n",
    )
    const none = await plan(world, ofModule('archive', { path: at('none'), dest: at('none.tgz') }))
    expect(none?.summary).toContain('there is nothing')
  })
})

describe('a file system', () => {
  it('is made where nothing is, and takes the place of nothing', async () => {
    using world = openWorld({ name: 'dash', command: ['dash', '-s'] })
    const dev = join(world.directory, 'disk')
    writeFileSync(dev, new Uint8Array(8 * 1024 * 1024))
    const made = await apply(world, ofModule('filesystem', { dev, fstype: 'ext4', opts: '-F -L data' }))
    expect(made, made.stderr).toMatchObject({ status: 0, again: undefined })
    const other = await apply(world, ofModule('filesystem', { dev, fstype: 'ext2', opts: '-F' }))
    expect(other.change?.summary).toContain('holds ext4, and what it holds would be lost')
    expect(other.status).toBe(1)
    expect(execFileSync('blkid', ['-p', '-o', 'value', '-s', 'LABEL', dev], { encoding: 'utf8' })).toBe(
      'data\n',
    )
  })
})
