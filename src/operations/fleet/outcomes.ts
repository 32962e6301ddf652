import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import {
  emptyOutcome,
  type Outcome,
  type OutcomeStatus,
  type Picture,
  shortened,
} from '../../fleet/outcome.ts'
import type { Change, Difference } from '../../model/change.ts'
import { discreet } from '../../model/discreet.ts'
import type { DrillReport } from '../../model/drill.ts'
import { Failure, type FailureCode, Problems } from '../../model/failure.ts'
import { showOrigin } from '../../model/origin.ts'
import { changeOf } from '../../model/plan.ts'
import type { CertificateStatus, ClusterStatus } from '../../model/status.ts'
import type { DeployResult } from '../deploy.ts'
import type { DriftResult } from '../drift.ts'
import type { DrillsResult } from '../drill.ts'
import type { RunResult } from '../run.ts'
import type { ClusterProofs } from '../verify.ts'

/** Takes every secret out of a text. */
type Redact = (text: string) => string

const byCode: Readonly<Record<FailureCode, OutcomeStatus>> = {
  INVALID_INPUT: 'invalid',
  UNREACHABLE: 'unreachable',
  HOST_KEY_REFUSED: 'unreachable',
  AUTHENTICATION_FAILED: 'unreachable',
  BECOME_FAILED: 'unreachable',
  CONNECTION_LOST: 'unreachable',
  STEP_FAILED: 'failed',
  INSPECTION_FAILED: 'failed',
  DID_NOT_CONVERGE: 'failed',
  PLAN_STALE: 'refused',
  TOO_MUCH_IMPACT: 'refused',
  LOCKED: 'in-use',
  VERIFICATION_FAILED: 'not-proven',
  INTERRUPTED: 'interrupted',
  LAB_FAILED: 'failed',
}

/** The worst first. */
const ranked: readonly OutcomeStatus[] = [
  'interrupted',
  'invalid',
  'failed',
  'refused',
  'in-use',
  'unreachable',
  'not-proven',
  'drifted',
  'changes-pending',
  'changed',
  'fine',
]

function worstOf(all: readonly OutcomeStatus[]): OutcomeStatus {
  return ranked.find((one) => all.includes(one)) ?? 'fine'
}

/** What came of a run of a playbook: `plan`, `apply` or `drift`. */
export function outcomeOfRun(result: RunResult | DriftResult, redact: Redact): Outcome {
  const { plan, steps, hosts, failures, interrupted, clusters = [] } = result
  const drift = 'drift' in result ? result.drift : []
  const proofs = proofsOf(clusters)
  const status = worstOf([
    ...failures.map(({ failure }) => byCode[failure.code]),
    ...(interrupted ? (['interrupted'] as const) : []),
    ...(proofs.some(({ verdict }) => verdict === 'fail') ? (['not-proven'] as const) : []),
    ...(drift.length > 0 ? (['drifted'] as const) : []),
    ...('drift' in result
      ? []
      : hosts.some(({ pending }) => pending > 0)
        ? (['changes-pending'] as const)
        : []),
    ...(hosts.some(({ changed }) => changed > 0) ? (['changed'] as const) : []),
  ])
  const planned = plan.hosts.flatMap(({ host, steps: all }) =>
    all.flatMap((step) => {
      const change = changeOf(step)
      return change ? [{ host, id: step.id, change }] : []
    }),
  )
  const done = steps.flatMap(({ host, step, summary, outcome }) => {
    if (outcome !== 'changed' && outcome !== 'failed') return []
    const change = planned.find((one) => one.host === host && one.id === step)?.change
    return [{ host, id: step, summary, outcome, ...diffOf(change, redact) }]
  })
  const foreseen = planned.map(({ host, id, change }) => ({
    host,
    id,
    summary: change.summary,
    outcome: 'planned' as const,
    ...diffOf(change, redact),
  }))
  return finished(
    {
      ...emptyOutcome(status),
      hosts: hosts.map(({ host, outcome, converged, changed, failed, pending }) => ({
        host,
        outcome,
        converged,
        changed,
        failed,
        pending,
      })),
      changes: steps.length > 0 ? done : foreseen,
      drift: drift.map((one) => ({ ...one, by: [...one.by] })),
      proofs,
      failures: failures.map(({ host, failure }) => toldFailure(failure, host)),
    },
    redact,
  )
}

/** What came of a verification alone. */
export function outcomeOfProofs(
  clusters: readonly ClusterProofs[],
  interrupted: boolean,
  redact: Redact,
): Outcome {
  const proofs = proofsOf(clusters)
  const failed = proofs.some(({ verdict }) => verdict === 'fail')
  const status = interrupted ? 'interrupted' : failed ? 'not-proven' : 'fine'
  return finished({ ...emptyOutcome(status), proofs }, redact)
}

