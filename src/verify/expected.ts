/** One machine of the cluster. */
export interface ExpectedMember {
  readonly host: string
  readonly address: string
}

/** A realserver as one virtual service should know it. */
export interface ExpectedServer extends ExpectedMember {
  readonly port: number
  readonly weight: number
}

/** What a client should find behind one port of a VIP. */
export interface ExpectedService {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly forwarding: 'dr' | 'nat' | 'tun'
  readonly scheduler: string
  /** Seconds. */
  readonly persistence?: number
  /** Where the service speaks HTTP: the page that is asked for. */
  readonly page?: { readonly scheme: 'http' | 'https'; readonly path: string }
  readonly servers: readonly ExpectedServer[]
}

export interface ExpectedVip {
  readonly address: string
  readonly services: readonly ExpectedService[]
}

/** A cluster as its proofs see it: what must be true, and where it can be seen. */
export interface ExpectedCluster {
  readonly name: string
  readonly directors: readonly ExpectedMember[]
  readonly realservers: readonly ExpectedMember[]
  /** Machines that are neither director nor realserver, by name. */
  readonly observers: readonly string[]
  readonly vips: readonly ExpectedVip[]
}

/** The VIPs whose packets realservers take for themselves, which they hold on lo: direct routing and tunnels. */
export function vipsOnRealservers({ vips }: ExpectedCluster): readonly ExpectedVip[] {
  return vips.filter(({ services }) => services.some(({ forwarding }) => forwarding !== 'nat'))
}
