import { readBlocks } from '../adoption/index.ts'
import {
  balancerDetection,
  type Cluster,
  clientsFollow,
  proxyOf,
  realserverDetection,
} from '../cluster/index.ts'
import { assumedMachines, type LoadedIntent } from '../config/index.ts'
import type { Facts } from '../model/facts.ts'
import type { ClusterFailover } from '../model/failover.ts'
import { type Configured, type Extent, proveFailover } from '../proof/index.ts'
import { renderedFile } from './rendered.ts'

/** Where keepalived looks. */
const path = '/etc/keepalived/keepalived.conf'

/** Proves how the clusters of an intent fail over, from what their directors' keepalived is going to be told. */
export function failoverOf(
  intent: LoadedIntent,
  { facts: seen, ...extent }: Extent & { readonly facts?: ReadonlyMap<string, Facts> },
): readonly ClusterFailover[] {
  const moving = intent.clusters.filter(({ front, vips }) => front === undefined && vips.length > 0)
  return moving.map((cluster) => {
    const facts = new Map([...assumedMachines(cluster), ...(seen ?? [])])
    const read = cluster.directors.map(({ host }) => {
      const text = renderedFile(intent, { host, path, facts })
      return { host, configured: text === undefined ? undefined : configuredBy(cluster, host, text, facts) }
    })
    return {
      cluster: cluster.name,
      failover: proveFailover(
        read.flatMap(({ configured }) => configured ?? []),
        extent,
      ),
      follow: clientsFollow(cluster),
      unknown: read.flatMap(({ host, configured }) => (configured ? [] : [host])),
    }
  })
}

function configuredBy(
  cluster: Cluster,
  director: string,
  text: string,
  facts: ReadonlyMap<string, Facts>,
): Configured {
  const own = facts.get(director)
  const devices = Object.values(own?.interfaces ?? {})
  const { statements } = readBlocks({
    main: { path, text },
    includes: new Map(),
    configId: own?.hostname ?? director,
  })
  const addressOf = (device: (typeof devices)[number], family: 'ipv4' | 'ipv6') =>
    device.addresses.find((one) => one.family === family && (one.scope === 'link') === (family === 'ipv6'))
      ?.address
  return {
    ...{ director, statements },
    addresses: new Map(
      devices.map((device) => {
        const ipv4 = addressOf(device, 'ipv4')
        const ipv6 = addressOf(device, 'ipv6')
        return [device.name, { ...(ipv4 ? { ipv4 } : {}), ...(ipv6 ? { ipv6 } : {}) }] as const
      }),
    ),
    detections: detectionsOf(cluster),
  }
}

/** How long keepalived takes to know of what fails beside it in a cluster of ours, whose scripts do not hang. */
function detectionsOf(cluster: Cluster): NonNullable<Configured['detections']> {
  const { vrrp, vips } = cluster
  const { track } = vrrp
  if (cluster.balancer === 'none') {
    const spans = vips.flatMap(({ services }) =>
      services.map((service) => realserverDetection(cluster, service).out),
    )
    const slowest = spans.toSorted((one, other) => other.seconds - one.seconds)[0]
    return (key) => (key.startsWith('script ') ? slowest : undefined)
  }
  if (proxyOf(cluster) === undefined || track.by === 'process') return () => undefined
  const why = `vrrp_script balancer asks every ${track.interval} s, and gives up after ${track.fall} failures`
  return (key) => (key === 'script balancer' ? { seconds: balancerDetection(cluster), why } : undefined)
}
