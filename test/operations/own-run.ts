import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sshd, SshLab } from '../transport/sshd.ts'

/** A machine by its sshd on loopback, whose `/run`, fences and `/var/lib` are its own: what makes it another one for locks, and for what it keeps. */
export interface OwnRun {
  readonly server: Sshd
  /** What is in its `/run` of locks, sorted; a question that was cut short still comes to its end there. */
  left(): readonly string[]
  read(name: string): string
  write(name: string, text: string): void
  /** Another boot, as far as who looks can tell. */
  bootAnew(): void
}

const setup = `
mount -t tmpfs -o mode=755 none /run
mount -t tmpfs -o mode=755 none /var/lib
mkdir /run/sshd
mkdir -p /var/lib/understudy/fences
if [ -n "$1" ]; then
  mkdir /run/bin
  busybox --install -s /run/bin
  rm -f /run/bin/sh /run/bin/ash
  mount --bind "$(command -v busybox)" "$(readlink -f /bin/sh)"
  mount --bind /run/bin /usr/local/sbin
fi
shift
exec "$@"`

/** Starts one; with busybox its `sh` and its tools are those. `network`: words that start it in a network that is not this one. */
export async function startOwnRun(
  lab: SshLab,
  shell: 'dash' | 'busybox' = 'dash',
  network?: { readonly within: readonly string[]; readonly answering: (port: number) => Promise<void> },
): Promise<OwnRun> {
  const within = [
    ...(network?.within ?? []),
    'unshare',
    '--mount',
    'dash',
    '-euc',
    setup,
    'dash',
    shell === 'busybox' ? 'busybox' : '',
  ]
  const server = await lab.start([], ['ed25519'], within, network?.answering)
  const run = `/proc/${server.pid}/root/run`
  return {
    server,
    left: () =>
      readdirSync(run)
        .filter((name) => name.startsWith('understudy.held'))
        .toSorted(),
    read: (name) => readFileSync(join(run, name), 'utf8'),
    write: (name, text) => writeFileSync(join(run, name), text),
    bootAnew() {
      const file = join(lab.directory, 'boot_id')
      writeFileSync(file, '00000000-0000-4000-8000-000000000000\n')
      const bind = `mount --bind '${file}' /proc/sys/kernel/random/boot_id`
      execFileSync('nsenter', ['-t', String(server.pid), '-m', 'sh', '-euc', bind])
    },
  }
}

/** An inventory with these machines, and variables of connections that leave this computer's own ssh out. */
export function inventoryOf(
  lab: SshLab,
  name: string,
  groups: Readonly<
    Record<string, { readonly hosts: Readonly<Record<string, OwnRun>>; readonly vars?: object }>
  >,
): string {
  const children = Object.fromEntries(
    Object.entries(groups).map(([group, { hosts, vars = {} }]) => [
      group,
      {
        vars,
        hosts: Object.fromEntries(
          Object.entries(hosts).map(([host, { server }]) => [
            host,
            {
              ansible_host: '127.0.0.1',
              ansible_port: server.port,
              ansible_user: 'root',
              ansible_ssh_private_key_file: lab.key,
              ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${server.knownHosts} -o GlobalKnownHostsFile=none -o IdentityAgent=none`,
            },
          ]),
        ),
      },
    ]),
  )
  mkdirSync(join(lab.directory, name), { recursive: true })
  const file = join(lab.directory, name, 'inventory.json')
  writeFileSync(file, JSON.stringify({ all: { children } }))
  return file
}

/** Waits until there is such a file. */
export async function appears(path: string): Promise<void> {
  for (let left = 600; left > 0 && !existsSync(path); left--)
    await new Promise((done) => setTimeout(done, 50))
  if (!existsSync(path)) throw new Error(`${path} does not appear`)
}
