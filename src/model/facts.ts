import type { Details } from './details.ts'

/** One address of an interface. */
export interface InterfaceAddress {
  readonly address: string
  readonly prefix: number
  readonly family: 'ipv4' | 'ipv6'
  readonly scope: string
  /** Such as `eth0:0`, where the address carries one. */
  readonly label?: string
}

/** One network interface of a host. */
export interface Interface {
  readonly name: string
  readonly mac: string
  readonly mtu: number
  readonly up: boolean
  readonly addresses: readonly InterfaceAddress[]
}

/** What a host is, as far as plans and templates need it. Asked in every inspection. */
export interface Facts {
  readonly hostname: string
  readonly os: {
    /** `debian`, `ubuntu`, `rocky` … as in os-release. */
    readonly id: string
    readonly version: string
    readonly codename: string
    readonly name: string
    readonly family: 'debian' | 'redhat' | 'other'
  }
  readonly kernel: string
  readonly architecture: string
  readonly init: 'systemd' | 'other'
  readonly packageManager: 'apt' | 'dnf' | 'yum' | 'none'
  readonly interfaces: Readonly<Record<string, Interface>>
  readonly defaultRoute?: { readonly interface: string; readonly gateway: string }
  readonly memoryMiB: number
  /** What else the kernel says of its memory, in MiB. */
  readonly memory: { readonly free: number; readonly swap: number; readonly swapFree: number }
  /** Files that the kernel lets one program have open, whoever it runs as. */
  readonly openFiles?: number
  readonly cpus: number
  /** Who the program ran as. */
  readonly user: string
  readonly account: {
    readonly uid: number
    readonly gid: number
    readonly home: string
    readonly shell: string
  }
  /** Where accounts are at home, by their names in passwd(5). */
  readonly homes: Readonly<Record<string, string>>
  /** Variables of its environment that say who and where it is; no others, as they may hold secrets. */
  readonly environment: Readonly<Record<string, string>>
  /** By resolv.conf(5). */
  readonly dns: { readonly nameServers: readonly string[]; readonly search: readonly string[] }
  readonly selinux: 'absent' | 'disabled' | 'permissive' | 'enforcing'
  /** Public keys, `ssh-ed25519 AAAA…`, of the host itself and of its root, where there are such. */
  readonly ssh: { readonly hostKey?: string; readonly rootKey?: string }
  /** Versions of balancers, as those that are installed tell them: asked where the inventory has a cluster. */
  readonly programs?: Readonly<Partial<Record<'nginx' | 'haproxy', string>>>
  /** The VRRP instances that a director holds by a handover, not by its priority. */
  readonly handovers: readonly string[]
  /** The VRRP instances of which the file that handovers are written to holds neither one nor a 0. */
  readonly mangledHandovers: readonly string[]
  /** Changes at each boot. */
  readonly bootId: string
  /** The host's clock, in seconds since the epoch. */
  readonly time: number
  /** How far the host's time zone is from UTC, as in `+0100`, and its name. */
  readonly zone: { readonly offset: string; readonly name: string }
  /** What was asked for beside. */
  readonly details?: Partial<Details>
}
