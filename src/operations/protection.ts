import {
  type Cluster,
  forbiddenBy,
  type Interruption,
  interruptionBy,
  interruptionsOf,
} from '../cluster/index.ts'
import type { ClustersFound } from '../config/clusters.ts'
import type { Prepared } from '../engine/rollout.ts'
import { Failure } from '../model/failure.ts'
import { showOrigin } from '../model/origin.ts'
import type { Step } from '../model/plan.ts'
import { loadedVips } from '../verify/loaded-vips.ts'
import { factsOf } from './facts-of.ts'

/** Who may disrupt clusters that the inventory protects. */
export interface Permission {
  /** Names of protected clusters that may be disrupted. */
  readonly mayDisrupt?: readonly string[]
  /**
   * Is asked for the name of a protected cluster that is not among these, and answers what was typed: another one than its name
   * is a no. Without it such a cluster is not disrupted.
   */
  readonly typeName?: (disruption: ProtectedDisruption) => Promise<string>
}

/** What somebody types the name of a cluster for. */
export interface ProtectedDisruption {
  readonly cluster: string
  /** What would be done, in lines. */
  readonly what: readonly string[]
  /** Where the inventory protects it: `file:line:col`. */
  readonly place?: string
}

type Protecting = Pick<ClustersFound, 'failureOf'>

/** Throws INVALID_INPUT where nobody is there who could agree, so that nobody waits in vain. */
export function refuseUnasked(
  cluster: Cluster,
  what: readonly string[],
  { failureOf }: Protecting,
  { mayDisrupt = [], typeName }: Permission,
): void {
  const { name } = cluster
  if (typeName || mayDisrupt.includes(name)) return
  const word = wordOf(cluster)
  throw failureOf(
    forbiddenBy(
      cluster,
      word,
      `the cluster ${name} is protected here, and this would disrupt it:${listed(what)}`,
      `run it on a terminal, which asks for the name of the cluster, or give --may-disrupt ${name}`,
    ),
  )
}

/** Has the name of a protected cluster typed. Throws where nobody can be asked, or something else was typed. */
export async function permit(
  cluster: Cluster,
  what: readonly string[],
  protecting: Protecting,
  permission: Permission,
): Promise<void> {
  refuseUnasked(cluster, what, protecting, permission)
  const { mayDisrupt = [], typeName } = permission
  const { name } = cluster
  if (mayDisrupt.includes(name) || !typeName) return
  const { origin } = protecting.failureOf(forbiddenBy(cluster, wordOf(cluster), '', '')).where
  const typed = await typeName({ cluster: name, what, ...(origin ? { place: showOrigin(origin) } : {}) })
  if (typed.trim() !== name)
    throw new Failure('INTERRUPTED', `that is not the name of the cluster ${name}: nothing was disrupted`)
}

/** The word that speaks of who is asked. */
function wordOf({ protection }: Cluster): 'protected' | 'drills' {
  return protection.protected ? 'protected' : 'drills'
}

function listed(what: readonly string[]): string {
  const shown = what.slice(0, 10).map((line) => `\n    ${line}`)
  return shown.join('') + (what.length > shown.length ? `\n    and ${what.length - shown.length} more` : '')
}

/** A protected cluster, and what a plan would interrupt of what its clients get. */
interface AtStake {
  readonly cluster: Cluster
  readonly interruptions: readonly Interruption[]
}

/** What the plan of a run would interrupt, for each protected cluster. */
export async function atStake(
  clusters: readonly Cluster[],
  prepared: Prepared,
  signal: AbortSignal,
): Promise<readonly AtStake[]> {
  const facts = factsOf(prepared.hosts)
  const all: AtStake[] = []
  for (const cluster of clusters.filter(({ protection }) => protection.protected)) {
    const loaded = new Map<string, readonly string[]>()
    for (const { host, session } of directorsThatChange(cluster, prepared))
      loaded.set(host, await loadedVips(session, signal))
    all.push({ cluster, interruptions: interruptionsOf(cluster, prepared.plan, { facts, loaded }) })
  }
  return all
}

/** Only what may be reconfigured can lose a VIP. */
function directorsThatChange({ directors }: Cluster, { plan, hosts }: Prepared) {
  const changing = plan.hosts.filter(({ steps }) =>
    steps.some(({ verdict }) => verdict.is !== 'converged' && verdict.is !== 'skipped'),
  )
  return hosts
    .filter((run) => !run.stopped && directors.some(({ host }) => host === run.host.name))
    .filter((run) => changing.some(({ host }) => host === run.host.name))
    .map((run) => ({ host: run.host.name, session: run.session }))
}

/** How a plan tells of it. */
export function warningOf({ cluster, interruptions }: AtStake, { failureOf }: Protecting): string {
  const { origin } = failureOf(forbiddenBy(cluster, 'protected', '', '')).where
  const what = interruptions.map((one) => one.what).join('; ')
  return `${origin ? `${showOrigin(origin)}: ` : ''}the cluster ${cluster.name} is protected, and apply would interrupt what its clients get, which has its name typed, or --may-disrupt ${cluster.name}: ${what}`
}

/**
 * Refuses steps that would interrupt what nobody was asked about: the world may move between a plan and its changes. What
 * counts is what was served when the run began.
 */
export function refusingUnforeseen(
  stakes: readonly AtStake[],
  prepared: Prepared,
): (host: string, step: Step) => Failure | undefined {
  const facts = factsOf(prepared.hosts)
  const quiet = stakes.filter(({ interruptions }) => interruptions.length === 0)
  return (host, step) => {
    for (const { cluster } of quiet) {
      const found = interruptionBy(cluster, host, step, { facts })
      if (found)
        return new Failure(
          'PLAN_STALE',
          `the cluster ${cluster.name} is protected, and the plan did not foresee what would interrupt its clients now: ${found.what}`,
          {
            where: { host, resource: step.id, ...(step.origin ? { origin: step.origin } : {}) },
            next: 'run it again: it is part of the plan then, and asked for',
          },
        )
    }
    return undefined
  }
}
