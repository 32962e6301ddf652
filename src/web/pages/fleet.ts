import type { ClusterState } from '../../fleet/kept.ts'
import { alertDays } from '../../fleet/state.ts'
import {
  certificateDaysAt,
  isSeenBefore,
  troubledFirst,
  troubleOf,
  undoneChange,
} from '../../fleet/trouble.ts'
import { type Markup, markup } from '../../report/drill/markup.ts'
import { type Part, part } from '../part.ts'
import type { SeenCluster, Sight } from '../sight.ts'
import { cell, table } from '../table.ts'
import { clean, counted, daysGrade, daysWords, healthGrade, moment, verdict } from '../words.ts'
import { runPath, runVerdict } from './runs.ts'

/** Which clusters of the table are wanted. */
export interface Wanted {
  /** Something of a name, a site, a label or an address. */
  readonly text: string
  readonly onlyTrouble: boolean
}

const heads = ['Cluster', 'State', 'VIP holders', 'Drift', 'Last drill', 'Certificate', 'Worker'] as const

/** What is above the table and in it, part by part. */
export function fleetParts(sight: Sight, wanted: Wanted): readonly Part[] {
  return [
    summary(sight),
    ...shownClusters(sight, wanted).map((one) => clusterRow(one, sight.at)),
    part('div', { id: 'at-work' }, atWork(sight)),
  ]
}

/** All clusters in one table, those in trouble first. */
export function fleetMain(sight: Sight, wanted: Wanted): Markup {
  const parts = new Map(fleetParts(sight, wanted).map((one) => [one.id, one.html]))
  const shown = shownClusters(sight, wanted)
  const rows = shown.map(({ cluster }) => parts.get(rowId(cluster)) ?? markup``)
  const checked = wanted.onlyTrouble ? markup` checked` : markup``
  const none =
    shown.length === 0 ? markup`<p>No cluster is like that. <a href="/">All clusters</a></p>` : markup``
  return markup`<h1>Clusters</h1>
${{ markup: parts.get('summary') ?? markup`` }}
<form class="filter" role="search" method="get" action="/"><label for="q">Name, site, label or address</label>
<input id="q" name="q" type="search" value="${clean(wanted.text)}"><label class="tick"><input type="checkbox" name="trouble" value="1"${{ markup: checked }}> only what is in trouble</label><button>Show</button></form>
${{ markup: table('Clusters', heads, rows) }}${{ markup: none }}
${{ markup: parts.get('at-work') ?? markup`` }}`
}

function shownClusters({ clusters, at }: Sight, { text, onlyTrouble }: Wanted): readonly SeenCluster[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const shown = clusters
    .filter(({ state }) => !onlyTrouble || troubleOf(state, at) !== 'none')
    .filter((one) => words.every((word) => textOf(one).includes(word)))
  return troubledFirst(shown, at)
}

function textOf({ cluster, site, labels, state }: SeenCluster): string {
  const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
  const vips = state?.picture?.picture.vips ?? []
  const held = vips.flatMap(({ address, holders }) => [address, ...holders])
  const fares = [`state=${healthOf(state)}`, ...(isDrifting(state) ? ['drifting'] : [])]
  const undone = undoneChange(state) ? ['change=undone'] : []
  return [cluster, site, `site=${site}`, ...named, ...held, ...fares, ...undone].join(' ').toLowerCase()
}

const healthOf = (state: ClusterState | undefined) => state?.health ?? 'unknown'
const isDrifting = (state: ClusterState | undefined) => (state?.drift?.count ?? 0) > 0

function summary({ clusters, workers, runs }: Sight): Part {
  const tile = (number: number, text: string, kind: 'good' | 'bad' | 'odd' | 'plain', href: string) =>
    markup`<li class="${kind}"><a href="${href}"><b>${number}</b> ${text}</a></li>`
  const faring = (health: ReturnType<typeof healthOf>, text: string, kind: 'good' | 'bad' | 'plain') => {
    const count = clusters.filter(({ state }) => healthOf(state) === health).length
    return tile(count, text, count === 0 ? 'plain' : kind, `/?q=state%3D${health}`)
  }
  const drifting = clusters.filter(({ state }) => isDrifting(state)).length
  const undone = clusters.filter(({ state }) => undoneChange(state)).length
  return part(
    'div',
    { id: 'summary' },
    markup`<ul class="tiles">${{
      markup: [
        faring('well', 'well', 'good'),
        faring('ill', 'ill', 'bad'),
        faring('unreachable', 'unreachable', 'bad'),
        faring('unknown', 'not looked at yet', 'plain'),
        tile(drifting, 'drifting', drifting === 0 ? 'plain' : 'odd', '/?q=drifting'),
        tile(undone, 'with a change not made', undone === 0 ? 'plain' : 'bad', '/?q=change%3Dundone'),
        tile(
          workers.length,
          workers.length === 1 ? 'worker' : 'workers',
          workers.length === 0 ? 'bad' : 'plain',
          '#at-work',
        ),
        tile(runs.length, runs.length === 1 ? 'run not over' : 'runs not over', 'plain', '#at-work'),
      ],
    }}</ul>`,
  )
}

const rowId = (cluster: string) => `cluster-${cluster}`

