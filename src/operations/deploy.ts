import { type Application, type Cluster, tiersOf } from '../cluster/index.ts'
import { Deployment } from '../deploy/deployment.ts'
import type { Wish } from '../deploy/targets.ts'
import type { DeployEvent, DeployOutcome, VersionChange } from '../model/deployment.ts'
import { Failure } from '../model/failure.ts'
import { usualForks } from '../model/forks.ts'
import { didYouMean } from '../model/suggest.ts'
import { type ClusterOptions, describedMachines } from './clusters.ts'
import { connector } from './connector.ts'
import { stoppedBy, uninterrupted } from './interruption.ts'
import { carriersOf, type Locking, lockMachines } from './locking.ts'
import type { Following } from './options.ts'
import { sessionPool } from './sessions.ts'

/** What is brought to the realservers of a cluster, and how. */
export type DeployOptions = ClusterOptions &
  Locking &
  Following<DeployEvent> & {
    /** Names of applications; all of the cluster where none is named. */
    readonly applications?: readonly string[]
    /** Back to the version before, or to the one that is named; what the sources hold where absent. */
    readonly rollback?: boolean | string
    /** Say what would be done, and do nothing. */
    readonly dryRun?: boolean
    /** Seconds for which connections of a realserver are waited for; 30 where it is not said. */
    readonly drain?: number
    /** Is asked before the first realserver is touched; where it rejects, none is. Without it, calling is agreeing. */
    readonly confirm?: (deployment: { readonly what: string; readonly cluster: string }) => Promise<void>
  }

/** What became of a deployment. */
export interface DeployResult {
  readonly cluster: string
  readonly hosts: readonly {
    readonly host: string
    readonly changes: readonly VersionChange[]
    readonly outcome: DeployOutcome
  }[]
  /** Why it stopped, where it did. */
  readonly failure?: Failure
}

/** Seconds for which connections are waited for. */
const usualPatience = 30

/**
 * Brings another version of applications to the realservers, one after the other: each is let out of the pools of all directors,
 * changed, asked whether it is well, and taken back before the next one. Stops at the first that fails, which has its version before
 * again. Throws `Failure` for what ends it before anything was changed.
 */
export async function deploy(options: DeployOptions): Promise<DeployResult> {
  const { rollback = false, dryRun = false, onEvent = () => {} } = options
  const since = performance.now()
  const found = await described(options)
  const { tier, whole } = withApplications(found.clusters)
  const wish: Wish =
    typeof rollback === 'string' ? { is: 'named', version: rollback } : { is: rollback ? 'before' : 'source' }
  const applications = chosen(tier, options.applications ?? [])
  refuseName(tier, rollback)
  const connect = await connector(options, rollback === false ? 'deploy' : 'deploy --rollback')
  const { signal: told = uninterrupted } = options
  options.onSecrets?.(new Set(connect.secrets))
  await using locked = dryRun ? undefined : await lockAll(whole, found.machines, connect, options)
  const taken = locked?.taken ?? uninterrupted
  const signal = AbortSignal.any([told, taken])
  await using pool = sessionPool(found.machines, locked?.open ?? connect.open, signal)
  const deployment = new Deployment(whole, tier, {
    session: (host) => pool.session(host),
    signal,
    now: () => performance.now(),
    emit: onEvent,
    patience: options.drain ?? usualPatience,
    releases: found.releases,
  })
  try {
    const plan = await deployment.plan(applications, wish)
    onEvent({ is: 'deploy-planned', cluster: tier.name, hosts: plan.turns })
    const result = {
      cluster: tier.name,
      hosts: plan.turns.map((turn) => ({ ...turn, outcome: 'not-begun' as const })),
    }
    if (dryRun) return result
    if (plan.turns.length === 0) {
      await deployment.takeBack()
      return result
    }
    await options.confirm?.({ what: wordsOf(plan.turns), cluster: tier.name })
    const { hosts, failure } = await deployment.carryOut(plan)
    return {
      ...result,
      hosts,
      ...(failure ? { failure: told.aborted || taken.aborted ? asStop(failure, told, taken) : failure } : {}),
    }
  } catch (error) {
    throw stoppedBy(error, told, taken)
  } finally {
    onEvent({ is: 'deploy-finished', seconds: (performance.now() - since) / 1000 })
  }
}

function asStop(failure: Failure, told: AbortSignal, taken: AbortSignal): Failure {
  const stopped = stoppedBy(failure, told, taken)
  return stopped instanceof Failure ? stopped : failure
}

function described(options: DeployOptions) {
  // Whoever goes back needs no source, which may be away.
  return describedMachines(options, { readsApplications: (options.rollback ?? false) === false })
}

/** The only tier with applications, and the cluster that it is of. */
function withApplications(clusters: readonly Cluster[]): { readonly tier: Cluster; readonly whole: Cluster } {
  const all = clusters.flatMap((whole) => tiersOf(whole).map((tier) => ({ tier, whole })))
  const [found, ...others] = all.filter(({ tier }) => tier.applications.length > 0)
  if (!found)
    throw new Failure('INVALID_INPUT', 'the inventory describes no application', {
      next: 'write applications in the variable cluster: docs/applications.md explains it',
    })
  if (others.length > 0)
    throw new Failure('INVALID_INPUT', 'the inventory describes several clusters with applications', {
      next: `choose one by one of its hosts, such as --limit ${found.tier.realservers[0]?.host}`,
    })
  return found
}

/** The name of an application in the place of a version: the one stands before the word, the other behind it. */
function refuseName({ applications }: Cluster, rollback: string | boolean): void {
  if (!applications.some(({ name }) => name === rollback)) return
  throw new Failure('INVALID_INPUT', `${rollback} is an application, and no version to go back to`, {
    next: `understudy deploy ${rollback} --rollback`,
  })
}

function chosen({ applications, name }: Cluster, names: readonly string[]): readonly Application[] {
  const known = applications.map((one) => one.name)
  for (const one of names) {
    if (known.includes(one)) continue
    const meant = didYouMean(one, known)
    throw new Failure('INVALID_INPUT', `${one} is no application of ${name}`, {
      next: meant ? `did you mean "${meant}"?` : `its applications are ${known.join(', ')}`,
    })
  }
  return names.length === 0 ? applications : applications.filter((one) => names.includes(one.name))
}

function lockAll(
  cluster: Cluster,
  machines: Parameters<typeof carriersOf>[1],
  connect: Awaited<ReturnType<typeof connector>>,
  { forks = usualForks, signal = uninterrupted, stealLock: steal = false, fence, onEvent }: DeployOptions,
) {
  const warn = (message: string) => onEvent?.({ is: 'deploy-warning', message })
  const how = { connect, steal, fence, patience: 0, forks, signal, warn, waiting: () => {} }
  return lockMachines({ worked: new Map(), carriers: carriersOf(cluster, machines) }, how)
}

function wordsOf(
  turns: readonly { readonly host: string; readonly changes: readonly VersionChange[] }[],
): string {
  const moves = turns.flatMap(({ changes }) => changes.map(({ application, to }) => `${application} ${to}`))
  return `bringing ${[...new Set(moves)].join(', ')} to ${turns.map(({ host }) => host).join(', ')}`
}
