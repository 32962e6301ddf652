import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A shell to run programs in, and whether busybox's own tools stand before those of this computer. */
export interface ShellUnderTest {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly busyboxTools?: boolean
}

/** Every shell a host may have as its `sh`. */
export const shells: readonly ShellUnderTest[] = [
  { name: 'dash', command: ['dash', '-s'] },
  { name: 'bash', command: ['bash', '--posix', '-s'] },
  { name: 'busybox', command: ['busybox', 'sh', '-s'], busyboxTools: true },
]

/** Only root may have namespaces of its own, which these tests need to leave this computer alone. */
export const root = process.getuid?.() === 0

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
  for us_tool in $(busybox --list); do
    case $us_tool in sh | ash | ip | systemctl) ;; *) ln -s "$(command -v busybox)" "$1/bin/$us_tool" ;; esac
  done
fi
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
