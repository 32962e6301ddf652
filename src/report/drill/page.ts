import { withDoubt } from '../../model/doubt.ts'
import type { DrillReport, DrillResult } from '../../model/drill.ts'
import { caveats } from './busy.ts'
import { chart } from './chart.ts'
import { clockDoubt, instantWords, outageWords, unaskedWords } from './doubts.ts'
import { keptWords } from './kept-words.ts'
import { type Markup, markup } from './markup.ts'
import { moments } from './moments.ts'
import { streamWords } from './stream-words.ts'
import { style } from './style.ts'
import { titleOf } from './title.ts'
import { topology } from './topology.ts'

/** One self-contained page: no script, no font, no picture from anywhere else. */
export function drillPage(report: DrillReport): string {
  const { cluster, results, notRun } = report
  const missing = notRun.length === 0 ? '' : `, ${notRun.length} not carried out`
  const passed = results.filter((result) => result.passed).length
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drills of ${cluster}</title><style>${{ markup: style }}</style></head><body>
<header><h1>Drills of ${cluster}</h1>
<p><strong class="${passed === results.length && notRun.length === 0 ? 'pass' : 'fail'}">${passed} of ${results.length} passed${missing}</strong>
 on ${
   results[0]
     ? new Date(results[0].startedAt)
         .toISOString()
         .replace(/:\d\d\.\d+Z$/, ' UTC')
         .replace('T', ' ')
     : '–'
 }</p></header>
<main>
<section><h2>The cluster</h2>${{ markup: topology(report) }}</section>
<section><h2>Results</h2>${{ markup: table(results) }}
<p class="key">± is by how much a figure may be wrong: what a client felt, by the time between two requests; what a machine noted, by what is not known of its clock. A bound is reckoned from the configuration.</p></section>
${{ markup: missed(notRun) }}
${{ markup: results.map(drill) }}
<section><h2>Machines</h2><div class="wide"><table><thead><tr><th>machine</th><th>role</th><th>address</th><th>software</th></tr></thead><tbody>
${{ markup: report.machines.map(({ host, role, address, software }) => markup`<tr><td>${host}</td><td>${role}</td><td>${address}</td><td>${software.join(', ')}</td></tr>`) }}
</tbody></table></div></section>
</main></body></html>
`
}

function table(results: readonly DrillResult[]): Markup {
  const row = (result: DrillResult) => {
    const sum = (of: (felt: DrillResult['services'][number]['felt']) => number) =>
      result.services.reduce((total, { felt }) => total + of(felt), 0)
    return markup`<tr class="${result.passed ? 'pass' : 'fail'}"><td><a href="#${idOf(result)}">${titleOf(result)}</a></td>
<td><span class="verdict">${result.passed ? 'passed' : 'failed'}</span></td><td>${result.struck.join(', ')}</td><td class="n">${outageWords(result.services)}</td><td class="n">${Math.round(result.bound.milliseconds)} ms</td>
<td class="n">${sum(({ sent }) => sent)}</td><td class="n">${sum(({ failed }) => failed)}</td><td class="n">${sum(({ slow }) => slow)}</td>
<td class="n">${sum(({ wrong }) => wrong)}</td>
<td>${brief(result)}</td></tr>`
  }
  return markup`<div class="wide"><table id="results"><thead><tr><th>drill</th><th></th><th>struck</th><th class="n">outage</th><th class="n">bound</th>
<th class="n">requests</th><th class="n">failed</th><th class="n">slow</th><th class="n">wrong</th><th>kept-open connection</th></tr></thead><tbody>${{ markup: results.map(row) }}</tbody></table></div>`
}

/** What was wished for and is not known, and why. */
function missed(notRun: DrillReport['notRun']): readonly Markup[] {
  if (notRun.length === 0) return []
  const rows = notRun.map(
    ({ reason, ...drill }) =>
      markup`<tr><td>${titleOf(drill)}</td><td>${drill.summary}</td><td class="lines">${reason}</td></tr>`,
  )
  return [
    markup`<section id="not-run"><h2>Not carried out</h2><div class="wide"><table><thead><tr><th>drill</th><th></th><th>why</th></tr></thead><tbody>${{ markup: rows }}</tbody></table></div></section>`,
  ]
}

function idOf({ name, on }: DrillResult): string {
  return on === undefined ? name : `${name}-${on}`
}

/** Where the points of the chart are, as far as that is known. */
function placed({ services }: DrillResult): string {
  const doubt = Math.max(0, ...services.map(({ clockDoubt: own }) => own))
  return `Requests are placed with ± ${Math.ceil(doubt)} ms.`
}

/** What became of the connections that were kept open, for the table. */
function brief({ services }: DrillResult): string {
  const ends = services.flatMap(({ kept }) => kept.connections.map(({ end }) => end))
  const longest = services.map(({ kept }) => kept).toSorted((a, b) => b.stall - a.stall)[0]
  const waited = longest ? `, waited ${withDoubt(longest.stall, longest.doubt)}` : ''
  return `${ends.some((end) => end === 'broken' || end === 'silent') ? 'broke' : 'survived'}${waited}`
}

function drill(result: DrillResult): Markup {
  const { faultAt } = result
  return markup`<section class="drill" id="${idOf(result)}"><h2>${titleOf(result)}
<small class="${result.passed ? 'pass' : 'fail'}">${result.passed ? 'passed' : 'failed'}</small></h2>
<p>${result.summary}. Struck: ${result.struck.join(', ')}. Bound: ${Math.round(result.bound.milliseconds)} ms (${result.bound.why}).</p>
${{ markup: result.reasons.map((reason) => markup`<p class="fail">${reason}</p>`) }}
<div class="wide">${{ markup: chart(result) }}</div>
${{ markup: key(result) }}
<p>${{
    markup: result.services.map(
      ({ url, felt, kept, streams }) =>
        markup`<span>${url}: ${[
          Object.entries(felt.servedBy)
            .map(([host, count]) => `${host} ${count}`)
            .join(', '),
          keptWords(url, kept) ?? '',
          ...streams.map(streamWords),
        ]
          .filter((words) => words !== '')
          .join('; ')}. </span>`,
    ),
  }}</p>
${{ markup: result.services.flatMap((service) => caveats(service, result).map((text) => markup`<p class="key">${service.url}: ${text}.</p>`)) }}
${{ markup: unaskedWords(result).map((text) => markup`<p class="key">${text}.</p>`) }}
<h3>What happened</h3>
<p class="key">Times since the fault was ordered; it had struck within ${Math.ceil(result.strikeTook)} ms. ${placed(result)}</p><table class="moments"><tbody>
${{ markup: moments(result).map(({ at, doubt, text }) => markup`<tr><td class="n">${instantWords(at, doubt, faultAt)}</td><td>${text}</td></tr>`) }}
</tbody></table>
${{ markup: unseen(result) }}
<details><summary>${result.log.length} lines of the daemons' logs</summary><div class="wide"><table><tbody>
${{ markup: result.log.map(({ at, host, text }) => markup`<tr><td class="n">${instantWords(at, clockDoubt(result, host), faultAt)}</td><td>${host}</td><td>${text}</td></tr>`) }}
</tbody></table></div></details></section>`
}

function key({ wire, pool }: DrillResult): Markup {
  const signs = [
    ['good', 'served'],
    ['wrong', 'wrong page'],
    ['failed', 'not served'],
    ['outage', 'outage'],
    ['kept', 'connection kept open'],
    ['holds', 'holds the VIP'],
    ...(wire.packets.length > 0
      ? [
          ['advert', 'advert'],
          ['goodbye', 'goodbye'],
          ['announced', 'gratuitous ARP'],
        ]
      : []),
    ...(pool.length > 0
      ? [
          ['good', '▲ into the pool'],
          ['failed', '▼ out of it'],
        ]
      : []),
    ['log', 'log line'],
  ] as const
  return markup`<p class="key">${{ markup: signs.map(([kind, text]) => markup`<span><i class="${kind ?? ''}"></i>${text ?? ''}</span> `) }}</p>`
}

/** What could not be seen is said, or its absence would be taken for silence. */
function unseen({ wire: { watched, without } }: DrillResult): readonly Markup[] {
  if (without.length === 0) return []
  const seen = watched.length > 0 ? `seen by ${watched.join(', ')}` : 'not seen'
  return [markup`<p class="key">VRRP and ARP were ${seen}; tcpdump is missing on ${without.join(', ')}.</p>`]
}
