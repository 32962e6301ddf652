/** What a host shows of being virtual. */
export interface Signs {
  /** Values of /proc/1/environ that name a container. */
  readonly container: string
  /** Of /proc/1/cgroup. */
  readonly cgroups: readonly string[]
  /** Of /run/systemd/container. */
  readonly systemd: string
  /** Paths that are there. */
  readonly paths: readonly string[]
  /** Names of the kernel's modules. */
  readonly modules: readonly string[]
  /** Of /proc/cpuinfo. */
  readonly processors: readonly string[]
  readonly dmi: Readonly<Record<string, string>>
}

const vendorsOfKvm = ['QEMU', 'Amazon EC2', 'DigitalOcean', 'Google', 'Scaleway', 'Nutanix']

type Guess = readonly [type: string, role: 'guest' | 'host']

/** Whoever says so first is right, in the order of Ansible's `setup` (ansible-core 2.14). */
const guesses: readonly ((signs: Signs) => Guess | undefined | false)[] = [
  ({ cgroups }) => cgroups.some((one) => /\/docker(\/|-[0-9a-f]+\.scope)/.test(one)) && guest('docker'),
  ({ cgroups }) => cgroups.some((one) => /\/lxc\/|\/machine\.slice\/machine-lxc/.test(one)) && guest('lxc'),
  ({ cgroups }) =>
    cgroups.some((one) => one.includes('/system.slice/containerd.service')) && guest('containerd'),
  ({ container }) => /^(lxc|podman)/.test(container) && guest(/^(lxc|podman)/.exec(container)?.[0] ?? ''),
  ({ container }) => container !== '' && guest('container'),
  ({ paths }) =>
    paths.includes('/proc/vz') &&
    !paths.includes('/proc/lve') &&
    (paths.includes('/proc/bc') ? host('openvz') : guest('openvz')),
  ({ systemd }) => systemd !== '' && guest(systemd),
  ({ paths }) => (paths.includes('/.dockerenv') || paths.includes('/.dockerinit')) && guest('docker'),
  ({ paths }) =>
    paths.includes('/proc/xen') && (paths.includes('xen control_d') ? host('xen') : guest('xen')),
  ({ dmi }) => ['KVM', 'KVM Server', 'Bochs', 'AHV'].includes(dmi.product_name ?? '') && guest('kvm'),
  ({ dmi }) => dmi.sys_vendor === 'oVirt' && guest('oVirt'),
  ({ dmi }) => dmi.sys_vendor === 'Red Hat' && dmi.product_family === 'RHV' && guest('RHV'),
  ({ dmi }) => dmi.sys_vendor === 'Red Hat' && dmi.product_name === 'RHEV Hypervisor' && guest('RHEV'),
  ({ dmi }) => /^VMware(?: Virtual Platform|\d+,1)$/.test(dmi.product_name ?? '') && guest('VMware'),
  ({ dmi }) => /^OpenStack (?:Compute|Nova)$/.test(dmi.product_name ?? '') && guest('openstack'),
  ({ dmi }) => dmi.bios_vendor === 'Xen' && guest('xen'),
  ({ dmi }) => dmi.bios_vendor === 'innotek GmbH' && guest('virtualbox'),
  ({ dmi }) => ['Amazon EC2', 'DigitalOcean', 'Hetzner'].includes(dmi.bios_vendor ?? '') && guest('kvm'),
  ({ dmi }) => vendorsOfKvm.includes(dmi.sys_vendor ?? '') && guest('kvm'),
  ({ dmi }) => dmi.sys_vendor === 'KubeVirt' && guest('KubeVirt'),
  ({ dmi }) => dmi.sys_vendor === 'Microsoft Corporation' && guest('VirtualPC'),
  ({ dmi }) => dmi.sys_vendor === 'Parallels Software International Inc.' && guest('parallels'),
  ({ dmi }) => dmi.sys_vendor === 'OpenStack Foundation' && guest('openstack'),
  ({ processors }) => processors.some((one) => /^model name.*QEMU Virtual CPU/.test(one)) && guest('kvm'),
  ({ processors }) =>
    processors.some((one) => /^vendor_id.*User Mode Linux|^model name.*UML/.test(one)) && guest('uml'),
  ({ modules }) => modules.includes('kvm') && host('kvm'),
  ({ modules }) => modules.includes('vboxdrv') && host('virtualbox'),
  ({ modules }) => modules.includes('virtio') && guest('kvm'),
  ({ paths }) => paths.includes('/dev/kvm') && host('kvm'),
]

/** What kind of virtual machine or container a host is, or what kind of machines it has; `NA` where it is neither. */
export function virtualizationOf(signs: Signs): { readonly type: string; readonly role: string } {
  for (const guess of guesses) {
    const found = guess(signs)
    if (found) return { type: found[0], role: found[1] }
  }
  return { type: 'NA', role: 'NA' }
}

function guest(type: string): Guess {
  return [type, 'guest']
}

function host(type: string): Guess {
  return [type, 'host']
}
