import { isAmong } from '../statuses.ts'
import { asksThrough, ofBalancers } from '../tiers.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about what a cluster sends to the one that stands behind it. */
export const passedOnRules = {
  'passed-on-unheard': {
    severity: 'error',
    reason: 'What the tier before sends, and what its checks ask for, must be answered by the tier behind.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: somethingListens,
  },
  'passed-on-unasked': {
    severity: 'warning',
    reason: 'A service of the tier behind to which nothing is sent has no clients.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: everythingIsAsked,
  },
  'passed-on-sorry-page-hidden': {
    severity: 'warning',
    reason:
      'A sorry page comes with status 503, by which a check takes its machine out before a client sees the page.',
    source: 'RFC 9110, 15.6.4; keepalived.conf(5), status_code',
    find: pagesAreSeen,
  },
} satisfies Family<'passed-on'>

/** What the one before sends must be listened to by the one behind. */
function somethingListens(subject: Subject): readonly Wrong[] {
  const { cluster } = subject
  const { behind } = cluster
  if (!behind) return []
  const listening = new Map(behind.vips.flatMap(({ services }) => services.map((one) => [one.port, one])))
  const ports = [...listening.keys()].join(', ')
  return cluster.vips.flatMap(({ services }, vip) =>
    services.flatMap((service, at) => {
      const { protocol, backendPort: port, check } = service
      const heard = protocol === 'tcp' ? listening.get(port) : undefined
      const own = subject.settings.vips[vip]?.services !== undefined
      // A list that several VIPs share is told of once.
      if (!own && vip > 0 && subject.settings.vips.slice(0, vip).some((one) => !one.services)) return []
      const list = own ? ['vips', vip, 'services'] : ['services']
      const { marked = at } = service
      const path = (...words: readonly string[]) =>
        marked === at ? [...list, at, ...words] : [...list, marked, 'also']
      if (!heard)
        return [
          wrong(
            subject,
            path(service.port === port ? 'port' : 'backend_port'),
            `nobody of the cluster ${behind.name} listens on ${protocol} port ${port}${ports === '' ? '' : `: its services are on ${ports}`}`,
            `Add a service with port: ${port} to ${behind.name}, or send to another port.`,
          ),
        ]
      if (heard.mode === 'tcp' && 'path' in check && check.path === ofBalancers)
        return [
          wrong(
            subject,
            path('check', 'path'),
            `${behind.balancer} of ${behind.name} passes on connections alone on port ${port}: it answers nothing itself, and so nobody ${ofBalancers}`,
            'Use check: { type: tcp }, or ask for a page of those behind.',
          ),
        ]
      const { redirect } = heard
      if (
        redirect &&
        'path' in check &&
        check.path !== ofBalancers &&
        !isAmong(check.status, redirect.status)
      )
        return [
          wrong(
            subject,
            path('check'),
            `port ${port} of ${behind.name} only sends clients elsewhere, with status ${redirect.status}: the check would take its machines out`,
            `Write check: { type: http, path: ${ofBalancers} }, which asks its ${behind.balancer} itself.`,
          ),
        ]
      if (check.type !== 'https' || heard.mode === 'tcp' || heard.tls) return []
      return [
        wrong(
          subject,
          path('check', 'type'),
          `${behind.balancer} of ${behind.name} speaks plain HTTP on port ${port}, and not TLS, which the check asks for`,
          'Set type: http.',
        ),
      ]
    }),
  )
}

function everythingIsAsked(subject: Subject): readonly Doubt[] {
  const { cluster } = subject
  const { behind } = cluster
  if (!behind) return []
  const sent = cluster.vips.flatMap(({ services }) => services.map(({ backendPort }) => backendPort))
  const listening = new Set(behind.vips.flatMap(({ services }) => services.map(({ port }) => port)))
  return [...listening]
    .filter((port) => !sent.includes(port))
    .map((port) =>
      doubtful(
        subject,
        ['backend', 'cluster'],
        `${behind.name} listens on port ${port}, and no service of ${cluster.name} sends anything there`,
        `Add a service for it to ${cluster.name}, or take it out of ${behind.name}.`,
      ),
    )
}

/** While no realserver is left, the balancers say so by a status that is none of health. */
function pagesAreSeen(subject: Subject): readonly Doubt[] {
  const { behind, vips } = subject.cluster
  const hidden = (behind?.vips ?? []).flatMap(({ services }) =>
    services.filter(
      ({ sorryPage, port }) =>
        sorryPage &&
        vips.some((vip) =>
          vip.services.some((service) => service.backendPort === port && asksThrough(service)),
        ),
    ),
  )
  const [service] = hidden
  if (!behind || !service) return []
  return [
    doubtful(
      subject,
      ['backend', 'cluster'],
      `the sorry page of ${behind.name} on port ${service.port} comes with status 503, by which the check takes its machines out: no client would see it`,
      'Let the check ask the balancers themselves: check: { type: http, path: /understudy-balancer }; or set sorry_page here instead.',
    ),
  ]
}
