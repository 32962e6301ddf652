import type { Cluster, Vip } from '../cluster.ts'
import { tiersOf } from '../tiers.ts'
import { tlsFilesOf } from '../tls-variables.ts'
import { eachAddress } from '../together.ts'
import { is, like, not, only } from './selectors.ts'
import { jobName } from './targets.ts'

/** One rule as Prometheus reads it. */
export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: { readonly summary: string; readonly description: string }
}

/** Rules of one cluster. */
export interface AlertGroup {
  readonly name: string
  readonly rules: readonly Alert[]
}

/** What somebody wants to be told of a cluster. */
export function alertsOf(cluster: Cluster): AlertGroup {
  return {
    name: `understudy-${cluster.name}`,
    rules: [
      ...cluster.vips.flatMap((vip) => ofVip(cluster, vip)),
      ...ofDirectors(cluster),
      ...ofRealservers(cluster),
      ...ofCertificates(cluster),
      ...ofDrills(cluster),
      ...ofExporters(cluster),
    ],
  }
}

type Severity = 'critical' | 'warning' | 'info'

function rule(
  cluster: Cluster,
  alert: string,
  severity: Severity,
  lasting: string | undefined,
  expr: string,
  [summary, description]: readonly [string, string],
  labels: Readonly<Record<string, string>> = {},
): Alert {
  return {
    alert: `Understudy${alert}`,
    expr,
    ...(lasting === undefined ? {} : { for: lasting }),
    labels: { severity, cluster: cluster.name, ...labels },
    annotations: { summary, description },
  }
}

/** A director that is gone says nothing: what nobody says counts as none. */
const orNone = (expr: string) => `(${expr} or vector(0))`

function ofVip(cluster: Cluster, vip: Vip): readonly Alert[] {
  const { instance, peers } = vip
  const { directors } = cluster
  const ofInstance = only(cluster, is('vrrp', instance))
  const holders = eachAddress(vip).flatMap(({ address }) => {
    const held = `sum(understudy_vip_held${only(cluster, is('vip', address))})`
    return [
      // Where directors that somebody else manages may hold it, nobody here knows.
      ...(peers.length > 0
        ? []
        : [
            rule(
              cluster,
              'VipWithoutHolder',
              'critical',
              '30s',
              `${orNone(held)} == 0`,
              [
                `no director of ${cluster.name} holds the VIP ${address}`,
                'Clients get no answer. understudy status shows what each director is, understudy verify why.',
              ],
              { vip: address },
            ),
          ]),
      rule(
        cluster,
        'VipHeldTwice',
        'critical',
        '30s',
        `${held} > 1`,
        [
          `several directors of ${cluster.name} hold the VIP ${address}`,
          'They do not hear of each other: the network between them, or a firewall, drops VRRP (IP protocol 112).',
        ],
        { vip: address },
      ),
    ]
  })
  const ready = `count(understudy_vrrp_state${only(cluster, is('vrrp', instance), like('state', 'MASTER|BACKUP'))} == 1)`
  const moved = [
    `sum(changes(understudy_vip_held${ofInstance}[10m])) > 0`,
    `sum(increase(understudy_vrrp_became_master_total${ofInstance}[10m])) > 0`,
  ].join(' or ')
  return [
    ...holders,
    rule(
      cluster,
      'VipMoved',
      'info',
      undefined,
      moved,
      [
        `the VIP ${vip.address} of ${cluster.name} moved within the last ten minutes`,
        'understudy history tells what was done to the directors, their journals what keepalived saw.',
      ],
      { vip: vip.address },
    ),
    ...(directors.length > 1
      ? [
          rule(
            cluster,
            'DirectorNotReady',
            'warning',
            '1m',
            `${orNone(ready)} < ${directors.length}`,
            [
              `of ${directors.length} directors of ${cluster.name} only {{ $value }} could hold the VIP ${vip.address}`,
              'The others are off, in FAULT, or run no keepalived: one more failure, and nobody is left. understudy status shows which.',
            ],
            { vip: vip.address },
          ),
        ]
      : []),
  ]
}

