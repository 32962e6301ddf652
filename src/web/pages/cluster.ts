import { operations } from '../../fleet/names.ts'
import { alertDays } from '../../fleet/state.ts'
import { certificateDaysAt } from '../../fleet/trouble.ts'
import { type Markup, markup } from '../../report/drill/markup.ts'
import { type ClusterView, diffFor, type Finished } from '../cluster-view.ts'
import { type Part, part } from '../part.ts'
import type { SeenCluster } from '../sight.ts'
import { cell, row, table } from '../table.ts'
import {
  clean,
  counted,
  daysGrade,
  daysWords,
  diffMarkup,
  healthGrade,
  moment,
  statusGrade,
  verdict,
} from '../words.ts'
import { runPath } from './runs.ts'
import { topology } from './topology.ts'

/** The address of the report of a drill. */
export const reportPath = (cluster: string, run: string): string =>
  `/clusters/${cluster}/drills/${encodeURIComponent(run)}`

/** One cluster: who holds what, what was done to it, drift, drills, and what was told of the last day. */
export function clusterMain(seen: SeenCluster, view: ClusterView): Markup {
  const { cluster, site, labels } = seen
  const html = new Map(clusterParts(seen, view).map((one) => [one.id, one.html]))
  const get = (id: string) => ({ markup: html.get(id) ?? markup`` })
  const tags = Object.entries(labels).map(
    ([name, value]) => markup`<span class="tag">${clean(`${name}=${value}`)}</span>`,
  )
  return markup`<h1>${cluster}</h1><p>at ${site} ${{ markup: tags }}</p>${get('fares')}${get('amiss')}
<section><h2>Who holds what</h2>${get('topology')}</section>
<section><h2>Drift</h2>${get('drift')}</section>
<section><h2>Drills</h2>${get('drills')}</section>
<section><h2>What was done last</h2>${get('last')}</section>
<section><h2>The last day</h2>${get('day')}</section>`
}

/** What of it changes. */
export function clusterParts(seen: SeenCluster, view: ClusterView): readonly Part[] {
  const { cluster, state, holder } = seen
  const health = state?.health ?? 'unknown'
  const since = state ? markup` since ${{ markup: moment(state.since) }}` : markup``
  const now = holder
    ? markup` · <b>${clean(holder.did)}</b> at ${clean(holder.worker)} by ${clean(holder.by)}`
    : markup``
  const days = certificateDaysAt(state, view.now)
  const certificate =
    days === undefined
      ? markup``
      : markup` · certificate: ${{ markup: verdict(daysGrade(days, alertDays), daysWords(days)) }}`
  return [
    part(
      'p',
      { id: 'fares', className: 'fares' },
      markup`${{ markup: verdict(healthGrade(health), health) }}${{ markup: since }}${{ markup: certificate }}${{ markup: now }}`,
    ),
    part('div', { id: 'amiss' }, markup`${{ markup: [view.undone, view.proof].map(amiss) }}`),
    part('div', { id: 'topology' }, topology(cluster, state)),
    part('div', { id: 'drift' }, drift(seen, view)),
    part('div', { id: 'drills' }, drills(seen, view)),
    part('div', { id: 'last' }, last(seen, view)),
    part(
      'div',
      { id: 'day' },
      view.lines.length === 0
        ? markup`<p class="faint">Nothing was told.</p>`
        : markup`<ol class="log">${{ markup: view.lines.map((line) => markup`<li>${clean(line)}</li>`) }}</ol>`,
    ),
  ]
}

/** What did not hold when it was proved last, or kept it from being proved; nothing where all held. */
function amiss(proof: Finished | undefined, index: number): Markup {
  const wrong = proof?.outcome.proofs.filter(({ verdict: is }) => is !== 'pass') ?? []
  const failures = proof?.outcome.failures ?? []
  if (!proof || wrong.length + failures.length === 0) return markup``
  const items = [
    ...wrong.map(({ name, subject, verdict: is, expected, seen }) => {
      const more = [
        ...(expected === undefined ? [] : [`expected ${expected}`]),
        ...(seen === undefined ? [] : [`seen ${seen}`]),
      ].join(', ')
      return markup`<li>${{ markup: verdict(is === 'fail' ? 'bad' : 'odd', `${name} ${subject}`) }}<br>${clean(more)}</li>`
    }),
    ...failures.map(({ host, message, next }) => {
      const what = `${host === undefined ? '' : `${host}: `}${message}`
      const advice = next === undefined ? markup`` : markup`<br>→ ${clean(next)}`
      return markup`<li>${{ markup: verdict('bad', what) }}${{ markup: advice }}</li>`
    }),
  ]
  const heading = index === 0 ? 'What was not made' : 'What is amiss'
  return markup`<section><h2>${heading}</h2><p class="faint">${proof.operation}, ${{ markup: moment(proof.at) }}, run <a href="${runPath(proof.run)}">${clean(proof.run)}</a></p><ul class="found">${{ markup: items }}</ul></section>`
}

