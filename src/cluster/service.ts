import type { Apart } from './apart.ts'
import type { Claim } from './claim.ts'
import type { ServiceLines } from './snippets.ts'
import type { BackendTls, Redirect, ServiceTls } from './tls.ts'
import type { CheckSettings, LimitsSettings, ServiceSettings } from './vocabulary/index.ts'

/** What clients find behind one port of a VIP. */
export interface Service {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** Where it is a range of ports, that have one service for all: the last of them. No check asks for it. */
  readonly until?: number
  /** Services of a VIP that say the same number here are one to the kernel, which knows them by a mark. */
  readonly marked?: number
  /** Port of the realservers. */
  readonly backendPort: number
  /** A server of the user's own has it there, and not that of the backend. */
  readonly isOwn: boolean
  readonly mode: 'http' | 'tcp'
  readonly forwarding: 'dr' | 'nat' | 'tun'
  readonly scheduler: ServiceSettings['scheduler']
  /** Seconds. */
  readonly persistence?: number
  /** Clients of one network count as one for it. */
  readonly granularity?: string
  /** Each datagram is scheduled by itself. */
  readonly onePacket: boolean
  /** Sum of the weights of realservers that are well below which it counts as gone, and how far around that it stays as it is. */
  readonly quorum: number
  readonly hysteresis: number
  /** A realserver that is not well stays in the kernel's table, with the weight 0. */
  readonly inhibits: boolean
  /** Clients speak TLS with the balancer, or with the director that serves. */
  readonly tls?: ServiceTls
  /** Nothing is served here: clients are sent there. */
  readonly redirect?: Redirect
  /** Realservers are spoken with over TLS: by the balancer, or by clients themselves where it only passes on. */
  readonly backendTls?: BackendTls
  /** Clients come back to their realserver by a cookie. */
  readonly sticky?: { readonly cookie: string; readonly by: 'balancer' | 'application' }
  /** What one client may take. */
  readonly limits?: LimitsSettings
  /** Seconds in which one that is back gets its whole share. */
  readonly slowStart?: number
  /** Seconds a realserver may take; absent: as its balancer has it. */
  readonly answerTimeout?: number
  /** Seconds for which what lasts may say nothing. */
  readonly tunnelTimeout: number
  /** Pages that last, of which drills hold some. */
  readonly streams: ServiceSettings['streams']
  /** Texts are compressed on their way to clients. */
  readonly compress: boolean
  /** Seconds for which browsers keep what changes seldom. */
  readonly staticMaxAge?: number
  /** Headers that answers have where the realserver sends none of that name. */
  readonly headers?: Readonly<Record<string, string>>
  /** The largest body of a request, such as `20m`. */
  readonly maxBody?: string
  /** Clients are told of by the PROXY protocol: to the balancer, and in which version by it. */
  readonly proxyProtocol: { readonly in: boolean; readonly out: 'v1' | 'v2' | false }
  /** Directors serve a page of their own while no realserver is left. */
  readonly sorryPage: boolean
  /** So does who serves that page while its turn has not come. */
  readonly inhibitsSorry: boolean
  /** Lines for the balancer, verbatim. */
  readonly extra: ServiceLines
  readonly check: CheckSettings
  /** Those of the realservers that serve it; all of them where absent. */
  readonly pool?: readonly string[]
  /** Weights of realservers for it alone, by their hosts. */
  readonly weights?: ReadonlyMap<string, number>
  /** The hosts that serve it only while all others are gone; as each realserver says where absent. */
  readonly backups?: ReadonlySet<string>
  /** Which requests on its port are for it; all that are for no other where absent. */
  readonly claims?: readonly Claim[]
  /** Sets it apart from the others on its port, by a name that it is asked by or that of its pool; empty where it needs neither. */
  readonly label: string
  /** Its port means something else behind other VIPs of the same balancer. */
  readonly apart?: Apart
}
