import type { Cluster, Service } from '../cluster.ts'
import { haproxyDetection } from './haproxy.ts'
import { keepalivedDetection } from './keepalived.ts'
import { nginxDetection } from './nginx.ts'
import { ownDetection } from './own.ts'
import type { Detection } from './span.ts'

/** How long clients feel that who serves is gone, by what the program that fails over does about it. */
export function realserverDetection({ balancer, realservers }: Cluster, service: Service): Detection {
  switch (balancer) {
    case 'ipvs':
      return keepalivedDetection(service)
    case 'haproxy':
      return haproxyDetection(service)
    case 'nginx':
      return nginxDetection(service, realservers)
    case 'none':
      return ownDetection(service)
  }
}
