import { type Cluster, realserverDetection } from '../cluster/index.ts'

/** What serves on directors that balance nothing, by the names of its packages and units. */
const servers = {
  nginx: ['nginx'],
  apache: ['apache2', 'httpd'],
  tomcat: ['tomcat', 'tomcat9', 'tomcat10', 'tomcat11'],
  none: [],
} as const

/** Those programs of a cluster; of one that balances none. */
export function servingBeside({ balancer, backend }: Cluster): readonly string[] {
  return balancer === 'none' ? servers[backend] : []
}

/** Seconds until keepalived knows that they are gone. */
export function besideDetection(cluster: Cluster): number {
  const services = cluster.vips.flatMap((vip) => vip.services)
  return Math.max(0, ...services.map((service) => realserverDetection(cluster, service).out.seconds))
}
