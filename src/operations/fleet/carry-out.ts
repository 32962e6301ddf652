import { type Operation, tellsHowItFares } from '../../fleet/names.ts'
import type { Asked, Subject } from '../../fleet/order.ts'
import type { Outcome } from '../../fleet/outcome.ts'
import type { DrillEvent } from '../../model/drill-event.ts'
import type { RunEvent } from '../../model/event.ts'
import type { Fence } from '../../model/holder.ts'
import { redactor } from '../../model/redactor.ts'
import type { ConnectionOptions, InventoryOptions } from '../options.ts'
import { asFailure, outcomeOfFailure } from './outcomes.ts'
import { undisturbed } from './undisturbed.ts'

/** An operation on one cluster of a fleet; paths are whole. */
export interface Task {
  readonly operation: Operation
  readonly asked: Asked
  /** What the file of the fleet stands in, or what travelled was unpacked to: places in files are told from there. */
  readonly folder: string
  readonly inventory: readonly string[]
  readonly playbook?: string | undefined
  readonly limit?: Subject['limit']
  /** Variables, and what `!env` finds; must never be shown. */
  readonly secrets: Readonly<Record<string, string>>
}

/** Where it is carried out, by whom, and who is told. */
export interface Around {
  readonly connection: ConnectionOptions
  readonly vaultPasswords?: InventoryOptions['vaultPasswords']
  readonly fence?: Fence | undefined
  readonly signal: AbortSignal
  readonly onProgress: (text: string, host?: string) => void
}

/**
 * Carries out an operation on a cluster: by a worker, or in the process that ordered it. Whatever goes wrong there is part of the
 * outcome, which has no secrets in it.
 */
export async function carryOut(task: Task, around: Around): Promise<Outcome> {
  const since = performance.now()
  const secrets = new Set(Object.values(task.secrets))
  const withoutSecrets = redactor(secrets)
  const redact = (text: string) => withoutSecrets(text).replaceAll(`${task.folder}/`, '')
  const onSecrets = (more: ReadonlySet<string>) => {
    for (const one of more) secrets.add(one)
  }
  const told: Around = { ...around, onProgress: (text, host) => around.onProgress(redact(text), host) }
  let outcome: Outcome
  try {
    const look = () => carriedOut(task, told, { redact, onSecrets })
    const atWork = async () => {
      const { runAtWork } = await import('../at-work.ts')
      return runAtWork({ ...inventoryOf(task, told), ...told.connection, signal: told.signal, onSecrets })
    }
    outcome = tellsHowItFares(task.operation) ? await undisturbed(look, atWork) : await look()
  } catch (error) {
    outcome = outcomeOfFailure(asFailure(error), redact)
  }
  return { ...outcome, seconds: (performance.now() - since) / 1000 }
}

interface Secrecy {
  readonly redact: (text: string) => string
  readonly onSecrets: (secrets: ReadonlySet<string>) => void
}

async function carriedOut(task: Task, around: Around, { redact, onSecrets }: Secrecy): Promise<Outcome> {
  const { operation, asked } = task
  const { signal, fence } = around
  const options = {
    ...inventoryOf(task, around),
    ...around.connection,
    signal,
    onSecrets,
    fence,
    stealLock: asked.stealLock ?? false,
    mayDisrupt: asked.mayDisrupt ?? [],
  }
  const playing = {
    ...options,
    ...(task.playbook === undefined ? {} : { playbook: task.playbook }),
    tags: asked.tags ?? [],
    skipTags: asked.skipTags ?? [],
    onEvent: (event: RunEvent) => tellRun(event, around.onProgress),
  }
  const told = await import('./outcomes.ts')
  const look = async (): Promise<Pick<Outcome, 'picture'>> => {
    const { status } = await import('../status.ts')
    return { picture: told.pictureOf(await status(options)) }
  }
  switch (operation) {
    case 'plan': {
      const { plan } = await import('../plan.ts')
      return told.outcomeOfRun(await plan(playing), redact)
    }
    case 'apply': {
      const { apply } = await import('../apply.ts')
      const result = await apply(playing)
      const outcome = told.outcomeOfRun(result, redact)
      const hasClusters = (result.clusters ?? []).length > 0
      return hasClusters && !signal.aborted ? { ...outcome, ...(await look()) } : outcome
    }
    case 'drift': {
      const { drift } = await import('../drift.ts')
      return told.outcomeOfRun(await drift(playing), redact)
    }
    case 'verify': {
      const { verify } = await import('../verify.ts')
      const { clusters, interrupted } = await verify({ ...playing, wait: asked.wait })
      const outcome = told.outcomeOfProofs(clusters, interrupted, redact)
      return signal.aborted ? outcome : { ...outcome, ...(await look()) }
    }
    case 'certificates': {
      const { status } = await import('../status.ts')
      return told.outcomeOfLook(await status(options))
    }
    case 'drill': {
      const { drill } = await import('../drill.ts')
      const drilling = { ...options, ...(asked.drills ? { drills: asked.drills } : {}) }
      const onEvent = (event: DrillEvent) => {
        if (event.is === 'drill-stage') around.onProgress(`${event.drill.name}: ${event.stage}`)
      }
      const outcome = told.outcomeOfDrills(await drill({ ...drilling, onEvent }), redact)
      // VIPs may be with somebody else now.
      return signal.aborted ? outcome : { ...outcome, ...(await look()) }
    }
    case 'deploy': {
      const { deploy } = await import('../deploy.ts')
      const { applications, rollback } = asked
      const result = await deploy({
        ...options,
        ...(applications ? { applications } : {}),
        ...(rollback === undefined ? {} : { rollback }),
        onEvent: (event) => {
          if (event.is === 'deploy-step') around.onProgress(`${event.step} ${event.told}`.trim(), event.host)
        },
      })
      const outcome = told.outcomeOfDeployment(result, redact)
      return signal.aborted ? outcome : { ...outcome, ...(await look()) }
    }
  }
}

function inventoryOf(
  { inventory, limit, asked, secrets }: Task,
  { vaultPasswords }: Around,
): InventoryOptions {
  const sealed = Object.keys(secrets).length > 0 ? [JSON.stringify(secrets)] : []
  return {
    inventory,
    ...(limit === undefined ? {} : { limit }),
    extraVars: [...(asked.extraVars ?? []), ...sealed],
    vaultPasswords,
    given: secrets,
  }
}

/** What somebody who follows a run of many clusters wants to see of one. */
function tellRun(event: RunEvent, tell: Around['onProgress']): void {
  if (event.is === 'step-finished' && event.outcome !== 'unchanged')
    tell(`${event.step} ${event.outcome}`, event.host)
  else if (event.is === 'wave-started') tell(`${event.play}: ${event.hosts.join(', ')}`)
  else if (event.is === 'host-failed') tell(event.failure.message, event.host)
  else if (event.is === 'verify-started') tell(`verifying ${event.cluster}`)
  else if (event.is === 'warning') tell(event.message)
}

/** Why drills may not begin on this cluster right now, where that is so. Throws what is wrong with its inventory. */
export async function drillsClosed(task: Task, around: Around): Promise<string | undefined> {
  const { describedCluster } = await import('../clusters.ts')
  const { drillsForbidden } = await import('../../cluster/index.ts')
  const { cluster } = await describedCluster({ ...inventoryOf(task, around), ...around.connection })
  const closed = drillsForbidden(cluster, 'a drill by schedule', Date.now())
  return closed?.message
}
