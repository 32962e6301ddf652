import { access, chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { attempt, run } from './command.ts'
import { LabFailure } from './failure.ts'

/** Something this computer lacks for running a lab. */
export interface Prerequisite {
  readonly what: string
  /** The Debian package that brings it; undefined where no package can. */
  readonly package?: string
}

const COMMANDS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  ethtool: 'ethtool',
  mmdebstrap: 'mmdebstrap',
  socat: 'socat',
  nginx: 'nginx-light',
  'mkfs.ext4': 'e2fsprogs',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  tar: 'tar',
  chroot: 'coreutils',
  unshare: 'util-linux',
  setsid: 'util-linux',
}

const FILES: Readonly<Record<string, string>> = {
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
}

/** What this computer lacks for running a lab; empty when a lab can be started. */
export async function missingPrerequisites(): Promise<Prerequisite[]> {
  const missing: Prerequisite[] = []
  if (process.platform !== 'linux') return [{ what: 'Linux' }]
  if (process.arch !== 'x64') missing.push({ what: 'an x86_64 processor (user-mode-linux has no other)' })
  if (process.getuid?.() !== 0) missing.push({ what: 'root (for network namespaces and mounts)' })
  if (!(await exists('/dev/net/tun'))) missing.push({ what: '/dev/net/tun (try: modprobe tun)' })
  const names = Object.keys(COMMANDS)
  const found = await attempt([
    'sh',
    '-c',
    'for c; do command -v "$c" >/dev/null || echo "$c"; done',
    'sh',
    ...names,
  ])
  for (const name of found.stdout.split('\n').filter(Boolean))
    missing.push({ what: `the command ${name}`, package: COMMANDS[name] })
  for (const [file, packageName] of Object.entries(FILES))
    if (!(await exists(file))) missing.push({ what: file, package: packageName })
  return missing
}

/** Fails, saying what is missing and the one command that installs it. */
export async function requirePrerequisites(): Promise<void> {
  const missing = await missingPrerequisites()
  if (missing.length === 0) return
  const packages = packagesOf(missing)
  throw new LabFailure(
    `this computer cannot run a lab yet: ${missing.map(({ what }) => what).join(', ')} missing`,
    packages.length > 0
      ? `Run: understudy lab prerequisites --install (or apt-get install --no-install-recommends ${packages.join(' ')})`
      : undefined,
  )
}

/** The Debian packages that bring what is missing. */
export function packagesOf(missing: readonly Prerequisite[]): readonly string[] {
  return [...new Set(missing.flatMap((one) => one.package ?? []))]
}

const POLICY = '/usr/sbin/policy-rc.d'
const OUR_POLICY = '#!/bin/sh\n# Put here by understudy while it installs packages.\nexit 101\n'

/** Installs what packages can bring. Their services are not started: nginx would take this computer's port 80. */
export async function installPrerequisites(missing: readonly Prerequisite[]): Promise<void> {
  const packages = packagesOf(missing)
  if (packages.length === 0) return
  const policy = await readFile(POLICY, 'utf8').catch(() => undefined)
  const ours = policy === undefined || policy === OUR_POLICY
  if (ours) await writeFile(POLICY, OUR_POLICY)
  try {
    if (ours) await chmod(POLICY, 0o755)
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run(['apt-get', 'update', '-q'], { env })
    await run(['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...packages], { env })
  } finally {
    if (ours) await rm(POLICY, { force: true })
  }
  // Not started now, and not at the next boot either; a computer without systemd has nothing to disable.
  if (packages.includes('nginx-light')) await attempt(['systemctl', 'disable', 'nginx.service'])
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
