import type { Facts } from '../model/facts.ts'
import type { Cluster } from './cluster.ts'

/** How many connections a balancer takes. */
export interface Connections {
  /** Clients at once. */
  readonly clients: number
  /** Connections of one worker of nginx, and the files it may have open. */
  readonly worker: number
  readonly files: number
}

/** Memory that a client takes, in KiB: buffers for what it asks and for the answer, and with TLS what that needs. */
const plain = 64
const secured = 128

/** Structures for them are there from the start, in every worker. */
const mostOfWorker = 65_536

/** As many clients as half of the memory has room for, unless the inventory says how many. */
export function connectionsOf(cluster: Cluster, { memoryMiB }: Pick<Facts, 'memoryMiB'>): Connections {
  const services = cluster.vips.flatMap((vip) => vip.services)
  const each = services.some(({ tls, backendTls }) => tls ?? backendTls) ? secured : plain
  const fitting = Math.floor((memoryMiB * 1024) / 2 / each)
  const clients = cluster.maxConnections ?? Math.min(100_000, Math.max(1000, Math.floor(fitting / 100) * 100))
  const worker = Math.min(mostOfWorker, 2 * clients)
  return { clients, worker, files: 2 * worker }
}
