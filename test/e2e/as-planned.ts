import type { ShownStep } from './events.ts'
import type { Ran } from './understudy.ts'

/** Steps that everything is said of, and those of which it shows only later whether there is anything to do. */
function plannedIn(ran: Ran): { readonly certain: readonly string[]; readonly open: readonly string[] } {
  const plans = ran.events.flatMap(({ event, plan }) => (event === 'host-planned' ? [plan as Planned] : []))
  const of = (wanted: (step: ShownStep) => boolean) =>
    plans.flatMap(({ host, steps }) =>
      steps.filter(wanted).map((step) => named({ ...step, host, step: step.id })),
    )
  return {
    certain: of(({ verdict, summary }) => verdict !== 'unknown' && summary !== undefined),
    open: of(({ verdict }) => verdict === 'unknown'),
  }
}

interface Planned {
  readonly host: string
  readonly steps: readonly (ShownStep & { readonly play: string; readonly title: string })[]
}

interface Finished {
  readonly host: string
  readonly play: string
  readonly title: string
  readonly step: string
}

function named({ host, play, title, step }: Finished): string {
  return `${host}: ${step} (${play}: ${title})`
}

/** What was planned and not made, and what was made and not planned; what a run notes of itself is no work of the playbook's. */
export function unlike(planned: Ran, applied: Ran) {
  const { certain, open } = plannedIn(planned)
  const made = applied.events
    .filter(({ event, outcome }) => event === 'step-finished' && outcome === 'changed')
    .map((event) => named(event as unknown as Finished))
    .filter((one) => !one.includes(' handler['))
  return { notMade: without(certain, made), notPlanned: without(without(made, certain), open) }
}

/** The first without the second, each as often as it stands there. */
function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others]
  return all.filter((one) => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
