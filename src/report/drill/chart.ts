import { withDoubt } from '../../model/doubt.ts'
import type { DrillResult, ProbedService, ProbeRecord } from '../../model/drill.ts'
import { laneHeight, lanesOf, type Scale } from './lanes.ts'
import { type Markup, markup } from './markup.ts'

const width = 960
const left = 96
const right = 12
const plot = 150

/**
 * One drill on one time axis: every request as a point by its latency, outages shaded, who held the VIP, what
 * went over the wire, how the pools changed, what the daemons logged. Time runs from the moment of the fault.
 */
export function chart(result: DrillResult): Markup {
  const { startedAt, endedAt, faultAt, undoneAt } = result
  const x: Scale = (at) =>
    left + ((at - startedAt) / Math.max(1, endedAt - startedAt)) * (width - left - right)
  const lanes = lanesOf(result)
  const bands = result.services.length * (plot + 26)
  const height = bands + lanes.length * laneHeight + 58
  const event = (at: number, name: string) => markup`
<line class="event" x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="0" y2="${height - 32}"/>
<text class="event" x="${(x(at) + 3).toFixed(1)}" y="${height - 36}">${name}</text>`
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="Timeline of ${result.name}">
${{ markup: result.services.map((service, index) => requests(service, x, 14 + index * (plot + 26))) }}
${{
  markup: lanes.map(({ label, draw }, index) => {
    const top = bands + 6 + index * laneHeight
    return markup`<g class="lane"><text class="label" x="${left - 6}" y="${top + 15}">${label}</text>${{ markup: draw(x, top) }}</g>`
  }),
}}
${{ markup: event(faultAt, 'fault') }}${{ markup: event(undoneAt, 'undone') }}
${{ markup: axis(x, startedAt, endedAt, faultAt, height - 16) }}
</svg>`
}

function requests({ url, records, felt }: ProbedService, x: Scale, top: number): Markup {
  // The square root leaves room to see both two milliseconds and a second.
  const worst = Math.max(100, ...records.map((one) => (one.answered ?? one.sent) - one.sent))
  const y = (latency: number) => top + plot - (Math.sqrt(latency) / Math.sqrt(worst)) * (plot - 12)
  const end = records.at(-1)?.sent ?? 0
  const points = (chosen: (one: ProbeRecord) => boolean, height: (one: ProbeRecord) => number) =>
    records
      .filter(chosen)
      .map((one) => `M${x(one.sent).toFixed(1)} ${height(one).toFixed(1)}h0`)
      .join('')
  const latency = (one: ProbeRecord) => y((one.answered ?? one.sent) - one.sent)
  return markup`<g>
<text class="title" x="${left}" y="${top - 3}">${url}</text>
${{
  markup: felt.outages.map(
    ({ from, until, doubt }) =>
      markup`<rect class="outage" x="${x(from).toFixed(1)}" y="${top}" height="${plot}" width="${Math.max(1, x(until ?? end) - x(from)).toFixed(1)}"><title>${withDoubt((until ?? end) - from, doubt)}</title></rect>`,
  ),
}}
<line class="grid" x1="${left}" x2="${width - right}" y1="${top + plot}" y2="${top + plot}"/>
<text class="label" x="${left - 6}" y="${(y(worst) + 4).toFixed(1)}">${Math.round(worst)} ms</text>
<text class="label" x="${left - 6}" y="${(y(worst / 10) + 4).toFixed(1)}">${Math.round(worst / 10)} ms</text>
<path class="good" d="${points(({ verdict }) => verdict === 'good', latency)}"/>
<path class="wrong" d="${points(({ verdict }) => verdict === 'wrong', latency)}"/>
<path class="failed" d="${points(
    ({ verdict }) => verdict === 'failed',
    () => top + 4,
  )}"/>
</g>`
}

function axis(x: Scale, startedAt: number, endedAt: number, faultAt: number, y: number): Markup {
  const span = (endedAt - startedAt) / 1000
  const step = [1, 2, 5, 10, 20, 30, 60].find((one) => span / one <= 14) ?? 120
  const first = Math.ceil((startedAt - faultAt) / 1000 / step) * step
  const ticks = Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => first + index * step)
  return markup`<g>${{
    markup: ticks
      .filter((tick) => faultAt + tick * 1000 <= endedAt)
      .map(
        (tick) =>
          markup`<text class="tick" x="${x(faultAt + tick * 1000).toFixed(1)}" y="${y + 12}">${tick} s</text>`,
      ),
  }}</g>`
}
