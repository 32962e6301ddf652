/** What a cluster does right now. */
export interface ClusterStatus {
  readonly cluster: string
  readonly vips: readonly {
    readonly address: string
    /** One where all is well. */
    readonly holders: readonly string[]
  }[]
  readonly directors: readonly MemberStatus[]
  readonly realservers: readonly MemberStatus[]
  readonly pools: readonly PoolStatus[]
}

/** One machine, and what is up with it. */
export interface MemberStatus {
  readonly host: string
  /** `well`, or what is not. */
  readonly state: string
  readonly well: boolean
  readonly software: string
}

/** The realservers behind one service, as the holder of its VIP sees them. */
export interface PoolStatus {
  readonly service: string
  readonly servers: readonly {
    readonly host: string
    readonly inPool: boolean
    /** Absent where the balancer does not tell. */
    readonly weight?: number
    readonly active?: number
    readonly inactive?: number
  }[]
}
