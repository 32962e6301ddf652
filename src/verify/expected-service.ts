import {
  type Asked,
  backendName,
  type Cluster,
  claimantOf,
  datagramOf,
  ownLoopback,
  poolOf,
  proxyOf,
  requestsFor,
  type Service,
  type Shares,
  type Statuses,
  sharesOf,
  type Vip,
} from '../cluster/index.ts'
import type { Datagram } from '../model/datagram.ts'
import type { Facts } from '../model/facts.ts'
import type { AskedAs } from '../sensors/http.ts'
import { addressIn, type Machine } from './expected-addresses.ts'
import { answersOf, type ExpectedAnswers } from './expected-answers.ts'
import { type ExpectedTls, expectedBehind, expectedTls } from './expected-tls.ts'
import { givesPages } from './page-check.ts'

/** One machine of the cluster. */
export interface ExpectedMember {
  readonly host: string
  readonly address: string
}

/** A realserver as one virtual service should know it. */
export interface ExpectedServer extends ExpectedMember {
  readonly port: number
  /** 0: gets no requests while others are there. */
  readonly weight: number
}

/** How a page is asked for; `proxy+`: by who says first, by the PROXY protocol, for whom. */
export type Scheme = 'http' | 'https' | 'proxy+http' | 'proxy+https'

/** The page a client asks for. */
export interface ExpectedPage {
  readonly scheme: Scheme
  readonly path: string
  /** The status that is promised; where absent, any of a page that is there: 200 to 399. */
  readonly status?: Statuses
  /** What it must hold. */
  readonly body?: string
  /** The application that promises it: whatever else the page holds, and whoever it names, is its own affair. */
  readonly of?: string
}

/** A health check that asks for a page. */
export interface ExpectedHealth {
  readonly scheme: Scheme
  readonly port: number
  readonly path: string
  readonly status: Statuses
}

/** What a client should find behind one port of a VIP. */
export interface ExpectedService {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** Where each director is asked for it that holds no VIP. */
  readonly own: string
  /** What nginx or HAProxy call those that serve it. */
  readonly backend: string
  /** Its pool, or a name that it is asked by, where others share its port. */
  readonly label: string
  /** As what its page is asked for, where its address alone does not say so. */
  readonly as: AskedAs
  /** Other requests that are for it, in the order of what is written. */
  readonly requests: readonly Asked[]
  /** The mark by which the kernel knows it, where it has several ports; each of these is a service here. */
  readonly mark?: number
  readonly forwarding: 'dr' | 'nat' | 'tun'
  readonly scheduler: Service['scheduler']
  /** Seconds. */
  readonly persistence?: number
  /** What one client can expect of the scheduler, for the servers in their order. */
  readonly shares: Shares
  /** Where the service speaks HTTP: the page that is asked for. */
  readonly page?: ExpectedPage
  /** Pages of further applications behind the same port. */
  readonly further?: readonly ExpectedPage[]
  /** What the balancer itself asks the realservers, where it can be asked for in the same way. */
  readonly health?: ExpectedHealth
  /** What directors ask realservers before they send them anybody, and as what, where that is a page. */
  readonly checked?: ExpectedHealth & { readonly host?: string }
  readonly sorryPage: boolean
  /** Who shows it, where it stands in the kernel's table with the weight 0 while its turn has not come. */
  readonly sorryServer?: {
    readonly address: string
    readonly port: number
    readonly forwarding: Service['forwarding']
  }
  /** What the balancer does to answers, where the inventory says so. */
  readonly answers?: ExpectedAnswers
  /** How those that serve are spoken with, past the balancer. */
  readonly spoken: Scheme
  /** Where who connects says first for whom, by the PROXY protocol: to the balancer, and to realservers. */
  readonly proxyProtocol: Service['proxyProtocol']
  /** What clients are shown, where they are spoken with over TLS. */
  readonly tls?: ExpectedTls
  /** What realservers show the balancer, where it speaks TLS with them. */
  readonly tlsBehind?: ExpectedTls
  /** Nothing is served: clients are sent there. */
  readonly redirect?: { readonly status: number; readonly port: number }
  /** All that is known is that connections of TCP are taken by whoever serves it: no page is asked for, and no balancer takes them first. */
  readonly connects?: true
  /** The program of the user's own by which directors know who is well. */
  readonly checkedBy?: string
  /** nginx or HAProxy pass on connections of which nothing more is known; as checks make, too, so that nobody takes many for an attack. */
  readonly passes?: { readonly checked: boolean }
  /** What is asked, and answered, where it is a service of UDP of which that is known. */
  readonly datagram?: Datagram
  /** Pages that last, of which drills hold some. */
  readonly streams: Service['streams']
  readonly servers: readonly ExpectedServer[]
}

