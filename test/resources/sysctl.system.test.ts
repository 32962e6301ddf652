import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { queryKey } from '../../src/model/sensor.ts'
import { bootSysctl } from '../../src/sensors/boot-sysctls.ts'
import { needs } from '../needs.ts'
import { apply, inspect, make, plan } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox')

const file = '/etc/sysctl.d/99-zz-understudy.conf'

describe.each(shells)('sysctl under $name', (shell) => {
  it('is set now and at boot, changed, and forgotten, and leaves others alone', async () => {
    using world = openWorld(shell)
    const ignore = make('sysctl', { name: 'net.ipv4.conf.all.arp_ignore', value: 1 })
    const announce = make('sysctl', { name: 'net.ipv4.conf.all.arp_announce', value: '2' })
    expect(await apply(world, announce)).toMatchObject({ status: 0, again: undefined })
    expect(await apply(world, ignore)).toMatchObject({
      status: 0,
      again: undefined,
      change: {
        differences: [
          { name: 'now', before: '0', after: '1' },
          { name: 'at boot', before: undefined, after: '1' },
        ],
      },
    })
    expect(await plan(world, ignore)).toBeUndefined()
    await apply(world, make('sysctl', { name: 'net.ipv4.conf.all.arp_ignore', value: 2 }))
    await apply(world, make('sysctl', { name: 'net.ipv4.conf.all.arp_announce', state: 'absent' }))
    expect(readFileSync(world.outside(file), 'utf8')).toBe('net.ipv4.conf.all.arp_ignore = 2\n')
  })

  it.each([
    ['where nothing sets it', ':', ['/etc/sysctl.d/99-zz-understudy.conf']],
    [
      'behind a file that says something else',
      'echo net.ipv4.ip_forward=0 >/etc/sysctl.d/10-a.conf',
      ['/etc/sysctl.d/10-a.conf', '/etc/sysctl.d/99-zz-understudy.conf'],
    ],
    [
      'where another file says it already',
      'echo net/ipv4/ip_forward = 1 >/etc/sysctl.d/zz.conf',
      ['/etc/sysctl.d/zz.conf'],
    ],
    [
      'in place of a file of its name elsewhere',
      'mkdir -p /run/sysctl.d; echo net.ipv4.ip_forward=0 >/run/sysctl.d/99-zz-understudy.conf',
      ['/etc/sysctl.d/99-zz-understudy.conf'],
    ],
  ])('foretells what will be read of it %s', async (_, before, files) => {
    using world = openWorld(shell)
    world.run(before)
    const wanted = make('sysctl', { name: 'net.ipv4.ip_forward', value: 1 })
    const { change } = await apply(world, wanted)
    const { setting } = wanted.queries
    if (!setting) throw new Error('it asks nothing')
    const found = (await inspect(world, wanted)).setting
    expect(change?.leaves?.get(queryKey(setting))).toEqual(found)
    expect(found).toMatchObject({ live: '1', atBoot: files.map((one) => ({ file: one })) })
  })

  it('treats runs of blanks as one', async () => {
    using world = openWorld(shell)
    const range = make('sysctl', { name: 'net.ipv4.ip_local_port_range', value: '20000 61000' })
    expect(await apply(world, range)).toMatchObject({ status: 0, again: undefined })
  })

  it('says which later file has the last word at boot', async () => {
    using world = openWorld(shell)
    writeFileSync(world.outside('/etc/sysctl.d/zzz.conf'), 'net/ipv4/ip_forward=0\n')
    const wanted = make('sysctl', { name: 'net.ipv4.ip_forward', value: 1 })
    const { change, status, stderr } = await apply(world, wanted)
    expect(change?.summary).toContain('/etc/sysctl.d/zzz.conf')
    expect(status).not.toBe(0)
    expect(stderr).toContain('remove that line')
  })

  it('knows which file has the last word, and that an empty one masks another', async () => {
    using world = openWorld(shell)
    world.run('mkdir -p /run/sysctl.d; echo "-net/ipv4/conf/all/arp_ignore = 2" >/run/sysctl.d/zz-late.conf')
    const key = 'net.ipv4.conf.all.arp_ignore'
    const wanted = make('sysctl', { name: key, value: 1 })
    const asked = { ...wanted, queries: { setting: bootSysctl(key) } }
    const late = { live: '0', atBoot: '2', file: '/run/sysctl.d/zz-late.conf' }
    expect((await inspect(world, asked)).setting).toEqual(late)
    expect(await plan(world, wanted)).toMatchObject({
      summary: expect.stringContaining(`cannot: ${late.file} is read after`),
    })
    world.run('ln -s /dev/null /etc/sysctl.d/zz-late.conf')
    expect((await inspect(world, asked)).setting).toEqual({ live: '0' })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, again: undefined })
  })

  it.each([
    ['a pipe', `mkfifo ${file}`],
    ['a directory', `mkdir ${file}`],
  ])('says that there is %s where its file belongs, and leaves it alone', async (_, before) => {
    using world = openWorld(shell)
    world.run(before)
    const { change, status } = await apply(world, make('sysctl', { name: 'net.ipv4.ip_forward', value: 1 }))
    expect(change?.summary).toMatch(`cannot: ${file} is a `)
    expect(status).not.toBe(0)
    world.run(`[ -p ${file} ] || rmdir ${file}`)
  })

  it('says that a setting is not there, or that the kernel refuses the value', async () => {
    using world = openWorld(shell)
    const absent = await apply(world, make('sysctl', { name: 'net.nowhere.at_all', value: 1 }))
    expect(absent.status).not.toBe(0)
    expect(absent.stderr).toContain('kernel_module')
    const refused = await apply(world, make('sysctl', { name: 'net.ipv4.ip_forward', value: 'maybe' }))
    expect(refused.status).not.toBe(0)
    expect(refused.stderr).toContain('the kernel refuses maybe')
  })

  it('keeps to the line of the file that is named, also where it is the main one', async () => {
    using world = openWorld(shell)
    const main = '/etc/sysctl.conf'
    writeFileSync(world.outside(main), '# first\nnet.ipv4.ip_forward = 0\nvm.swappiness = 60\n')
    const wanted = make('sysctl', { name: 'net.ipv4.ip_forward', value: 1, file: main })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, again: undefined })
    const written = '# first\nnet.ipv4.ip_forward=1\nvm.swappiness = 60\n'
    expect(readFileSync(world.outside(main), 'utf8')).toBe(written)
    await apply(world, make('sysctl', { name: 'net.ipv4.ip_forward', state: 'absent', file: main }))
    expect(readFileSync(world.outside(main), 'utf8')).toBe('# first\nvm.swappiness = 60\n')
  })

  it('may be one that the kernel does not have, where that is said', async () => {
    using world = openWorld(shell)
    const wanted = make('sysctl', { name: 'net.nowhere.at_all', value: 1, tolerant: true })
    expect(await apply(world, wanted)).toMatchObject({ status: 0, again: undefined })
    expect(readFileSync(world.outside(file), 'utf8')).toBe('net.nowhere.at_all = 1\n')
  })
})
