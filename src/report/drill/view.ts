import type { DrillReport, DrillResult } from '../../model/drill.ts'
import { paintFor } from '../paint.ts'
import { inOneLine, redactor } from '../redaction.ts'
import { resultLines } from './words.ts'

/** What a view knows of a drill before it is over. */
interface Named {
  readonly name: string
  readonly summary: string
}

/** Requests that have been answered, or not, so far. */
interface Progress {
  readonly records: readonly { readonly verdict: 'good' | 'wrong' | 'failed' }[]
}

/** Shows drills as they happen. */
export interface DrillView {
  list(faults: readonly Named[]): void
  stage(fault: Named, stage: string, probes: readonly Progress[]): void
  result(result: DrillResult): void
  summary(report: DrillReport): void
}

/** Where a view is drawn. */
export interface DrillViewOptions {
  readonly json: boolean
  readonly stdout: NodeJS.WriteStream
  readonly secrets: ReadonlySet<string>
}

const stages: Readonly<Record<string, string>> = {
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
    if (stdout.isTTY) stdout.write('\r\u001b[K')
  }
  return {
    list(faults) {
      const width = Math.max(0, ...faults.map(({ name }) => name.length))
      for (const { name, summary } of faults)
        json
          ? event({ event: 'drill', name, summary })
          : line(`${paint('bold', name.padEnd(width))}  ${summary}`)
    },
    stage(fault, stage, probes) {
      if (json) return void event({ event: 'drill-stage', drill: fault.name, stage })
      still()
      if (stage === 'baseline') line(`\n${paint('bold', fault.name)}  ${paint('dim', fault.summary)}`)
      if (stage === 'healed') return
      if (!stdout.isTTY) return void line(`  ${stages[stage] ?? stage}`)
      const draw = () => {
        const all = probes.flatMap(({ records }) => records)
        const bad = all.filter(({ verdict }) => verdict !== 'good').length
        stdout.write(`\r\u001b[K  ${stages[stage] ?? stage}: ${all.length} requests, ${bad} not served`)
      }
      draw()
      ticking = setInterval(draw, 100)
      ticking.unref()
    },
    result(result) {
      still()
      if (json)
        return void event({
          event: 'drill-result',
          result: { ...result, services: result.services.map(({ records: _, ...rest }) => rest) },
        })
      for (const text of resultLines(result, paint)) line(text)
    },
    summary({ cluster, results }) {
      if (json)
        return void event({
          event: 'drill-finished',
          cluster,
          drills: results.length,
          failed: results.filter(({ passed }) => !passed).length,
        })
      if (results.length === 0) return
      const failed = results.filter(({ passed }) => !passed)
      const width = Math.max(...results.map(({ name }) => name.length))
      line('')
      for (const { name, passed, services, bound } of results) {
        const worst = Math.max(0, ...services.map(({ felt }) => felt.longest))
        line(
          `  ${passed ? paint('green', '✔') : paint('red', '✘')} ${name.padEnd(width)}  ${`${Math.round(worst)} ms`.padStart(9)}  ${paint('dim', `bound ${Math.round(bound.milliseconds)} ms`)}`,
        )
      }
      line(
        failed.length === 0
          ? `\n${paint('green', `${results.length} of ${results.length} drills passed`)}: the cluster ${inOneLine(cluster)} is as before.`
          : `\n${paint('red', `${failed.length} of ${results.length} drills failed`)}.`,
      )
    },
  }
}
