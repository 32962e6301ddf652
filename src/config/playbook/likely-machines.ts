import type { Facts } from '../../model/facts.ts'

const machine: Omit<Facts, 'os' | 'packageManager'> = {
  hostname: '',
  kernel: '',
  architecture: 'x86_64',
  init: 'systemd',
  interfaces: {},
  memoryMiB: 0,
  memory: { free: 0, swap: 0, swapFree: 0 },
  cpus: 1,
  user: 'root',
  account: { uid: 0, gid: 0, home: '/root', shell: '/bin/bash' },
  homes: { root: '/root' },
  environment: { HOME: '/root', USER: 'root' },
  dns: { nameServers: [], search: [] },
  selinux: 'absent',
  ssh: {},
  handovers: [],
  mangledHandovers: [],
  bootId: '',
  time: 0,
  zone: { offset: '+0000', name: 'UTC' },
}

/**
 * Machines as they are met most, one of each family: good enough to tell what a host will be asked, and never used to
 * decide anything.
 */
export const likelyMachines: readonly Facts[] = [
  {
    ...machine,
    packageManager: 'apt',
    os: { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12', family: 'debian' },
  },
  {
    ...machine,
    packageManager: 'dnf',
    os: { id: 'rocky', version: '9', codename: '', name: 'Rocky Linux 9', family: 'redhat' },
  },
]
