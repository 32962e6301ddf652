import { withDoubt } from '../../model/doubt.ts'
import type { DrillResult, Homecoming, ProbedService, ProbeRecord } from '../../model/drill.ts'
import type { Paint } from '../paint.ts'
import { inOneLine } from '../redaction.ts'
import { caveats, lateAfter } from './busy.ts'
import { instantWords, unaskedWords } from './doubts.ts'
import { keptWords } from './kept-words.ts'
import { moments } from './moments.ts'
import { hasBroken, streamWords } from './stream-words.ts'

/** Signs of an instant with its doubt, such as `12.345 s ± 10 ms`. */
const wide = 17

/** Lines of the timeline on a terminal; the report has them all. */
const most = 16

/** What one drill came to, in a few lines with a picture of the requests. */
export function resultLines(result: DrillResult, paint: Paint): readonly string[] {
  const { services, wire, faultAt, strikeTook, bound, passed, reasons } = result
  const after = moments(result).filter(({ at }) => at > faultAt)
  return [
    ...services.flatMap((service) => serviceLines(service, result, paint)),
    ...unaskedWords(result).map((text) => `  ${paint('yellow', text)}`),
    `  ${paint('dim', `times since the fault was ordered; it had struck within ${Math.ceil(strikeTook)} ms`)}`,
    ...after
      .slice(0, most)
      .map(
        ({ at, doubt, text }) =>
          `  ${paint('dim', instantWords(at, doubt, faultAt).padStart(wide))}  ${inOneLine(text)}`,
      ),
    ...(after.length > most
      ? [`  ${' '.repeat(wide)}  ${paint('dim', `and ${after.length - most} more: --report shows them`)}`]
      : []),
    ...result.homecomings.map((one) => `  ${paint('dim', 'then'.padStart(wide))}  ${homecoming(one)}`),
    ...(wire.watched.length === 0
      ? [`  ${paint('dim', 'VRRP and ARP were not seen: tcpdump is on none of the machines')}`]
      : []),
    passed
      ? `  ${paint('green', '✔ passed')}  ${paint('dim', `bound ${Math.round(bound.milliseconds)} ms: ${bound.why}`)}`
      : `  ${paint('red', '✘ failed')}`,
    ...reasons.map((reason) => `    ${inOneLine(reason)}`),
  ]
}

function homecoming({ vip, before, after, felt, doubt }: Homecoming): string {
  if (after !== before) return `${after} keeps ${vip}`
  const cost = felt > 0 ? `${withDoubt(felt, doubt)} without an answer` : noOutage('without an outage', doubt)
  return `${vip} returned to ${after} ${cost}`
}

/** One that is shorter than that could have hidden between two requests. */
function noOutage(words: string, doubt: number): string {
  return `${words} of more than ${Math.ceil(doubt)} ms`
}

function serviceLines(service: ProbedService, result: DrillResult, paint: Paint): readonly string[] {
  const { felt, url } = service
  const by = Object.entries(felt.servedBy)
    .map(([host, count]) => `${host} ${count}`)
    .join(', ')
  const outage =
    felt.longest > 0
      ? paint('yellow', `${withDoubt(felt.longest, felt.doubt)} without an answer`)
      : paint('green', noOutage('no outage', felt.doubt))
  const counts = [
    `${felt.sent} asked`,
    `${felt.failed} failed`,
    `${felt.wrong} wrong${felt.sorry > 0 ? ` (${felt.sorry} sorry pages)` : ''}`,
    `${felt.slow} slow`,
  ]
  const kept = keptWords(url, service.kept)
  const broken = service.kept.connections.some(({ end }) => end === 'broken' || end === 'silent')
  return [
    `  ${url}  ${outage}  ${paint('dim', `${counts.join(', ')}${by ? `; ${by}` : ''}`)}`,
    `  ${picture(service, result, paint)}`,
    ...(kept === undefined ? [] : [`  ${paint(broken ? 'yellow' : 'dim', kept)}`]),
    ...service.streams.map((held) => `  ${paint(hasBroken(held) ? 'yellow' : 'dim', streamWords(held))}`),
    ...caveats(service, result).map((text) => `  ${paint('yellow', text)}`),
  ]
}

const columns = 60

function isSoon(
  { verdict, sent, answered = Number.POSITIVE_INFINITY }: ProbeRecord,
  service: ProbedService,
): boolean {
  return verdict === 'good' && answered - sent <= lateAfter(service)
}

/** One sign for each stretch of time: how many of its requests were served. */
function picture(service: ProbedService, { startedAt, endedAt }: DrillResult, paint: Paint): string {
  const width = (endedAt - startedAt) / columns
  return Array.from({ length: columns }, (_, column) => {
    const from = startedAt + column * width
    const within = service.records.filter(({ sent }) => sent >= from && sent < from + width)
    if (within.length === 0) return ' '
    const good = within.filter((one) => isSoon(one, service)).length / within.length
    if (good === 1) return paint('green', '▇')
    return good === 0 ? paint('red', '▁') : paint('yellow', good > 0.5 ? '▅' : '▃')
  }).join('')
}
