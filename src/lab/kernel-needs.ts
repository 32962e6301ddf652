import { open, readFile, statfs } from 'node:fs/promises'
import { attempt } from './command.ts'

/** What the kernel refuses, and what to do about it. */
interface Need {
  readonly what: string
  readonly remedy: string
}

const TUN = '/dev/net/tun'
const CONTAINER = 'in a container, that is for whoever starts it to allow (docker run --privileged)'
const MIB = 1024 * 1024
/** One machine of the usual size and what stands beside it. */
const LEAST_MIB = 512

/** The cable of a machine is a tap. */
export async function missingDevices(): Promise<readonly Need[]> {
  try {
    await (await open(TUN, 'r+')).close()
    return []
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      return [
        { what: TUN, remedy: 'modprobe tun; in a container, pass it on (docker run --device /dev/net/tun)' },
      ]
    return [{ what: `a ${TUN} that can be opened (${code})`, remedy: `modprobe tun; ${CONTAINER}` }]
  }
}

/** The memory of machines is files in /dev/shm, which their programs are run from. */
export async function missingRoom(): Promise<readonly Need[]> {
  const missing: Need[] = []
  const free = Number(/^MemAvailable: +(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1]) / 1024
  if (free < LEAST_MIB)
    missing.push({
      what: `${LEAST_MIB} MiB of free memory (there are ${Math.floor(free)})`,
      remedy: 'end what else runs here',
    })
  const shared = await statfs('/dev/shm').catch(() => undefined)
  const size = shared ? (shared.blocks * shared.bsize) / MIB : 0
  if (size < LEAST_MIB)
    missing.push({
      what: `a /dev/shm of ${LEAST_MIB} MiB (it has ${Math.floor(size)})`,
      remedy:
        'mount -o remount,size=50% /dev/shm; in a container, start it with more (docker run --shm-size=4g)',
    })
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '))
  const options = mounts.findLast(([, place]) => place === '/dev/shm')?.[3]?.split(',')
  if (options?.includes('noexec'))
    missing.push({ what: 'a /dev/shm that is not noexec', remedy: 'mount -o remount,exec /dev/shm' })
  return missing
}

// Tried for real in namespaces that end with it: a container may have root and be allowed none of this.
const MOUNT = "mount -t tmpfs none /tmp || echo 'mount file systems'"
const BRIDGE = `ip link add lan type bridge || echo 'make network bridges (is there a module "bridge"?)'`
const TAP = `ip tuntap add dev trial mode tap || echo 'make taps (is there a module "tun"?)'`

/** Whether this user may make what a lab is made of; taps are tried where their device opens. */
export async function missingPermissions(tunOpens: boolean): Promise<readonly Need[]> {
  if (process.getuid?.() !== 0) return []
  const trial = [MOUNT, BRIDGE, ...(tunOpens ? [TAP] : [])].join('\n')
  const tried = await attempt([
    ...['unshare', '--net', '--mount', '--pid', '--fork', '--propagation', 'slave'],
    ...['sh', '-c', trial],
  ])
  const refused = tried.exitCode === undefined || /^unshare:/m.test(tried.stderr)
  const lacking = refused ? ['make namespaces'] : tried.stdout.split('\n').filter(Boolean)
  return lacking.map((one) => ({ what: `permission to ${one}`, remedy: CONTAINER }))
}
