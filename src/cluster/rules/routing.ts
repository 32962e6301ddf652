import { didYouMean, surelyMeant } from '../../model/suggest.ts'
import type { Claim } from '../claim.ts'
import { isForHost } from '../claims.ts'
import { proxyOf } from '../proxies.ts'
import { ofBalancers } from '../tiers.ts'
import type { RouteSettings } from '../vocabulary/index.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  listedServices,
  mended,
  type Subject,
  sharingPorts,
  type WrittenService,
  type Wrong,
  wordsBeside,
  wrong,
} from './subject.ts'

/** Rules about names, paths and headers by which requests are told apart, and the pools that they go to. */
export const routingRules = {
  'routing-unread': {
    severity: 'error',
    reason: 'Only who reads requests can tell them apart by name or path.',
    source: 'nginx, server_name; HAProxy, mode',
    find: somebodyTells,
  },
  'routing-no-pool': {
    severity: 'error',
    reason: 'Requests for a pool that is not there would be answered by nobody.',
    source: 'docs/inventory.md, cluster.pools',
    find: poolsAreThere,
  },
  'routing-pool-unused': {
    severity: 'warning',
    reason: 'A pool to which no service sends anything has no clients.',
    source: 'docs/inventory.md, cluster.pools',
    find: poolsAreUsed,
  },
  'routing-said-twice': {
    severity: 'error',
    reason: 'What a pool says of its realservers a service cannot say otherwise.',
    source: 'docs/inventory.md, cluster.pools',
    find: poolsSayIt,
  },
  'routing-foreign-name': {
    severity: 'error',
    reason: 'Requests for a name that is none of the service do not come to its routes.',
    source: 'nginx, server_name; HAProxy, hdr(host)',
    find: routesAreOfService,
  },
  'routing-meant-twice': {
    severity: 'error',
    reason: 'A request goes to one pool: of two that claim it the first would hide the other.',
    source: 'nginx, location; HAProxy, use_backend',
    find: requestsDiffer,
  },
  'routing-host-header': {
    severity: 'error',
    reason: 'The header Host tells names apart, for which there is a word of its own.',
    source: 'RFC 9110, 7.2',
    find: headersAreNoNames,
  },
  'routing-own-page': {
    severity: 'error',
    reason: 'The balancer answers that page itself, and no request for it gets to a pool.',
    source: 'docs/inventory.md, services[].routes',
    find: balancersKeepTheirPage,
  },
} satisfies Family<'routing'>

const words = ['hosts', 'pool', 'routes'] as const

/** Only who reads requests can tell them apart. */
function somebodyTells(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  const why = proxyOf(cluster)
    ? undefined
    : cluster.balancer === 'ipvs'
      ? 'balancer: ipvs passes packets on unread, and knows neither names nor paths'
      : 'directors that serve themselves send nothing to pools'
  const next = 'Leave it out, or set balancer: nginx or haproxy.'
  const [pool] = Object.keys(settings.pools)
  return [
    ...(why !== undefined && pool !== undefined ? [wrong(subject, ['pools', pool], why, next)] : []),
    ...listedServices(subject).flatMap(({ path, service }) => {
      const passedOn =
        why ??
        (service.mode === 'tcp'
          ? 'mode: tcp passes on what comes as it is, and reads no names or paths'
          : undefined)
      if (passedOn === undefined) return []
      return words
        .filter((word) => (word === 'routes' ? service.routes.length > 0 : service[word] !== undefined))
        .filter((word) => why !== undefined || word !== 'pool')
        .map((word) =>
          wrong(
            subject,
            [...path, word],
            passedOn,
            why === undefined ? 'Leave it out, or write mode: http.' : next,
          ),
        )
    }),
  ]
}

/** Each place that names a pool. */
function mentionsOf({ path, service }: WrittenService) {
  return [
    ...(service.pool === undefined ? [] : [{ at: [...path, 'pool'], name: service.pool }]),
    ...service.routes.flatMap(({ pool }, index) =>
      pool === undefined ? [] : [{ at: [...path, 'routes', index, 'pool'], name: pool }],
    ),
  ]
}

function poolsAreThere(subject: Subject): readonly Wrong[] {
  const known = Object.keys(subject.settings.pools)
  return listedServices(subject)
    .flatMap(mentionsOf)
    .filter(({ name }) => !known.includes(name))
    .map(({ at, name }) => {
      const meant = didYouMean(name, known)
      const surely = surelyMeant(name, known)
      const complaint = wrong(
        subject,
        at,
        `there is no pool ${name}: nobody would serve this`,
        meant === undefined
          ? known.length === 0
            ? `Write pools in cluster, such as pools: { ${name}: { realservers: … } }.`
            : `The pools are ${known.join(', ')}.`
          : `Did you mean ${meant}?`,
      )
      return mended(complaint, surely === undefined ? undefined : { is: 'value', to: surely })
    })
}

