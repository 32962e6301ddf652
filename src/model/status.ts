import type { Holder } from './holder.ts'

/** What a cluster does right now. */
export interface ClusterStatus {
  readonly cluster: string
  /** Runs that have machines of the cluster for themselves; absent where none has. */
  readonly locks?: readonly LockStatus[]
  readonly balancer: 'ipvs' | 'nginx' | 'haproxy' | 'none'
  readonly vips: readonly {
    readonly address: string
    /** One where all is well. */
    readonly holders: readonly string[]
  }[]
  readonly directors: readonly DirectorStatus[]
  readonly realservers: readonly MemberStatus[]
  readonly pools: readonly PoolStatus[]
  /** What clients of each service are shown that speaks TLS; absent where none does. */
  readonly certificates?: readonly CertificateStatus[]
  /** The cluster that stands behind it, whose directors its realservers are; that one has no VIPs of its own. */
  readonly behind?: ClusterStatus
}

/** A run that has machines for itself, or left their locks behind. */
export interface LockStatus extends Omit<Holder, 'ended'> {
  /** Milliseconds since the epoch, by the clock of who asks. */
  readonly since: number
  readonly lives: boolean
  /** Why it does not live. */
  readonly ended?: Holder['ended']
  /** Machines that were asked and said so. */
  readonly hosts: readonly string[]
}

/** One machine, and what is up with it. */
export interface MemberStatus {
  readonly host: string
  /** `well`, or what is not. */
  readonly state: string
  readonly well: boolean
  /** Programs, operating system and kernel with their versions; empty where it cannot be asked. */
  readonly software: readonly string[]
}

/** A director, and what its VRRP instances say they are; it has none where its cluster stands behind another. */
export interface DirectorStatus extends MemberStatus {
  readonly vrrp: readonly {
    readonly instance: string
    readonly state: string
    /** The VIP was handed to this director, and stays until it is handed back. */
    readonly handedOver: boolean
  }[]
}

/** The realservers behind one service, as the holder of its VIP sees them. */
export interface PoolStatus {
  readonly service: string
  /** The director that was asked; absent where nobody holds the VIP, or it could not be asked. */
  readonly seenBy?: string
  readonly servers: readonly {
    readonly host: string
    readonly inPool: boolean
    /** Absent where the balancer does not tell. */
    readonly weight?: number
    readonly active?: number
    /** Connections IPVS still remembers, though they are over. */
    readonly inactive?: number
  }[]
}

/** A certificate as the machines show it that are to. */
export interface CertificateStatus {
  readonly service: string
  /** By which clients ask for it; absent: by none. */
  readonly name?: string
  /** Its end, as ISO 8601 has it, of the one that ends first; absent where nobody could be asked, or shows none. */
  readonly until?: string
  readonly days?: number
  /** Who shows another one than the inventory has, or none at all. */
  readonly others: readonly string[]
}
