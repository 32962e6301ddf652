import type { DrillReport, DrillResult } from '../../model/drill.ts'
import type { DrillEvent, DrillName, DrillStage } from '../../model/drill-event.ts'
import { paintFor } from '../paint.ts'
import { waitingLine } from '../proofs.ts'
import { inOneLine, redactor, visible } from '../redaction.ts'
import { outageWords } from './doubts.ts'
import { titleOf } from './title.ts'
import { resultLines } from './words.ts'

/** Shows drills as they happen. */
export interface DrillView {
  list(drills: readonly DrillName[]): void
  take(event: DrillEvent): void
  summary(report: DrillReport): void
  /** Takes back the line that moves: somebody else is about to write. */
  still(): void
}

/** Where a view is drawn. */
export interface DrillViewOptions {
  readonly json: boolean
  readonly stdout: NodeJS.WriteStream
  readonly secrets: ReadonlySet<string>
}

const stages: Readonly<Record<DrillStage, string>> = {
  baseline: 'watching the cluster while it is well',
  fault: 'breaking it',
  struck: 'broken; watching what a client feels',
  undo: 'putting everything back',
  handover: 'handing over; watching what a client feels',
  settling: 'waiting until all is settled',
  healed: 'all is as before',
}

/** Opens a view: lines for people, on a terminal with one that moves, or JSON for programs. */
export function openDrillView({ json, stdout, secrets }: DrillViewOptions): DrillView {
  const redact = redactor(secrets)
  const paint = paintFor(stdout.isTTY === true, process.env)
  const line = (text: string) => stdout.write(`${redact(text)}\n`)
  const event = (value: Readonly<Record<string, unknown>>) =>
    stdout.write(
      `${JSON.stringify({ version: 1, ...value }, (_, one) => (typeof one === 'string' ? redact(one) : one))}\n`,
    )
  let ticking: NodeJS.Timeout | undefined
  const still = () => {
    clearInterval(ticking)
    if (stdout.isTTY && !json) stdout.write('\r\u001b[K')
  }
  let waited = false
  const waiting = (happened: Extract<DrillEvent, { is: 'drill-waiting' }>) => {
    // As with verify: a program is told what came of it, and once is enough where lines cannot be taken back.
    if (json || (waited && !stdout.isTTY)) return
    waited = true
    still()
    const text = `  ${paint('dim', waitingLine(happened, redact))}`
    stdout.isTTY ? stdout.write(text) : line(text)
  }
  const warning = (message: string) => {
    if (json) return void event({ event: 'drill-warning', message })
    still()
    line(`${paint('yellow', 'warning:')} ${visible(message)}`)
  }
  const stage = ({ drill, stage, probes }: Extract<DrillEvent, { is: 'drill-stage' }>) => {
    if (json)
      return void event({
        event: 'drill-stage',
        drill: drill.name,
        ...(drill.on ? { on: drill.on } : {}),
        stage,
      })
    still()
    if (stage === 'baseline') line(`\n${paint('bold', titleOf(drill))}  ${paint('dim', drill.summary)}`)
    if (stage === 'healed') return
    if (!stdout.isTTY) return void line(`  ${stages[stage]}`)
    const draw = () => {
      const all = probes.flatMap(({ records }) => records)
      const bad = all.filter(({ verdict }) => verdict !== 'good').length
      stdout.write(`\r\u001b[K  ${stages[stage]}: ${all.length} requests, ${bad} not served`)
    }
    draw()
    ticking = setInterval(draw, 100)
    ticking.unref()
  }
  const result = (result: DrillResult) => {
    still()
    if (json)
      return void event({
        event: 'drill-result',
        result: { ...result, services: result.services.map(({ records: _, ...rest }) => rest) },
      })
    for (const text of resultLines(result, paint)) line(text)
  }
  return {
    list(drills) {
      const width = Math.max(0, ...drills.map(({ name }) => name.length))
      for (const { name, summary } of drills)
        json
          ? event({ event: 'drill', name, summary })
          : line(`${paint('bold', name.padEnd(width))}  ${summary}`)
    },
    take(happened) {
      if (happened.is === 'drill-waiting') return waiting(happened)
      if (happened.is === 'drill-warning') return warning(happened.message)
      waited = false
      return happened.is === 'drill-stage' ? stage(happened) : result(happened.result)
    },
    still,
    summary({ cluster, results, notRun }) {
      if (json)
        return void event({
          event: 'drill-finished',
          cluster,
          drills: results.length,
          failed: results.filter(({ passed }) => !passed).length,
          notRun,
        })
      if (results.length + notRun.length === 0) return
      const failed = results.filter(({ passed }) => !passed)
      const width = Math.max(0, ...results.map((result) => titleOf(result).length))
      line('')
      for (const result of results) {
        const { passed, services, bound } = result
        line(
          `  ${passed ? paint('green', '✔') : paint('red', '✘')} ${titleOf(result).padEnd(width)}  ${outageWords(services).padStart(14)}  ${paint('dim', `bound ${Math.round(bound.milliseconds)} ms`)}`,
        )
      }
      for (const reason of new Set(notRun.map((one) => one.reason)))
        line(
          `  ${paint('yellow', '–')} ${notRun
            .filter((one) => one.reason === reason)
            .map(titleOf)
            .join(', ')}  not carried out: ${inOneLine(reason.split('\n')[0] ?? '')}`,
        )
      const missing =
        notRun.length === 0
          ? ''
          : `; ${notRun.length} of ${results.length + notRun.length} were not carried out`
      line(
        failed.length > 0
          ? `\n${paint('red', `${failed.length} of ${results.length} drills failed`)}${missing}.`
          : results.length > 0
            ? `\n${paint('green', `${results.length} of ${results.length} drills passed`)}${missing || `: the cluster ${inOneLine(cluster)} is as before`}.`
            : `\n${paint('red', 'No drill was carried out')}.`,
      )
    },
  }
}
