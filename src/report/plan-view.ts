import { showOrigin } from '../model/origin.ts'
import type { ShownPlan, ShownStep } from '../model/shown-step.ts'
import { differenceLines, paintDifference } from './differences.ts'
import { feltWords } from './impact.ts'
import type { Paint } from './paint.ts'
import { inOneLine } from './redaction.ts'

/** One line of a plan with all hosts it applies to. */
interface Row {
  readonly play: string
  readonly sign: '+' | '?' | '…' | '•'
  readonly name: string
  readonly text: string
  /** What users feel of it, and why. */
  readonly impact: string
  readonly why: readonly string[]
  /** What has to hold for it; empty where it is certain. */
  readonly assumption: string
  /** What it means to a cluster. */
  readonly means: readonly string[]
  readonly diff: readonly string[]
  /** Which task wants it, and what it read. */
  readonly because: readonly string[]
  /** Where the step stands in its host's plan. */
  readonly place: number
  readonly hosts: string[]
}

/** How a plan is shown. */
export interface PlanStyle {
  readonly paint: Paint
  readonly redact: (text: string) => string
  readonly diff: boolean
  /** Say which task wants a change, and which variables it read. */
  readonly explain?: boolean | undefined
  /** Names of the plays in their order. */
  readonly plays: readonly string[]
}

/** A plan for people: the same change on several hosts is one line, and the same diff is shown once. */
export function planLines(plans: readonly ShownPlan[], style: PlanStyle): readonly string[] {
  const { paint, diff, explain = false } = style
  const rows = rowsOf(plans, style)
  const lines: string[] = []
  const name = Math.min(60, Math.max(0, ...rows.map((row) => row.name.length)))
  const text = Math.min(40, Math.max(0, ...rows.map((row) => row.text.length)))
  let play: string | undefined
  let assumption = ''
  for (const row of rows) {
    if (row.play !== play) lines.push('', paint('bold', row.play))
    play = row.play
    // Of many that rest on the same it is said once.
    if (row.assumption !== '' && row.assumption !== assumption)
      lines.push(`    ${paint('dim', `assuming that ${row.assumption}:`)}`)
    assumption = row.assumption
    const colour = row.sign === '+' ? 'green' : row.sign === '•' ? 'cyan' : 'yellow'
    const impact = row.impact === '' ? '' : paint('magenta', ` (${row.impact})`)
    lines.push(
      `  ${paint(colour, row.sign)} ${row.name.padEnd(name)}  ${row.text.padEnd(text)}  ${paint('dim', row.hosts.join(' '))}${impact}`,
    )
    lines.push(...row.means.map((one) => `      ${paint('cyan', one)}`))
    lines.push(...row.why.map((one) => `      ${paint('magenta', one)}`))
    if (explain) lines.push(...row.because.map((one) => `      ${paint('cyan', one)}`))
    if (diff) lines.push(...row.diff.map((line) => `      ${paintDifference(line, paint)}`))
  }
  return lines
}

/** The last words on a plan. */
export function planSummary(plans: readonly ShownPlan[], paint: Paint): readonly string[] {
  const steps = plans.flatMap((plan) => plan.steps)
  const count = (is: ShownStep['verdict']) =>
    steps.filter((step) => step.verdict === is && (is !== 'provisional' || step.summary !== undefined)).length
  const [settled, expected, unknown] = [count('change'), count('provisional'), count('unknown')]
  const all = settled + expected + unknown
  const hosts = `${plans.length} ${plans.length === 1 ? 'host' : 'hosts'}`
  if (all === 0)
    return [
      '',
      paint('green', `Nothing to do: ${hosts} ${plans.length === 1 ? 'is' : 'are'} as the playbook says.`),
    ]
  const parts = [
    `${settled} certain ${paint('green', '+')}`,
    ...(expected ? [`${expected} assumed ${paint('yellow', '?')}`] : []),
    ...(unknown ? [`${unknown} unknown until apply ${paint('yellow', '…')}`] : []),
  ]
  return [
    '',
    `Plan: ${all} ${all === 1 ? 'change' : 'changes'} on ${hosts}: ${parts.join(', ')}. Nothing was changed.`,
  ]
}

function rowsOf(plans: readonly ShownPlan[], { redact, plays, explain = false }: PlanStyle): readonly Row[] {
  const rows = new Map<string, Row>()
  for (const { host, steps } of plans) {
    steps.forEach((step, place) => {
      const row = rowOf(step, redact)
      if (!row) return
      const key = JSON.stringify([
        row.play,
        row.sign,
        row.name,
        row.text,
        row.impact,
        row.why,
        row.means,
        row.assumption,
        row.diff,
        explain ? row.because : [],
      ])
      const known = rows.get(key) ?? { ...row, place, hosts: [] }
      if (!known.hosts.includes(host)) known.hosts.push(host)
      rows.set(key, known)
    })
  }
  return [...rows.values()].toSorted(
    (a, b) => plays.indexOf(a.play) - plays.indexOf(b.play) || a.place - b.place,
  )
}

function rowOf(step: ShownStep, redact: (text: string) => string): Omit<Row, 'hosts' | 'place'> | undefined {
  const { verdict, play, id, after = '', text = '', summary, impact = 'none', differences = [], noLog } = step
  const row = {
    play,
    name: inOneLine(id),
    impact: '',
    assumption: '',
    why: [],
    means: [],
    diff: [],
    because: [],
  } as const
  if (verdict === 'unknown') return { ...row, sign: '…', text: `waits for ${inOneLine(after)}` }
  if (verdict === 'told') return { ...row, sign: '•', text: inOneLine(text) }
  if (summary === undefined) return undefined
  return {
    ...row,
    sign: verdict === 'change' ? '+' : '?',
    text: inOneLine(summary),
    impact: feltWords(step.felt, impact),
    why: (step.felt?.why ?? []).map(inOneLine),
    assumption: inOneLine(step.assumption ?? ''),
    means: (step.means ?? []).map(inOneLine),
    because: becauseOf(step),
    diff: noLog ? ['(not shown: no_log)'] : differenceLines(differences, redact),
  }
}

/** The task that wants a change, and each variable that it read with its place. */
function becauseOf({ title, origin, because = [], id }: ShownStep): readonly string[] {
  const task = title === '' || title === id ? 'a task' : `"${inOneLine(title)}"`
  const name = Math.max(0, ...because.map((one) => one.name.length))
  return [
    ...(origin ? [`wanted by ${task}, ${showOrigin(origin)}`] : []),
    ...because.map(({ name: of, origin: place, value }) => {
      const from = place ? showOrigin(place) : 'found or computed by this run'
      return `  ${of.padEnd(name)}  ${from}${value === undefined ? '' : `  ${inOneLine(value)}`}`
    }),
  ]
}
