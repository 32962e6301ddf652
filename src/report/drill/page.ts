import type { DrillReport, DrillResult } from '../../model/drill.ts'
import { caveats } from './busy.ts'
import { chart } from './chart.ts'
import { keptWords } from './kept-words.ts'
import { type Markup, markup } from './markup.ts'
import { moments } from './moments.ts'
import { style } from './style.ts'
import { topology } from './topology.ts'

/** One self-contained page: no script, no font, no picture from anywhere else. */
export function drillPage(report: DrillReport): string {
  const { cluster, results } = report
  const passed = results.filter((result) => result.passed).length
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drills of ${cluster}</title><style>${{ markup: style }}</style></head><body>
<header><h1>Drills of ${cluster}</h1>
<p><strong class="${passed === results.length ? 'pass' : 'fail'}">${passed} of ${results.length} passed</strong>
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
<section><h2>Results</h2>${{ markup: table(results) }}</section>
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
    const longest = Math.max(0, ...result.services.map(({ felt }) => felt.longest))
    return markup`<tr class="${result.passed ? 'pass' : 'fail'}"><td><a href="#${result.name}">${result.name}</a></td>
<td><span class="verdict">${result.passed ? 'passed' : 'failed'}</span></td><td>${result.struck.join(', ')}</td><td class="n">${Math.round(longest)} ms</td><td class="n">${Math.round(result.bound.milliseconds)} ms</td>
<td class="n">${sum(({ sent }) => sent)}</td><td class="n">${sum(({ failed }) => failed)}</td><td class="n">${sum(({ slow }) => slow)}</td>
<td class="n">${sum(({ wrong }) => wrong)}</td>
<td>${brief(result)}</td></tr>`
  }
  return markup`<div class="wide"><table id="results"><thead><tr><th>drill</th><th></th><th>struck</th><th class="n">outage</th><th class="n">bound</th>
<th class="n">requests</th><th class="n">failed</th><th class="n">slow</th><th class="n">wrong</th><th>kept-open connection</th></tr></thead><tbody>${{ markup: results.map(row) }}</tbody></table></div>`
}

/** What became of the connections that were kept open, for the table. */
function brief({ services }: DrillResult): string {
  const ends = services.flatMap(({ kept }) => kept.connections.map(({ end }) => end))
  const stall = Math.round(Math.max(0, ...services.map(({ kept }) => kept.stall)))
  return `${ends.some((end) => end === 'broken' || end === 'silent') ? 'broke' : 'survived'}, waited ${stall} ms`
}

function drill(result: DrillResult): Markup {
  const { faultAt } = result
  return markup`<section class="drill" id="${result.name}"><h2>${result.name}
<small class="${result.passed ? 'pass' : 'fail'}">${result.passed ? 'passed' : 'failed'}</small></h2>
<p>${result.summary}. Struck: ${result.struck.join(', ')}. Bound: ${Math.round(result.bound.milliseconds)} ms (${result.bound.why}).</p>
${{ markup: result.reasons.map((reason) => markup`<p class="fail">${reason}</p>`) }}
<div class="wide">${{ markup: chart(result) }}</div>
${{ markup: key(result) }}
<p>${{
    markup: result.services.map(
      ({ url, felt, kept }) =>
        markup`<span>${url}: ${Object.entries(felt.servedBy)
          .map(([host, count]) => `${host} ${count}`)
          .join(', ')}; ${keptWords(kept)}. </span>`,
    ),
  }}</p>
${{ markup: result.services.flatMap((service) => caveats(service, result).map((text) => markup`<p class="key">${service.url}: ${text}.</p>`)) }}
<h3>What happened</h3><table class="moments"><tbody>
${{ markup: moments(result).map(({ at, text }) => markup`<tr><td class="n">${((at - faultAt) / 1000).toFixed(3)} s</td><td>${text}</td></tr>`) }}
</tbody></table>
${{ markup: unseen(result) }}
<details><summary>${result.log.length} lines of the daemons' logs</summary><div class="wide"><table><tbody>
${{ markup: result.log.map(({ at, host, text }) => markup`<tr><td class="n">${((at - faultAt) / 1000).toFixed(3)} s</td><td>${host}</td><td>${text}</td></tr>`) }}
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
