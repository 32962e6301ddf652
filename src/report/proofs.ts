import type { ProofResult, RunEvent } from '../model/event.ts'
import type { Paint } from './paint.ts'
import { inOneLine, visible } from './redaction.ts'

const signs = { pass: '✔', fail: '✘', unknown: '?' } as const
const colours = { pass: 'green', fail: 'red', unknown: 'yellow' } as const

/** One proof: a line where it holds; what was expected, seen, the likely cause and the next step where not. */
export function proofLines(
  result: ProofResult,
  paint: Paint,
  redact: (text: string) => string,
): readonly string[] {
  const { name, subject, verdict, expected, seen, cause, next } = result
  const clean = (text: string) => redact(visible(text))
  const head = `  ${paint(colours[verdict], signs[verdict])} ${name}: ${paint('bold', clean(subject))}`
  if (verdict === 'pass') return [seen ? `${head}  ${paint('dim', clean(seen))}` : head]
  const detail = [
    ['expected', expected],
    ['seen', seen],
    ['likely cause', cause],
    ['next', next],
  ].flatMap(([label, text]) => (text ? [`      ${`${label}:`.padEnd(14)}${clean(text)}`] : []))
  return [head, ...detail]
}

/** What a verification waits for, on one line. */
export function waitingLine(
  { seconds, failing }: Pick<Extract<RunEvent, { is: 'verify-waiting' }>, 'seconds' | 'failing'>,
  redact: (text: string) => string,
): string {
  const [first, ...others] = failing
  const more = others.length > 0 ? ` and ${others.length} more` : ''
  return `waiting up to ${Math.ceil(seconds)} s until ${first?.name}: ${inOneLine(redact(first?.subject ?? ''))}${more}`
}

/** How many of them hold. */
export function proofSummary(results: readonly ProofResult[], paint: Paint): readonly string[] {
  const count = (verdict: ProofResult['verdict']) => results.filter((one) => one.verdict === verdict).length
  const unknown = count('unknown')
  const text = `${count('pass')} of ${results.length} proofs hold${unknown ? `, ${unknown} could not be seen` : ''}.`
  return ['', paint(count('fail') > 0 ? 'red' : 'green', text)]
}
