import { proxyOf } from '../proxies.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  type Subject,
  type Wrong,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about what one client may take. */
export const limitRules = {
  'limit-uncounted': {
    severity: 'error',
    reason: 'Only who speaks with clients itself can count them, and requests only who reads them.',
    source: 'nginx, ngx_http_limit_req_module; HAProxy, stick-table',
    find: somebodyCounts,
  },
  'limit-refuses-drills': {
    severity: 'warning',
    reason: 'Who watches a cluster asks often from one address, and would be refused as an attacker is.',
    source: 'docs/drills.md',
    find: watchersAreNotCounted,
  },
} satisfies Family<'limit'>

function somebodyCounts(subject: Subject): readonly Wrong[] {
  const { balancer, behind } = subject.cluster
  return writtenServices(subject).flatMap(({ path, service: { limits, mode, port, redirect } }) => {
    if (!limits) return []
    const at = [...path, 'limits']
    if (!proxyOf(subject.cluster))
      return [
        wrong(
          subject,
          at,
          balancer === 'ipvs'
            ? 'balancer: ipvs passes packets on as they are, and counts nobody'
            : 'nothing is balanced here, and nobody counts clients',
          behind
            ? `Write it in the services of the cluster ${behind.name}.`
            : 'Leave it out; or set balancer: nginx or haproxy.',
        ),
      ]
    if (redirect !== undefined)
      return [
        wrong(
          subject,
          at,
          `port ${port} only sends clients elsewhere`,
          'Write it in the service that clients are sent to.',
        ),
      ]
    return mode === 'tcp' && limits.requests !== undefined
      ? [
          wrong(
            subject,
            [...at, 'requests'],
            `mode: tcp passes on what comes to port ${port} unread: there are connections, and no requests`,
            'Write connections instead.',
          ),
        ]
      : []
  })
}

/** Requests a second of a drill, and those under way while nobody answers. */
const drills = { requests: 100, connections: 500 } as const

function watchersAreNotCounted(subject: Subject): readonly Doubt[] {
  if (!proxyOf(subject.cluster)) return []
  return writtenServices(subject).flatMap(({ path, service: { limits } }) =>
    (['requests', 'connections'] as const).flatMap((word) => {
      const most = limits?.[word]
      return most === undefined || most >= drills[word] || (limits?.except.length ?? 0) > 0
        ? []
        : [
            doubtful(
              subject,
              [...path, 'limits', word],
              `a drill asks up to ${drills.requests} times a second from one machine: it would be refused, and take that for an outage`,
              'Write the address of the machine that looks from outside in except.',
            ),
          ]
    }),
  )
}