function clusterRow(one: SeenCluster, now: number): Part {
  const { cluster, site, labels, state } = one
  const tags = Object.entries(labels).map(
    ([name, value]) => markup`<span class="tag">${clean(`${name}=${value}`)}</span>`,
  )
  const health = healthOf(state)
  const since = state ? markup` <small>since ${{ markup: moment(state.since) }}</small>` : markup``
  const fares = markup`${{ markup: verdict(healthGrade(health), health) }}${{ markup: since }}${{ markup: undone(one) }}`
  return part(
    'tr',
    { id: rowId(cluster), role: 'row', className: troubleOf(state, now) === 'now' ? 'trouble' : '' },
    markup`<th scope="row" role="rowheader"><a href="/clusters/${cluster}">${cluster}</a> <small>${site}</small> ${{ markup: tags }}</th>
${{ markup: cell('State', fares) }}
${{ markup: cell('VIP holders', holders(one)) }}${{ markup: cell('Drift', drift(one)) }}${{ markup: cell('Last drill', drill(one)) }}
${{ markup: cell('Certificate', certificate(one, now)) }}${{ markup: cell('Worker', worker(one)) }}`,
  )
}

const nothing = markup`<span class="faint none">not known</span>`

function undone({ state }: SeenCluster): Markup {
  const change = undoneChange(state)
  if (!change) return markup``
  return markup`<div>${{ markup: verdict('bad', `${change.operation} ${change.status}`) }} <small><a href="${runPath(change.run)}">${{ markup: moment(change.at) }}</a></small></div>`
}

function holders({ state }: SeenCluster): Markup {
  const vips = state?.picture?.picture.vips
  if (!vips || vips.length === 0) return nothing
  const before =
    state?.picture && isSeenBefore(state)
      ? markup`<small>as seen ${{ markup: moment(state.picture.at) }}</small>`
      : markup``
  return markup`<ul class="vips">${{
    markup: vips.map(({ address, holders: all }) => {
      const by = clean(all.join(' and '))
      const who =
        all.length === 1
          ? markup`<b>${by}</b>`
          : verdict('bad', all.length === 0 ? 'nobody' : `${by}: ${all.length} at once`)
      return markup`<li><code>${clean(address)}</code> ${{ markup: who }}</li>`
    }),
  }}</ul>${{ markup: before }}`
}

function drift({ state }: SeenCluster): Markup {
  if (!state?.drift) return nothing
  const { count, at } = state.drift
  const said = count === 0 ? verdict('good', 'none') : verdict('odd', counted(count, 'thing'))
  return markup`${{ markup: said }} <small>${{ markup: moment(at) }}</small>`
}

function drill({ state }: SeenCluster): Markup {
  if (!state?.drill) return nothing
  const { passed, at } = state.drill
  return markup`${{ markup: verdict(passed ? 'good' : 'bad', passed ? 'passed' : 'not passed') }} <small>${{ markup: moment(at) }}</small>`
}

function certificate({ state }: SeenCluster, now: number): Markup {
  const days = certificateDaysAt(state, now)
  if (days === undefined) return nothing
  return verdict(daysGrade(days, alertDays), daysWords(days))
}

function worker({ state, holder }: SeenCluster): Markup {
  if (holder) return markup`<b>${clean(holder.did)}</b> at ${clean(holder.worker)}`
  const last = Object.values(state?.last ?? {}).toSorted((a, b) => (a.at < b.at ? 1 : -1))[0]
  return last ? markup`<span class="faint idle">last ${clean(last.worker)}</span>` : nothing
}

function atWork({ clusters, workers, runs }: Sight): Markup {
  const served = new Set(workers.map(({ site }) => site))
  const deserted = [...new Set(clusters.map(({ site }) => site))]
    .filter((site) => !served.has(site))
    .toSorted()
  const running = runs.map(
    ({ run, operation, by, is, why }) =>
      markup`<li><a href="${runPath(run)}">${clean(run)}</a>: ${operation} by ${clean(by)} ${{ markup: runVerdict(is) }}${why === undefined ? '' : `: ${clean(why)}`}</li>`,
  )
  const isMixed = new Set(workers.map(({ version }) => version)).size > 1
  const there = workers.map(({ worker: name, site, version, jobs }) => {
    const busy = jobs.map(({ cluster, operation }) => `${operation} of ${cluster}`).join(', ')
    return markup`<li><b>${clean(name)}</b> at ${site}${isMixed ? `, understudy ${clean(version)}` : ''}: ${busy === '' ? 'waits' : busy}</li>`
  })
  const nobody = deserted.map(
    (site) =>
      markup`<li>${{ markup: verdict('bad', `nobody at ${site}`) }}: nothing that is ordered there is begun. <code>understudy worker --site ${site}</code></li>`,
  )
  const list = (items: readonly Markup[], none: string) =>
    items.length === 0 ? markup`<p class="faint">${none}</p>` : markup`<ul>${{ markup: items }}</ul>`
  return markup`<div class="pair"><section><h2>Runs that are not over</h2>${{ markup: list(running, 'None.') }}</section>
<section><h2>Workers</h2>${{ markup: list([...nobody, ...there], 'No worker is there: nothing that is ordered is begun.') }}</section></div>`
}
