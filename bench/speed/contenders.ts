import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkingScript, makingScript } from './floor.ts'
import type { Hosts } from './hosts.ts'
import type { Command } from './measure.ts'
import { names } from './names.ts'
import type { Work } from './result.ts'

/** Somebody who can do the play, or the least that anybody would have to do for it. */
export interface Contender {
  readonly name: string
  readonly peer: boolean
  /** Its command for a work; undefined where it has none of its own. */
  command(work: Work, hosts: Hosts): Command | undefined
  /** What is run before, and not measured. */
  before?(hosts: Hosts): Command | undefined
}

/** Where they are, and where the bench's files are. */
export interface Setting {
  readonly checkout: string
  readonly plays: string
  readonly work: string
  /** Where Mitogen's packages were unpacked; undefined where there are none. */
  readonly mitogen: string | undefined
}

const cheapest = [
  ...['-o', 'KexAlgorithms=curve25519-sha256', '-o', 'Ciphers=aes128-gcm@openssh.com'],
  ...['-o', 'HostKeyAlgorithms=ssh-ed25519'],
]

/** All that can take part here; who is not there is told by `absent`. */
export function contendersOf(setting: Setting): readonly Contender[] {
  return [
    floor(names.floor, [], setting),
    floor(names.cheapest, cheapest, setting),
    understudy(setting),
    keeping(setting),
    ...(found('ansible-playbook') ? [ansible(names.ansible, {}, setting)] : []),
    ...(found('ansible-playbook') && setting.mitogen
      ? [ansible(names.mitogen, mitogenIn(setting.mitogen), setting)]
      : []),
  ]
}

/** The names of those who could be compared and are not there. */
export function absent(there: readonly Contender[]): readonly string[] {
  return Object.values(names).filter((name) => there.every((one) => one.name !== name))
}

/** One connection and one shell for each host, all at the same time: all that could be asked for on one way. */
function floor(name: string, options: readonly string[], { plays, work }: Setting): Contender {
  return {
    name,
    peer: false,
    command(kind, hosts) {
      if (kind === 'fleet' && hosts.nodes.length > mostAtOnce) return undefined
      if (kind === 'dry-run') return undefined
      const folder = join(work, 'floor')
      mkdirSync(folder, { recursive: true })
      for (const node of hosts.nodes) {
        const script = kind === 'first' ? makingScript(node, plays) : checkingScript(node, plays)
        writeFileSync(join(folder, `${node.address}.sh`), script)
      }
      const list = join(folder, 'addresses')
      writeFileSync(list, hosts.nodes.map(({ address }) => `${address}\n`).join(''))
      const one = `address=$1 folder=$2; shift 2; exec "$@" "$address" sh -s <"$folder/$address.sh" >"$folder/$address.out" 2>&1`
      const client = ['ssh', '-F', hosts.sshConfig, ...options]
      const each = ['sh', '-c', one, 'one', '{}', folder, ...client]
      return { words: ['xargs', '-a', list, '-P', String(hosts.nodes.length), '-I{}', ...each] }
    },
  }
}

/** Of more ssh clients at a time this computer has no memory for. */
const mostAtOnce = 1000

function understudy({ checkout, plays }: Setting): Contender {
  return {
    name: names.understudy,
    peer: false,
    command(work, { sshConfig, inventory }) {
      const verb = work === 'dry-run' || work === 'fleet' ? ['plan', '--diff'] : ['apply']
      const main = join(checkout, 'dist/cli/main.js')
      return { words: ['node', main, ...verb, '-F', sshConfig, '-i', inventory, join(plays, 'site.yaml')] }
    },
  }
}

/** The same as the second command of somebody who keeps connections; the first one is not measured. */
function keeping(setting: Setting): Contender {
  const alone = understudy(setting)
  // Where the process that keeps them is met: it ends with the bench's namespaces.
  const runtime = join(setting.work, 'run')
  const command: Contender['command'] = (work, hosts) => {
    const plain = work === 'rerun' || work === 'dry-run' ? alone.command(work, hosts) : undefined
    if (!plain) return undefined
    mkdirSync(runtime, { recursive: true, mode: 0o700 })
    return { words: [...plain.words, '--persist', '60s'], env: { XDG_RUNTIME_DIR: runtime } }
  }
  return { name: names.kept, peer: false, command, before: (hosts) => command('rerun', hosts) }
}

function ansible(name: string, more: Readonly<Record<string, string>>, { plays, work }: Setting): Contender {
  return {
    name,
    peer: true,
    command(kind, { sshConfig, inventory, nodes }) {
      const dry = kind === 'dry-run' ? ['--check', '--diff'] : []
      return {
        words: [
          'ansible-playbook',
          '-i',
          inventory,
          '-f',
          String(nodes.length),
          ...dry,
          join(plays, 'site.yaml'),
        ],
        env: {
          ANSIBLE_CONFIG: join(plays, 'ansible.cfg'),
          ANSIBLE_HOME: join(work, 'ansible'),
          ANSIBLE_LOCAL_TEMP: join(work, 'ansible/tmp'),
          ANSIBLE_SSH_CONTROL_PATH_DIR: join(work, 'ansible/cp'),
          ANSIBLE_SSH_ARGS: `-F ${sshConfig} -o ControlMaster=auto -o ControlPersist=60s`,
          ...more,
        },
      }
    },
  }
}

function mitogenIn(folder: string): Readonly<Record<string, string>> {
  return {
    PYTHONPATH: folder,
    ANSIBLE_STRATEGY: 'mitogen_linear',
    ANSIBLE_STRATEGY_PLUGINS: join(folder, 'ansible_mitogen/plugins/strategy'),
  }
}

function found(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}

/** Unpacks Debian's Mitogen into a folder, so that nothing of it is installed; undefined where the mirror has none. */
export function fetchMitogen(folder: string): string | undefined {
  const there = join(folder, 'usr/lib/python3/dist-packages')
  if (existsSync(join(there, 'ansible_mitogen'))) return there
  mkdirSync(folder, { recursive: true })
  const fetch =
    'apt-get download -q python3-mitogen ansible-mitogen && for one in *.deb; do dpkg -x "$one" .; done'
  const { status } = spawnSync('sh', ['-c', fetch], { cwd: folder, stdio: 'ignore', timeout: 120_000 })
  return status === 0 && existsSync(join(there, 'ansible_mitogen')) ? there : undefined
}
