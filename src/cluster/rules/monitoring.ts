import { isReachableAddress } from '../addresses.ts'
import { networkOf } from '../clients-told.ts'
import type { Cluster } from '../cluster.ts'
import { exportersOf } from '../monitoring.ts'
import { allAddressesOf } from '../together.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  repeated,
  type Subject,
  type Wrong,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about those who watch a cluster, and about who answers them. */
export const monitoringRules = {
  'monitoring-scraper-nowhere': {
    severity: 'error',
    reason:
      'A connection that Prometheus opens comes from an address of its own machine, never from a VIP or from loopback.',
    source: 'RFC 1122, 3.2.1.3',
    find: scrapersAreElsewhere,
  },
  'monitoring-everybody': {
    severity: 'warning',
    reason: 'What machines tell of themselves helps whoever looks for a way in.',
    source: 'prometheus.io, Security model',
    find: scrapersAreSome,
  },
  'monitoring-port-taken': {
    severity: 'error',
    reason: 'Two programs of one machine cannot listen to the same port of all its addresses.',
    source: 'bind(2), EADDRINUSE',
    find: portsAreFree,
  },
  'monitoring-nginx-silent': {
    severity: 'error',
    reason:
      'An nginx that is built has the modules that its configure was told, and stub_status is none of the usual ones.',
    source: 'nginx, ngx_http_stub_status_module',
    find: nginxTells,
  },
  'monitoring-half': {
    severity: 'warning',
    reason:
      'Of two clusters that stand behind each other, one alone does not tell whether clients are served.',
    source: 'docs/monitoring.md',
    find: tiersAreWatched,
  },
} satisfies Family<'monitoring'>

function scrapersAreElsewhere(subject: Subject): readonly Wrong[] {
  const vips = new Set(subject.cluster.vips.flatMap(allAddressesOf))
  return scrapersOf(subject).flatMap(({ written, at, address, isAll }) => {
    if (!isAll && !isReachableAddress(address))
      return [
        wrong(
          subject,
          at,
          `nobody asks from ${written}, where each machine finds itself alone`,
          'Name the address from which Prometheus asks; a machine may always ask itself.',
        ),
      ]
    if (!vips.has(address)) return []
    return [
      wrong(
        subject,
        at,
        `${written} is a VIP of the cluster: nobody asks from there`,
        'Name the address from which Prometheus asks.',
      ),
    ]
  })
}

function scrapersAreSome(subject: Subject): readonly Doubt[] {
  return scrapersOf(subject)
    .filter(({ isAll }) => isAll)
    .map(({ written, at }) =>
      doubtful(
        subject,
        at,
        `${written} is everybody: whoever reaches the machines learns all about them`,
        'Name the machine that asks, such as 10.0.5.9, or its network.',
      ),
    )
}

function scrapersOf({ settings }: Subject) {
  return (settings.monitoring?.scrapers ?? []).map((written, index) => {
    const [address = '', prefix] = networkOf(written).split('/')
    return { written, at: ['monitoring', 'scrapers', index], address, isAll: prefix === '0' }
  })
}

/** What answers scrapers listens to all addresses of its machine, as do balancers and what realservers run. */
function portsAreFree(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (!settings.monitoring) return []
  const used = usedPorts(cluster)
  const asked = [
    ...used,
    ...(used.some(({ word }) => word === 'nginx')
      ? [{ word: 'nginx_status', port: settings.monitoring.ports.nginx_status }]
      : []),
  ]
  const taken = new Map<number, string>([
    ...writtenServices(subject)
      .filter(({ service }) => service.protocol === 'tcp')
      .flatMap(({ service: { port, backend_port: backend } }) =>
        [port, backend ?? port].map((one) => [one, 'a service'] as const),
      ),
    ...(settings.sessions ? [[settings.sessions.port, 'sessions'] as const] : []),
  ])
  return [
    ...asked.flatMap(({ word, port }) =>
      taken.has(port)
        ? [
            wrong(
              subject,
              ['monitoring', 'ports', word],
              `port ${port} is that of ${taken.get(port)} already`,
              `Give this another one: ports: { ${word}: … } in monitoring.`,
            ),
          ]
        : [],
    ),
    ...repeated(asked, ({ port }) => String(port)).map(({ item: { word, port }, earlier }) =>
      wrong(
        subject,
        ['monitoring', 'ports', word],
        `port ${port} is that of ${earlier.word} already`,
        'Give each a port of its own.',
      ),
    ),
  ]
}

/** Ports on which somebody answers on any of the machines, by the words of `ports`. */
function usedPorts(cluster: Cluster): readonly { readonly word: string; readonly port: number }[] {
  const hosts = [...cluster.directors, ...cluster.realservers].map(({ host }) => host)
  const all = hosts.flatMap((host) => exportersOf(cluster, host))
  return [...new Map(all.map(({ of, port }) => [of, { word: of, port }])).values()]
}

/** Who watches one of two clusters that stand behind each other sees half of it. */
function tiersAreWatched(subject: Subject): readonly Doubt[] {
  const { name, monitoring, behind } = subject.cluster
  if (!behind || (monitoring === undefined) === (behind.monitoring === undefined)) return []
  const [watched, other] = monitoring ? [name, behind.name] : [behind.name, name]
  return [
    doubtful(
      subject,
      monitoring ? ['monitoring'] : [],
      `${watched} may be watched, and ${other}, which is part of it, may not`,
      `Write monitoring in the cluster ${other}, too.`,
    ),
  ]
}

/** One that is built has what its `configure` was told. */
function nginxTells(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  const { nginx } = settings.source
  if (!settings.monitoring || !nginx || nginx.configure.includes('--with-http_stub_status_module')) return []
  if (!usedPorts(cluster).some(({ word }) => word === 'nginx')) return []
  return [
    wrong(
      subject,
      ['source', 'nginx', 'configure'],
      'an nginx that is built tells nothing of itself (stub_status) unless it is told to, and monitoring asks for it',
      'Add --with-http_stub_status_module to configure.',
    ),
  ]
}