/** What came of drills, with the whole of their report. */
export function outcomeOfDrills({ failures, interrupted, ...report }: DrillsResult, redact: Redact): Outcome {
  const status = worstOf([
    ...failures.map(({ code }) => byCode[code]),
    ...(interrupted ? (['interrupted'] as const) : []),
    ...(report.results.every(({ passed }) => passed) ? [] : (['not-proven'] as const)),
  ])
  const drills = report.results.map(({ name, on, passed, services, bound }) => ({
    name,
    ...(on === undefined ? {} : { on }),
    passed,
    outage: Math.max(0, ...services.map(({ felt }) => felt.longest)),
    bound: bound.milliseconds,
  }))
  return finished(
    {
      ...emptyOutcome(status),
      drills,
      report: report satisfies DrillReport,
      failures: [
        ...failures.map((failure) => toldFailure(failure)),
        ...report.notRun.map(({ name, reason }) => ({ code: 'NOT_RUN', message: `${name}: ${reason}` })),
      ],
    },
    redact,
  )
}

/** What came of a deployment. */
export function outcomeOfDeployment({ hosts, failure }: DeployResult, redact: Redact): Outcome {
  const changes = hosts.flatMap(({ host, changes: all, outcome }) =>
    all.map(({ application, from, to }) => ({
      host,
      id: `application[${application}]`,
      summary: `${from} → ${to}: ${outcome}`,
      outcome: outcome === 'changed' ? ('changed' as const) : ('failed' as const),
    })),
  )
  const moved = hosts.some(({ outcome }) => outcome === 'changed')
  return finished(
    {
      ...emptyOutcome(failure ? byCode[failure.code] : moved ? 'changed' : 'fine'),
      changes,
      failures: failure ? [toldFailure(failure)] : [],
    },
    redact,
  )
}

/** What ended an operation before anything came of it. */
export function outcomeOfFailure(failure: Failure, redact: Redact): Outcome {
  const all = failure instanceof Problems && failure.problems.length > 0 ? failure.problems : [failure]
  const failures = all.map((one) => toldFailure(one))
  return finished({ ...emptyOutcome(byCode[failure.code]), failures }, redact)
}

/** What clusters do right now, in short. */
export function pictureOf(clusters: readonly ClusterStatus[]): Picture {
  const all = clusters.flatMap((one) => (one.behind ? [one, one.behind] : [one]))
  const days = all.flatMap(({ certificates = [] }) => certificates.flatMap((one) => one.days ?? []))
  return {
    well: all.every(isWell),
    vips: all.flatMap(({ vips }) => vips.map(({ address, holders }) => ({ address, holders: [...holders] }))),
    members: all.flatMap(({ directors, realservers }) => [
      ...directors.map(({ host, state, well }) => ({ host, role: 'director' as const, state, well })),
      ...realservers.map(({ host, state, well }) => ({ host, role: 'realserver' as const, state, well })),
    ]),
    ...(days.length > 0 ? { certificateDays: Math.min(...days) } : {}),
  }
}

/** What came of a look at clusters: nothing is known of them where none of their machines could be asked. */
export function outcomeOfLook(clusters: readonly ClusterStatus[]): Outcome {
  const members = clusters
    .flatMap((one) => (one.behind ? [one, one.behind] : [one]))
    .flatMap(({ directors, realservers }) => [...directors, ...realservers])
  const isSilent = members.length > 0 && members.every(({ software }) => software.length === 0)
  const failures = members.map(({ host, state }) => ({ host, code: 'UNREACHABLE', message: state }))
  return {
    ...emptyOutcome(isSilent ? 'unreachable' : 'fine'),
    ...(isSilent ? { failures } : { picture: pictureOf(clusters) }),
  }
}

function isWell({ vips, directors, realservers, pools, certificates = [] }: ClusterStatus): boolean {
  const isShown = ({ days, others }: CertificateStatus) =>
    (days === undefined || days > 0) && others.length === 0
  return (
    vips.every(({ holders }) => holders.length === 1) &&
    [...directors, ...realservers].every(({ well }) => well) &&
    pools.every(({ servers }) => servers.every(({ inPool }) => inPool)) &&
    certificates.every(isShown)
  )
}

function proofsOf(clusters: readonly ClusterProofs[]): Outcome['proofs'] {
  return clusters.flatMap(({ proofs }) => [...proofs])
}

function toldFailure(
  { code, message, next, where }: Failure,
  host = where.host,
): Outcome['failures'][number] {
  return {
    ...(host === undefined ? {} : { host }),
    code,
    message: where.origin ? `${showOrigin(where.origin)}: ${message}` : message,
    ...(next === undefined ? {} : { next }),
  }
}

function diffOf(change: Change | undefined, redact: Redact): { diff?: string } {
  if (!change || change.differences.length === 0) return {}
  return { diff: change.differences.map((one) => linesOf(discreet(one, redact))).join('\n') }
}

function linesOf(one: Difference): string {
  if (one.is === 'attribute') return `${one.name}: ${one.before ?? '(none)'} → ${one.after ?? '(none)'}`
  return createTwoFilesPatch(one.path, one.path, one.before ?? '', one.after ?? '', undefined, undefined, {
    headerOptions: FILE_HEADERS_ONLY,
  })
}

/** Without secrets, and short enough. */
function finished(outcome: Outcome, redact: Redact): Outcome {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value)
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, clean(one)]))
  }
  return shortened(clean(outcome) as Outcome)
}

/** A failure of whatever was thrown; what is none is a defect, and stays one. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}
