import { familyOf } from '../addresses.ts'
import { mostMarked } from '../marks.ts'
import { backendOn } from '../own-servers.ts'
import type { ServiceSettings } from '../vocabulary/index.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  type Subject,
  type Wrong,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about services of several ports, and about what else directors do to packets. */
export const markRules = {
  'mark-of-ipvs': {
    severity: 'error',
    reason: 'Several ports are one service by a mark on the packets, which only the kernel balances by.',
    source: 'ipvsadm(8), --fwmark-service',
    find: portsAreJoinedByIpvs,
  },
  'mark-port-twice': {
    severity: 'error',
    reason: 'A packet bears one mark, and so belongs to one service.',
    source: 'iptables-extensions(8), MARK',
    find: portsAreOnce,
  },
  'mark-port-kept': {
    severity: 'error',
    reason: 'A service of several ports has no port of its own into which all could be turned.',
    source: 'ipvsadm(8), --fwmark-service',
    find: joinedPortsStay,
  },
  'mark-check': {
    severity: 'error',
    reason: 'A check by TLS finds nobody where the realservers serve plain HTTP.',
    source: 'keepalived.conf(5), SSL_GET',
    find: joinedPortsAreServed,
  },
  'mark-persistence': {
    severity: 'warning',
    reason: 'Without persistence each connection of a client is scheduled by itself, on each of the ports.',
    source: 'ipvsadm(8), --persistent',
    find: joinedPortsKeepClients,
  },
  'mark-too-many': {
    severity: 'error',
    reason: 'Marks are given out from a range that leaves room for those of others.',
    source: 'docs/inventory.md, services[].also',
    find: marksSuffice,
  },
  'mark-masquerade-family': {
    severity: 'error',
    reason: 'Who leaves by a gateway leaves in its address family.',
    source: 'nft(8), masquerade',
    find: masqueradedAreOfTheGateway,
  },
} satisfies Family<'mark'>

function portsAreJoinedByIpvs(subject: Subject): readonly Wrong[] {
  const { balancer } = subject.cluster
  if (balancer === 'ipvs') return []
  return writtenServices(subject).flatMap(({ path, service: { also } }) =>
    also.length === 0
      ? []
      : [
          wrong(
            subject,
            [...path, 'also'],
            'several ports are one service to IPVS alone, which knows them by a mark on the packets',
            'List each port as a service of its own; scheduler: sh of nginx and HAProxy keeps a client with its realserver on all of them.',
          ),
        ],
  )
}

interface Span {
  readonly first: number
  readonly last: number
  readonly protocol: ServiceSettings['protocol']
  readonly path: readonly PropertyKey[]
}

function spansOf({ port, protocol, also }: ServiceSettings, path: readonly PropertyKey[]): readonly Span[] {
  return [
    { first: port, last: port, protocol, path: [...path, 'port'] },
    ...also.map((one, index) => {
      const at = [...path, 'also', index]
      if (typeof one === 'number') return { first: one, last: one, protocol, path: at }
      if (typeof one !== 'string')
        return { first: one.port, last: one.port, protocol: one.protocol ?? protocol, path: [...at, 'port'] }
      const [first = 0, last = 0] = one.split('-').map(Number)
      return { first, last, protocol, path: at }
    }),
  ]
}

/** What `servicesDiffer` does not see: ports of `also`, among themselves and beside all others. */
function portsAreOnce(subject: Subject): readonly Wrong[] {
  const all = writtenServices(subject)
  return all.flatMap(({ path, service, siblings }) => {
    const before = siblings.flatMap((one) =>
      spansOf(one, []).map((span) => ({ ...span, isJoined: one.also.length > 0 })),
    )
    const own = spansOf(service, path).map((span) => ({ ...span, isJoined: service.also.length > 0 }))
    return own.flatMap((span, index) => {
      const twice = [...before, ...own.slice(0, index)].find(
        (one) =>
          one.protocol === span.protocol &&
          one.first <= span.last &&
          span.first <= one.last &&
          (one.isJoined || span.isJoined),
      )
      if (!twice) return []
      const shared = Math.max(twice.first, span.first)
      return [
        wrong(
          subject,
          span.path,
          `${span.protocol} port ${shared} is listed twice, and a packet bears one mark alone`,
          'Remove one of the two.',
        ),
      ]
    })
  })
}

function joinedPortsStay(subject: Subject): readonly Wrong[] {
  if (subject.cluster.balancer !== 'ipvs') return []
  return writtenServices(subject).flatMap(({ path, service: { also, port, backend_port: other } }) =>
    also.length === 0 || other === undefined || other === port
      ? []
      : [
          wrong(
            subject,
            [...path, 'backend_port'],
            `a mark stands for several ports, and none of them becomes ${other}`,
            'Let the realservers listen on the ports of the service, and leave backend_port out.',
          ),
        ],
  )
}

/** Servers of ours speak TLS only where a service says with which certificates. */
function joinedPortsAreServed(subject: Subject): readonly Wrong[] {
  if (subject.cluster.balancer !== 'ipvs') return []
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { also, backend_tls: speaks } = service
    const backend = backendOn(subject.cluster, service)
    if (backend === 'none') return []
    return also.flatMap((one, index) =>
      typeof one !== 'object' || one.check.type !== 'https' || speaks
        ? []
        : [
            wrong(
              subject,
              [...path, 'also', index, 'check'],
              `the ${backend} of the realservers serves plain HTTP on port ${one.port}, not TLS, which its check asks for`,
              backend === 'nginx'
                ? `List ${one.port} as the port of the service, with backend_tls and its certificates, and the plain port under also.`
                : 'Write backend: none in the service, and install your own server in a role of yours.',
            ),
          ],
    )
  })
}

function joinedPortsKeepClients(subject: Subject): readonly Doubt[] {
  if (subject.cluster.balancer !== 'ipvs') return []
  return writtenServices(subject).flatMap(
    ({ path, service: { also, persistence_timeout: stays, scheduler } }) =>
      also.length === 0 || stays !== undefined || ['sh', 'mh'].includes(scheduler)
        ? []
        : [
            doubtful(
              subject,
              [...path, 'also'],
              'a client may meet another realserver on each of these ports, as if they were services of their own',
              'Set persistence_timeout, which counts for all of them together.',
            ),
          ],
  )
}

function marksSuffice(subject: Subject): readonly Wrong[] {
  return subject.cluster.vips.flatMap(({ address, services }, index) => {
    const last = services.findLastIndex(({ marked }, at) => marked === at)
    return last < mostMarked
      ? []
      : [
          wrong(
            subject,
            ['vips', index, 'services'],
            `the VIP ${address} has a service of several ports behind ${mostMarked} others, for which there is no mark left`,
            `List those with also among the first ${mostMarked}.`,
          ),
        ]
  })
}

function masqueradedAreOfTheGateway(subject: Subject): readonly Wrong[] {
  const { nat } = subject.cluster
  if (nat?.masquerade === undefined || nat.masquerade === 'realservers') return []
  const family = familyOf(nat.gateway)
  return nat.masquerade.flatMap((network, index) =>
    familyOf(network) === family
      ? []
      : [
          wrong(
            subject,
            ['nat', 'masquerade', 'networks', index],
            `${network} is of another family than the gateway ${nat.gateway}, by which nobody of it gets here`,
            'Write networks of the family of the gateway.',
          ),
        ],
  )
}