function poolsAreUsed(subject: Subject): readonly Doubt[] {
  if (!proxyOf(subject.cluster)) return []
  const used = new Set(
    listedServices(subject)
      .flatMap(mentionsOf)
      .map(({ name }) => name),
  )
  return Object.keys(subject.settings.pools)
    .filter((name) => !used.has(name))
    .map((name) =>
      doubtful(
        subject,
        ['pools', name],
        `no service sends anything to the pool ${name}`,
        `Write pool: ${name} in a service or in one of its routes, or remove it.`,
      ),
    )
}

/** What a pool says of its realservers, with the values they have where nobody writes them. */
const ofPools = {
  realservers: undefined,
  backend_port: undefined,
  scheduler: 'wrr',
  backend_tls: undefined,
} as const

function poolsSayIt(subject: Subject): readonly Wrong[] {
  return listedServices(subject).flatMap(({ path, service }) => {
    const { pool, redirect, check } = service
    if (pool === undefined || redirect !== undefined || !(pool in subject.settings.pools)) return []
    const usual = check.type === 'http' && check.path === '/' && check.interval === 2 && check.retries === 2
    return [...wordsBeside(ofPools, service), ...(usual ? [] : ['check'])].map((word) =>
      wrong(
        subject,
        [...path, word],
        `the pool ${pool} says that of its realservers`,
        `Write it in pools, as ${word === 'backend_port' ? 'port' : word} of ${pool}.`,
      ),
    )
  })
}

function routesAreOfService(subject: Subject): readonly Wrong[] {
  return listedServices(subject).flatMap(({ path, service: { hosts, routes } }) =>
    routes.flatMap((route, index) =>
      (route.hosts ?? []).flatMap((name, nth) =>
        !hosts || hosts.some((host) => isForHost(claimOn(host), name.toLowerCase()))
          ? []
          : [
              wrong(
                subject,
                [...path, 'routes', index, 'hosts', nth],
                `${name} is none of the names of this service: its requests do not come here`,
                `Add it to hosts of the service, which has ${hosts.slice(0, 5).join(', ')}${hosts.length > 5 ? ', …' : ''}.`,
              ),
            ],
      ),
    ),
  )
}

const claimOn = (host: string): Claim => ({ host: host.toLowerCase(), path: '/', exact: false })

/** Requests that are for a service, and the word that says so. */
function saidBy({ path, service: { hosts, routes } }: WrittenService) {
  const names = hosts ?? [undefined]
  return [
    ...names.map((host, index) => ({
      at: [...path, ...(host === undefined ? [] : ['hosts', index])],
      key: keyOf(host, { path: '/', exact: false }),
      what: host ?? 'whatever name',
    })),
    ...routes.flatMap((route, nth) =>
      (route.hosts ?? names).map((host, index) => ({
        at: [...path, 'routes', nth, ...(route.hosts ? ['hosts', index] : [])],
        key: keyOf(host, route),
        what: `${host ?? ''}${route.path}${route.header ? ` with the header ${route.header.name}` : ''}`,
      })),
    ),
  ]
}

function keyOf(
  host: string | undefined,
  { path, exact, header }: Pick<RouteSettings, 'path' | 'exact' | 'header'>,
) {
  return JSON.stringify([host?.toLowerCase(), path, exact, header?.name.toLowerCase(), header?.value])
}

function requestsDiffer(subject: Subject): readonly Wrong[] {
  if (!proxyOf(subject.cluster)) return []
  return sharingPorts(subject).flatMap((sharing) => {
    const seen = new Map<string, readonly PropertyKey[]>()
    return sharing.flatMap(saidBy).flatMap(({ at, key, what }) => {
      const earlier = seen.get(key)
      if (!earlier) seen.set(key, at)
      // Two services without names are told of as such.
      if (!earlier || !at.some((word) => word === 'hosts' || word === 'routes')) return []
      return [
        wrong(
          subject,
          at,
          `requests for ${what} are meant twice: ${earlier.join('.')} is for them, too`,
          'Remove one of the two, or tell them apart by name, path or header.',
        ),
      ]
    })
  })
}

function headersAreNoNames(subject: Subject): readonly Wrong[] {
  return listedServices(subject).flatMap(({ path, service: { routes } }) =>
    routes.flatMap(({ header }, index) =>
      header?.name.toLowerCase() === 'host'
        ? [
            wrong(
              subject,
              [...path, 'routes', index, 'header', 'name'],
              'by the header Host names are told apart, which hosts says',
              `Write hosts: [${header.value ?? 'www.example.org'}] instead.`,
            ),
          ]
        : [],
    ),
  )
}

function balancersKeepTheirPage(subject: Subject): readonly Wrong[] {
  return listedServices(subject).flatMap(({ path, service: { routes } }) =>
    routes.flatMap((route, index) =>
      route.path === ofBalancers
        ? [
            wrong(
              subject,
              [...path, 'routes', index, 'path'],
              `${ofBalancers} is the page that balancers answer for themselves: no request for it gets to a pool`,
              'Use another path.',
            ),
          ]
        : [],
    ),
  )
}
