import type { Cluster } from '../cluster.ts'
import { backendOn } from '../own-servers.ts'
import { proxyOf } from '../proxies.ts'
import type { CheckSettings, ServiceSettings } from '../vocabulary/index.ts'
import { writtenPool } from './pools.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  listedServices,
  mended,
  type Subject,
  type Wrong,
  writtenChecks,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about what clients find behind a VIP. */
export const serviceRules = {
  'service-none': {
    severity: 'error',
    reason: 'A balancer with nothing behind a VIP refuses every client.',
    source: 'docs/inventory.md, cluster.services',
    find: vipsServe,
  },
  'service-unwatched': {
    severity: 'warning',
    reason:
      'keepalived moves a VIP when its machine is gone, and knows of a service only what it is told to track.',
    source: 'keepalived.conf(5), track_script and track_process',
    find: vipsFollowServices,
  },
  'service-port-twice': {
    severity: 'error',
    reason: 'A port is served once; of two that say otherwise one would be lost.',
    source: 'keepalived.conf(5), virtual_server',
    find: servicesDiffer,
  },
  'service-port-kept': {
    severity: 'error',
    reason:
      'Direct routing and tunnels leave the packet as it is: a realserver is asked on the port of the VIP.',
    source: 'ipvsadm(8), --gatewaying and --ipip',
    find: packetsKeepPorts,
  },
  'service-udp-page': {
    severity: 'error',
    reason:
      'Pages come by TCP: nobody answers such a check on a port of UDP, and every realserver would be taken out.',
    source: 'keepalived.conf(5), HTTP_GET',
    find: pagesComeByTcp,
  },
  'service-backend': {
    severity: 'error',
    reason: 'What the realservers run cannot speak what the service or its check asks for.',
    source: 'docs/inventory.md, cluster.backend',
    find: backendCanServe,
  },
  'service-weights-ignored': {
    severity: 'warning',
    reason: 'rr and lc look at no weights: a realserver of weight 3 gets as much as one of weight 1.',
    source: 'ipvsadm(8), --scheduler',
    find: weightsCount,
  },
  'service-weightless': {
    severity: 'warning',
    reason: 'A weight of 0 means no new connections, and all have it.',
    source: 'ipvsadm(8), --weight',
    find: somebodyServes,
  },
  'service-sorry-page-unread': {
    severity: 'error',
    reason: 'Who passes on connections unread cannot answer a request with a page.',
    source: 'nginx, ngx_stream_proxy_module; HAProxy, mode tcp',
    find: pagesNeedRequests,
  },
} satisfies Family<'service'>

function vipsServe(subject: Subject): readonly Wrong[] {
  const { balancer, vips, front, name } = subject.cluster
  if (front !== undefined)
    return (subject.settings.services ?? []).length > 0
      ? []
      : [
          wrong(
            subject,
            ['services'],
            `the cluster ${name} stands behind ${front}, and nothing says what it listens to`,
            'List services in cluster, such as services: [{ port: 80 }].',
          ),
        ]
  if (balancer === 'none') return []
  // One that says so itself is an address for something else.
  const isSaid = (index: number) => subject.settings.vips[index]?.services !== undefined
  if (vips.length > 0 && vips.every(({ services }, index) => services.length === 0 && isSaid(index)))
    return [
      wrong(
        subject,
        ['vips'],
        `nothing is behind any VIP, so that ${balancer} has nothing to do`,
        'Set balancer: none, or list services.',
      ),
    ]
  return vips.flatMap(({ address, services }, index) =>
    services.length > 0 || isSaid(index)
      ? []
      : [wrong(subject, ['vips', index], `nothing is behind the VIP ${address}`, listThem)],
  )
}

const listThem = 'List services in cluster for all VIPs, or in this VIP, such as services: [{ port: 80 }].'

function vipsFollowServices(subject: Subject): readonly Doubt[] {
  const { balancer, vips, notify, front } = subject.cluster
  // What follows the VIP is started where it is: nobody else has it to be asked.
  if (front !== undefined || balancer !== 'none' || (notify && notify.services.length > 0)) return []
  const { services: ofAll, vips: written } = subject.settings
  return vips.flatMap(({ address, services }, index) => {
    // Who writes an empty list says that there is none, as with the address of a gateway.
    if (services.length > 0 || (written[index]?.services ?? ofAll)) return []
    const message = `no service is listed behind the VIP ${address}: it moves when a machine fails, and stays when only its service does`
    return [doubtful(subject, ['vips', index], message, `${listThem} [] says that there is none.`)]
  })
}

function servicesDiffer(subject: Subject): readonly Wrong[] {
  const tellsNames = proxyOf(subject.cluster) !== undefined
  return listedServices(subject).flatMap(({ path, service, siblings }) => {
    const { port, protocol, hosts } = service
    const others = siblings.filter((other) => other.port === port && other.protocol === protocol)
    // Of those with names of their own, what they share is told of each name.
    const isTold = tellsNames && others.every((other) => (hosts ?? other.hosts) !== undefined)
    return others.length === 0 || isTold
      ? []
      : [
          mended(
            wrong(
              subject,
              [...path, 'port'],
              `${protocol} port ${port} is listed twice`,
              tellsNames
                ? 'Give one of the two hosts, such as hosts: [www.example.org], or remove it.'
                : 'Remove one of the two.',
            ),
            others.some((other) => JSON.stringify(other) === JSON.stringify(service))
              ? { is: 'no-item' }
              : undefined,
          ),
        ]
  })
}

