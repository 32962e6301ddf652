import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { thorough } from '../thorough.ts'

/** A shell to run programs in, and whether busybox's own tools stand before those of this computer. */
export interface ShellUnderTest {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly busyboxTools?: boolean
}

const all: readonly ShellUnderTest[] = [
  { name: 'dash', command: ['dash', '-s'] },
  { name: 'bash', command: ['bash', '--posix', '-s'] },
  { name: 'busybox', command: ['busybox', 'sh', '-s'], busyboxTools: true },
]

/**
 * Every shell a host may have as its `sh`. That of the Red Hat family, bash, is met on its real machines too
 * (test/e2e/red-hat); here it takes its turn where every combination is asked for.
 */
export const shells = all.filter(({ name }) => name !== 'bash' || thorough)

/**
 * A place to change things in: `/etc`, `/run` and `/var/lib/understudy` are private copies, and so are the network
 * with its kernel settings and the host name.
 */
export interface World extends Disposable {
  /** A scratch directory, empty at first; the same path inside and outside. */
  readonly directory: string
  /** Words that start the shell inside. */
  readonly enter: readonly [string, ...string[]]
  /** The path under which this process sees a path of the world. */
  outside(path: string): string
  /** Runs a line of shell inside. */
  run(line: string): void
}

/** Opens a world; dispose of it to lose all that was done there. */
export function openWorld(shell: ShellUnderTest): World {
  const directory = mkdtempSync(join(tmpdir(), 'understudy world-'))
  chmodSync(directory, 0o755)
  const tools = `${directory}.tools`
  mkdirSync(tools)
  const child = spawn('unshare', ['-m', '-n', '-u', 'sh', '-eu', '-c', setup, 'sh', tools], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BUSYBOX: shell.busyboxTools ? '1' : '' },
  })
  const { pid } = child
  if (pid === undefined) throw new Error('no world can be opened')
  waitFor(`/proc/${pid}/root/run/ready`)
  return {
    directory,
    enter: ['nsenter', '-t', String(pid), '-m', '-n', '-u', ...shell.command],
    outside: (path) => `/proc/${pid}/root${path}`,
    run: (line) => execFileSync('nsenter', ['-t', String(pid), '-m', 'sh', '-euc', line]),
    [Symbol.dispose]: () => {
      child.kill('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
      rmSync(tools, { recursive: true, force: true })
    },
  }
}

const setup = `
mkdir -p /var/lib/understudy
mount -t tmpfs tmpfs "$1"
mkdir "$1/up" "$1/work" "$1/bin"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/up,workdir=$1/work" /etc
mount -t tmpfs tmpfs /var/lib/understudy
mount -t tmpfs tmpfs /run
ip link set lo up
if [ -n "$BUSYBOX" ]; then
  busybox --install -s "$1/bin"
  (cd "$1/bin" && rm -f sh ash ip systemctl)
fi
# What was written must reach the disk of a machine; here that would only wait for this computer's.
ln -sf /bin/true "$1/bin/sync"
mount --bind "$1/bin" /usr/local/sbin
: >/run/ready
exec sleep 900`

function waitFor(path: string): void {
  execFileSync('sh', [
    '-c',
    'n=0; until [ -e "$1" ]; do n=$((n+1)); [ $n -lt 200 ]; sleep 0.02; done',
    'sh',
    path,
  ])
}
