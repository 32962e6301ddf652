import { createHash } from 'node:crypto'
import { endpointOf } from '../model/endpoint.ts'
import type { Knowledge } from '../model/task.ts'
import { familyOf } from './addresses.ts'
import { addressOf, type Peer } from './addresses-of.ts'
import { askedPort } from './asked-port.ts'
import type { Cluster, Service, Vip } from './cluster.ts'
import { joinedServices, markOf } from './marks.ts'
import { poolOf } from './servers.ts'
import type { ServiceLines } from './snippets.ts'
import { written } from './statuses.ts'
import { eachAddress, ofItsFamily } from './together.ts'
import type { PageSettings } from './vocabulary/index.ts'

/** One service of one VIP, as keepalived and IPVS know it. */
export interface VirtualServer {
  readonly vip: string
  readonly port: number
  /** Address and port as ipvsadm(8) writes them, or the mark. */
  readonly endpoint: string
  /** The mark by which the kernel knows it, where several ports are one service; 0: it knows it by address and port. */
  readonly mark: number
  readonly family: 'inet' | 'inet6'
  readonly protocol: 'TCP' | 'UDP'
  readonly scheduler: string
  readonly forwarding: 'DR' | 'NAT' | 'TUN'
  /** Seconds; 0: not persistent. */
  readonly persistence_timeout: number
  /** Clients of one network count as one. */
  readonly persistence_granularity: string | false
  readonly one_packet: boolean
  /** Sum of weights below which the service counts as gone; 0: one realserver is enough. */
  readonly quorum: number
  readonly hysteresis: number
  /** Seconds between two checks. */
  readonly delay_loop: number
  /** Who is not well stays in the table with the weight 0. */
  readonly inhibit_on_failure: boolean
  /** A page of the director's own while no realserver is left. */
  readonly sorry_page: boolean
  readonly sorry_server_inhibit: boolean
  /** This director by itself, in the family of the VIP: keepalived takes no other there. */
  readonly sorry_address: '127.0.0.1' | '::1'
  /** Lines, verbatim. */
  readonly extra: ServiceLines
  readonly real_servers: readonly (Peer & {
    /** 0: the one that the client asked for. */
    readonly port: number
    readonly endpoint: string
    readonly weight: number
    readonly checks: readonly CheckVariables[]
  })[]
}

/** One health check in the words of keepalived.conf(5). */
export interface CheckVariables {
  readonly type: (typeof checkers)[keyof typeof checkers]
  /** Those that are asked for, one in each interval. */
  readonly pages: readonly {
    readonly path: string
    /** One or more, and ranges of them. */
    readonly status: string
    readonly host: string | false
    readonly digest: string | false
    /** Between quotes of keepalived.conf(5). */
    readonly regex: string | false
    readonly regex_no_match: boolean
    readonly regex_options: string
  }[]
  /** The program with its arguments, for MISC_CHECK. */
  readonly program: string | false
  /** Who runs the program. */
  readonly user: string | false
  readonly udp: false | { readonly payload: string | false; readonly reply: boolean }
  readonly dns: false | { readonly name: string; readonly record: string }
  readonly helo: string | false
  /** 0: the check has no port. */
  readonly connect_port: number
  readonly timeout: number
  readonly retry: number
  readonly delay_before_retry: number
}

/** Modules of the kernel that IPVS needs for a cluster. */
export function modulesOf({ balancer, vips }: Cluster): readonly string[] {
  if (balancer !== 'ipvs') return []
  const schedulers = vips.flatMap(({ services }) => services.map(({ scheduler }) => `ip_vs_${scheduler}`))
  return ['ip_vs', ...new Set(schedulers)]
}

/** Every service of every VIP. Throws NeedsFacts. */
export function virtualServersOf(cluster: Cluster, known: Knowledge): readonly VirtualServer[] {
  if (cluster.balancer !== 'ipvs') return []
  return cluster.vips.flatMap((vip) =>
    eachAddress(vip).flatMap(({ address }) =>
      joinedServices(vip).map((joined) => virtualServer(cluster, vip, address, joined, known)),
    ),
  )
}

/** The director that shows its own page, as its table names it beside a VIP. */
export function sorryAddressOf(vip: string): '127.0.0.1' | '::1' {
  return familyOf(vip) === 'ipv6' ? '::1' : '127.0.0.1'
}

const forwardings = { dr: 'DR', nat: 'NAT', tun: 'TUN' } as const

