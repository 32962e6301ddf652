import type { Run } from '../../fleet/kept.ts'
import { type Markup, markup } from '../../report/drill/markup.ts'
import { type Part, part } from '../part.ts'
import { progressOf, type RunCluster, type RunView } from '../run-view.ts'
import { cell, row, table } from '../table.ts'
import { clean, counted, moment, statusGrade, verdict } from '../words.ts'

/** The address of a run's page. */
export const runPath = (run: string): string => `/runs/${encodeURIComponent(run)}`

/** Runs that are shown in the list of them. */
const mostRuns = 200

/** All runs, the newest first. */
export function runsMain(runs: readonly Run[]): Markup {
  const runRow = ({ run, operation, by, started, waves, is, why }: Run) =>
    row(markup`<a href="${runPath(run)}">${clean(run)}</a>`, [
      cell('What', markup`${operation}`),
      cell('Clusters', markup`${waves.flat().length}`),
      cell('By', markup`${clean(by)}`),
      cell('Began', moment(started)),
      cell('Is', markup`${{ markup: runVerdict(is) }} ${clean(why ?? '')}`),
    ])
  const more =
    runs.length > mostRuns
      ? markup`<p class="faint">${runs.length - mostRuns} older ones: understudy fleet history.</p>`
      : markup``
  const none =
    runs.length === 0
      ? markup`<p>None yet. <code>understudy fleet apply</code> begins one; what schedules begin stands on the pages of clusters.</p>`
      : markup``
  const heads = ['Run', 'What', 'Clusters', 'By', 'Began', 'Is']
  const rows = runs.slice(0, mostRuns).map(runRow)
  return markup`<h1>Runs</h1>${{ markup: table('Runs', heads, rows) }}${{ markup: none }}${{ markup: more }}`
}

/** How far a run is, how each of its clusters fares, and its log. */
export function runMain(view: RunView): Markup {
  const { run, operation, by, at, selector } = view
  const html = new Map(runParts(view).map((one) => [one.id, one.html]))
  const began = at === undefined ? markup`` : markup`, began ${{ markup: moment(at) }}`
  const what = selector.length === 0 ? markup`` : markup` of <code>${clean(selector.join(' '))}</code>`
  return markup`<h1>Run ${run}</h1><p>${operation ?? ''}${{ markup: what }} by ${clean(by ?? '')}${{ markup: began }}</p>
${{ markup: html.get('progress') ?? markup`` }}
<section><h2>Clusters</h2>${{ markup: html.get('results') ?? markup`` }}</section>
<section><h2 id="log-head">Log</h2>${{ markup: html.get('log') ?? markup`` }}</section>`
}

/** What of it changes while it runs. */
export function runParts(view: RunView): readonly Part[] {
  const { over, of } = progressOf(view)
  const { run, why, clusters, lines, dropped, wave, waves, heard } = view
  const is = view.is ?? (over < of ? 'running' : 'done')
  const failed = [...clusters.values()].filter(({ status }) => statusGrade(status) === 'bad').length
  const because = why === undefined ? '' : `: ${clean(why)}`
  const next =
    is === 'stopped' || is === 'paused'
      ? markup` <span class="faint">Go on: <code>understudy fleet resume ${clean(run)}</code>, or end it: <code>understudy fleet abort ${clean(run)}</code></span>`
      : is === 'running' && view.is !== undefined
        ? markup` <span class="faint">Where it stands still, nobody drives it any more: <code>understudy fleet resume ${clean(run)}</code></span>`
        : markup``
  const within = wave === undefined ? '' : `, wave ${wave} of ${waves}`
  const told = heard === undefined ? markup`` : markup`; told last ${{ markup: moment(heard) }}`
  const earlier = dropped > 0 ? markup`<li class="faint">${counted(dropped, 'earlier line')}</li>` : markup``
  return [
    part(
      'div',
      { id: 'progress' },
      markup`<p>${{ markup: runVerdict(is) }}${because}${{ markup: next }}</p><label>${over} of ${counted(of, 'cluster')} over, ${failed} went wrong${within}${{ markup: told }}
<progress max="${Math.max(1, of)}" value="${over}"></progress></label>`,
    ),
    part('div', { id: 'results' }, results(clusters)),
    part(
      'ol',
      { id: 'log', className: 'log' },
      markup`${{ markup: earlier }}${{ markup: lines.map((line) => markup`<li>${clean(line)}</li>`) }}`,
    ),
  ]
}

const nothing = markup`<span class="none">–</span>`

function results(clusters: ReadonlyMap<string, RunCluster>): Markup {
  const clusterRow = ([cluster, { status, worker, seconds, changed, why }]: readonly [string, RunCluster]) =>
    row(markup`<a href="/clusters/${cluster}">${cluster}</a>`, [
      cell('Is', markup`${{ markup: verdict(statusGrade(status), status) }} ${clean(why ?? '')}`),
      cell('Changed', changed === undefined ? nothing : markup`${changed}`),
      cell('Took', seconds === undefined ? nothing : markup`${seconds.toFixed(1)} s`),
      cell('Worker', worker === undefined ? nothing : markup`${clean(worker)}`),
    ])
  const heads = ['Cluster', 'Is', 'Changed', 'Took', 'Worker']
  const begun = [...clusters].filter(([, { status }]) => status !== 'waiting')
  const shown = begun.length === 0 ? markup`` : table('Clusters of the run', heads, begun.map(clusterRow))
  return markup`${{ markup: shown }}${{ markup: waiting(clusters) }}`
}

/** Those whose turn has not come, in a line for each wave: there may be hundreds of them. */
function waiting(clusters: ReadonlyMap<string, RunCluster>): Markup {
  const waves = new Map<number | undefined, string[]>()
  for (const [cluster, { status, wave }] of clusters)
    if (status === 'waiting') waves.set(wave, [...(waves.get(wave) ?? []), cluster])
  const lines = [...waves].map(([wave, names]) => {
    const links = names.map(
      (name, index) => markup`<a href="/clusters/${name}">${name}</a>${index + 1 < names.length ? ',' : ''}`,
    )
    const when = wave === undefined ? '' : ` in wave ${wave}`
    return markup`<li>${{ markup: verdict('plain', `${counted(names.length, 'cluster')} waiting${when}`) }}: ${{ markup: links }}</li>`
  })
  return lines.length === 0 ? markup`` : markup`<ul class="found">${{ markup: lines }}</ul>`
}

/** How a run stands. */
export function runVerdict(is: string): Markup {
  return verdict(is === 'done' ? 'good' : is === 'running' ? 'busy' : is === 'paused' ? 'odd' : 'bad', is)
}