/** A director that routes directly or through a tunnel leaves the packet as it is: it never rewrites a port. */
function packetsKeepPorts(subject: Subject): readonly Wrong[] {
  if (subject.cluster.balancer !== 'ipvs') return []
  return writtenServices(subject).flatMap(({ path, service: { port, backend_port: backend, forwarding } }) =>
    forwarding === 'nat' || backend === undefined || backend === port
      ? []
      : [
          wrong(
            subject,
            [...path, 'backend_port'],
            `${forwarding === 'dr' ? 'direct routing' : 'a tunnel'} cannot turn port ${port} into ${backend}: packets reach the realserver as the client sent them`,
            `Let the realservers listen on ${port}, and leave backend_port out.`,
          ),
        ],
  )
}

/** A check that asks for a page of a UDP service's port finds nobody there. */
function pagesComeByTcp(subject: Subject): readonly Wrong[] {
  const { cluster } = subject
  if (proxyOf(cluster)) return []
  const balanced = cluster.balancer === 'ipvs'
  return writtenChecks(subject).flatMap(({ path, protocol, port, check, service }) =>
    // Otherwise the protocol is refused already.
    protocol === 'udp' &&
    backendOn(cluster, service) === 'none' &&
    'path' in check &&
    check.port === undefined
      ? [
          wrong(
            subject,
            path,
            `udp port ${port} would be asked for a page, which comes by TCP`,
            `Say what shows that it works: check: { type: ${balanced ? 'udp }, or dns, misc' : 'misc, program: … }, or tcp'}, ping, or http with a port of its own.`,
          ),
        ]
      : [],
  )
}

function backendCanServe(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { protocol, port, check } = service
    const backend = backendOn(subject.cluster, service)
    if (backend === 'none') return []
    const speaks = service.backend_tls ?? (subject.cluster.balancer === 'none' ? service.tls : undefined)
    const why =
      protocol === 'udp'
        ? 'not udp'
        : check.type === 'https' && !speaks
          ? 'not TLS, which its check asks for'
          : otherSpeech(subject.cluster, check, service.backend_port ?? port)
    if (why === undefined) return []
    return [
      wrong(
        subject,
        [...path, protocol === 'udp' ? 'protocol' : 'check'],
        `the ${backend} of the realservers serves plain HTTP on port ${port}, ${why}`,
        protocol === 'tcp' && backend === 'nginx' && check.type === 'https'
          ? `Write ${subject.cluster.balancer === 'none' ? 'tls' : 'backend_tls'} with certificates, and it speaks TLS.`
          : 'Write backend: none here, and install your own server in a role of yours.',
      ),
    ]
  })
}

function weightsCount(subject: Subject): readonly Doubt[] {
  const differ = (service: ServiceSettings) =>
    new Set(
      writtenPool(subject, service)
        .map(({ weight }) => weight)
        .filter((weight) => weight > 0),
    ).size > 1
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { scheduler } = service
    return (scheduler === 'rr' || scheduler === 'lc') && differ(service)
      ? [
          doubtful(
            subject,
            [...path, 'scheduler'],
            `the realservers have different weights, which the scheduler ${scheduler} does not look at`,
            `Use w${scheduler}.`,
          ),
        ]
      : []
  })
}

function somebodyServes(subject: Subject): readonly Doubt[] {
  const { balancer, realservers } = subject.cluster
  // `ipvs-quorum` refuses it there.
  if (balancer === 'ipvs' || realservers.length === 0 || realservers.some(({ weight }) => weight > 0))
    return []
  const message = 'every realserver has the weight 0: no client would get an answer'
  return [doubtful(subject, ['realservers'], message, 'Give at least one of them a weight above 0.')]
}

/** nginx and HAProxy can answer with a page of their own only where they understand requests. */
function pagesNeedRequests(subject: Subject): readonly Wrong[] {
  if (!proxyOf(subject.cluster)) return []
  return writtenServices(subject).flatMap(({ path, service: { mode, sorry_page: page, port } }) =>
    page && mode === 'tcp'
      ? [
          wrong(
            subject,
            [...path, 'sorry_page'],
            `port ${port} is passed on as connections: no page could be shown there`,
            'Remove sorry_page, or set mode: http.',
          ),
        ]
      : [],
  )
}

/** What a server of pages does not speak, by the check that asks for it. */
const otherSpeeches: Partial<Record<CheckSettings['type'], string>> = { smtp: 'SMTP', dns: 'DNS', udp: 'UDP' }

function otherSpeech({ balancer }: Cluster, check: CheckSettings, port: number): string | undefined {
  // What a balancer cannot ask for is refused already.
  if (balancer === 'nginx' || (balancer === 'haproxy' && check.type !== 'smtp')) return undefined
  const speech = otherSpeeches[check.type]
  const isElsewhere = 'port' in check && check.port !== undefined && check.port !== port
  return speech === undefined || isElsewhere ? undefined : `not ${speech}, which its check asks for`
}
