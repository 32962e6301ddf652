import { execFileSync, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'

needs('machines')

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')

/** What the command says where something was taken away first, in namespaces that end with it. */
function without(preparation: string, wrapper: readonly string[] = []): string {
  const script = `${preparation}\nexec "$@"`
  const command = [...wrapper, process.execPath, main, 'lab', 'prerequisites']
  const words = ['--mount', '--propagation', 'private', 'sh', '-euc', script, 'sh', ...command]
  const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' })
  return `${stdout}${stderr}`
}

const hidden = (command: string) =>
  `mount --bind /dev/null ${execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim()}`

describe('what a lab needs', () => {
  it('is there on a computer on which nothing is missing', () => {
    expect(without('')).toBe('nothing is missing\n')
  })

  const cases: Readonly<
    Record<string, readonly [said: string, preparation: string, wrapper?: readonly string[]]>
  > = {
    'a tun device': ['missing: /dev/net/tun\n  → modprobe tun', 'mount -t tmpfs none /dev/net'],
    'a tun device that opens': [
      'missing: a /dev/net/tun that can be opened',
      'mount -t tmpfs none /dev/net; mkdir /dev/net/tun',
    ],
    'a tun device that makes taps': [
      'missing: permission to make taps',
      'mount --bind /dev/null /dev/net/tun',
    ],
    'leave to make namespaces': [
      'missing: permission to make namespaces\n  → in a container, that is for whoever starts it',
      '',
      ['setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin'],
    ],
    root: ['missing: root\n  → run the command as root', '', ['setpriv', '--reuid', '1', '--clear-groups']],
    'a command': [
      'missing: the command nginx\n  → apt-get install --no-install-recommends nginx-light',
      hidden('nginx'),
    ],
    apt: ['missing: apt (a Debian', hidden('apt-get')],
    keys: [
      'missing: /usr/share/keyrings/debian-archive-keyring.gpg\n',
      'mount -t tmpfs none /usr/share/keyrings',
    ],
    'room in memory': [
      'missing: a /dev/shm of 512 MiB (it has 64)',
      'mount -t tmpfs -o size=64m none /dev/shm',
    ],
    'leave to run programs from memory': [
      'missing: a /dev/shm that is not noexec',
      'mount -o noexec -t tmpfs none /dev/shm',
    ],
    'a mirror': [
      "missing: a Debian mirror in apt's sources\n  → add to /etc/apt/sources.list",
      'mount -t tmpfs none /etc/apt',
    ],
  }
  it.each(Object.keys(cases))('is named with what to do about it: %s', (what) => {
    const [said = '', preparation = '', wrapper = []] = cases[what] ?? []
    expect(without(preparation, wrapper)).toContain(said)
  })

  it('is named all at once', () => {
    const said = without(`${hidden('nginx')}; ${hidden('socat')}; mount -t tmpfs none /dev/net`)
    expect(said.match(/^missing: .*/gm)).toEqual([
      'missing: /dev/net/tun',
      'missing: the command socat',
      'missing: the command nginx',
    ])
  })
})