/** A service, whether who shows its page waits in the kernel's table for its turn, and with which others it is one. */
export type Balanced = ExpectedService & { readonly waits: boolean; readonly marked: number | undefined }

/** What a client should find behind a service. */
export function expectedService(
  cluster: Cluster,
  vip: Vip,
  service: Service,
  facts: ReadonlyMap<string, Facts>,
): Balanced {
  const { protocol, port, forwarding, scheduler, persistence, sorryPage, label } = service
  const place = (machine: Machine) => ({
    host: machine.host,
    address: addressIn(cluster, vip, machine, facts),
    port: service.backendPort,
  })
  const tls = expectedTls(cluster, service)
  const tlsBehind = tls?.by === 'realservers' ? undefined : expectedBehind(service)
  const servers = service.redirect
    ? []
    : cluster.balancer === 'none'
      ? cluster.directors.map((director) => ({ ...place(director), weight: 1 }))
      : poolOf(cluster, service).map((realserver) => ({
          ...place(realserver),
          // IPVS has no backups.
          weight: realserver.backup && cluster.balancer !== 'ipvs' ? 0 : realserver.weight,
        }))
  const sharing = vip.services.filter((one) => one.port === port)
  const [first, ...requests] = mainFirst(requestsFor(service, sharing), service)
  const { path, ...as } = first ?? { path: '/' }
  const datagram = datagramOf(service)
  return {
    protocol,
    port,
    own: service.apart?.own ?? ownLoopback,
    backend: backendName(cluster, service),
    label,
    as,
    requests,
    forwarding,
    scheduler,
    sorryPage,
    waits: service.inhibitsSorry,
    marked: service.marked,
    ...(persistence === undefined ? {} : { persistence }),
    shares:
      service.marked === undefined
        ? sharesOf(
            cluster,
            service,
            servers.map(({ weight }) => weight),
          )
        : { is: 'none', why: 'all ports of the service take turns together' },
    ...(service.redirect
      ? { spoken: saying('http', service.proxyProtocol.in), redirect: service.redirect }
      : asked(cluster, service, path)),
    proxyProtocol: service.proxyProtocol,
    ...(service.redirect
      ? {}
      : promisedPages(cluster, service, (page) => isFor(service, sharing, { ...as, path: page }))),
    ...answersOf(service),
    ...(tls ? { tls } : {}),
    ...(tlsBehind ? { tlsBehind } : {}),
    ...((cluster.balancer === 'none' || cluster.balancer === 'ipvs') &&
    protocol === 'tcp' &&
    !givesPages(cluster, service)
      ? { connects: true }
      : {}),
    ...(service.check.type === 'misc' ? { checkedBy: service.check.program } : {}),
    ...passedUnread(cluster, service),
    ...(datagram ? { datagram } : {}),
    streams: service.streams,
    servers,
  }
}

/** Who says first for whom he asks is not let through before he does. */
function passedUnread(cluster: Cluster, service: Service): Pick<ExpectedService, 'passes'> {
  const { mode, protocol, proxyProtocol, check } = service
  const read = mode === 'http' || protocol === 'udp' || givesPages(cluster, service)
  if (proxyOf(cluster) === undefined || read || proxyProtocol.in) return {}
  return { passes: { checked: check.type === 'tcp' || check.type === 'smtp' } }
}

