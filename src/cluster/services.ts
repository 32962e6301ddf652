import { securityHeaders } from './answer-variables.ts'
import type { Claim } from './claim.ts'
import type { Member, Service } from './cluster.ts'
import { inGroupOf } from './hosts.ts'
import { serviceLines } from './snippets.ts'
import { checkOf, targetOf, tlsOf } from './tls.ts'
import type { ClusterSettings, RouteSettings, ServiceSettings } from './vocabulary/index.ts'

/** Tomcat's own port, where the balancer can reach another one than the client asked for. */
const tomcatPort = 8080

/** The services that are listed, in their order, and behind them what is one with any of them. */
export function servicesOf(
  list: readonly ServiceSettings[] = [],
  cluster: ClusterSettings,
  members: readonly Member[],
): readonly Service[] {
  const listed = list.map((service, index) => {
    const own = listedService(service, list, cluster, members)
    // A mark changes no port.
    return isMarked(service, cluster) ? { ...own, backendPort: own.port, marked: index } : own
  })
  const joined = listed.flatMap((service, index) => {
    const written = list[index]
    return written && isMarked(written, cluster) ? written.also.map((one) => alsoOf(service, one)) : []
  })
  const shared = listed.flatMap((service, index) => {
    const written = list[index]
    return written ? sharedOf(service, written, list, cluster, members) : []
  })
  return [...shared, ...joined]
}

/** What is told from others on its port by what clients ask for: a service for each pool that it sends requests to. */
function sharedOf(
  own: Service,
  written: ServiceSettings,
  list: readonly ServiceSettings[],
  cluster: ClusterSettings,
  members: readonly Member[],
): readonly Service[] {
  const { port, hosts, pool, routes } = written
  const isAlone = list.every((other) => other === written || other.port !== port)
  if (isAlone && !hosts && routes.length === 0) return [{ ...own, label: pool ?? '' }]
  const label = (parts: readonly (string | undefined)[]) =>
    [...(hosts ?? []).slice(0, 1).map(nameInFiles), ...parts].filter((part) => part !== undefined).join('_')
  const ways = new Map<string, { readonly first: RouteSettings; readonly claims: Claim[] }>()
  for (const route of routes) {
    const way = ways.get(wayOf(route, pool)) ?? { first: route, claims: [] }
    way.claims.push(...claimsOfRoute(route, hosts))
    ways.set(wayOf(route, pool), way)
  }
  const usual = wayOf({}, pool)
  const { redirect: _, ...rest } = written
  const served = { ...rest, streams: [] }
  return [
    {
      ...own,
      label: label([pool]),
      claims: [...(ways.get(usual)?.claims ?? []), ...claimsOn(hosts, { path: '/', exact: false })],
    },
    ...[...ways]
      .filter(([way]) => way !== usual)
      .map(([, { first, claims }]) => ({
        ...listedService({ ...served, pool: first.pool ?? pool }, list, cluster, members),
        ...waitsOf(first),
        label: label([first.pool ?? pool, waitInFiles(first)]),
        claims,
      })),
  ]
}

type Waits = Pick<RouteSettings, 'answer_timeout' | 'tunnel_timeout'>

/** What sets the realservers of a route apart: their pool, and how long is waited for them. */
function wayOf(route: Waits & Pick<RouteSettings, 'pool'>, usual: string | undefined): string {
  return JSON.stringify([route.pool ?? usual, route.answer_timeout, route.tunnel_timeout])
}

function waitsOf({ answer_timeout, tunnel_timeout }: Waits): Partial<Service> {
  return {
    ...(answer_timeout === undefined ? {} : { answerTimeout: answer_timeout }),
    ...(tunnel_timeout === undefined ? {} : { tunnelTimeout: tunnel_timeout }),
  }
}

/** With a dot, so that no pool is called the same. */
function waitInFiles({ answer_timeout, tunnel_timeout }: Waits): string | undefined {
  if (answer_timeout === undefined && tunnel_timeout === undefined) return undefined
  return `wait.${answer_timeout ?? ''}${tunnel_timeout === undefined ? '' : `-${tunnel_timeout}`}`
}

function claimsOfRoute(
  { hosts, path, exact, header }: RouteSettings,
  ofService: readonly string[] | undefined,
) {
  const { name = '', value } = header ?? {}
  return claimsOn(hosts ?? ofService, {
    path,
    exact,
    ...(header ? { header: { name, ...(value === undefined ? {} : { value }) } } : {}),
  })
}

/** The same claim for each of some names, or whatever the name. */
function claimsOn(hosts: readonly string[] | undefined, claim: Claim): readonly Claim[] {
  return hosts ? hosts.map((host) => ({ ...claim, host: host.toLowerCase() })) : [claim]
}

/** A name as sections of configurations are called; with a dot, so that no pool is called the same. */
function nameInFiles(host: string): string {
  return `${host.toLowerCase().replace('*', '_')}${host.includes('.') ? '' : '.'}`
}

/** A service with what its pool says, where it names one. */
function pooled(service: ServiceSettings, { pools }: ClusterSettings): ServiceSettings {
  const named = service.pool === undefined ? undefined : pools[service.pool]
  if (!named) return service
  const { realservers, port, backend, scheduler, check, backend_tls } = named
  const { answer_timeout = service.answer_timeout, tunnel_timeout = service.tunnel_timeout } = named
  const { max_body = service.max_body } = named
  const own = { realservers, backend_port: port, backend, scheduler, check, backend_tls }
  return { ...service, ...own, answer_timeout, tunnel_timeout, max_body }
}

