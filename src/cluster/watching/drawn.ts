import type { Cluster } from '../cluster.ts'
import { tiersOf } from '../tiers.ts'
import { tlsFilesOf } from '../tls-variables.ts'
import { is, like, only } from './selectors.ts'
import { jobName } from './targets.ts'

/** What is asked, and what each answer is called. */
interface Ask {
  readonly expr: string
  readonly legend: string
  /** The answer of this moment alone. */
  readonly now?: true
}

/** One picture of a cluster, without what all pictures have. */
export interface Drawn {
  readonly type: 'timeseries' | 'state-timeline' | 'stat' | 'bargauge'
  readonly title: string
  readonly asks: readonly Ask[]
  readonly unit?: string
  /** Values and what they are called, with their colours. */
  readonly values?: Readonly<Record<string, readonly [text: string, colour: string]>>
  /** Colours from a value on; the first is from the lowest. */
  readonly steps?: readonly (readonly [from: number | null, colour: string])[]
}

const isOrNot = { '1': ['yes', 'green'], '0': ['no', 'red'] } as const

/** What is shown of a cluster: what is wrong, who holds what, who is well, and what passes through. */
export function drawnOf(cluster: Cluster): readonly Drawn[] {
  return [
    ...drawnOfState(cluster),
    ...drawnOfRealservers(cluster),
    ...drawnOfTraffic(cluster),
    ...drawnOfMachines(cluster),
  ]
}

function drawnOfState(cluster: Cluster): readonly Drawn[] {
  const firing = `ALERTS${only(cluster, is('alertstate', 'firing'), like('alertname', 'Understudy.*'))}`
  const day = 86_400
  const tls = tiersOf(cluster).some((tier) => tlsFilesOf(tier, { balances: true, serves: true }).length > 0)
  return [
    {
      type: 'stat',
      title: 'Alerts',
      asks: [
        {
          expr: `sum by (alertname) (${firing}) or on () vector(0)`,
          legend: '{{alertname}}',
          now: true,
        },
      ],
      steps: [
        [null, 'green'],
        [1, 'red'],
      ],
    },
    {
      type: 'state-timeline',
      title: 'Who holds each VIP',
      asks: [{ expr: `understudy_vip_held${only(cluster)}`, legend: '{{vip}} {{instance}}' }],
      values: { '1': ['holds it', 'green'], '0': ['does not', 'text'] },
    },
    {
      type: 'state-timeline',
      title: 'States of VRRP',
      asks: [
        {
          expr: `3 * understudy_vrrp_state${only(cluster, is('state', 'MASTER'))} + 2 * on (instance, vrrp) understudy_vrrp_state${only(cluster, is('state', 'BACKUP'))} + on (instance, vrrp) understudy_vrrp_state${only(cluster, is('state', 'FAULT'))}`,
          legend: '{{vrrp}} {{instance}}',
        },
      ],
      values: {
        '3': ['MASTER', 'green'],
        '2': ['BACKUP', 'blue'],
        '1': ['FAULT', 'red'],
        '0': ['none', 'dark-red'],
      },
    },
    {
      type: 'timeseries',
      title: 'Handovers within an hour',
      asks: [
        {
          expr: `increase(understudy_vrrp_became_master_total${only(cluster)}[1h])`,
          legend: '{{vrrp}} to {{instance}}',
        },
      ],
    },
    {
      type: 'state-timeline',
      title: 'Programs',
      asks: [{ expr: `understudy_unit_active${only(cluster)}`, legend: '{{unit}} {{instance}}' }],
      values: isOrNot,
    },
    {
      type: 'stat',
      title: 'Last drills: what clients felt',
      unit: 's',
      asks: [
        {
          expr: `max by (drill) (understudy_drill_outage_seconds${only(cluster)})`,
          legend: '{{drill}}',
          now: true,
        },
      ],
    },
    ...(tls
      ? [
          {
            type: 'bargauge' as const,
            title: 'Days left of certificates',
            unit: 'd',
            asks: [
              {
                expr: `(understudy_certificate_not_after_seconds${only(cluster)} - time()) / ${day}`,
                legend: '{{path}} {{instance}}',
                now: true as const,
              },
            ],
            steps: [
              [null, 'red'],
              [7, 'orange'],
              [30, 'green'],
            ] as const,
          },
        ]
      : []),
  ]
}

