import type { Cluster } from '../cluster.ts'
import { type Drawn, drawnOf } from './drawn.ts'
import { only } from './selectors.ts'

/** A picture of Grafana, which knows many more words. */
export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly [word: string]: unknown
}

/** A page of Grafana. */
export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly panels: readonly Panel[]
  readonly [word: string]: unknown
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana.
const source = { type: 'prometheus', uid: '${datasource}' } as const

/** The page of one cluster: what is wrong, who holds what, who is well, and what passes through. */
export function dashboardOf(cluster: Cluster): Dashboard {
  return {
    uid: `us-${cluster.name}`,
    title: `Understudy: ${cluster.name}`,
    tags: ['understudy'],
    timezone: 'browser',
    schemaVersion: 37,
    editable: true,
    refresh: '15s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        {
          name: 'datasource',
          type: 'datasource',
          query: 'prometheus',
          label: 'Prometheus',
          current: {},
          hide: 0,
        },
      ],
    },
    annotations: {
      list: [
        {
          name: 'Handovers',
          datasource: source,
          enable: true,
          expr: `sum by (vrrp) (changes(understudy_vip_held${only(cluster)}[1m])) > 0`,
          titleFormat: '{{vrrp}} moved',
          iconColor: 'orange',
        },
      ],
    },
    panels: drawnOf(cluster).map(panel),
  }
}

const [width, height] = [12, 8]

function panel({ type, title, asks, unit, values, steps }: Drawn, index: number): Panel {
  return {
    id: index + 1,
    type,
    title,
    datasource: source,
    gridPos: { h: height, w: width, x: (index % 2) * width, y: Math.floor(index / 2) * height },
    targets: asks.map(({ expr, legend, now }, nth) => ({
      refId: String.fromCharCode(65 + nth),
      datasource: source,
      expr,
      legendFormat: legend,
      ...(now ? { instant: true } : {}),
    })),
    fieldConfig: {
      defaults: {
        ...(unit === undefined ? {} : { unit }),
        mappings: values
          ? [
              {
                type: 'value',
                options: Object.fromEntries(
                  Object.entries(values).map(([value, [text, color]]) => [value, { text, color }]),
                ),
              },
            ]
          : [],
        ...(steps
          ? {
              color: { mode: 'thresholds' },
              thresholds: { mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) },
            }
          : {}),
      },
      overrides: [],
    },
    options: type === 'stat' || type === 'bargauge' ? { reduceOptions: { calcs: ['lastNotNull'] } } : {},
  }
}