function virtualServer(
  cluster: Cluster,
  vip: Vip,
  address: string,
  joined: readonly [Service, ...Service[]],
  known: Knowledge,
): VirtualServer {
  const [service] = joined
  const mark = service.marked === undefined ? 0 : markOf(vip, address, service)
  const port = mark > 0 ? 0 : service.backendPort
  return {
    vip: address,
    port: service.port,
    endpoint: mark > 0 ? String(mark) : endpointOf({ address, port: service.port }),
    mark,
    family: familyOf(address) === 'ipv6' ? 'inet6' : 'inet',
    protocol: service.protocol === 'udp' ? 'UDP' : 'TCP',
    scheduler: service.scheduler,
    forwarding: forwardings[service.forwarding],
    persistence_timeout: service.persistence ?? 0,
    persistence_granularity: granularityFor(address, service),
    one_packet: service.onePacket,
    quorum: service.quorum > 1 ? service.quorum : 0,
    hysteresis: service.hysteresis,
    delay_loop: service.check.interval,
    inhibit_on_failure: service.inhibits,
    sorry_page: service.sorryPage,
    sorry_server_inhibit: service.inhibitsSorry,
    sorry_address: sorryAddressOf(address),
    extra: service.extra,
    real_servers: poolOf(cluster, service).map((realserver) => {
      const own = addressOf(cluster, ofItsFamily(cluster, vip, address), realserver, known)
      return {
        host: realserver.host,
        address: own,
        port,
        endpoint: endpointOf({ address: own, port }),
        weight: realserver.weight,
        checks: joined.filter(({ until }) => until === undefined).map((one) => checkOf(one, own)),
      }
    }),
  }
}

/** A mask is of IPv4, the length of a prefix of IPv6. */
function granularityFor(address: string, { granularity = '' }: Service): string | false {
  const fits = granularity.includes('.') === (familyOf(address) === 'ipv4')
  return granularity !== '' && fits && granularity
}

const checkers = {
  http: 'HTTP_GET',
  https: 'SSL_GET',
  tcp: 'TCP_CHECK',
  udp: 'UDP_CHECK',
  dns: 'DNS_CHECK',
  smtp: 'SMTP_CHECK',
  ping: 'PING_CHECK',
  misc: 'MISC_CHECK',
} as const

function checkOf({ check, backendPort }: Service, address: string): CheckVariables {
  return {
    type: checkers[check.type],
    pages: 'path' in check ? [check, ...check.also].map(pageOf) : [],
    user: check.type === 'misc' && check.user,
    program: check.type === 'misc' && `${check.program} ${address} ${backendPort}`,
    connect_port: ['ping', 'misc'].includes(check.type) ? 0 : askedPort(check, backendPort),
    udp: check.type === 'udp' && { payload: hexOf(check.payload), reply: check.reply },
    dns: check.type === 'dns' && { name: check.name, record: check.record },
    helo: check.type === 'smtp' && (check.helo ?? false),
    timeout: check.timeout,
    retry: check.retries,
    delay_before_retry: check.retry_delay,
  }
}

function pageOf(page: PageSettings): CheckVariables['pages'][number] {
  const { path, status, host, digest, body, regex } = page
  const computed = body === undefined ? undefined : createHash('md5').update(body).digest('hex')
  return {
    path,
    status: written(status),
    host: host ?? false,
    digest: digest?.toLowerCase() ?? computed ?? false,
    regex: regex !== undefined && betweenQuotes(regex),
    regex_no_match: page.regex_no_match,
    regex_options: page.regex_options?.join(' ') ?? '',
  }
}

/**
 * A pattern as it stands between quotes: keepalived takes a backslash away there, and knows no way to write a quote. To PCRE a sign
 * is the same by its number.
 */
function betweenQuotes(pattern: string): string {
  const plain = pattern.replaceAll(/\\Q(.*?)(?:\\E|$)/gs, (_, text: string) =>
    text.replaceAll(/[^\w\s]/g, '\\$&'),
  )
  const numbered = plain.replaceAll(/\\?["\p{Cc}]|\\./gsu, (token) => {
    const sign = token.at(-1) ?? ''
    return /["\p{Cc}]/u.test(sign) ? `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}` : token
  })
  return numbered.replaceAll('\\', '\\\\')
}

/** Does any check of the cluster ask for what only a keepalived with regular expressions can judge? */
export function asksByPattern({ balancer, vips }: Cluster): boolean {
  const checks = vips.flatMap(({ services }) => services.map(({ check }) => check))
  return (
    balancer === 'ipvs' &&
    checks.some((check) => 'path' in check && [check, ...check.also].some(({ regex }) => regex !== undefined))
  )
}

/** Bytes as keepalived wants them: two digits each. */
function hexOf(text: string | undefined): string | false {
  return text !== undefined && Buffer.from(text).toString('hex')
}
