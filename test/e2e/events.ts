import type { DrillResult } from '../../src/model/drill.ts'
import type { Ran } from './understudy.ts'

/** A step of a host's plan as `--json` shows it. */
export interface ShownStep {
  readonly id: string
  readonly verdict: string
  readonly summary?: string
}

/** The recap's line of a host as `--json` shows it. */
export interface ShownRecap {
  readonly host: string
  readonly outcome: string
  readonly changed: number
  readonly pending: number
  readonly failed: number
  readonly trips: number
}

/** A proof as `--json` shows it. */
export interface ShownProof {
  readonly name: string
  readonly subject: string
  readonly verdict: string
  readonly seen?: string
}

/** The steps of a host's first plan. */
export function stepsOf(ran: Ran, host: string): readonly ShownStep[] {
  const plans = ran.events.filter(({ event }) => event === 'host-planned').map(({ plan }) => plan as Planned)
  return plans.find((plan) => plan.host === host)?.steps ?? []
}

/** Steps of a host that are not as they should be, or of which nothing is known, by their ids. */
export function wantedOf(ran: Ran, host: string): readonly string[] {
  return stepsOf(ran, host)
    .filter(({ verdict, summary }) => verdict === 'unknown' || summary !== undefined)
    .map(({ id }) => id)
}

/** Each host's line of the recap. */
export function recapsOf(ran: Ran): readonly ShownRecap[] {
  return ran.events.filter(({ event }) => event === 'host-finished').map(({ recap }) => recap as ShownRecap)
}

/** What `verify` found. */
export function proofsOf(ran: Ran): readonly ShownProof[] {
  return ran.events.filter(({ event }) => event === 'proof').map(({ result }) => result as ShownProof)
}

interface Planned {
  readonly host: string
  readonly steps: readonly ShownStep[]
}

/** What became of drills and of a handover. */
export function drillResultsOf(ran: Ran): readonly DrillResult[] {
  return ran.events.filter(({ event }) => event === 'drill-result').map(({ result }) => result as DrillResult)
}