/** The request by which a service is known best: for a page that its check asks for, or the first of all. */
function mainFirst(all: readonly Asked[], { check }: Service): readonly Asked[] {
  const rank = ({ path, header }: Asked) =>
    Number(path === '/' || ('path' in check && path === check.path)) * 2 + Number(!header)
  return all.toSorted((one, other) => rank(other) - rank(one))
}

/** What a realserver answers by itself, whatever it is: of a path of the user's nobody knows what is there. */
export const anyAnswer = '200-499'

/**
 * The page clients ask for: the first of all, or of its part of the port. Its status is promised where the health check asks for
 * it, too.
 */
function asked(
  cluster: Cluster,
  service: Service,
  wanted: string,
): Pick<ExpectedService, 'page' | 'health' | 'checked' | 'spoken'> {
  const { balancer } = cluster
  const { check, backendPort, tls, backendTls, proxyProtocol } = service
  if (!('path' in check)) return { spoken: saying(backendTls ? 'https' : 'http', proxyProtocol.out) }
  const { status, path, port = backendPort } = check
  const scheme = check.type
  const plain = backendTls || (tls && balancer === 'none') ? 'https' : scheme
  const spoken = saying(plain, proxyProtocol.out)
  const same = path === wanted && port === backendPort
  // nginx never checks: what is promised of it is what somebody wrote.
  const promised = same && (balancer !== 'nginx' || status !== 200)
  return {
    spoken,
    ...(givesPages(cluster, service)
      ? {
          page: {
            scheme: saying(tls ? 'https' : plain, proxyProtocol.in),
            path: wanted,
            ...(promised ? { status } : same || wanted === '/' ? {} : { status: anyAnswer }),
          },
        }
      : {}),
    ...(balancer === 'haproxy' || balancer === 'ipvs'
      ? {
          checked: {
            ...{
              scheme: saying(scheme, balancer === 'haproxy' && port === backendPort && proxyProtocol.out),
            },
            ...{ port, path, status },
            ...(check.host === undefined ? {} : { host: check.host }),
          },
        }
      : {}),
    // Under IPVS the kernel's table tells what came of it. A Host header of its own cannot be sent here.
    ...((balancer === 'haproxy' || balancer === 'none') && check.host === undefined
      ? { health: { scheme: saying(scheme, port === backendPort && proxyProtocol.out), port, path, status } }
      : {}),
  }
}

function saying(scheme: 'http' | 'https', says: unknown): Scheme {
  return says ? `proxy+${scheme}` : scheme
}

/** Whether a request on its port is for a service, and not for one of those that share it. */
function isFor(service: Service, sharing: readonly Service[], { path, ...as }: Asked): boolean {
  if (service.claims === undefined) return true
  return claimantOf({ ...as, path: path.split('?')[0] ?? path }, sharing) === service
}

/** What the applications promise that answer to a service, as far as clients can ask for it. */
function promisedPages(
  { applications }: Cluster,
  { backendPort, tls, backendTls, pool, protocol, proxyProtocol }: Service,
  isAsked: (page: string) => boolean,
): Pick<ExpectedService, 'page' | 'further'> {
  if (protocol === 'udp') return {}
  const [page, ...further] = applications
    .filter(({ port, hosts }) => port === backendPort && (!pool || pool.some((host) => hosts.includes(host))))
    .filter(({ health }) => isAsked(health.path))
    .map(({ name, health: { path, status, body } }) => ({
      scheme: saying(tls || backendTls ? 'https' : 'http', proxyProtocol.in),
      path,
      status,
      of: name,
      ...(body === undefined ? {} : { body }),
    }))
  return { ...(page ? { page } : {}), ...(further.length > 0 ? { further } : {}) }
}
