import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exec, type Failure, planExec, type RunEvent } from '../../src/operations/index.ts'
import { needs } from '../needs.ts'
import { nobodyWorksHere } from './this-computer.ts'

needs('root', 'ip', 'apt-get', 'dpkg-query')

// An address of this computer is the VIP, and a package that nobody misses what is taken away from its holder.
const vip = '198.51.100.213'
const name = `understudy-test-${randomBytes(4).toString('hex')}`
let folder = ''
let inventory: readonly string[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-protected-'))
  mkdirSync(join(folder, 'package/DEBIAN'), { recursive: true })
  writeFileSync(
    join(folder, 'package/DEBIAN/control'),
    `Package: ${name}\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: nothing\n`,
  )
  execFileSync('dpkg-deb', ['--root-owner-group', '-b', 'package', 'it.deb'], {
    cwd: folder,
    stdio: 'ignore',
  })
  execFileSync('ip', ['address', 'add', `${vip}/32`, 'dev', 'lo'])
  const file = join(folder, 'inventory.yaml')
  writeFileSync(
    file,
    `all:
  vars:
    ansible_connection: local
    cluster: {name: shop, balancer: haproxy, interface: lo, vips: [{address: ${vip}/32, vrid: 9}], services: [{port: 9}], protected: true}
  children:
    directors: {hosts: {d1: {}, d2: {}}}
    realservers: {hosts: {rs1: {}, rs2: {}}}
`,
  )
  inventory = [file]
})
afterAll(() => {
  execFileSync('ip', ['address', 'del', `${vip}/32`, 'dev', 'lo'])
  execFileSync('dpkg', ['-P', name], { stdio: 'ignore' })
  rmSync(folder, { recursive: true })
})

beforeEach(nobodyWorksHere)

const install = () => execFileSync('dpkg', ['-i', join(folder, 'it.deb')], { stdio: 'ignore' })
const isThere = () =>
  spawnSync('dpkg', ['-s', name], { encoding: 'utf8' }).stdout.includes('\nStatus: install ok installed\n')
const removal = () => ({ inventory, hosts: 'd1', kind: 'package', fields: `name=${name} state=absent` })

describe('what would interrupt the clients of a protected cluster', () => {
  it('is told by a plan', async () => {
    install()
    const warnings: string[] = []
    await planExec({
      ...removal(),
      onEvent: (event: RunEvent) => {
        // That its VIP is on lo, where it disturbs nobody, is doubted as well.
        if (event.is === 'warning' && event.message.includes('is protected')) warnings.push(event.message)
      },
    })
    expect(warnings).toEqual([
      `${inventory[0]}:4:${warnings[0]?.split(':')[2]}: the cluster shop is protected, and apply would interrupt what its clients get, ` +
        `which has its name typed, or --may-disrupt shop: d1, which holds ${vip}: package[${name}]: remove ${name}`,
    ])
  })

  it('is refused where nobody can be asked, before anything is changed', async () => {
    install()
    const failure: Failure = await exec(removal()).then(
      () => Promise.reject(new Error('it was done')),
      (error: Failure) => error,
    )
    expect(failure.code).toBe('INVALID_INPUT')
    expect(failure.message).toContain(`d1, which holds ${vip}: package[${name}]: remove ${name}`)
    expect(failure.next).toContain('--may-disrupt shop')
    expect(failure.where.origin).toMatchObject({ file: inventory[0], line: 4 })
    expect(isThere()).toBe(true)
  })

  it('is not done where something else than the name is typed', async () => {
    install()
    const asked: unknown[] = []
    const typeName = async (about: unknown) => {
      asked.push(about)
      return 'yes'
    }
    await expect(exec({ ...removal(), typeName })).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(asked).toEqual([
      {
        cluster: 'shop',
        what: [`d1, which holds ${vip}: package[${name}]: remove ${name}`],
        place: expect.stringMatching(/inventory\.yaml:4:\d+$/),
      },
    ])
    expect(isThere()).toBe(true)
  })

  it('is done where the name is typed, or given', async () => {
    for (const agreed of [{ typeName: async () => ' shop' }, { mayDisrupt: ['other', 'shop'] }]) {
      install()
      expect(isThere()).toBe(true)
      expect((await exec({ ...removal(), ...agreed })).failures).toEqual([])
      expect(isThere()).toBe(false)
    }
  })

  it('needs nobody where the cluster is not served, or nothing is interrupted', async () => {
    expect((await exec({ inventory, hosts: 'd1', fields: 'true' })).failures).toEqual([])
    execFileSync('ip', ['address', 'del', `${vip}/32`, 'dev', 'lo'])
    try {
      install()
      expect((await exec(removal())).failures).toEqual([])
      expect(isThere()).toBe(false)
    } finally {
      execFileSync('ip', ['address', 'add', `${vip}/32`, 'dev', 'lo'])
    }
  })
})
