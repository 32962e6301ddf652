import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keepBefore } from '../../src/shell/former.ts'
import { goBack, tellFormer } from '../../src/shell/go-back.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { sh } from '../../src/shell/quote.ts'
import { needs } from '../needs.ts'
import { check } from '../resources/shellcheck.ts'

needs('shellcheck', 'dash', 'busybox', 'root', 'worlds')

const before = keepBefore('abcd1234', [
  { is: 'file', subject: "/etc/it's" },
  { is: 'unit', subject: 'nginx.service' },
  { is: 'stays', subject: 'package[nginx]' },
])
const step = { title: 'file[/etc/a]', ignoreErrors: false, environment: {}, uploads: {} }
const steps = [{ ...step, before, keeps: true, script: goBack('abcd1234') }]
const keeping = buildProgram('n', { asks: [], steps })

describe('what keeps a former state, goes back to it, and tells of it', () => {
  it('is clean under shellcheck', () => {
    expect(check(keeping.script)).toBe('')
    expect(check(tellFormer)).toBe('')
  })

  it.each([['dash'], ['busybox', 'sh']])('is understood by %s', (...shell) => {
    const [program = '', ...words] = shell
    expect(() => execFileSync(program, [...words, '-n'], { input: keeping.script })).not.toThrow()
  })
})

/** A network, and a state directory, of its own: two programs there, one that changes things and one that goes back. */
const world = `
mount -t tmpfs none /var/lib
mount -t proc proc /proc
ip link set lo up
ip address add 192.0.2.7/32 dev lo
ip route add 198.51.100.0/24 dev lo
now() {
  cat /proc/sys/net/ipv4/conf/lo/arp_ignore
  ip -o address show dev lo scope global | sed 's/ *[\\\\].*//'
  ip route show; ip -6 route show 2001:db8:7::/64
}
now >/var/lib/before
"$@" -s <"$CHANGE"
now >/var/lib/between
if cmp -s /var/lib/before /var/lib/between; then echo 'nothing was changed'; fi
"$@" -s <"$BACK"
now | diff /var/lib/before - || :`

describe('going back in the kernel', () => {
  it.each([['dash'], ['busybox', 'sh']])(
    'takes settings, addresses and routes along, with %s',
    (...shell) => {
      const directory = mkdtempSync(join(tmpdir(), 'understudy-former-'))
      const kept = keepBefore('abcd1234', [
        { is: 'sysctl', subject: 'net/ipv4/conf/lo/arp_ignore' },
        { is: 'address', subject: '192.0.2.7' },
        { is: 'address', subject: '192.0.2.8' },
        { is: 'route', subject: '198.51.100.0/24' },
        { is: 'route', subject: '203.0.113.0/24' },
        { is: 'route', subject: '2001:db8:7::/64' },
      ])
      const change = sh`echo 1 >/proc/sys/net/ipv4/conf/lo/arp_ignore
ip address del 192.0.2.7/32 dev lo; ip address add 192.0.2.8/32 dev lo
ip route replace 198.51.100.0/24 dev lo metric 7; ip route del 198.51.100.0/24 dev lo metric 0
ip route add 203.0.113.0/24 dev lo; ip -6 route add 2001:db8:7::/64 dev lo`
      const program = (name: string, one: object) => {
        const file = join(directory, name)
        writeFileSync(
          file,
          buildProgram('n', { asks: [], steps: [{ ...step, script: change, ...one }] }).script,
        )
        return file
      }
      const env = {
        ...process.env,
        CHANGE: program('change', { before: kept, keeps: true }),
        BACK: program('back', { script: goBack('abcd1234') }),
      }
      try {
        const words = ['--mount', '--net', 'dash', '-euc', world, 'dash', ...shell]
        const said = execFileSync('unshare', words, { env, encoding: 'utf8' })
        expect(said).toContain('back: net/ipv4/conf/lo/arp_ignore\n')
        expect(said).not.toMatch(/amiss|^[<>]|nothing was changed/m)
      } finally {
        rmSync(directory, { recursive: true })
      }
    },
  )
})
