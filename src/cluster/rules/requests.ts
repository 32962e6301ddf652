import { portName } from '../apart.ts'
import { sitesOf } from '../claims.ts'
import { placesOf } from '../faces.ts'
import { proxyOf } from '../proxies.ts'
import { type Family, type Subject, type Wrong, wordsBeside, writtenServices, wrong } from './subject.ts'

/** Rules about words that a balancer keeps which speaks with clients itself. */
export const requestRules = {
  'request-unread': {
    severity: 'error',
    reason: 'Only who reads requests can bound them.',
    source: 'nginx, ngx_http_proxy_module; HAProxy, mode',
    find: somebodyKeepsThem,
  },
  'request-body-by-header': {
    severity: 'error',
    reason: 'nginx looks at the size of a body before it looks where a header leads.',
    source: 'nginx, client_max_body_size',
    find: bodiesAgreeBeforeHeaders,
  },
  'request-no-stream': {
    severity: 'error',
    reason: 'Only what is served over connections of TCP can last.',
    source: 'RFC 6455, 1.3; RFC 9110, 15.4',
    find: streamsAreServed,
  },
  'request-uncounted': {
    severity: 'error',
    reason: 'Only a balancer that speaks with clients itself counts their connections.',
    source: 'HAProxy, maxconn; nginx, worker_connections',
    find: connectionsAreCounted,
  },
} satisfies Family<'request'>

/** Words of a service with the values they have where nobody writes them: of requests, and of connections, too. */
const ofRequests = { answer_timeout: undefined, max_body: undefined } as const
const ofConnections = { tunnel_timeout: 3600 } as const

function somebodyKeepsThem(subject: Subject): readonly Wrong[] {
  const { balancer, behind } = subject.cluster
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { mode, port, redirect } = service
    const [message, next] = !proxyOf(subject.cluster)
      ? [
          balancer === 'ipvs'
            ? 'balancer: ipvs passes packets on as they are, and knows nothing of requests'
            : 'nothing is balanced here: who serves decides',
          behind
            ? `Write it in the services of the cluster ${behind.name}.`
            : 'Leave it out; or set balancer: nginx or haproxy.',
        ]
      : redirect !== undefined
        ? [`port ${port} only sends clients elsewhere`, 'Write it in the service that clients are sent to.']
        : mode === 'tcp'
          ? [
              `mode: tcp passes on what comes to port ${port} unread, and knows nothing of requests`,
              'Leave it out, or write mode: http.',
            ]
          : []
    if (message === undefined || next === undefined) return []
    const passesOn = proxyOf(subject.cluster) !== undefined && redirect === undefined
    const words = wordsBeside({ ...ofRequests, ...(passesOn ? {} : ofConnections) }, service)
    return words.map((word) => wrong(subject, [...path, word], message, next))
  })
}

/** Where a header leads is known after the size was looked at. */
function bodiesAgreeBeforeHeaders(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (proxyOf(cluster) !== 'nginx') return []
  const differ = cluster.vips.some(({ services }) =>
    [...new Set(services.map(portName))].some((port) =>
      sitesOf(services.filter((one) => portName(one) === port)).some(({ rules }) =>
        placesOf(rules).some(({ byHeader, usual }) =>
          byHeader.some(({ service }) => service.maxBody !== usual.service.maxBody),
        ),
      ),
    ),
  )
  if (!differ) return []
  const named = Object.entries(settings.pools).find(([, pool]) => pool.max_body !== undefined)
  return [
    wrong(
      subject,
      named ? ['pools', named[0], 'max_body'] : ['services'],
      'nginx looks at the size of a body before it looks at headers, and a route goes by a header to a pool with another max_body than the pool without it',
      'Write the same for both; or lead by a path of its own; or set balancer: haproxy.',
    ),
  ]
}

function streamsAreServed(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service: { streams, redirect, protocol, port } }) =>
    streams.length > 0 && (redirect !== undefined || protocol === 'udp')
      ? [
          wrong(
            subject,
            [...path, 'streams'],
            redirect === undefined
              ? `port ${port} is asked by datagrams`
              : `port ${port} only sends clients elsewhere`,
            redirect === undefined ? 'Leave it out.' : 'Write it in the service that clients are sent to.',
          ),
        ]
      : [],
  )
}

function connectionsAreCounted(subject: Subject): readonly Wrong[] {
  return proxyOf(subject.cluster) || subject.settings.max_connections === undefined
    ? []
    : [
        wrong(
          subject,
          ['max_connections'],
          'only a balancer that speaks with clients itself counts them',
          'Leave it out; or set balancer: nginx or haproxy.',
        ),
      ]
}
