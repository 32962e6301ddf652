import { backendOn } from '../own-servers.ts'
import type { ServiceSettings } from '../vocabulary/index.ts'
import { type Family, type Subject, type Wrong, writtenServices, wrong } from './subject.ts'

/** Rules about who says by the PROXY protocol for whom it speaks. */
export const proxyProtocolRules = {
  'proxy-protocol-unspoken': {
    severity: 'error',
    reason:
      'The PROXY protocol is spoken by one side and believed by the other: where one of them cannot, connections break, or anybody is believed.',
    source: 'HAProxy, proxy-protocol.txt, 5',
    find: somebodySpeaks,
  },
  'proxy-protocol-port-otherwise': {
    severity: 'error',
    reason: 'Who listens to a port takes everybody by the PROXY protocol, or nobody.',
    source: 'nginx, listen, proxy_protocol',
    find: portsHearAlike,
  },
} satisfies Family<'proxy-protocol'>

type Problem = readonly [word: 'in' | 'out' | undefined, message: string, next: string]

function somebodySpeaks(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service }) => {
    const said = service.proxy_protocol
    if (!said) return []
    const general = whereNobodyDoes(subject)
    const problems = general
      ? [general]
      : [
          ...(said.in ? hindranceBefore(subject, service) : []),
          ...(said.out ? hindranceBehind(subject, service) : []),
        ]
    return problems.map(([word, message, next]) =>
      wrong(subject, [...path, 'proxy_protocol', ...(word ? [word] : [])], message, next),
    )
  })
}

function whereNobodyDoes({ cluster }: Subject): Problem | undefined {
  if (cluster.balancer === 'ipvs')
    return [
      undefined,
      'balancer: ipvs leaves packets as clients sent them: realservers see who asks, and nobody could say it first',
      'Leave proxy_protocol out; or set balancer: nginx or haproxy.',
    ]
  if (cluster.balancer === 'none')
    return [
      undefined,
      'nothing is balanced here, and what serves hears clients themselves',
      'Leave proxy_protocol out; or set balancer: nginx or haproxy.',
    ]
  return undefined
}

function hindranceBefore({ cluster, settings }: Subject, { port }: ServiceSettings): readonly Problem[] {
  if (cluster.front !== undefined)
    return [
      [
        'in',
        `IPVS of ${cluster.front} stands before port ${port}: it passes on what clients send, and its checks speak no PROXY protocol`,
        'Leave in out: the address of clients comes through by itself.',
      ],
    ]
  if (settings.trusted_proxies) return []
  return [
    [
      'in',
      'nothing says whose word on who asks holds: anybody could say that he is somebody else',
      'Add trusted_proxies to cluster: the addresses or networks of the balancers before it.',
    ],
  ]
}

function hindranceBehind({ cluster }: Subject, service: ServiceSettings): readonly Problem[] {
  const { mode, port, redirect, proxy_protocol: said } = service
  if (redirect !== undefined)
    return [
      [
        'out',
        `port ${port} only sends clients elsewhere: nobody is behind it`,
        'Write out in the service that clients are sent to.',
      ],
    ]
  if (cluster.balancer === 'nginx' && mode === 'http')
    return [
      [
        'out',
        'nginx says it to realservers only where it passes on connections: with mode: http it has no PROXY protocol for them',
        'Leave out out: X-Forwarded-For tells them; or write mode: tcp, or set balancer: haproxy.',
      ],
    ]
  if (cluster.balancer === 'nginx' && said?.out === 'v2')
    return [['out', 'nginx speaks version 1 of the PROXY protocol only', 'Write out: v1.']]
  const backend = backendOn(cluster, service)
  if (backend === 'tomcat')
    return [
      [
        'out',
        'Tomcat knows no PROXY protocol',
        'Leave out out: with mode: http X-Forwarded-For tells it who asks.',
      ],
    ]
  if (backend === 'apache')
    return [
      [
        'out',
        'Apache believes what anybody says by the PROXY protocol, on all of its ports',
        'Leave out out: with mode: http X-Forwarded-For tells it who asks, and it believes the directors alone.',
      ],
    ]
  return []
}

/** Who listens to a port takes either everybody by it, or nobody. */
function portsHearAlike(subject: Subject): readonly Wrong[] {
  if (subject.cluster.backend !== 'nginx') return []
  const written = writtenServices(subject).filter(
    ({ service }) => service.redirect === undefined && backendOn(subject.cluster, service) !== 'none',
  )
  const portOf = ({ port, backend_port: behind }: ServiceSettings) => behind ?? port
  return written.flatMap(({ path, service }, index) => {
    const own = service.proxy_protocol?.out !== undefined
    const other = written
      .slice(0, index)
      .find(
        (one) =>
          portOf(one.service) === portOf(service) && (one.service.proxy_protocol?.out !== undefined) !== own,
      )
    if (!other) return []
    return [
      wrong(
        subject,
        path,
        `nginx of the realservers would have to take port ${portOf(service)} with the PROXY protocol and without: ${other.path.join('.')} says otherwise`,
        'Say the same of both, or give one of them another backend_port.',
      ),
    ]
  })
}