/** What the pool of a service says of single realservers. */
function membersIn(
  { pool }: ServiceSettings,
  { pools }: ClusterSettings,
): Pick<Service, 'weights' | 'backups'> {
  const { weights, backups } = (pool === undefined ? undefined : pools[pool]) ?? {}
  return {
    ...(weights ? { weights: new Map(Object.entries(weights)) } : {}),
    ...(backups ? { backups: new Set(backups) } : {}),
  }
}

function isMarked({ also }: ServiceSettings, { balancer }: ClusterSettings): boolean {
  return balancer === 'ipvs' && also.length > 0
}

function listedService(
  written: ServiceSettings,
  list: readonly ServiceSettings[],
  cluster: ClusterSettings,
  members: readonly Member[],
): Service {
  const service = pooled(written, cluster)
  const own = {
    ...serviceOf(service, cluster, members),
    ...membersIn(written, cluster),
    ...tlsOf(service, list),
  }
  const target = own.redirect && targetOf(service, list)
  if (!target) return own
  // What only sends clients elsewhere lives and dies with what they find there.
  const { check, backendPort, isOwn } = serviceOf(pooled(target, cluster), cluster, members)
  return cluster.balancer === 'none'
    ? {
        ...own,
        check:
          check.type === 'misc' || check.type === 'ping'
            ? check
            : { ...check, port: check.port ?? target.port },
      }
    : { ...own, check, backendPort, isOwn }
}

function headersOf({ security_headers }: ServiceSettings): Pick<Service, 'headers'> {
  const headers = securityHeaders(security_headers)
  return headers ? { headers } : {}
}

/** One more port, or a range of them, that is one with a service. */
function alsoOf(service: Service, also: ServiceSettings['also'][number]): Service {
  const { backendTls, ...rest } = service
  const plain = { ...rest, streams: [] }
  const { interval, timeout, retries, retry_delay } = service.check
  const connects = { type: 'tcp', interval, timeout, retries, retry_delay } as const
  const speaks = service.protocol === 'udp' ? ({ ...connects, type: 'udp', reply: false } as const) : connects
  if (typeof also === 'number')
    return { ...plain, port: also, backendPort: also, sorryPage: false, check: speaks }
  if (typeof also !== 'string') {
    const sorryPage = service.sorryPage && also.check.type === 'http'
    const protocol = also.protocol ?? service.protocol
    const own = { ...plain, protocol, port: also.port, backendPort: also.port, sorryPage, check: also.check }
    return backendTls && also.check.type === 'https' ? { ...own, backendTls } : own
  }
  const [first = 0, last = 0] = also.split('-').map(Number)
  return { ...plain, port: first, until: last, backendPort: first, sorryPage: false, check: speaks }
}

function serviceOf(settings: ServiceSettings, cluster: ClusterSettings, members: readonly Member[]): Service {
  const { balancer } = cluster
  const isTomcat = (settings.backend ?? cluster.backend) === 'tomcat'
  const translates = balancer !== 'ipvs' || settings.forwarding === 'nat'
  return {
    protocol: settings.protocol,
    port: settings.port,
    backendPort: settings.backend_port ?? (isTomcat && translates ? tomcatPort : settings.port),
    isOwn: settings.backend === 'none',
    mode: settings.mode,
    inhibits: settings.inhibit_on_failure,
    ...(settings.answer_timeout === undefined ? {} : { answerTimeout: settings.answer_timeout }),
    ...(settings.sticky === undefined ? {} : { sticky: settings.sticky }),
    ...(settings.slow_start === undefined ? {} : { slowStart: settings.slow_start }),
    ...(settings.limits === undefined ? {} : { limits: settings.limits }),
    tunnelTimeout: settings.tunnel_timeout,
    streams: settings.streams,
    compress: settings.compress,
    ...(settings.static_max_age === undefined ? {} : { staticMaxAge: settings.static_max_age }),
    ...headersOf(settings),
    ...(settings.max_body === undefined ? {} : { maxBody: settings.max_body }),
    proxyProtocol: {
      in: settings.proxy_protocol?.in ?? false,
      out: settings.proxy_protocol?.out ?? false,
    },
    sorryPage: settings.sorry_page,
    inhibitsSorry: settings.sorry_server_inhibit,
    extra: serviceLines(
      cluster,
      settings.extra,
      settings.redirect !== undefined,
      settings.pool === undefined ? undefined : cluster.pools[settings.pool]?.extra,
    ),
    forwarding: settings.forwarding,
    scheduler: settings.scheduler,
    ...(settings.persistence_timeout === undefined ? {} : { persistence: settings.persistence_timeout }),
    ...(settings.persistence_granularity === undefined
      ? {}
      : { granularity: settings.persistence_granularity }),
    onePacket: settings.one_packet,
    quorum: settings.quorum,
    hysteresis: settings.hysteresis,
    check: checkOf(settings, cluster),
    label: '',
    ...(settings.realservers === undefined
      ? {}
      : { pool: inGroupOf(members)(settings.realservers).map(({ name }) => name) }),
  }
}
