import type { Drift } from '../model/drift.ts'
import type { HostRecap, ProofResult, RollingStep, RunEvent } from '../model/event.ts'
import { explain, withRule } from '../model/failure.ts'
import type { PlanImpact } from '../model/impact.ts'
import type { HostPlan } from '../model/plan.ts'
import { shownStep } from '../model/shown-step.ts'
import { driftLines } from './drift.ts'
import { impactLines } from './impact.ts'
import type { Paint } from './paint.ts'
import { planLines, planSummary } from './plan-view.ts'
import { proofLines, proofSummary, waitingLine } from './proofs.ts'
import { recapLines } from './recap.ts'
import { inOneLine, visible } from './redaction.ts'

/** What the words of a report need to know. */
export interface Wording {
  readonly paint: Paint
  readonly redact: (text: string) => string
  /** Show what changes inside files. */
  readonly diff: boolean
  /** Show which task wants each change, and which variables it read. */
  readonly explain?: boolean | undefined
  /** Show what steps print although they went well. */
  readonly output: boolean
  /** Show the shell that hosts are sent. */
  readonly debug: boolean
  /** Something else shows steps as they happen; only what must stay is said in lines. */
  readonly live: boolean
}

const rollingWords: Readonly<Record<RollingStep, string>> = {
  drained: 'gets no new clients',
  'not-drained': 'keeps its clients meanwhile',
  back: 'gets clients again',
  'left-out': 'gets no clients',
  'handed-over': 'hands over',
  'handed-back': 'holds its VIPs again',
  well: 'does its part',
}

/** Turns events into lines, as they come; what belongs together is held back until it is whole. */
export function wordsFor({
  paint,
  redact,
  diff,
  explain: explains = false,
  output: outputs,
  debug,
  live,
}: Wording): (event: RunEvent) => readonly string[] {
  let command = ''
  let plays: readonly string[] = []
  let hosts: readonly string[] = []
  let plans: HostPlan[] = []
  let recaps: HostRecap[] = []
  let proofs: ProofResult[] = []
  let waiting = false
  let impact: PlanImpact | undefined
  const drifts: Drift[] = []

  const plan = () => {
    const shown = plans
      .toSorted((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host))
      .map(({ host, steps }) => ({ host, steps: steps.map((step) => shownStep(step, redact)) }))
    plans = []
    if (shown.length === 0) return []
    const style = { paint, redact, diff, explain: explains, plays }
    const felt = impact ? impactLines(impact, paint) : []
    impact = undefined
    if (command === 'drift') return diff ? planLines(shown, style) : []
    if (command === 'plan') return [...planLines(shown, style), ...planSummary(shown, paint), ...felt]
    return [...(diff || explains ? planLines(shown, style) : []), ...felt]
  }
  const recap = () => {
    const shown = recaps
    recaps = []
    return recapLines(shown, paint)
  }
  const clean = (text: string) => visible(redact(text))
  const block = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => `      ${clean(line)}`)

  return (event) => {
    switch (event.is) {
      case 'run-started':
        command = event.command
        plays = event.plays
        hosts = event.hosts
        return []
      case 'warning':
        return [`${paint('yellow', 'warning:')} ${clean(withRule(event))}`]
      case 'host-waiting':
        return [paint('dim', `${event.host} waits for ${clean(event.on)}`)]
      case 'host-slow':
        return [paint('dim', `${event.host}: waiting for ${clean(event.what)}, ${event.seconds} s so far`)]
      case 'program-sent': {
        if (!debug) return []
        const { host, script = ': a task in it says no_log' } = event
        return [paint('dim', `# ${host} runs:`), ...clean(script).trimEnd().split('\n')]
      }
      case 'host-planned':
        plans.push(event.plan)
        return []
      case 'drift-found':
        drifts.push(event.drift)
        return []
      case 'impact-known':
        impact = event.impact
        return []
      case 'wave-started': {
        const lines = plan()
        return live
          ? lines
          : [...lines, '', `${paint('bold', event.play)}  ${paint('dim', event.hosts.join(' '))}`]
      }
      case 'rolling': {
        const { host, step, seconds, told } = event
        const more = told === '' ? '' : `: ${clean(told)}`
        return [
          `  ${paint('dim', '⋯')} ${host}  ${rollingWords[step]}${more} ${paint('dim', `${seconds.toFixed(1)} s`)}`,
        ]
      }
      case 'step-finished': {
        const { host, step, summary, outcome, milliseconds, output } = event
        const took = paint('dim', `${(milliseconds / 1000).toFixed(1)} s`)
        const sign = {
          changed: paint('green', '✔'),
          unchanged: paint('dim', '·'),
          retried: paint('yellow', '↻'),
          ignored: paint('yellow', '!'),
          failed: paint('red', '✘'),
        }[outcome]
        if (live && (outcome === 'changed' || outcome === 'unchanged') && !(outputs && output)) return []
        const [name, what] = [inOneLine(redact(step)), inOneLine(redact(summary))]
        const line = `  ${sign} ${host.padEnd(Math.max(0, ...hosts.map(({ length }) => length)))}  ${name.padEnd(44)}  ${what.padEnd(28)}  ${took}`
        // What a failed step printed is part of its host's failure.
        if (outcome === 'ignored' && output) return [`${line} (ignored)`, ...block(output)]
        return (outcome === 'changed' || outcome === 'unchanged') && outputs && output
          ? [line, ...block(output)]
          : [line]
      }
      case 'task-said': {
        const [first = '', ...rest] = event.text.trimEnd().split('\n')
        const line = `  ${paint('cyan', '•')} ${event.host}  ${inOneLine(redact(event.title))}: ${clean(first)}`
        return [line, ...rest.map((one) => `      ${clean(one)}`)]
      }
      case 'taken-back': {
        const { host, back, stays, amiss } = event.taken
        const said = (sign: string, words: string, things: readonly string[]) =>
          things.map((one) => `  ${sign} ${host}  ${words} ${clean(one)}`)
        return [
          ...said(paint('green', '↩'), 'is as before:', back),
          ...said(paint('yellow', '!'), 'is not taken back:', stays),
          ...said(paint('red', '✘'), 'could not be taken back:', amiss),
        ]
      }
      case 'host-failed': {
        const [first = '', ...rest] = explain(event.failure).split('\n')
        return [...plan(), `${paint('red', 'failed')} ${clean(first)}`, ...rest.map(clean)]
      }
      case 'host-finished':
        recaps.push(event.recap)
        return plan()
      case 'verify-started':
        waiting = false
        return [...plan(), ...recap(), '', paint('bold', `Verifying ${clean(event.cluster)}`)]
      case 'verify-waiting':
        // Once is enough where lines cannot be taken back.
        if (live || waiting) return []
        waiting = true
        return [`  ${paint('dim', waitingLine(event, redact))}`]
      case 'proof':
        proofs.push(event.result)
        return proofLines(event.result, paint, redact)
      case 'run-failed':
        return [`${paint('red', 'error')} ${clean(explain(event.failure))}`]
      case 'run-finished': {
        const told = command === 'drift' ? driftLines(drifts, { paint, redact }) : []
        const shown = proofs
        proofs = []
        return [
          ...plan(),
          ...recap(),
          ...told,
          ...(shown.length > 0 ? proofSummary(shown, paint) : []),
          paint('dim', `${event.seconds.toFixed(1)} s`),
        ]
      }
      default:
        return []
    }
  }
}
