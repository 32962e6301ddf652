import type { PlanImpact } from '../model/impact.ts'
import type { ShownPlan } from '../model/shown-step.ts'
import { impactLines } from './impact.ts'
import type { Paint } from './paint.ts'
import { planLines, planSummary } from './plan-view.ts'
import { inOneLine } from './redaction.ts'

/** What is shown of a plan that was kept; nothing in it is secret. */
export interface KeptView {
  readonly made: { readonly at: string; readonly by: string; readonly understudy: string }
  readonly asked: {
    readonly inventory: readonly string[]
    readonly playbook?: string | undefined
    readonly limit?: string | undefined
  }
  readonly plays: readonly string[]
  readonly hosts: readonly ShownPlan[]
  readonly impact?: PlanImpact | undefined
}

/** A kept plan as it was shown when it was made, and what it is a plan of. */
export function keptLines(
  { made, asked, plays, hosts, impact }: KeptView,
  { paint, diff }: { readonly paint: Paint; readonly diff: boolean },
): readonly string[] {
  const { inventory, playbook, limit } = asked
  const of = [
    ...inventory,
    ...(playbook === undefined ? [] : [playbook]),
    ...(limit ? [`only ${limit}`] : []),
  ]
  const head = `made ${made.at} by ${made.by} with understudy ${made.understudy}, of ${of.join(', ')}`
  return [
    paint('dim', inOneLine(head)),
    ...planLines(hosts, { paint, diff, plays, redact: (text) => text }),
    ...planSummary(hosts, paint),
    ...(impact ? impactLines(impact, paint) : []),
  ]
}

/** The same as one line of JSON. */
export function keptJson({ made, asked, plays, hosts, impact }: KeptView): string {
  return JSON.stringify({ event: 'plan-kept', version: 1, made, asked, plays, hosts, impact })
}
