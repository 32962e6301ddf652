/** A route that moves with a VIP. */
export interface VirtualRoute {
  readonly family: 'ipv4' | 'ipv6'
  /** With its prefix. */
  readonly to: string
  readonly via?: string
  readonly dev?: string
  readonly src?: string
  /** Absent: the main one. */
  readonly table?: number
  readonly metric?: number
}

/** A rule about which table of routes counts, which moves with a VIP. */
export interface RoutingRule {
  readonly family: 'ipv4' | 'ipv6'
  readonly priority: number
  readonly table: number
  readonly from?: string
  readonly to?: string
  readonly iif?: string
  readonly fwmark?: number
}
