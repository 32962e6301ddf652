import type { Knowledge } from '../model/task.ts'
import { addressOf } from './addresses-of.ts'
import { behind } from './behind.ts'
import type { Cluster } from './cluster.ts'
import { backendHosts } from './own-servers.ts'

/** A Tomcat that others tell of sessions. */
export interface SessionMember {
  readonly host: string
  readonly address: string
  /** Sixteen bytes, as Tomcat writes them; the same wherever it is spoken of. */
  readonly id: string
}

/** What a Tomcat has to know to share sessions. */
export interface SessionVariables {
  readonly key: string
  readonly port: number
  readonly own: SessionMember
  readonly others: readonly SessionMember[]
}

/** How the Tomcat of a machine tells others of its sessions; `false` where it tells nobody. Throws NeedsFacts. */
export function sessionsOf(cluster: Cluster, host: string, known: Knowledge): SessionVariables | false {
  const { sessions, vips } = cluster
  const [vip] = vips
  if (!sessions || !vip) return false
  const members = backendHosts(cluster).map((one, index) => ({
    host: one.host,
    address: addressOf(cluster, behind(cluster, vip), one, known),
    id: `{${[...Array.from({ length: 14 }, () => 0), Math.floor(index / 100), index % 100].join(',')}}`,
  }))
  const own = members.find((one) => one.host === host)
  return own ? { ...sessions, own, others: members.filter((one) => one !== own) } : false
}
