import type { DrillResult, ProbedService } from '../../model/drill.ts'

/** Milliseconds beyond which figures suffer from a prober that is late. */
const busy = 50
/** Share of late answers before the fault beyond which the same is true. */
const restless = 0.05
/** Milliseconds after which an answer came too late, where nothing else is said. */
const usual = 250

/** Milliseconds after which an answer of a service came too late for its client. */
export function lateAfter({ lateAfter: said = usual }: ProbedService): number {
  return said
}

/** Why the figures are to be taken with care; none where they need not be. */
export function caveats(service: ProbedService, { faultAt }: DrillResult): readonly string[] {
  const before = service.records.filter(({ sent }) => sent < faultAt)
  const bad = before.filter(
    ({ sent, answered }) => answered === undefined || answered - sent > lateAfter(service),
  )
  const share = bad.length / Math.max(1, before.length)
  return [
    ...(service.interval > service.wished
      ? [`asked every ${service.interval} ms instead of ${service.wished}: answers to more came late`]
      : []),
    ...(service.late > busy
      ? [
          `the machine that asks was busy: requests were sent up to ${Math.round(service.late)} ms late, and the figures are no finer`,
        ]
      : []),
    ...(share > restless
      ? [`${Math.round(share * 100)} % of the requests were late or lost before anything was broken`]
      : []),
  ]
}
