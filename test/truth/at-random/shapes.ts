import type { TestCluster } from '../../e2e/cluster.ts'
import { renewCertificates, tellCluster } from '../../e2e/tls.ts'
import { describeMore } from '../suite.ts'

/** A cluster that has much of what the inventory has words for. */
export interface Shape {
  readonly is: string
  readonly inventory: string
  readonly network: string
  /** Tells it more than the packaged inventory does. */
  readonly tell: (cluster: TestCluster) => void
}

const check = { type: 'http', path: '/health', interval: 1, timeout: 1, retries: 1 }
const scrapers = (cluster: TestCluster) => ({ monitoring: { scrapers: [cluster.address('10.77.0.31')] } })

export const shapes: readonly Shape[] = [
  {
    is: 'direct routing with a sorry page, mails, names and clocks',
    inventory: 'lvs-dr',
    network: '10.89.11',
    tell: describeMore,
  },
  {
    is: 'HAProxy with TLS, a redirect, Prometheus, logins between directors, names and clocks',
    inventory: 'https',
    network: '10.89.12',
    tell: (cluster) => {
      renewCertificates(cluster)
      tellCluster(cluster, { ...scrapers(cluster), hosts_entries: true, ssh_trust: true, time: {} })
    },
  },
  {
    is: 'nginx that is watched as a process, with Apache and PHP behind it, two VIPs, and Prometheus',
    inventory: 'haproxy-dual-master',
    network: '10.89.13',
    tell: (cluster) =>
      tellCluster(cluster, {
        ...scrapers(cluster),
        balancer: 'nginx',
        backend: 'apache',
        php: true,
        vrrp: { profile: 'fast' },
        services: [{ port: 80, scheduler: 'wrr', check: { type: 'http' }, sorry_page: true }],
      }),
  },
  {
    is: 'nginx before a program of the user’s own',
    inventory: 'application',
    network: '10.89.14',
    tell: (cluster) => tellCluster(cluster, { balancer: 'nginx', hosts_entries: true }),
  },
  {
    is: 'IPVS that translates addresses, with the way back through the directors',
    inventory: 'lvs-nat',
    network: '10.89.15',
    tell: (cluster) => tellCluster(cluster, { hosts_entries: true }),
  },
  {
    is: 'HAProxy on two directors, each with a VIP of its own',
    inventory: 'haproxy-dual-master',
    network: '10.89.16',
    tell: (cluster) =>
      tellCluster(cluster, { services: [{ port: 80, scheduler: 'wrr', check, sorry_page: true }] }),
  },
]
