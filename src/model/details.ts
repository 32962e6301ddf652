/** A file system that a host has mounted, with its sizes where it told them. */
export interface MountedFileSystem {
  readonly device: string
  readonly path: string
  readonly type: string
  readonly options: string
  readonly uuid?: string
  readonly sizes?: {
    /** Bytes that are best read at once. */
    readonly block: number
    /** Bytes of the blocks that the next two count. */
    readonly unit: number
    readonly blocks: number
    readonly available: number
    readonly inodes: number
    readonly inodesFree: number
  }
}

/** What a host runs on. */
export interface Machine {
  /** Its name with its domain, as resolver and /etc/hosts have it; empty where they know none. */
  readonly fqdn: string
  /** What capsh(1) says that a program may, where it is there. */
  readonly capabilities?: string
  readonly appArmor: boolean
  readonly fips: boolean
  readonly virtualization: { readonly type: string; readonly role: string }
  readonly processors: {
    /** As /proc/cpuinfo tells them: number, vendor and model of each. */
    readonly all: readonly string[]
    readonly sockets: number
    readonly cores: number
    readonly threadsPerCore: number
  }
  /** By the file names of the kernel's table of the firmware. */
  readonly dmi: Readonly<Record<string, string>>
  readonly machineId: string
  /** Seconds since it was switched on. */
  readonly uptime: number
  /** Of 1, 5 and 15 minutes. */
  readonly load: readonly number[]
  readonly commandLine: string
  readonly kernelVersion: string
  /** Public keys of its sshd, without their kind, by it. */
  readonly hostKeys: Readonly<Record<string, string>>
  readonly defaultRoute6?: { readonly interface: string; readonly gateway: string }
}

/** The Python of a host. */
export interface Python {
  readonly path: string
  readonly version: readonly [major: number, minor: number, micro: number]
}

/** What few tasks read of a host, and what costs more to be found out: asked for when a task reads it. */
export interface Details {
  readonly machine: Machine
  readonly mounts: readonly MountedFileSystem[]
  /** `undefined`: it has none. */
  readonly python: Python | undefined
  /** What files in /etc/ansible/facts.d tell, by their names. */
  readonly local: Readonly<Record<string, unknown>>
}

export type DetailName = keyof Details
