import type { Change } from '../model/change.ts'
import { changeOf, type HostPlan, type Step } from '../model/plan.ts'
import { differenceLines, paintDifference } from './differences.ts'
import type { Paint } from './paint.ts'

/** One line of a plan with all hosts it applies to. */
interface Row {
  readonly play: string
  readonly sign: '+' | '?' | '…'
  readonly name: string
  readonly text: string
  readonly impact: Change['impact']
  readonly diff: readonly string[]
  readonly hosts: string[]
}

/** How a plan is shown. */
export interface PlanStyle {
  readonly paint: Paint
  readonly redact: (text: string) => string
  readonly diff: boolean
}

/** A plan for people: the same change on several hosts is one line, and the same diff is shown once. */
export function planLines(plans: readonly HostPlan[], { paint, redact, diff }: PlanStyle): readonly string[] {
  const rows = rowsOf(plans, redact)
  const lines: string[] = []
  const name = Math.min(60, Math.max(0, ...rows.map((row) => row.name.length)))
  const text = Math.min(40, Math.max(0, ...rows.map((row) => row.text.length)))
  let play: string | undefined
  for (const row of rows) {
    if (row.play !== play) lines.push('', paint('bold', row.play))
    play = row.play
    const colour = row.sign === '+' ? 'green' : 'yellow'
    const impact = row.impact === 'none' ? '' : paint('magenta', ` (${row.impact})`)
    lines.push(
      `  ${paint(colour, row.sign)} ${row.name.padEnd(name)}  ${row.text.padEnd(text)}  ${paint('dim', row.hosts.join(' '))}${impact}`,
    )
    if (diff) lines.push(...row.diff.map((line) => `      ${paintDifference(line, paint)}`))
  }
  return lines
}

/** The last words on a plan. */
export function planSummary(plans: readonly HostPlan[], paint: Paint): readonly string[] {
  const steps = plans.flatMap((plan) => plan.steps)
  const count = (is: Step['verdict']['is']) =>
    steps.filter((step) => step.verdict.is === is && (is !== 'provisional' || changeOf(step))).length
  const [settled, expected, unknown] = [count('change'), count('provisional'), count('unknown')]
  const hosts = `${plans.length} ${plans.length === 1 ? 'host' : 'hosts'}`
  if (settled + expected + unknown === 0)
    return [
      '',
      paint('green', `Nothing to do: ${hosts} ${plans.length === 1 ? 'is' : 'are'} as the playbook says.`),
    ]
  const parts = [
    `${settled} settled ${paint('green', '+')}`,
    ...(expected ? [`${expected} expected after these ${paint('yellow', '?')}`] : []),
    ...(unknown ? [`${unknown} not known yet ${paint('yellow', '…')}`] : []),
  ]
  return [
    '',
    `Plan: ${settled + expected + unknown} changes on ${hosts}: ${parts.join(', ')}. Nothing was changed.`,
  ]
}

function rowsOf(plans: readonly HostPlan[], redact: (text: string) => string): readonly Row[] {
  const rows = new Map<string, Row>()
  const order = playOrder(plans)
  for (const { host, steps } of plans) {
    for (const step of steps) {
      const row = rowOf(step, redact)
      if (!row) continue
      const key = JSON.stringify([row.play, row.sign, row.name, row.text, row.diff])
      const known = rows.get(key) ?? { ...row, hosts: [] }
      if (!known.hosts.includes(host)) known.hosts.push(host)
      rows.set(key, known)
    }
  }
  return [...rows.values()].toSorted((a, b) => order.indexOf(a.play) - order.indexOf(b.play))
}

function rowOf(step: Step, redact: (text: string) => string): Omit<Row, 'hosts'> | undefined {
  const { verdict, play, id } = step
  const change = changeOf(step)
  if (verdict.is === 'unknown')
    return { play, sign: '…', name: id, text: `waits for ${verdict.after}`, impact: 'none', diff: [] }
  if (!change) return undefined
  const noLog = step.resource?.options.noLog
  return {
    play,
    sign: verdict.is === 'change' ? '+' : '?',
    name: redact(id),
    text: redact(change.summary),
    impact: change.impact,
    diff: noLog ? ['(not shown: no_log)'] : differenceLines(change.differences, redact),
  }
}

function playOrder(plans: readonly HostPlan[]): readonly string[] {
  // Each host sees its own plays only; merged, every pair stands in the order some host sees it.
  const order: string[] = []
  for (const { steps } of plans) {
    let at = 0
    for (const { play } of steps) {
      const known = order.indexOf(play)
      if (known >= 0) at = known + 1
      else order.splice(at++, 0, play)
    }
  }
  return order
}