function drawnOfRealservers(cluster: Cluster): readonly Drawn[] {
  if (tiersOf(cluster).every(({ realservers }) => realservers.length === 0)) return []
  return [
    {
      type: 'state-timeline',
      title: 'Realservers that get requests',
      asks: [
        {
          expr: `min by (service, realserver) (understudy_realserver_up${only(cluster)})`,
          legend: '{{realserver}} {{service}}',
        },
      ],
      values: isOrNot,
    },
  ]
}

function drawnOfTraffic(cluster: Cluster): readonly Drawn[] {
  const balancers = new Set(tiersOf(cluster).map(({ balancer }) => balancer))
  const backends = new Set(tiersOf(cluster).map(({ backend }) => backend))
  const all = only(cluster)
  const rate = (metric: string) => `rate(${metric}${all}[1m])`
  return [
    ...(balancers.has('ipvs')
      ? [
          plain('IPVS: connections of each realserver', [
            {
              expr: `sum by (instance, local_address, local_port, local_mark, remote_address) (node_ipvs_backend_connections_active${all})`,
              legend: '{{remote_address}} of {{local_address}}{{local_mark}}:{{local_port}} {{instance}}',
            },
          ]),
          plain('IPVS: new connections a second', [
            { expr: rate('node_ipvs_connections_total'), legend: '{{instance}}' },
          ]),
        ]
      : []),
    ...(balancers.has('haproxy')
      ? [
          plain('HAProxy: requests a second', [
            {
              expr: `sum by (instance, proxy) (${rate('haproxy_frontend_http_requests_total')})`,
              legend: '{{proxy}} {{instance}}',
            },
          ]),
          plain('HAProxy: sessions of each realserver', [
            { expr: `haproxy_server_current_sessions${all}`, legend: '{{server}} {{proxy}} {{instance}}' },
          ]),
          plain('HAProxy: answers of 5xx a second, and failed checks', [
            {
              expr: `sum by (proxy) (rate(haproxy_backend_http_responses_total${only(cluster, is('code', '5xx'))}[1m]))`,
              legend: '5xx of {{proxy}}',
            },
            {
              expr: `sum by (server) (${rate('haproxy_server_check_failures_total')})`,
              legend: 'checks of {{server}}',
            },
          ]),
        ]
      : []),
    ...(balancers.has('nginx') || backends.has('nginx')
      ? [
          plain('nginx: requests a second', [
            { expr: rate('nginx_http_requests_total'), legend: '{{instance}}' },
          ]),
          plain('nginx: connections', [{ expr: `nginx_connections_active${all}`, legend: '{{instance}}' }]),
        ]
      : []),
  ]
}

function drawnOfMachines(cluster: Cluster): readonly Drawn[] {
  const node = only(cluster, is('job', jobName('node')))
  return [
    {
      type: 'timeseries',
      title: 'Processors at work',
      unit: 'percentunit',
      asks: [
        {
          expr: `1 - avg by (instance) (rate(node_cpu_seconds_total${only(cluster, is('mode', 'idle'))}[1m]))`,
          legend: '{{instance}}',
        },
      ],
    },
    {
      type: 'timeseries',
      title: 'Memory in use',
      unit: 'percentunit',
      asks: [
        {
          expr: `1 - node_memory_MemAvailable_bytes${node} / node_memory_MemTotal_bytes${node}`,
          legend: '{{instance}}',
        },
      ],
    },
    {
      type: 'state-timeline',
      title: 'Who answers',
      asks: [{ expr: `up${only(cluster, like('job', 'understudy-.*'))}`, legend: '{{job}} {{instance}}' }],
      values: isOrNot,
    },
  ]
}

function plain(title: string, asks: readonly Ask[]): Drawn {
  return { type: 'timeseries', title, asks }
}
