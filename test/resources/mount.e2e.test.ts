import { afterAll, beforeAll, expect, it } from 'vitest'
import { inPlace } from '../e2e/in-place.ts'
import { type Machine, openMachine } from './lab-world.ts'
import { apply, make, plan } from './run.ts'

let machine: Machine
beforeAll(async () => {
  machine = await openMachine(inPlace())
  await apply(machine, make('package', { name: 'nfs-kernel-server' }))
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const memory = { path: '/srv/memory', src: 'none', fstype: 'tmpfs', options: 'size=1m,noexec' }
const done = { status: 0, again: undefined }
const seen = (path: string) => machine.run(`findmnt -no FSTYPE,OPTIONS ${path}; grep ${path} /etc/fstab`)

it('mounts now and at boot, with other options where these change', async () => {
  expect(await apply(machine, make('mount', memory))).toMatchObject(done)
  expect(await seen('/srv/memory')).toMatch(/^tmpfs .*noexec.*size=1024k.*\n.*size=1m,noexec 0 0$/)
  expect(await plan(machine, make('mount', memory))).toBeUndefined()
  await machine.run('echo kept >/srv/memory/file')
  const readOnly = make('mount', { ...memory, options: 'size=2m,ro' })
  expect(await apply(machine, readOnly)).toMatchObject(done)
  expect(await seen('/srv/memory')).toMatch(/^tmpfs +ro.*size=2048k.*\n.*size=2m,ro 0 0$/)
  expect(await machine.run('cat /srv/memory/file; findmnt -no OPTIONS /srv/memory')).toMatch(
    /^kept\n(?!.*noexec)/,
  )
})

it('exports without a restart, to those who are named and nobody else', async () => {
  await machine.run('mkdir -p /srv/www; echo page >/srv/www/index.html')
  const service = make('service', { name: 'nfs-server', enabled: true })
  const to = (...clients: readonly string[]) => make('nfs_export', { path: '/srv/www', clients })
  expect(await apply(machine, to('127.0.0.1', '192.0.2.1'))).toMatchObject(done)
  expect(await apply(machine, service)).toMatchObject(done)
  const since = await machine.run('systemctl show -p ActiveEnterTimestampMonotonic nfs-server')
  expect(await apply(machine, to('127.0.0.1', '192.0.2.0/24'))).toMatchObject(done)
  expect(await machine.run('exportfs -s | cut -d"(" -f1')).toMatch(
    /^\/srv\/www +127.0.0.1\n\/srv\/www +192.0.2.0\/24$/,
  )
  expect(await machine.run('systemctl show -p ActiveEnterTimestampMonotonic nfs-server')).toBe(since)
  expect(await plan(machine, to('127.0.0.1', '192.0.2.0/24'))).toBeUndefined()
})

it('exports again what was taken out by hand', async () => {
  const wanted = make('nfs_export', { path: '/srv/www', clients: ['127.0.0.1'] })
  await apply(machine, wanted)
  await machine.run('exportfs -u 127.0.0.1:/srv/www')
  expect(await apply(machine, wanted)).toMatchObject({
    ...done,
    change: { differences: [{ name: 'exported to' }] },
  })
})

it('puts the file back that exportfs refuses', async () => {
  const before = await machine.run('cat /etc/exports.d/*')
  const wrong = make('nfs_export', { path: '/srv/www', clients: ['127.0.0.1'], options: 'ro,nonsense' })
  const { status, stderr } = await apply(machine, wrong)
  expect(status).not.toBe(0)
  expect(stderr).toContain('nonsense')
  expect(await machine.run('cat /etc/exports.d/*')).toBe(before)
})

it('mounts from an NFS server, and says so where it is down', async () => {
  const wanted = { path: '/mnt/www', src: '127.0.0.1:/srv/www', fstype: 'nfs', options: 'ro,soft,bg,nofail' }
  expect(await apply(machine, make('mount', wanted))).toMatchObject(done)
  expect(await machine.run('cat /mnt/www/index.html')).toBe('page')
  expect(await machine.run('grep /mnt/www /etc/fstab')).toBe(
    '127.0.0.1:/srv/www /mnt/www nfs ro,soft,bg,nofail 0 0',
  )
  for (const src of ['10.83.96.99:/srv/www', '127.0.0.1:/not/exported']) {
    const { status, stderr } = await apply(machine, make('mount', { ...wanted, path: '/mnt/gone', src }))
    expect(status).not.toBe(0)
    expect(stderr).toContain(`${src} cannot be mounted: is its server up`)
  }
  expect(await machine.run('grep -c gone /etc/fstab')).toBe('0')
})

it('stands after a reboot, and goes when it is to', async () => {
  await machine.reboot()
  expect(
    await machine.run(
      'i=0; until cat /mnt/www/index.html; do i=$((i+1)); [ $i -lt 20 ] || exit; sleep 1; done',
    ),
  ).toContain('page')
  expect(await plan(machine, make('mount', { ...memory, options: 'size=2m,ro' }))).toBeUndefined()
  for (const path of ['/mnt/www', '/srv/memory'])
    expect(await apply(machine, make('mount', { path, state: 'absent' }))).toMatchObject(done)
  expect(await machine.run('findmnt /mnt/www /srv/memory; grep -c -e /mnt/www -e memory /etc/fstab')).toBe(
    '0',
  )
  expect(await apply(machine, make('nfs_export', { path: '/srv/www', state: 'absent' }))).toMatchObject(done)
  expect(await machine.run('exportfs -s')).toBe('')
})
