import { proxyOf } from '../proxies.ts'
import { type Family, type Subject, type Wrong, writtenServices, wrong } from './subject.ts'

/** Rules about how those that serve learn who their clients are. */
export const clientRules = {
  'client-everybody-believed': {
    severity: 'error',
    reason: 'Whoever believes everybody lets each client choose its address.',
    source: 'nginx, set_real_ip_from; RFC 7239, 8.1',
    find: notEverybodyIsBelieved,
  },
  'client-nobody-believes': {
    severity: 'error',
    reason: 'Only who reads what clients say can believe a proxy.',
    source: 'nginx, ngx_http_realip_module',
    find: somebodyBelieves,
  },
} satisfies Family<'client'>

/** Whoever believes everybody lets each client choose its address. */
function notEverybodyIsBelieved(subject: Subject): readonly Wrong[] {
  return (subject.settings.trusted_proxies ?? []).flatMap((network, index) =>
    network.endsWith('/0')
      ? [
          wrong(
            subject,
            ['trusted_proxies', index],
            `${network} is everybody: each client could say who it is, and how it came here`,
            'Write the addresses or networks of the proxies alone.',
          ),
        ]
      : [],
  )
}

function somebodyBelieves(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (!settings.trusted_proxies) return []
  const hindrance = hindranceTo(subject)
  return hindrance ? [wrong(subject, ['trusted_proxies'], ...hindrance)] : []

  function hindranceTo(of: Subject): readonly [message: string, next: string] | undefined {
    const { backend, behind } = cluster
    if (behind)
      return [
        `IPVS leaves the address of who asks as it is, and reads no header: ${behind.balancer} of ${behind.name} would have to believe the proxies`,
        `Write trusted_proxies in the variable cluster of ${behind.name}.`,
      ]
    if (proxyOf(cluster))
      return writtenServices(of).every(({ service }) => service.mode === 'tcp' && !service.proxy_protocol?.in)
        ? [
            `${cluster.balancer} passes on what clients send unread: it sees no header of a proxy before it`,
            'Leave it out, let a service have mode: http, or write proxy_protocol: { in: true } where they speak it.',
          ]
        : undefined
    if (backend === 'nginx' || backend === 'apache') return undefined
    const who = backend === 'tomcat' ? 'Tomcat takes proxies by a pattern, not by networks' : undefined
    return [
      `nobody but the servers themselves could believe these proxies, and ${who ?? 'those are of your own'}`,
      backend === 'tomcat'
        ? 'Set balancer: nginx or haproxy, which believe them for Tomcat.'
        : 'Leave it out, and write it in the configuration of your servers.',
    ]
  }
}
