import { drillReport } from '../../fleet/drill-report.ts'
import type { DrillReport } from '../../model/drill.ts'
import { Failure } from '../../model/failure.ts'
import { suggestion } from '../../model/suggest.ts'
import { type FleetOptions, fleetHistory } from './looking.ts'

/** Of which drills the report is wanted. */
export type ReportAsked = FleetOptions & {
  readonly run: string
  /** Where the run drilled several clusters. */
  readonly cluster?: string | undefined
}

/**
 * The report of drills that a run carried out on a cluster; of several tries the last one. Throws INVALID_INPUT where nothing is known of that run,
 * it drilled nothing or several clusters, or the report was too long to be kept.
 */
export async function fleetReport(asked: ReportAsked): Promise<DrillReport> {
  const reports = new Map<string, unknown>()
  let isKnown = false
  for await (const event of fleetHistory({ ...asked, cluster: undefined })) {
    isKnown = true
    if (event.is === 'job-finished' && event.operation === 'drill')
      reports.set(event.cluster, event.outcome.report)
  }
  const { run } = asked
  if (!isKnown) throw refused(`nothing is known of a run ${run}`, 'understudy fleet history shows runs')
  const drilled = [...reports.keys()].toSorted()
  if (drilled.length === 0)
    throw refused(`the run ${run} has drilled nothing yet`, 'understudy fleet log shows what a run did')
  const cluster = asked.cluster ?? (drilled.length === 1 ? drilled[0] : undefined)
  if (cluster === undefined)
    throw refused(`the run ${run} drilled several clusters`, `name one with --cluster: ${drilled.join(', ')}`)
  if (!reports.has(cluster))
    throw refused(
      `the run ${run} did not drill ${cluster}`,
      suggestion(cluster, drilled) ?? `it drilled ${drilled.join(', ')}`,
    )
  const report = reports.get(cluster)
  if (report === undefined)
    throw refused(
      `no report of ${cluster} was kept: nothing was drilled, or it was too long`,
      `understudy fleet log ${run} shows what came of it`,
    )
  const read = drillReport.safeParse(report)
  if (read.success) return read.data
  throw refused(`the report of ${cluster} was made by another version of understudy`, 'use that one')
}

function refused(message: string, next: string): Failure {
  return new Failure('INVALID_INPUT', message, { next })
}
