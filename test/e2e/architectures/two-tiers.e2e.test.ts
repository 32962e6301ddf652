import { architecture } from '../architecture.ts'
import { bounded } from '../bounded.ts'
import { tryingAll } from '../in-place.ts'
import { otherTiers } from '../tiers.ts'

const faults = [
  ...['keepalived-stopped', 'keepalived-killed', 'cable-pulled', 'director-cut-from-realservers'],
  ...['realserver-stopped', 'realserver-hung', 'realserver-errors', 'realserver-unreachable'],
]

architecture('two-tiers', '10.90.7', tryingAll ? (cluster) => bounded(cluster, faults, 2) : undefined)

if (tryingAll) {
  otherTiers({ forwarding: 'nat', balancer: 'haproxy', backend: 'tomcat' }, '10.90.8')
  otherTiers({ forwarding: 'tun', balancer: 'haproxy', backend: 'nginx' }, '10.90.9')
}