function ofDirectors(cluster: Cluster): readonly Alert[] {
  const active = (which: string) => `understudy_unit_active${only(cluster, which)} == 0`
  return [
    rule(cluster, 'KeepalivedDead', 'critical', '30s', active(is('unit', 'keepalived')), [
      `keepalived of {{ $labels.instance }} does not run`,
      'This director takes over nothing. systemctl status keepalived and its journal tell why.',
    ]),
    rule(cluster, 'ProgramDead', 'warning', '30s', active(not('unit', 'keepalived')), [
      `{{ $labels.unit }} of {{ $labels.instance }} does not run`,
      'The cluster goes on without this machine. systemctl status and the journal of the unit tell why.',
    ]),
    ...(cluster.connectionSync && cluster.balancer === 'ipvs'
      ? [
          rule(cluster, 'SyncMissing', 'warning', '1m', `understudy_ipvs_sync${only(cluster)} == 0`, [
            `{{ $labels.instance }} has no {{ $labels.role }} of the synchronisation of connections`,
            'Connections would break at a takeover. ipvsadm -L --daemon shows it; keepalived starts it.',
          ]),
        ]
      : []),
  ]
}

function ofRealservers(cluster: Cluster): readonly Alert[] {
  if (tiersOf(cluster).every(({ realservers }) => realservers.length === 0)) return []
  const up = `understudy_realserver_up${only(cluster)}`
  return [
    rule(cluster, 'PoolEmpty', 'critical', '15s', `sum by (cluster, instance, service) (${up}) == 0`, [
      `no realserver is left for {{ $labels.service }} on {{ $labels.instance }}`,
      'Clients that come there get no answer, or the sorry page. understudy verify tells which of them are not well.',
    ]),
    rule(cluster, 'RealserverDown', 'warning', '30s', `min by (cluster, service, realserver) (${up}) == 0`, [
      `{{ $labels.realserver }} gets no requests for {{ $labels.service }}`,
      'Its health check fails, or somebody took it out. understudy status shows by which director.',
    ]),
  ]
}

const day = 86_400

function ofCertificates(cluster: Cluster): readonly Alert[] {
  const tiers = tiersOf(cluster)
  const files = tiers.flatMap((tier) => tlsFilesOf(tier, { balances: true, serves: true }))
  if (files.length === 0) return []
  // Those that an authority issues are renewed before: only what was missed is worth a word.
  const renewed = tiers.flatMap(({ acme }) => (acme ? [Math.floor((acme.renewDays * 2) / 3)] : []))
  const soon = Math.max(7, Math.min(30, ...renewed))
  const left = `(understudy_certificate_not_after_seconds${only(cluster)} - time()) / ${day}`
  const told = (next: string) =>
    ['{{ $labels.path }} of {{ $labels.instance }} ends in {{ $value | printf "%.0f" }} days', next] as const
  return [
    rule(cluster, 'CertificateEndsSoon', 'warning', '5m', `${left} < ${soon}`, [
      ...told(
        'Put the renewed one beside the inventory, and understudy apply; or see why it is not renewed.',
      ),
    ]),
    rule(cluster, 'CertificateEnds', 'critical', '5m', `${left} < 7`, [
      ...told('Browsers refuse the site from then on.'),
    ]),
  ]
}

function ofDrills(cluster: Cluster): readonly Alert[] {
  return [
    rule(
      cluster,
      'DrillFailed',
      'warning',
      undefined,
      `max by (cluster, drill) (understudy_drill_passed${only(cluster)}) == 0`,
      [
        `the last drill {{ $labels.drill }} of ${cluster.name} did not pass`,
        'Clients felt more than the configuration allows, or the cluster was not whole afterwards. understudy status tells of it.',
      ],
    ),
  ]
}

function ofExporters(cluster: Cluster): readonly Alert[] {
  const jobs = only(cluster, like('job', 'understudy-.*'))
  const node = only(cluster, is('job', jobName('node')))
  const written = `node_textfile_mtime_seconds${only(cluster, like('file', '.*/understudy.prom'))}`
  return [
    rule(cluster, 'ExporterGone', 'warning', '1m', `up${jobs} == 0`, [
      `nobody answers at {{ $labels.instance }} ({{ $labels.job }})`,
      'The machine is off, the exporter does not run, or a firewall is in between: nothing is known of it.',
    ]),
    rule(
      cluster,
      'MetricsOld',
      'warning',
      '1m',
      `(time() - ${written} > 120) or (up${node} == 1 unless on (instance) ${written})`,
      [
        `{{ $labels.instance }} does not tell what it is to ${cluster.name}`,
        'systemctl status understudy-metrics.timer understudy-metrics.service tells why.',
      ],
    ),
  ]
}
