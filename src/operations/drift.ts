import type { HostRun } from '../engine/host.ts'
import type { Prepared } from '../engine/rollout.ts'
import type { Change } from '../model/change.ts'
import type { Drift } from '../model/drift.ts'
import type { Step } from '../model/plan.ts'
import { changedLast } from '../verify/changed.ts'
import { uninterrupted } from './interruption.ts'
import type { PlanOptions } from './plan.ts'
import { loadPlaybook } from './playbook.ts'
import { type RunResult, runIntent } from './run.ts'

/** What became of looking for drift. */
export type DriftResult = RunResult & {
  /** What is not as the playbook says, host by host. */
  readonly drift: readonly Drift[]
}

/**
 * Looks what is not as the playbook says: on the disk, and apart from that in what runs, and who may have changed it. Changes
 * nothing. What only follows from putting something else right is no drift, nor is what runs in every run.
 */
export async function drift(options: PlanOptions): Promise<DriftResult> {
  const { signal = uninterrupted } = options
  const found: Drift[] = []
  const purpose = { command: 'drift', verify: false, locks: false } as const
  const result = await runIntent(
    (onHosts) => loadPlaybook(options, 'asked', onHosts),
    {
      ...purpose,
      planned: async (_, prepared) => {
        for (const one of await driftsOf(prepared, signal)) {
          found.push(one)
          options.onEvent?.({ is: 'drift-found', drift: one })
        }
        return undefined
      },
    },
    options,
  )
  return { ...result, drift: found }
}

async function driftsOf({ plan, hosts }: Prepared, signal: AbortSignal): Promise<readonly Drift[]> {
  const all = await Promise.all(
    plan.hosts.map(async ({ host, steps }) => {
      const run = hosts.find((one) => one.host.name === host)
      if (!run || run.stopped) return []
      const drifted = steps.flatMap((step) => {
        const change = drifts(run, step)
        return change ? [{ step, change }] : []
      })
      return Promise.all(drifted.map(({ step, change }) => told(run, step, change, signal)))
    }),
  )
  return all.flat()
}

/** What would be changed of a thing by itself, whatever comes before it. */
function drifts(run: HostRun, { resource, verdict }: Step): Change | undefined {
  const isOpen = verdict.is === 'change' || verdict.is === 'provisional'
  if (!isOpen || !resource || resource.options.always || resource.result) return undefined
  const change = run.alone(resource)
  return change?.changesNothing || change?.onlyTold ? undefined : change
}

async function told(run: HostRun, step: Step, change: Change, signal: AbortSignal): Promise<Drift> {
  // When a unit was started last says nothing of who had it start at boot.
  const isBoot = change.disturbs !== 'everything' && isOnDisk(change) && step.id.startsWith('service[')
  const thing = step.resource?.options.on === undefined && !isBoot ? thingOf(step) : undefined
  const { at, by } = thing === undefined ? { by: [] } : await changedLast(run.session, thing, signal)
  return {
    host: run.host.name,
    id: step.id,
    title: step.title,
    of: isOnDisk(change) ? 'files' : 'runtime',
    summary: change.summary,
    ...(at === undefined ? {} : { since: at }),
    by,
  }
}

/** What a machine can be asked about: a file, or a unit. */
function thingOf({ id }: Step): string | undefined {
  const [, kind, subject = ''] = /^(\w+)\[([^\]]*)\]$/.exec(id) ?? []
  if (/^(service|systemd)$/.test(kind ?? '')) return `unit ${subject}`
  const [path = ''] = /^\/[^\s]*/.exec(subject) ?? []
  return path === '' ? undefined : `file ${path}`
}

/** Whether a service starts at boot is written on the disk, too. */
function isOnDisk({ disturbs, differences }: Change): boolean {
  if (differences.length > 0 && differences.every((one) => one.is === 'attribute' && one.name === 'at boot'))
    return true
  return (
    disturbs === 'everything' ||
    disturbs.every((token) => /^(file:|package|user:|group:|crontab:|debconf|selinux|\/)/.test(token))
  )
}
