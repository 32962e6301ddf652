import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ensureImages, type Lab } from '../../src/lab/index.ts'
import { pathsOf } from '../../src/lab/paths.ts'

/** Machines of a lab that run on the kernel of this computer. */
export interface OnThisKernel extends Disposable {
  /** Reboots all of them at once, whatever they do, and waits until each can be logged into. */
  reboot(): Promise<void>
}

/**
 * Switches machines of a lab off and boots the same image, with the same keys and addresses, as containers on the
 * kernel of this computer, plugged into the lab's switch: user-mode Linux comes without firewalls for IP. What they
 * write lasts across reboots; nothing is left behind when the process that holds their namespaces ends.
 */
export async function onThisKernel(lab: Lab, machines: readonly string[]): Promise<OnThisKernel> {
  const { folder, fileOf } = await ensureImages([{ image: 'bookworm', packages: [] }], () => {})
  const image = join(folder, fileOf({ image: 'bookworm', packages: [] }))
  const holders: ChildProcess[] = []
  for (const machine of machines) {
    await lab.kill(machine)
    const seed = join(pathsOf(lab.name).machine(machine), 'seed.tar')
    const words = ['--net', '--mount', 'sh', '-euc', holder, 'sh', machine, image, seed]
    // A process group of its own, which ends as a whole.
    const child = spawn('unshare', words, { detached: true, stdio: ['pipe', 'ignore', 'inherit'] })
    holders.push(child)
    await apart(child.pid)
    const cable = `link add k-${machine} type veth peer name vec0 netns ${child.pid}`
    for (const words of [cable, `link set k-${machine} master lan up`])
      execFileSync('ip', ['-n', lab.namespace, ...words.split(' ')])
  }
  for (const machine of machines) await bootAfter(lab, machine, '')
  return {
    reboot: async () => {
      const before = new Map<string, string>()
      for (const machine of machines) before.set(machine, await startOf(lab, machine))
      for (const machine of machines) await lab.run(machine, 'systemctl reboot --force')
      for (const machine of machines) await bootAfter(lab, machine, before.get(machine) ?? '')
    },
    [Symbol.dispose]: () => {
      for (const { stdin } of holders) stdin?.end()
    },
  }
}

/** Waits until a process has a network namespace of its own. */
async function apart(pid: number | undefined): Promise<void> {
  while (readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net'))
    await new Promise((done) => setTimeout(done, 20))
}

/** When the first program of a machine started; the empty text while it cannot be asked. */
async function startOf(lab: Lab, machine: string): Promise<string> {
  const { stdout, exitCode } = await lab.run(machine, "cut -d' ' -f22 /proc/1/stat")
  return exitCode === 0 ? stdout.trim() : ''
}

/** Waits until a machine has started anew and has come to the end of its boot. */
async function bootAfter(lab: Lab, machine: string, before: string): Promise<void> {
  for (let round = 0; round < 240; round += 1) {
    const start = await startOf(lab, machine)
    if (start !== '' && start !== before) {
      await lab.run(machine, 'timeout 120 systemctl is-system-running --wait')
      return
    }
    await new Promise((done) => setTimeout(done, 500))
  }
  throw new Error(`${machine} cannot be logged into`)
}

/** The devices and file systems that systemd expects of whoever starts it in a container. */
const boot = `
cd "$1"
mount --bind . .
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for f in null zero full random urandom tty; do : >dev/$f; mount --bind /dev/$f dev/$f; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
hostname "$2"
pivot_root . mnt
umount -l /mnt
exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --show-status=no >/dev/null 2>&1`

/** Keeps the disk and the network of one machine, and boots it again whenever it went down. */
const holder = `
mount --make-rprivate /
disk=/mnt
mount -t tmpfs tmpfs "$disk"
mkdir "$disk/low" "$disk/up" "$disk/work" "$disk/root"
mount -o loop,ro,noload "$2" "$disk/low"
mount -t overlay overlay -o "lowerdir=$disk/low,upperdir=$disk/up,workdir=$disk/work" "$disk/root"
tar -xpf "$3" -C "$disk/root" --numeric-owner
ip link set lo up
# Each machine has control groups of its own: in those of another, its systemd would remove what that one just made.
groups="$disk/groups/understudy-$$"
mkdir "$disk/groups"
mount -t cgroup2 cgroup2 "$disk/groups"
mkdir "$groups"
# Whoever started this holds the other end: when it ends, however it does, all of this ends.
exec 3<&0
setsid sh -c '
cat <&3 >/dev/null
kill -9 -"$1"
for round in $(seq 100); do
  find "$2" -depth -type d -exec rmdir {} + 2>/dev/null
  [ -d "$2" ] || break
  sleep 0.1
done' sh "$$" "$groups" &
until ip link show vec0 >/dev/null 2>&1; do sleep 0.1; done
while :; do
  sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$groups" \
    unshare --mount --pid --fork --kill-child --uts --ipc --cgroup sh -euc '${boot}' sh "$disk/root" "$1" 3<&- || :
done`
