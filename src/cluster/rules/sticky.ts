import type { ClusterProblem } from '../cluster.ts'
import { proxyOf } from '../proxies.ts'
import { doubtful, type Rule, type Subject, writtenServices, wrong } from './subject.ts'

/** Rules about clients that come back to their realserver. */
export const stickyRules: readonly Rule[] = [
  somebodyReadsCookies,
  oneWordDecides,
  cookiesAreOfOne,
  sharesGrow,
]

function somebodyReadsCookies(subject: Subject): readonly ClusterProblem[] {
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

function oneWordDecides(subject: Subject): readonly ClusterProblem[] {
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
function cookiesAreOfOne(subject: Subject): readonly ClusterProblem[] {
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

function sharesGrow(subject: Subject): readonly ClusterProblem[] {
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
