import type { Cluster } from '../cluster/index.ts'
import type { Script } from '../model/script.ts'
import type { Way } from './way-in.ts'

/** One machine a fault strikes, with what its scripts need to know of it. */
export interface Struck {
  readonly host: string
  /** The interfaces that carry the VIPs and VRRP of a director, or the service of a realserver. */
  readonly interfaces: readonly string[]
  /** Where our own connection comes from and goes to: it is kept, or nobody could look. */
  readonly way: Way
  /** Units of the machine: the web server of a realserver, the balancer of a director. */
  readonly unit: string
  /** The unit that has systemd start it when somebody connects, where there is one. */
  readonly socket?: string
  /** Ports of TCP on which a realserver serves. */
  readonly ports: readonly number[]
  /** Addresses of the other directors, without the VIPs. */
  readonly peers: readonly string[]
  /** Addresses at which directors reach realservers. */
  readonly realservers: readonly string[]
  readonly vips: readonly string[]
}

/** Whom a fault strikes. */
export type Target = 'holder' | 'a-realserver' | 'all-realservers' | 'all-directors' | 'nfs-server'

/** What a client may feel of it, at most. */
export type Toll =
  /** Nothing: redundancy hides it at once. */
  | 'nothing'
  /** The takeover of a planned stop: the priority-0 advert and the skew. */
  | 'handover'
  /** The takeover after silence: three adverts and the skew. */
  | 'takeover'
  /** Until the health checks of the directors take the realserver out. */
  | 'check'
  /** Until the health check of the balancer on the director itself notices. */
  | 'balancer-check'
  /** As long as the fault lasts. */
  | 'whole'

/** What all faults have. */
interface Described {
  readonly name: string
  /** One sentence for `drill --list`. */
  readonly summary: string
  readonly strikes: Target
  /** The realserver, where one was named: the first otherwise. For faults that strike one. */
  readonly on?: string
  readonly toll: Toll
  /** It is done to a process, which has to be there. */
  readonly strikesProcess?: true
  /** It answers meanwhile, with errors: not every balancer takes these for a failure. */
  readonly answersErrors?: true
  /** What serves starts anew once it is undone. */
  readonly startsServers?: true
  /** No realserver is left: clients must find the sorry page where the inventory promises one. */
  readonly sorry?: true
  /** It costs what is not ours, so it is no part of all drills. */
  readonly onlyByName?: true
  /** What a cluster must have beyond somebody to strike. */
  readonly needs?: { readonly what: string; readonly met: (cluster: Cluster) => boolean }
  /** Milliseconds by which the clock of what it strikes goes wrong for its time. */
  readonly clockJump?: number
  /** Who holds each VIP afterwards, where that is not who held it before. */
  readonly leaves?: ReadonlyMap<string, string>
}

/** A fault that a machine can do to itself. */
export interface ScriptedFault extends Described {
  readonly inject: (struck: Struck) => Script
  /** Puts everything back; also right where the fault never struck, or was undone already. */
  readonly undo: (struck: Struck) => Script
}

/** A fault that only somebody beside the machine can do to it. */
export interface PowerFault extends Described {
  readonly cutsPower: true
}

/** One way to break a cluster on purpose. */
export type Fault = ScriptedFault | PowerFault
