import type { Change } from '../model/change.ts'
import type { HostPlan, Step, Verdict } from '../model/plan.ts'
import type { Registered, Resource, ResourceId, Upcoming } from '../model/resource.ts'
import { affects, type Query } from '../model/sensor.ts'
import type { Expansion, Knowledge, Task } from '../model/task.ts'
import type { Answers } from '../shell/questions.ts'
import { readingsOf } from './inspect.ts'

/** One play's tasks for the host that is planned. */
export interface PlayTasks {
  readonly play: string
  readonly tasks: readonly Task[]
}

/** What a plan rests on: answers of the host, facts of all, and what this run already did here. */
export interface PlanInput {
  readonly host: string
  readonly plays: readonly PlayTasks[]
  readonly known: Knowledge
  readonly answers: Answers
  /** Keys of the steps this run has carried out. */
  readonly done: ReadonlySet<string>
}

/** A step with its place in the plan, by which the engine knows it again in the next round. */
export interface PlacedStep {
  readonly key: string
  /** Index into `PlanInput.plays`. */
  readonly play: number
  readonly step: Step
}

/** A host's plan as the engine needs it. */
export interface HostPlanning {
  readonly steps: readonly PlacedStep[]
  /** Resources whose questions must be asked before more can be said. */
  readonly unasked: readonly Resource[]
}

/** A change that comes earlier in the same plan. */
interface Pending {
  readonly id: ResourceId
  readonly disturbs: Change['disturbs']
}

/**
 * Compares what is wanted with what was found, in order. Pure. A step whose readings an earlier pending change
 * may falsify is provisional; one that is not known yet makes everything after it provisional.
 */
export function planHost(input: PlanInput): HostPlanning {
  const pending: Pending[] = []
  const unasked: Resource[] = []
  const steps: PlacedStep[] = []
  const registered = new Map(input.known.registered)
  const known = { facts: input.known.facts, registered }

  input.plays.forEach(({ play, tasks }, playIndex) => {
    tasks.forEach((task, taskIndex) => {
      const expansion = task.expand(known)
      const resources = expansion.is === 'skipped' ? [] : expansion.resources
      const place = (item: number, step: Omit<Step, 'title' | 'play'>) => {
        const key = `${playIndex}.${taskIndex}.${item}`
        steps.push({ key, play: playIndex, step: { title: task.title, play, origin: task.origin, ...step } })
        return key
      }
      if (expansion.is === 'skipped') {
        place(0, { id: `task[${task.title}]`, verdict: { is: 'skipped' } })
        if (expansion.register) registered.set(expansion.register, { ...unchanged, skipped: true })
        return
      }
      if (expansion.is === 'waiting') {
        const verdict: Verdict = { is: 'unknown', after: waitsFor(expansion) }
        const id: ResourceId = `task[${task.title}]`
        if (resources.length === 0) place(0, { id, verdict })
        resources.forEach((resource, item) => {
          place(item, { id: resource.id, verdict, resource })
          if (!readingsOf(resource, input.answers)) unasked.push(resource)
        })
        pending.push({ id: resources[0]?.id ?? id, disturbs: 'everything' })
        return
      }
      resources.forEach((resource, item) => {
        const key = `${playIndex}.${taskIndex}.${item}`
        const found = readingsOf(resource, input.answers)
        if (!found) unasked.push(resource)
        const verdict: Verdict = found
          ? judge(resource, found, pending, input.done.has(key))
          : { is: 'unknown', after: 'an inspection of its own' }
        place(item, { id: resource.id, verdict, resource })
        const change = changeIn(verdict)
        if (change) pending.push({ id: resource.id, disturbs: change.disturbs })
        if (!found) pending.push({ id: resource.id, disturbs: 'everything' })
        const name = resource.options.register
        if (name && verdict.is === 'converged' && found && !input.known.registered.has(name)) {
          registered.set(name, resource.result?.(found) ?? unchanged)
        }
      })
    })
  })
  return { steps, unasked }
}

/** The plan as reports see it. */
export function shownPlan(host: string, planning: HostPlanning): HostPlan {
  return { host, steps: planning.steps.map(({ step }) => step) }
}

/**
 * The changes that can be sent now: those before the first step that has to wait for one of them, in plays up
 * to `lastPlay`. Order is kept because it carries meaning: ARP sysctls come before the VIP.
 */
export function settledPrefix(planning: HostPlanning, lastPlay: number): readonly PlacedStep[] {
  const settled: PlacedStep[] = []
  for (const placed of planning.steps) {
    const { is } = placed.step.verdict
    if (placed.play > lastPlay || is === 'provisional' || is === 'unknown') break
    if (is === 'change') settled.push(placed)
  }
  return settled
}

const unchanged: Registered = { changed: false, failed: false, skipped: false, rc: 0, stdout: '', stderr: '' }

function judge(
  resource: Resource,
  found: Record<string, unknown>,
  pending: readonly Pending[],
  done: boolean,
): Verdict {
  // A command that always runs has no state to converge to, and one that may fail is not tried twice.
  if (done && (resource.options.always || resource.options.ignoreErrors)) return { is: 'converged' }
  const upcoming: Upcoming = { touches: (query) => pending.some((change) => names(change, query)) }
  const change = resource.converge(found, upcoming)
  const queries = Object.values(resource.queries)
  const disturber = pending.find(
    (earlier) => earlier.disturbs === 'everything' || queries.some((query) => names(earlier, query)),
  )
  if (disturber) return { is: 'provisional', expected: change, after: disturber.id }
  return change ? { is: 'change', change } : { is: 'converged' }
}

function names({ disturbs }: Pending, query: Query<unknown>): boolean {
  return disturbs !== 'everything' && affects(disturbs, query)
}

function changeIn(verdict: Verdict): Change | undefined {
  if (verdict.is === 'change') return verdict.change
  return verdict.is === 'provisional' ? verdict.expected : undefined
}

function waitsFor(expansion: Extract<Expansion, { is: 'waiting' }>): string {
  return 'facts' in expansion.on
    ? `the facts of ${expansion.on.facts}`
    : `the result "${expansion.on.register}"`
}
