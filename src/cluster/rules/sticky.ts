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

/** Rules about clients that come back to their realserver. */
export const stickyRules = {
  'sticky-unread': {
    severity: 'error',
    reason: 'A cookie is read by who reads requests.',
    source: 'RFC 6265, 4.2; HAProxy, cookie',
    find: somebodyReadsCookies,
  },
  'sticky-with-source-hash': {
    severity: 'warning',
    reason: 'A cookie counts before the hash of an address, which then only spreads new clients badly.',
    source: 'HAProxy, balance source and cookie',
    find: oneWordDecides,
  },
  'sticky-several-pools': {
    severity: 'error',
    reason: 'nginx would set the cookie of one pool for what another has answered.',
    source: 'nginx, ngx_http_headers_module, add_header',
    find: cookiesAreOfOne,
  },
  'sticky-slow-start': {
    severity: 'error',
    reason: 'Only HAProxy gives a realserver that is back a share that grows.',
    source: 'HAProxy, 5.2, slowstart; nginx, slow_start (commercial)',
    find: sharesGrow,
  },
} satisfies Family<'sticky'>

function somebodyReadsCookies(subject: Subject): readonly Wrong[] {
  const { balancer, behind } = subject.cluster
  return writtenServices(subject).flatMap(({ path, service: { sticky, mode, port, redirect } }) => {
    if (!sticky) return []
    const problem = (message: string, next: string) => [wrong(subject, [...path, 'sticky'], message, next)]
    if (behind)
      return problem(
        `balancer: ipvs reads no cookies; ${behind.balancer} of ${behind.name} does`,
        `Write it in the services of the cluster ${behind.name}.`,
      )
    if (balancer === 'ipvs')
      return problem(
        'balancer: ipvs reads no cookies: it passes packets on as they are',
        'Write persistence_timeout, by which a client stays with its realserver by its address; or set balancer: nginx or haproxy.',
      )
    if (balancer === 'none')
      return problem('nothing is balanced here: there is one server at a time', 'Leave it out.')
    if (redirect !== undefined)
      return problem(
        `port ${port} only sends clients elsewhere`,
        'Write it in the service that clients are sent to.',
      )
    if (mode === 'tcp')
      return problem(
        `mode: tcp passes on what comes to port ${port} unread, and sees no cookies`,
        'Write scheduler: sh, by which a client stays with its realserver by its address; or mode: http.',
      )
    return []
  })
}

function oneWordDecides(subject: Subject): readonly Doubt[] {
  if (!proxyOf(subject.cluster)) return []
  return writtenServices(subject).flatMap(({ path, service: { sticky, scheduler } }) =>
    sticky && scheduler === 'sh'
      ? [
          doubtful(
            subject,
            [...path, 'sticky'],
            'scheduler: sh keeps a client with a realserver by its address already: the cookie counts first, and new clients of one address all meet the same one',
            'Leave one of the two out.',
          ),
        ]
      : [],
  )
}

/** nginx sets a cookie for all that it answers by a name, and would set that of one pool for what another one has answered. */
function cookiesAreOfOne(subject: Subject): readonly Wrong[] {
  if (proxyOf(subject.cluster) !== 'nginx') return []
  return writtenServices(subject).flatMap(({ path, service: { sticky, port }, list }) =>
    sticky?.by === 'balancer' && list.some((other) => other.port === port && other.routes.length > 0)
      ? [
          wrong(
            subject,
            [...path, 'sticky'],
            `requests of port ${port} are led to several pools, and nginx can set the cookie of one only`,
            'Write by: application, and the cookie that it sets itself; or set balancer: haproxy.',
          ),
        ]
      : [],
  )
}

function sharesGrow(subject: Subject): readonly Wrong[] {
  const { balancer } = subject.cluster
  if (balancer === 'haproxy') return []
  return writtenServices(subject).flatMap(({ path, service }) =>
    service.slow_start === undefined
      ? []
      : [
          wrong(
            subject,
            [...path, 'slow_start'],
            `${balancer === 'nginx' ? 'nginx has it in its commercial version only' : 'only HAProxy knows it'}: a realserver that is back gets its whole share at once`,
            'Leave it out; or set balancer: haproxy.',
          ),
        ],
  )
}
