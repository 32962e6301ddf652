import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/model/resource.ts'
import { needs } from '../needs.ts'
import { applyAll, make } from './run.ts'
import { openWorld, shells, type World } from './world.ts'

needs('worlds', 'busybox')

const text = 'x'.repeat(20_000)
const packed = execFileSync('tar', ['-cf', '-', '-C', import.meta.dirname, basename(import.meta.filename)])

/** Everything that writes below /etc, over files that are there and where none is. */
const writing = [
  make('archive', { dest: '/etc/cron.d', content: packed }),
  make('block', { path: '/etc/hosts', block: text }),
  make('copy', { dest: '/etc/hosts', content: text }),
  make('copy', { dest: '/etc/new', content: text }),
  make('copy', { dest: '/etc/hosts', content: text.repeat(10), backup: true, validate: 'true' }),
  make('cron', { name: 'new', schedule: '@daily', command: text }),
  make('hosts_entry', { address: '192.0.2.1', names: 'a' }),
  make('host_route', { to: '192.0.2.7', dev: 'lo' }),
  make('hostname', { name: 'another' }),
  make('kernel_module', { name: 'no_such_module', parameters: { a: text } }),
  make('line', { path: '/etc/hosts', line: text }),
  make('loopback_vip', { address: '10.9.0.100' }),
  make('sysctl', { name: 'net.ipv4.ip_forward', value: 1 }),
  make('template', { dest: '/etc/hosts', content: text }),
]

/** What needs no room on the disk, yet cannot be done where nothing may be written. */
const making = [
  make('directory', { path: '/etc/new' }),
  make('directory', { path: '/etc/cron.d', state: 'absent' }),
  make('file', { path: '/etc/new', state: 'touch' }),
  make('file', { path: '/etc/hosts', mode: '0600' }),
  make('file', { path: '/etc/hosts', state: 'absent' }),
  make('link', { path: '/etc/new', target: 'hosts' }),
  make('link', { path: '/etc/link', target: 'elsewhere' }),
]

const cases = [
  {
    how: 'the disk is full',
    prepare: 'cat /dev/zero >/etc/ballast 2>/dev/null || :',
    tried: writing,
    says: /there is no room|is the disk full\?|No space left/,
  },
  {
    how: 'nothing may be written',
    prepare: 'mount -o remount,ro /etc',
    tried: [...writing, ...making],
    says: /[Rr]ead-only file system/,
  },
]

describe.each(shells)('under $name', (shell) => {
  it.each(cases)(
    'everything stays as it was where $how, and the reason is said',
    async ({ prepare, tried, says }) => {
      using world = openWorld(shell)
      world.run(`mkdir /run/etc /run/systemd /run/systemd/system
mount -t tmpfs -o size=512k tmpfs /run/etc
cd /etc
cp -a passwd group hosts hostname os-release /run/etc
mkdir -p /run/etc/cron.d /run/etc/sysctl.d /run/etc/modprobe.d /run/etc/modules-load.d /run/etc/systemd/system
ln -s hosts /run/etc/link
mount --bind /run/etc /etc
${prepare}`)
      const before = tree(world, '/etc')
      for (const [index, { status, stderr }] of (await applyAll(world, tried)).entries()) {
        const { id } = tried[index] as Resource
        expect(status, id).not.toBe(0)
        expect(stderr, id).toMatch(says)
      }
      expect(tree(world, '/etc')).toEqual(before)
      expect(tree(world, '/var/lib/understudy')).toEqual({})
    },
  )
})

/** All that is below a directory of the world: contents of files, targets of links. */
function tree(world: World, path: string): Readonly<Record<string, string>> {
  const top = world.outside(path)
  const entries = readdirSync(top, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries.map((entry) => {
      const at = join(entry.parentPath, entry.name)
      const held = entry.isFile()
        ? readFileSync(at, 'latin1')
        : entry.isSymbolicLink()
          ? readlinkSync(at)
          : ''
      return [at.slice(top.length), held.replace(/^\0+$/, 'ballast')]
    }),
  )
}