function drift({ state, cluster }: SeenCluster, view: ClusterView): Markup {
  if (!state?.drift)
    return markup`<p class="faint">Nobody has looked yet: <code>understudy fleet drift ${cluster}</code></p>`
  const { count, at } = state.drift
  const when = markup` <small>looked ${{ markup: moment(at) }}</small>`
  if (count === 0) return markup`<p>${{ markup: verdict('good', 'none') }}${{ markup: when }}</p>`
  const found = view.drift?.outcome
  const items = (found?.drift ?? []).map(({ host, id, title, summary, since, by }, index) => {
    const diff = found && diffFor(found, host, id)
    const shown =
      diff === undefined
        ? markup``
        : markup`<details id="drift-${index}"><summary>Diff of ${clean(title)}</summary>${{ markup: diffMarkup(diff) }}</details>`
    const from =
      since === undefined ? markup`` : markup`, since ${{ markup: moment(new Date(since).toISOString()) }}`
    const who = by.length === 0 ? '' : `, by ${by.join(', ')}`
    return markup`<li><b>${clean(host)}</b> <code>${clean(id)}</code><br>${clean(summary)}${{ markup: from }}${clean(who)}${{ markup: shown }}</li>`
  })
  return markup`<p>${{ markup: verdict('odd', counted(count, 'thing')) }}${{ markup: when }}</p><ul class="found">${{ markup: items }}</ul>${{ markup: cut(found?.cut) }}`
}

function drills({ cluster }: SeenCluster, { drills: all }: ClusterView): Markup {
  if (all.length === 0)
    return markup`<p class="faint">None was carried out: <code>understudy fleet drill ${cluster}</code></p>`
  const items = all.map(({ run, at, by, outcome }) => {
    const names = outcome.drills.map(({ name, on, passed, outage, bound }) => {
      const what = `${name}${on === undefined ? '' : ` on ${on}`}`
      return markup`<li>${{ markup: verdict(passed ? 'good' : 'bad', `${what}: ${passed ? 'passed' : 'not passed'}`) }}, ${Math.round(outage)} ms without service, at most ${Math.round(bound)} ms were foretold</li>`
    })
    const report =
      outcome.report === undefined
        ? markup`<span class="faint">no report: it was too long</span>`
        : markup`<a href="${reportPath(cluster, run)}">The report of these drills</a>`
    const wrong = outcome.failures.map(
      ({ message }) => markup`<li>${{ markup: verdict('bad', message) }}</li>`,
    )
    return markup`<li>${{ markup: moment(at) }} by ${clean(by)}: ${{ markup: report }}<ul>${{ markup: names }}${{ markup: wrong }}</ul></li>`
  })
  return markup`<ul class="found">${{ markup: items }}</ul>`
}

function last({ state }: SeenCluster, view: ClusterView): Markup {
  const rows = operations.flatMap((operation) => {
    const done = state?.last[operation]
    if (!done) return []
    return [
      row(markup`${operation}`, [
        cell('Came out', verdict(statusGrade(done.status), done.status)),
        cell('When', moment(done.at)),
        cell('Took', markup`${done.seconds.toFixed(1)} s`),
        cell('Changed', markup`${done.changed}`),
        cell('By', markup`${clean(done.by)}`),
        cell('Worker', markup`${clean(done.worker)}`),
        cell('Run', markup`<a href="${runPath(done.run)}">${clean(done.run)}</a>`),
      ]),
    ]
  })
  if (rows.length === 0) return markup`<p class="faint">Nothing yet.</p>`
  const heads = ['What', 'Came out', 'When', 'Took', 'Changed', 'By', 'Worker', 'Run']
  return markup`${{ markup: table('What was done last', heads, rows) }}${{ markup: changed(view.apply) }}`
}

/** What the last apply changed, with diffs. */
function changed(apply: Finished | undefined): Markup {
  const changes = apply?.outcome.changes ?? []
  if (changes.length === 0) return markup``
  const items = changes.map(({ host, id, summary, outcome, diff }) => {
    const shown = diff === undefined ? markup`` : diffMarkup(diff)
    return markup`<li><b>${clean(host)}</b> <code>${clean(id)}</code><br>${clean(summary)} (${outcome})${{ markup: shown }}</li>`
  })
  return markup`<details id="changes"><summary>${counted(changes.length, 'change')} of the last apply, with diffs</summary><ul class="found">${{ markup: items }}</ul>${{ markup: cut(apply?.outcome.cut) }}</details>`
}

function cut(isCut: boolean | undefined): Markup {
  return isCut ? markup`<p class="faint">It was too long to be told in full.</p>` : markup``
}
