/** What can happen to a cluster, in the words of whoever reads of it. */
export interface Mishap {
  readonly is: 'machine' | 'service' | 'link' | 'partition'
  /** `d1 is down`. */
  readonly what: string
}

/** What becomes of a VIP that nobody wants. */
export type Trouble = 'orphaned' | 'doubled' | 'unserved' | 'flaps'

/** A state that a VIP can come to though a healthy director is there, by the smallest combination that leads to it. */
export interface BadState {
  readonly is: Trouble
  readonly vip: string
  readonly mishaps: readonly Mishap[]
  /** It comes when all is well again. */
  readonly afterwards: boolean
  /** Who would have been well enough to hold it. */
  readonly healthy: readonly string[]
  readonly holders: readonly string[]
  /** Of all combinations looked at. */
  readonly combinations: number
}

/** What one mishap alone does to one VIP. */
export interface Consequence {
  /** Who holds it before, and after. */
  readonly before: string | undefined
  readonly after: readonly string[]
  /** Seconds until a director that is well holds it, at worst; 0: it stays where it is. `undefined`: none ever does. */
  readonly seconds: number | undefined
  /** Why none does, where one could. */
  readonly trouble?: Trouble
}

/** The longest that a VIP can be without a director that is well and holds it, while there is one. */
export interface WorstTakeover {
  readonly seconds: number
  readonly mishaps: readonly Mishap[]
  readonly from: string | undefined
  readonly to: string
  readonly why: string
}

/** A VIP, and who may hold it. */
export interface ProvedVip {
  /** The first of those that move together. */
  readonly address: string
  readonly also: readonly string[]
  readonly directors: readonly { readonly name: string; readonly priority: number }[]
  /** Who may hold it while all is well; several where nobody takes it back. */
  readonly homes: readonly string[]
  /** Several of them hold it at the same time. */
  readonly atOnce: boolean
  /** By one mishap alone, and by any combination; absent: it never moves. */
  readonly worst: { readonly single?: WorstTakeover; readonly any?: WorstTakeover }
}

/** What was found of how a cluster fails over. */
export interface Failover {
  readonly vips: readonly ProvedVip[]
  readonly singles: readonly {
    readonly mishap: Mishap
    /** In the order of the VIPs. */
    readonly consequences: readonly Consequence[]
  }[]
  readonly bad: readonly BadState[]
  /** VIPs that are held on both sides where directors do not hear each other: that is how VRRP is. */
  readonly split: readonly { readonly vip: string; readonly mishaps: readonly Mishap[] }[]
  readonly combinations: {
    /** How many were looked at, of how many that there are. */
    readonly looked: number
    readonly all: number
    /** So many of them were different to keepalived. */
    readonly different: number
    /** All in which so many things fail at once, or fewer, were looked at, apart from partings of very many directors; absent: all. */
    readonly atOnce?: number
  }
}

/** How one cluster fails over. */
export interface ClusterFailover {
  readonly cluster: string
  readonly failover: Failover
  /** Seconds that clients may need beyond VRRP's own time to learn of a new holder. */
  readonly follow: number
  /** Directors of whose configuration nothing could be told. */
  readonly unknown: readonly string[]
}

/** What is the trouble. */
export const troubles: Readonly<Record<Trouble, string>> = {
  orphaned: 'nobody holds it',
  doubled: 'more than one hold it at once',
  unserved: 'its holder is not well',
  flaps: 'it never comes to rest',
}

/** A state that nobody wants, in one sentence. */
export function badState({ is, vip, mishaps, afterwards, healthy, holders, combinations }: BadState): string {
  const when =
    mishaps.length === 0 ? 'while all is well' : `${afterwards ? 'after' : 'when'} ${listed(mishaps)}`
  const who = is === 'doubled' || is === 'unserved' ? ` (${holders.join(', ')})` : ''
  const isAble = healthy.length > 0 && (is === 'orphaned' || is === 'unserved')
  const able = isAble ? `, though ${healthy.join(' and ')} could` : ''
  const more = combinations > 1 ? `; so in ${combinations} combinations` : ''
  return `${vip}: ${when} ${troubles[is]}${who}${able}${more}`
}

/** What happens, one after the other. */
export function listed(mishaps: readonly Mishap[]): string {
  const all = mishaps.map(({ what }) => what)
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}
