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

/** Files beside those of connections: logs, sockets that are listened to, and checks of realservers. */
const others = 1000

/** As many clients as half of the memory and the kernel's limit of open files have room for, unless the inventory says how many. */
export function connectionsOf(
  cluster: Cluster,
  { memoryMiB, openFiles = Number.POSITIVE_INFINITY }: Pick<Facts, 'memoryMiB' | 'openFiles'>,
): Connections {
  const fitting = Math.floor((memoryMiB * 1024) / 2 / memoryOf(cluster))
  const open = Math.floor((openFiles - others) / filesEach(cluster))
  const most = Math.max(100, Math.min(100_000, open))
  const clients = cluster.maxConnections ?? Math.min(most, Math.max(1000, Math.floor(fitting / 100) * 100))
  const worker = Math.min(mostOfWorker, 2 * clients)
  return { clients, worker, files: 2 * worker }
}

/** Files that one program must be let have open: all of HAProxy, and each worker of nginx. */
export function filesNeeded(cluster: Cluster, { clients, files }: Connections): number {
  return cluster.balancer === 'haproxy' ? filesEach(cluster) * clients + others : files
}

/** MiB that as many clients take. */
export function memoryNeeded(cluster: Cluster, { clients }: Connections): number {
  return Math.ceil((clients * memoryOf(cluster)) / 1024)
}

/** A client takes one, and a realserver for it another; nginx is allowed as many again. */
function filesEach({ balancer }: Cluster): number {
  return balancer === 'haproxy' ? 2 : 4
}

function memoryOf({ vips }: Cluster): number {
  const services = vips.flatMap((vip) => vip.services)
  return services.some(({ tls, backendTls }) => tls ?? backendTls) ? secured : plain
}
