import { type Felt, type FeltAt, isMissed, type PlanImpact } from '../model/impact.ts'
import type { Paint } from './paint.ts'

/** What users feel of one step, behind its line; empty where it is nothing. */
export function feltWords(felt: Felt | undefined, impact: string): string {
  if (!felt) return impact === 'none' ? '' : impact
  if (felt.class === 'none') return ''
  const missed = felt.vips.filter(isMissed)
  const times = missed.flatMap(({ seconds }) => seconds ?? [])
  if (missed.length === 0) return felt.class
  const time = times.length < missed.length ? '' : `, ≤ ${shown(Math.max(...times))}`
  return `${felt.class}: ${missed.map(({ vip }) => vip).join(' ')}${time}`
}

/** What users feel of a whole plan. */
export function impactLines(impact: PlanImpact, paint: Paint): readonly string[] {
  const felt = impact.vips.filter(isMissed)
  const mostly = impact.class === 'none' ? '' : ` (${impact.class})`
  const unknown =
    impact.unknown === 0
      ? []
      : [
          `  ${impact.unknown === 1 ? 'one step is' : `${impact.unknown} steps are`} not known yet, nor what users feel of ${impact.unknown === 1 ? 'it' : 'them'}`,
        ]
  if (felt.length === 0) return [`Impact: ${paint('green', `no interruption${mostly}`)}`, ...unknown]
  const isBad = impact.class === 'outage'
  return [
    `Impact: ${paint(isBad ? 'red' : 'yellow', impact.class)}`,
    ...felt.map((one) => `  ${one.vip}: ${wordsOf(one)}`),
    ...unknown,
  ]
}

function wordsOf({ class: felt, moves, seconds, services }: FeltAt): string {
  const time = seconds === undefined ? '' : `, ≤ ${shown(seconds)}${moves > 1 ? ' each' : ''}`
  if (seconds === undefined)
    return felt === 'outage' ? `outage${services.length > 0 ? ` of ${services.join(', ')}` : ''}` : felt
  if (moves > 0) return `${counted(moves)} ${moves === 1 ? 'failover' : 'failovers'}${time}`
  return `some requests wait or fail${time}`
}

function counted(count: number): string {
  return ['no', 'one', 'two', 'three', 'four', 'five', 'six'][count] ?? String(count)
}

/** Seconds with one decimal, rounded up: nobody is promised less than what was computed. */
function shown(seconds: number): string {
  return `${(Math.ceil(seconds * 10 - 1e-9) / 10).toFixed(1)} s`
}
