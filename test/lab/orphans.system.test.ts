import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listLabs, parseTopology, removeOrphans } from '../../src/lab/index.ts'
import { tryLock } from '../../src/lab/lock.ts'
import { type Owner, thisProcess } from '../../src/lab/owner.ts'
import { keyOf, pathsOf } from '../../src/lab/paths.ts'
import { type LabRecord, makeFolder } from '../../src/lab/record.ts'
import { needs } from '../needs.ts'

needs('setsid')

// Labs of which only the folder is left: what is removed, and above all what is not.
let folder = ''
const before = { ...process.env }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-orphans-'))
  process.env.UNDERSTUDY_LAB_STATE = join(folder, 'state')
  process.env.XDG_CACHE_HOME = join(folder, 'cache')
})
afterEach(() => {
  for (const name of ['UNDERSTUDY_LAB_STATE', 'XDG_CACHE_HOME'])
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
  rmSync(folder, { recursive: true })
})

async function record(phase: LabRecord['phase'], owner?: Owner): Promise<void> {
  const text = 'name: a\nnetwork: 10.90.0.0/24\nmachines:\n  one: { address: 10.90.0.11 }\n'
  await makeFolder('a', { topology: parseTopology(text, 'lab.yaml'), phase, startedAt: '', owner })
}

describe('of the labs on this computer', () => {
  it('those stay that are up, without an owner or with one that lives', async () => {
    await record('up')
    expect(await removeOrphans()).toEqual([])
    rmSync(pathsOf('a').root, { recursive: true })
    await record('up', await thisProcess())
    expect(await removeOrphans()).toEqual([])
    expect(await listLabs()).toEqual(['a'])
  })

  it.each(['starting', 'stopping'] as const)('those go whose %s nobody is at any more', async (phase) => {
    await record(phase, await thisProcess())
    const lock = await tryLock(keyOf('a'))
    expect(await removeOrphans()).toEqual([])
    await lock?.[Symbol.asyncDispose]()
    expect(await removeOrphans()).toEqual(['a'])
    expect(readdirSync(join(folder, 'state'))).toEqual([])
  })

  it('those go whose owner is dead, though another process has its number now, or nobody buried it', async () => {
    const us = await thisProcess()
    for (const other of [{ started: '1' }, { boot: 'an earlier one' }, { pid: 2 ** 22 + 1 }]) {
      await record('up', { ...us, ...other })
      expect(await removeOrphans()).toEqual(['a'])
    }
    // The shell becomes a sleep, which never asks how the child ended that it does not know of.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const pid = Number(await new Promise((done) => parent.stdout.once('data', done)))
    const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    await record('up', { ...us, pid, started: stat()[19] ?? '' })
    while (stat()[0] !== 'Z') await new Promise((done) => setTimeout(done, 50))
    expect(await removeOrphans()).toEqual(['a'])
    parent.kill('SIGKILL')
  })

  it('folders that are half made or half removed go, and those that are no labs stay', async () => {
    const state = join(folder, 'state')
    for (const name of ['.understudy-lab.a.new', '.understudy-lab.b.gone', 'photos', '.config'])
      mkdirSync(join(state, name, 'deep'), { recursive: true })
    expect(await removeOrphans()).toEqual(['a', 'b'])
    expect(readdirSync(state)).toEqual(['.config', 'photos'])
    mkdirSync(join(state, 'a', 'mine'), { recursive: true })
    await expect(record('up')).rejects.toThrow("exists, and is no lab's")
  })

  it('half-built images go, unless somebody builds', async () => {
    const images = join(folder, 'cache/understudy/lab')
    mkdirSync(join(images, 'engine-1.unfinished/usr'), { recursive: true })
    writeFileSync(join(images, 'whole.img'), '')
    const builder = spawn('sleep', ['60'], { cwd: join(images, 'engine-1.unfinished/usr') })
    const died = new Promise((done) => builder.once('close', (_, signal) => done(signal)))
    const lock = await tryLock(`images:${images}`)
    await removeOrphans()
    expect(readdirSync(images)).toEqual(['engine-1.unfinished', 'whole.img'])
    await lock?.[Symbol.asyncDispose]()
    await removeOrphans()
    expect(readdirSync(images)).toEqual(['whole.img'])
    expect(await died).toBe('SIGKILL')
  })
})
