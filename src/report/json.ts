import type { RunEvent } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import { Problems } from '../model/failure.ts'
import type { Step } from '../model/plan.ts'
import { type ShownStep, shownStep } from '../model/shown-step.ts'

/** The version of the shape; it changes when a field changes its meaning or goes. */
const version = 1

/** Clocks say more than anybody can use. */
const decimals: Readonly<Record<string, number>> = { milliseconds: 1, seconds: 3 }

/** Whether an event stands in the JSON: a program that reads it waits without being told for what. */
export function isInJson({ is }: RunEvent, debug: boolean): boolean {
  return is === 'program-sent' ? debug : is !== 'verify-waiting'
}

/** One event as one line of JSON (docs/json.md). Scripts and the insides of resources stay out. */
export function jsonLine(event: RunEvent, redact: (text: string) => string): string {
  const { is, ...rest } = event
  return redactedJson({ event: is, version, ...shape(rest, redact) }, redact)
}

function shape(
  rest: Readonly<Record<string, unknown>>,
  redact: (text: string) => string,
): Readonly<Record<string, unknown>> {
  const shaped: Record<string, unknown> = { ...rest }
  if ('failure' in rest) shaped.failure = failureOf(rest.failure as Failure)
  if ('plan' in rest) {
    const plan = rest.plan as { readonly host: string; readonly steps: readonly Step[] }
    shaped.plan = { host: plan.host, steps: plan.steps.map((step) => stepOf(step, redact)) }
  }
  return shaped
}

function stepOf(step: Step, redact: (text: string) => string): Omit<ShownStep, 'noLog'> {
  const { noLog: _, ...shown } = shownStep(step, redact)
  return shown
}

function failureOf(failure: Failure): Readonly<Record<string, unknown>> {
  const { code, rule, message, where, next, output } = failure
  return {
    code,
    ...(rule === undefined ? {} : { rule }),
    message,
    where,
    ...(next ? { next } : {}),
    ...(output ? { output } : {}),
    ...(failure instanceof Problems ? { problems: failure.problems.map(failureOf) } : {}),
  }
}

/** Redacts values, not the text of the line: a secret with a quote in it looks different once encoded. */
function redactedJson(value: unknown, redact: (text: string) => string): string {
  return JSON.stringify(value, (name, one) => {
    if (typeof one === 'string') return redact(one)
    return typeof one === 'number' && name in decimals ? Number(one.toFixed(decimals[name])) : one
  })
}
