import { backendOn } from '../own-servers.ts'
import { proxyOf } from '../proxies.ts'
import { passesTls, targetOf } from '../tls.ts'
import type { ServiceSettings } from '../vocabulary/index.ts'
import { type Family, listedServices, type Subject, type Wrong, writtenServices, wrong } from './subject.ts'

/** Rules about who speaks TLS with whom. */
export const tlsRules = {
  'tls-unspoken': {
    severity: 'error',
    reason: 'Only who ends the connections of clients can speak TLS with them, or send them elsewhere.',
    source: 'nginx, ngx_http_ssl_module; HAProxy, bind … ssl; ipvsadm(8)',
    find: somebodyCanSpeak,
  },
  'tls-redirect-nowhere': {
    severity: 'error',
    reason: 'Clients that are sent to TLS must find one service that speaks it.',
    source: 'RFC 9110, 15.4',
    find: redirectsLead,
  },
  'tls-redirect-serves': {
    severity: 'error',
    reason: 'A port that only sends clients elsewhere serves nothing.',
    source: 'RFC 9110, 15.4',
    find: redirectsServeNothing,
  },
  'tls-check-otherwise': {
    severity: 'error',
    reason: 'A check by TLS finds a realserver well that is asked in plain text, and the other way round.',
    source: 'HAProxy, 5.2, check-ssl',
    find: checksSpeakAlike,
  },
  'tls-server-otherwise': {
    severity: 'error',
    reason: 'nginx of a realserver listens to a port for all VIPs alike.',
    source: 'nginx, listen',
    find: serversSpeakAlike,
  },
  'tls-sorry-page': {
    severity: 'error',
    reason: 'A director without the certificate cannot show a page to clients that speak TLS.',
    source: 'RFC 8446, 4.4.2',
    find: sorryPagesCanBeRead,
  },
  'tls-http3': {
    severity: 'error',
    reason:
      'HTTP/3 comes by UDP: only a balancer that ends connections of clients on all its addresses hears it, and no PROXY protocol goes before it.',
    source: 'RFC 9114; RFC 9000, 5; HAProxy, bind quic4@; nginx, listen … quic',
    find: somebodyHearsQuic,
  },
} satisfies Family<'tls'>

function somebodyHearsQuic(subject: Subject): readonly Wrong[] {
  const { cluster } = subject
  return listedServices(subject).flatMap(({ path, service }) => {
    if (!service.tls?.http3) return []
    // Of those that end no connections this is said of all that tls says.
    if (cluster.balancer === 'ipvs' || service.mode === 'tcp') return []
    const means = cluster.vips.flatMap(({ services }) => services).filter((one) => one.port === service.port)
    const [message, next] = !proxyOf(cluster)
      ? [
          'directors that serve by themselves hear TCP alone',
          'Leave it out; or set balancer: nginx or haproxy.',
        ]
      : cluster.front
        ? ['a cluster behind another is sent what comes by TCP alone', 'Leave it out.']
        : service.proxy_protocol?.in
          ? [
              'the PROXY protocol goes before TCP alone: who comes by UDP could not say for whom',
              'Leave out http3, or in of proxy_protocol.',
            ]
          : means.some(({ apart }) => apart)
            ? [
                `port ${service.port} means something else behind another VIP, and HTTP/3 is heard on all addresses alike`,
                'Leave it out; or let the port mean the same behind all VIPs.',
              ]
            : []
    if (message === undefined || next === undefined) return []
    return [wrong(subject, [...path, 'tls', 'http3'], message, next)]
  })
}

/** Why nobody of ours can speak TLS with clients, or send them to who does, and what to do. */
function hindranceTo(
  word: 'tls' | 'redirect',
  { cluster }: Subject,
  service: ServiceSettings,
): readonly [message: string, next: string] | undefined {
  const { mode, port } = service
  const deed = word === 'tls' ? 'speak TLS with clients' : 'send clients elsewhere'
  const through =
    word === 'tls'
      ? 'Write backend_tls with the certificates of the realservers, which then speak TLS with clients themselves; or '
      : 'Leave it out; or '
  if (cluster.balancer === 'ipvs')
    return [
      `balancer: ipvs passes packets of port ${port} on as they are, and cannot ${deed}`,
      cluster.behind
        ? `Write it in the services of the cluster ${cluster.behind.name}, whose ${cluster.behind.balancer} can.`
        : `${through}set balancer: nginx or haproxy.`,
    ]
  if (cluster.balancer === 'none')
    return backendOn(cluster, service) === 'nginx'
      ? undefined
      : [
          `what serves port ${port} is no nginx of ours, and has to ${deed} by its own configuration`,
          'Leave it out, or set backend: nginx.',
        ]
  if (mode === 'http') return undefined
  return [
    `mode: tcp passes on what comes to port ${port} as it is, and cannot ${deed}`,
    `${through}write mode: http.`,
  ]
}

function somebodyCanSpeak(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service }) =>
    (['tls', 'redirect'] as const).flatMap((word) => {
      const hindrance = service[word] === undefined ? undefined : hindranceTo(word, subject, service)
      return hindrance ? [wrong(subject, [...path, word], ...hindrance)] : []
    }),
  )
}

