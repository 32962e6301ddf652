import type { DrillResult, Homecoming, ProbedService, ProbeRecord } from '../../model/drill.ts'
import type { Paint } from '../paint.ts'
import { inOneLine } from '../redaction.ts'
import { caveats } from './busy.ts'
import { keptWords } from './kept-words.ts'
import { moments } from './moments.ts'

/** Lines of the timeline on a terminal; the report has them all. */
const most = 16

/** What one drill came to, in a few lines with a picture of the requests. */
export function resultLines(result: DrillResult, paint: Paint): readonly string[] {
  const { services, wire, faultAt, bound, passed, reasons } = result
  const after = moments(result).filter(({ at }) => at > faultAt)
  const at = (time: number) => `${((time - faultAt) / 1000).toFixed(2)} s`
  return [
    ...services.flatMap((service) => serviceLines(service, result, paint)),
    ...after
      .slice(0, most)
      .map(({ at: when, text }) => `  ${paint('dim', at(when).padStart(9))}  ${inOneLine(text)}`),
    ...(after.length > most
      ? [`             ${paint('dim', `and ${after.length - most} more: --report shows them`)}`]
      : []),
    ...result.homecomings.map((one) => `  ${paint('dim', 'then'.padStart(9))}  ${homecoming(one)}`),
    ...(wire.watched.length === 0
      ? [`  ${paint('dim', 'VRRP and ARP were not seen: tcpdump is on none of the machines')}`]
      : []),
    passed
      ? `  ${paint('green', '✔ passed')}  ${paint('dim', `bound ${Math.round(bound.milliseconds)} ms: ${bound.why}`)}`
      : `  ${paint('red', '✘ failed')}`,
    ...reasons.map((reason) => `    ${inOneLine(reason)}`),
  ]
}

function homecoming({ vip, before, after, felt }: Homecoming): string {
  if (after !== before) return `${after} keeps ${vip}`
  const cost = felt > 0 ? `${Math.round(felt)} ms without an answer` : 'without an outage'
  return `${vip} returned to ${after} ${cost}`
}

function serviceLines(service: ProbedService, result: DrillResult, paint: Paint): readonly string[] {
  const { felt, url } = service
  const by = Object.entries(felt.servedBy)
    .map(([host, count]) => `${host} ${count}`)
    .join(', ')
  const outage =
    felt.longest > 0
      ? paint('yellow', `${Math.round(felt.longest)} ms without an answer`)
      : paint('green', 'no outage')
  const counts = [
    `${felt.sent} asked`,
    `${felt.failed} failed`,
    `${felt.wrong} wrong${felt.sorry > 0 ? ` (${felt.sorry} sorry pages)` : ''}`,
    `${felt.slow} slow`,
  ]
  const broken = service.kept.connections.some(({ end }) => end === 'broken' || end === 'silent')
  return [
    `  ${url}  ${outage}  ${paint('dim', `${counts.join(', ')}${by ? `; ${by}` : ''}`)}`,
    `  ${picture(service, result, paint)}`,
    `  ${paint(broken ? 'yellow' : 'dim', keptWords(service.kept))}`,
    ...caveats(service, result).map((text) => `  ${paint('yellow', text)}`),
  ]
}

const columns = 60

/** Milliseconds after which an answer came too late for its client. */
const late = 250

function isSoon({ verdict, sent, answered = Number.POSITIVE_INFINITY }: ProbeRecord): boolean {
  return verdict === 'good' && answered - sent <= late
}

/** One sign for each stretch of time: how many of its requests were served. */
function picture({ records }: ProbedService, { startedAt, endedAt }: DrillResult, paint: Paint): string {
  const width = (endedAt - startedAt) / columns
  return Array.from({ length: columns }, (_, column) => {
    const from = startedAt + column * width
    const within = records.filter(({ sent }) => sent >= from && sent < from + width)
    if (within.length === 0) return ' '
    const good = within.filter(isSoon).length / within.length
    if (good === 1) return paint('green', '▇')
    return good === 0 ? paint('red', '▁') : paint('yellow', good > 0.5 ? '▅' : '▃')
  }).join('')
}
