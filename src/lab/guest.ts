import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quote, tail } from './command.ts'
import { spawnDetached } from './detach.ts'
import type { Images } from './images.ts'
import { type LabPaths, namespaceOf, umidOf } from './paths.ts'
import { findProcesses, killAll } from './processes.ts'
import { processorFor } from './processors.ts'
import { familyOf } from './ranges.ts'
import { FIRST_PROGRAM } from './recipe.ts'
import type { MachineSpec } from './topology.ts'

/** Whether a machine runs, and if not, why: switched off from inside, its power cut, or its kernel died. */
export type Power = 'on' | 'off' | 'killed' | 'crashed'

/** Writes what is needed to switch a machine on. */
export async function prepareGuest(
  lab: string,
  paths: LabPaths,
  machine: MachineSpec,
  images: Images,
): Promise<void> {
  const folder = paths.machine(machine.name)
  await writeFile(
    join(folder, 'boot.sh'),
    bootScript(lab, folder, machine, images, await processorFor(machine.address)),
  )
  await writeFile(join(folder, 'supervise.sh'), superviseScript(folder))
}

/** Switches a machine on; it runs on when this program ends. */
export async function powerOn(lab: string, paths: LabPaths, machine: string): Promise<void> {
  const folder = paths.machine(machine)
  await writeFile(join(folder, 'power'), 'on\n')
  // All of it lives in the lab's namespace: that is where the machine's cable is.
  await spawnDetached(
    ['ip', 'netns', 'exec', namespaceOf(lab), 'sh', join(folder, 'supervise.sh')],
    join(folder, 'supervise.log'),
  )
}

/** Cuts a machine's power: no shutdown, nothing written, and nobody starts it again by itself. */
export async function cutPower(lab: string, paths: LabPaths, machine: string): Promise<void> {
  await killAll(() => processesOf(lab, paths, machine))
  await writeFile(join(paths.machine(machine), 'power'), 'killed\n')
}

/** Gives a machine the disk it had on its first day; it has to be off. */
export async function blankDisk(paths: LabPaths, machine: string): Promise<void> {
  await rm(join(paths.machine(machine), 'disk.cow'), { force: true })
}

/** Whether a machine runs, and why not. */
export async function powerOf(lab: string, paths: LabPaths, machine: string): Promise<Power> {
  const living = await processesOf(lab, paths, machine)
  if (living.length > 0) return 'on'
  const word = (await readFile(join(paths.machine(machine), 'power'), 'utf8').catch(() => '')).trim()
  return word === 'off' || word === 'crashed' ? word : 'killed'
}

// Found by their words, not by recorded process ids: those may be stale, or missing after a crash.
async function processesOf(lab: string, paths: LabPaths, machine: string): Promise<readonly number[]> {
  const folder = paths.machine(machine)
  const marks = [join(folder, 'supervise.sh'), join(folder, 'boot.sh'), `umid=${umidOf(lab, machine)}`]
  const found = await findProcesses((argv) => argv.some((word) => marks.includes(word)))
  return found.map(({ pid }) => pid)
}

/** The last lines a machine wrote to its console. */
export async function consoleTail(paths: LabPaths, machine: string, lines = 25): Promise<string> {
  return tail(await readFile(join(paths.machine(machine), 'console.log'), 'utf8').catch(() => ''), lines)
}

// All mounts are made in the machine's own mount namespace and vanish with it.
function bootScript(
  lab: string,
  folder: string,
  machine: MachineSpec,
  images: Images,
  processor: number,
): string {
  const kernel = [
    ...['linux.uml', `mem=${machine.memoryMiB}M`, `umid=${umidOf(lab, machine.name)}`],
    `ubd0=/lab/machine/disk.cow,/lab/images/${images.fileOf(machine)}`,
    ...['ubd1r=/lab/machine/seed.tar', 'root=/dev/ubda', 'rw', `init=${FIRST_PROGRAM}`],
    ...machine.interfaces.map(
      ({ device, cable, addresses }) =>
        `${device}:transport=tap,ifname=${cable},depth=128,mac=${macOf(addresses[0] ?? '')}`,
    ),
    // A contest of checksums for disks that no machine here has would be a quarter of a boot.
    'initcall_blacklist=raid6_init',
    ...['con=null', 'con0=fd:0,fd:1', 'seccomp=auto', 'noreboot', 'quiet', 'selinux=0', 'apparmor=0'],
  ]
  return `#!/bin/sh -e
# Becomes the kernel of this machine. Its memory is a file in /dev/shm, its second disk its identity.
tree=${quote(images.engine)}
mount --rbind /dev "$tree/dev"
mount -t proc proc "$tree/proc"
mount --bind ${quote(images.folder)} "$tree/lab/images"
mount --bind ${quote(folder)} "$tree/lab/machine"
exec env -i HOME=/lab/machine TMPDIR=/dev/shm PATH=/usr/bin:/usr/sbin:/bin:/sbin \\
  taskset -c ${processor} chroot "$tree" ${kernel.map(quote).join(' ')} </dev/zero
`
}

function superviseScript(folder: string): string {
  return `#!/bin/sh
# Keeps this machine going through its reboots. Ending it and the machine is "lab kill".
cd ${quote(folder)} || exit 1
while :; do
  rm -rf .uml
  [ ! -e console.log ] || mv console.log console.previous.log
  setsid --wait unshare --mount --propagation slave sh ${quote(join(folder, 'boot.sh'))} >console.log 2>&1
  if tail -n 3 console.log | grep -q 'reboot: Restarting system'; then continue; fi
  if tail -n 3 console.log | grep -q -e 'reboot: Power down' -e 'reboot: System halted'; then echo off; else echo crashed; fi >power
  exit
done
`
}

/** An address of IPv4 tells its own MAC address, one of IPv6 is too long for that. */
function macOf(address: string): string {
  const bytes =
    familyOf(address) === 4
      ? address.split('.').map(Number)
      : [...createHash('sha256').update(address).digest().subarray(0, 4)]
  return ['02', '75', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':')
}