function redirectsLead(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service, list }) => {
    if (service.redirect === undefined || hindranceTo('redirect', subject, service)) return []
    if (targetOf(service, list)) return []
    const spoken = list.filter((one) => one.tls !== undefined || passesTls(one))
    const ports = [...new Set(spoken.map(({ port }) => port))]
    const at = [...path, 'redirect']
    if (ports.length === 0)
      return [
        wrong(
          subject,
          at,
          'no service behind the same VIP speaks TLS: clients would be sent where nobody answers',
          'Add one: { port: 443, tls: { certificates: [{ certificate: …, key: … }] } }; where realservers speak it themselves: { port: 443, mode: tcp, backend_tls: {} }.',
        ),
      ]
    return typeof service.redirect === 'object' && service.redirect.port !== undefined
      ? [
          wrong(
            subject,
            [...at, 'port'],
            `the service on port ${service.redirect.port} does not speak TLS, or is not there`,
            `Write one of these: ${ports.join(', ')}.`,
          ),
        ]
      : [
          wrong(
            subject,
            at,
            `several services behind the same VIP speak TLS, on ports ${ports.join(', ')}: which one is meant?`,
            `Write redirect: { port: ${ports[0]} }.`,
          ),
        ]
  })
}

function redirectsServeNothing(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service }) => {
    if (service.redirect === undefined) return []
    const idle = (['tls', 'backend_tls', 'backend_port', 'pool'] as const).filter(
      (word) => service[word] !== undefined,
    )
    return [...idle, ...(service.sorry_page ? (['sorry_page'] as const) : [])].map((word) =>
      wrong(
        subject,
        [...path, word],
        `port ${service.port} only sends clients elsewhere: ${word} says nothing there`,
        'Leave it out, and write it in the service that clients are sent to.',
      ),
    )
  })
}

/** A check by TLS would find well what is asked in plain text, and the other way round. */
function checksSpeakAlike(subject: Subject): readonly Wrong[] {
  if (subject.cluster.balancer !== 'haproxy') return []
  return writtenServices(subject).flatMap(({ path, service: { mode, check, backend_tls: behind } }) =>
    mode === 'http' && check.type === 'https' && check.port === undefined && !behind
      ? [
          wrong(
            subject,
            [...path, 'check', 'type'],
            'the check speaks TLS, and what clients ask would go to the same port in plain text',
            'Add backend_tls: { authority: …, name: … }, or { verify: false }; or ask a port of its own.',
          ),
        ]
      : [],
  )
}

/** nginx that serves pages listens to a port for all VIPs alike. */
function serversSpeakAlike(subject: Subject): readonly Wrong[] {
  const { balancer, backend, behind } = subject.cluster
  if (backend !== 'nginx' || behind) return []
  const said = writtenServices(subject).flatMap(({ path, service }) => {
    if ((service.redirect !== undefined && balancer !== 'none') || service.pool !== undefined) return []
    if (backendOn(subject.cluster, service) === 'none') return []
    const speaks = balancer === 'none' ? [service.tls, service.redirect] : service.backend_tls?.certificates
    const own = JSON.stringify(speaks ?? null)
    const joined = service.also.flatMap((one, index) => {
      const at = [...path, 'also', index]
      if (typeof one === 'number') return [{ path: at, port: one, speaks: 'null' }]
      if (typeof one === 'string') return []
      return [{ path: at, port: one.port, speaks: one.check.type === 'https' ? own : 'null' }]
    })
    return [{ path, port: service.backend_port ?? service.port, speaks: own }, ...joined]
  })
  return said.flatMap(({ path, port, speaks }, index) => {
    const other = said.slice(0, index).find((one) => one.port === port && one.speaks !== speaks)
    if (!other) return []
    return [
      wrong(
        subject,
        path,
        `nginx would have to serve port ${port} in two ways: ${other.path.join('.')} says with other certificates, or without`,
        'Say the same of both, or give one of them another port.',
      ),
    ]
  })
}

/** The page of a director's own nginx, to which IPVS sends clients, would come in plain text. */
function sorryPagesCanBeRead(subject: Subject): readonly Wrong[] {
  const { cluster } = subject
  if (cluster.balancer !== 'ipvs') return []
  const heard = new Set(
    (cluster.behind?.vips ?? []).flatMap(({ services }) =>
      services.filter(({ tls }) => tls !== undefined).map(({ port }) => port),
    ),
  )
  return writtenServices(subject).flatMap(({ path, service }) =>
    service.sorry_page && (service.backend_tls || heard.has(service.backend_port ?? service.port))
      ? [
          wrong(
            subject,
            [...path, 'sorry_page'],
            `clients of port ${service.port} speak TLS with the realservers: the directors have no certificate with which to show a page of their own`,
            'Leave sorry_page out; a balancer that speaks TLS itself (nginx, haproxy) can show one.',
          ),
        ]
      : [],
  )
}
