import { type HostPlan, isOpen, type Step, sendableIn } from '../model/plan.ts'
import type { HostPlanning, PlacedStep, PlanInput } from './planning.ts'
import { Walk } from './walk.ts'

/**
 * Compares what is wanted with what was found, in order. Pure. A step whose readings an earlier pending change
 * may falsify is provisional; one that is not known yet makes everything after it provisional.
 */
export function planHost(input: PlanInput): HostPlanning {
  return new Walk(input).plan()
}

/** A step with its place. */
export function keyed({ key, step }: PlacedStep): Step {
  return { ...step, key }
}

/** The plan as reports see it. */
export function shownPlan(host: string, planning: HostPlanning): HostPlan {
  return { host, steps: planning.steps.map(keyed) }
}

/**
 * The changes that can be sent now: those before the first step that has to wait for one of them, in plays up
 * to `lastPlay`; what looks for itself whether it is still needed has not to wait. Order is kept because it carries meaning: ARP sysctls come before the VIP. Behind a step that the task
 * itself judges nothing is sent: it may turn out to have failed.
 */
export function settledPrefix(planning: HostPlanning, lastPlay: number): readonly PlacedStep[] {
  const settled: PlacedStep[] = []
  for (const placed of planning.steps) {
    const { verdict, resource } = placed.step
    const change = sendableIn(verdict)
    if (placed.play > lastPlay || placed.held || (!change && isOpen(verdict))) break
    if (!change) continue
    // One program goes to one host.
    const first = settled[0]?.step.resource?.options
    if (first && first.on !== resource?.options.on) break
    // What has to wait for its turn keeps nothing else waiting, and is not kept by anything.
    if (first && first.throttle?.of !== resource?.options.throttle?.of) break
    const { reconnects, changesNothing, pauses } = change
    // What waits stands alone, and nothing is sent behind a restart of the machine.
    if ((pauses || (reconnects && changesNothing)) && settled.length > 0) break
    settled.push(placed)
    const { reads, stopsByStatus = reads === undefined } = change
    if (resource?.options.judgement?.decides || reconnects || !stopsByStatus || pauses) break
  }
  return settled
}
