import { access, chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { aptSources } from './apt.ts'
import { attempt, run } from './command.ts'
import { LabFailure } from './failure.ts'
import { missingDevices, missingPermissions, missingRoom } from './kernel-needs.ts'
import { isServed, MIRROR_REMEDY } from './mirror.ts'

/** Something this computer lacks for running a lab. */
export interface Prerequisite {
  readonly what: string
  /** What to do about it. */
  readonly remedy: string
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

/** All that this computer lacks for running a lab, with what to do about it; empty when a lab can be started. */
export async function missingPrerequisites(): Promise<readonly Prerequisite[]> {
  if (process.platform !== 'linux') return [{ what: 'Linux', remedy: ELSEWHERE }]
  const commands = await missingCommands([...Object.keys(COMMANDS), 'apt-get'])
  const devices = await missingDevices()
  return [
    ...(process.arch === 'x64' ? [] : [{ what: 'an x86_64 processor', remedy: ELSEWHERE }]),
    ...(process.getuid?.() === 0 ? [] : [{ what: 'root', remedy: 'run the command as root, or with sudo' }]),
    ...devices,
    ...(await missingRoom()),
    ...(commands.includes('ip') || commands.includes('unshare')
      ? []
      : await missingPermissions(devices.length === 0)),
    ...(commands.includes('apt-get')
      ? [{ what: 'apt (a Debian, or a distribution made from it)', remedy: ELSEWHERE }]
      : [...(await missingPackages(commands)), ...(await missingMirror())]),
  ]
}

const ELSEWHERE = 'run the lab on an x86_64 computer with Debian 12 or newer; a virtual machine will do'

async function missingCommands(names: readonly string[]): Promise<readonly string[]> {
  const script = 'for c; do command -v "$c" >/dev/null || echo "$c"; done'
  const found = await attempt(['sh', '-c', script, 'sh', ...names])
  return found.stdout.split('\n').filter(Boolean)
}

async function missingPackages(commands: readonly string[]): Promise<readonly Prerequisite[]> {
  const absent = await Promise.all(
    Object.keys(FILES).map(async (file) => ((await exists(file)) ? [] : [file])),
  )
  const brought = [
    ...commands.map((name) => ({ what: `the command ${name}`, package: COMMANDS[name] ?? name })),
    ...absent.flat().map((file) => ({ what: file, package: FILES[file] ?? file })),
  ]
  return brought.map((one) => ({ ...one, remedy: `apt-get install --no-install-recommends ${one.package}` }))
}

async function missingMirror(): Promise<readonly Prerequisite[]> {
  try {
    if ((await aptSources()).some(isServed)) return []
    return [{ what: "a Debian mirror in apt's sources", remedy: MIRROR_REMEDY }]
  } catch (error) {
    if (!(error instanceof LabFailure)) throw error
    return [{ what: "apt's sources in a state that apt can read", remedy: 'mend what apt-get update says' }]
  }
}

/** Fails, saying all that is missing and what to do about it. */
export async function requirePrerequisites(): Promise<void> {
  const missing = await missingPrerequisites()
  if (missing.length === 0) return
  const others = missing.filter((one) => one.package === undefined)
  throw new LabFailure(
    `this computer cannot run a lab yet: ${missing.map(({ what }) => what).join(', ')} missing`,
    [
      ...others.map(({ what, remedy }) => `For ${what}: ${remedy}.`),
      ...(others.length < missing.length
        ? [
            `Run: understudy lab prerequisites --install (or apt-get install --no-install-recommends ${packagesOf(missing).join(' ')})`,
          ]
        : []),
    ].join(' '),
  )
}

/** The Debian packages that bring what is missing. */
function packagesOf(missing: readonly Prerequisite[]): readonly string[] {
  return [...new Set(missing.flatMap((one) => one.package ?? []))]
}

const POLICY = '/usr/sbin/policy-rc.d'
const OUR_POLICY = '#!/bin/sh\n# Put here by understudy while it installs packages.\nexit 101\n'

/** Installs what packages can bring. Their services are not started: nginx would take this computer's port 80. */
export async function installPrerequisites(missing: readonly Prerequisite[]): Promise<void> {
  const packages = packagesOf(missing)
  if (packages.length === 0) return
  if (process.getuid?.() !== 0)
    throw new LabFailure(
      `installing ${packages.join(', ')} needs root`,
      'Run the command as root, or with sudo.',
    )
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
