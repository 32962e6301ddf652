import type { Cluster } from './cluster.ts'

/** What SELinux must let the programs of a machine do beyond what Red Hat's policy lets them do by itself. */
export function booleansOf(
  { balancer, backend, nfs, front }: Cluster,
  isDirector: boolean,
  serves: boolean,
): readonly string[] {
  const proxy = { nginx: ['httpd_can_network_connect'], haproxy: ['haproxy_connect_any'], ipvs: [], none: [] }
  return [
    ...(isDirector && front === undefined ? ['keepalived_connect_any'] : []),
    ...(isDirector ? proxy[balancer] : []),
    ...(serves && (backend === 'nginx' || backend === 'apache') && nfs ? ['httpd_use_nfs'] : []),
  ]
}
