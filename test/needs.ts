import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Prerequisite } from '../src/lab/prerequisites.ts'

/** Programs that tests of kind `system` run, and the Debian package of each. */
export const programs = {
  a2enmod: 'apache2',
  ansible: 'ansible',
  'apt-get': 'apt',
  busybox: 'busybox',
  chattr: 'e2fsprogs',
  chromium: 'chromium',
  composer: 'composer',
  curl: 'curl',
  dash: 'dash',
  'dpkg-query': 'dpkg',
  fish: 'fish',
  gem: 'ruby',
  git: 'git',
  grep: 'grep',
  haproxy: 'haproxy',
  ip: 'iproute2',
  iptables: 'iptables',
  ipvsadm: 'ipvsadm',
  keepalived: 'keepalived',
  make: 'make',
  mmdebstrap: 'mmdebstrap',
  'nats-server': 'nats-server',
  nft: 'nftables',
  nginx: 'nginx-light',
  openssl: 'openssl',
  perl: 'perl-base',
  pg_ctlcluster: 'postgresql',
  ping: 'iputils-ping',
  promtool: 'prometheus',
  ps: 'procps',
  python3: 'python3',
  rsync: 'rsync',
  script: 'bsdutils',
  setfacl: 'acl',
  setsid: 'util-linux',
  shellcheck: 'shellcheck',
  socat: 'socat',
  ss: 'iproute2',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  sudo: 'sudo',
  supervisorctl: 'supervisor',
  useradd: 'passwd',
  zsh: 'zsh',
} as const

/**
 * What a test of kind `system` may need: a program by its name, `root`, `build` (that `dist/` was made), `worlds`
 * (root, and leave to make namespaces, see test/resources/world.ts), or `machines` (all that the lab needs).
 */
export type Need = keyof typeof programs | 'root' | 'build' | 'worlds' | 'machines'

/** Ends the reading of a test file whose needs are not met. */
class Lacking extends Error {
  override readonly name = 'Lacking'
  readonly lacks: readonly Prerequisite[]
  constructor(lacks: readonly Prerequisite[]) {
    super(lacks.map(({ what }) => what).join(', '))
    this.lacks = lacks
  }
}

/** What lacked, where that is why a file could not be read. By name: the runner has a copy of this module of its own. */
export function lacksIn(error: unknown): readonly Prerequisite[] | undefined {
  return error instanceof Error && error.name === 'Lacking' ? (error as Lacking).lacks : undefined
}

/** Daemons lie where an ordinary user's PATH does not lead. */
const path = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin']

/** Stands first in a file of kind `system`: where something is missing, nothing after it is run; what is there is found. */
export function needs(...names: readonly Need[]): void {
  process.env.PATH = [...new Set(path)].join(':')
  const lacks = names.flatMap(lackOf)
  if (lacks.length > 0) throw new Lacking(lacks)
}

const root: Prerequisite = { what: 'root', remedy: 'run the tests as root' }
const built = resolve(import.meta.dirname, '../dist/cli/main.js')

function lackOf(name: Need): readonly Prerequisite[] {
  const isRoot = process.getuid?.() === 0
  switch (name) {
    case 'root':
      return isRoot ? [] : [root]
    case 'build':
      return existsSync(built) ? [] : [{ what: 'the build', remedy: 'npm run build' }]
    case 'worlds':
      if (!isRoot) return [root]
      if (succeeds('unshare', '-m', '-n', '-u', 'true')) return []
      return [{ what: 'leave to make namespaces', remedy: 'in a container, that is for whoever starts it' }]
    case 'machines':
      if (succeeds(process.execPath, built, 'lab', 'prerequisites')) return []
      return [{ what: 'what the lab needs', remedy: 'node dist/cli/main.js lab prerequisites tells' }]
    default:
      if (onPath(name)) return []
      return [
        {
          what: name,
          remedy: `apt-get install --no-install-recommends ${programs[name]}`,
          package: programs[name],
        },
      ]
  }
}

function succeeds(command: string, ...words: readonly string[]): boolean {
  return spawnSync(command, words).status === 0
}

function onPath(name: string): boolean {
  return path.some((folder) => existsSync(`${folder}/${name}`))
}
