import { type ClusterProblem, problemsWithFacts, tiersOf } from '../cluster/index.ts'
import type { LoadedIntent } from '../config/index.ts'
import type { Prepared } from '../engine/rollout.ts'
import type { Emit } from '../model/event.ts'
import { InvalidInput } from '../model/failure.ts'
import { heeding } from '../model/meant.ts'
import { factsOf } from './facts-of.ts'
import { failoverProblems } from './failover-problems.ts'
import { ownLineProblems } from './own-lines-problems.ts'
import { problemsTogether } from './problems-together.ts'

/**
 * What only the machines could show is still bad input, and found before anything is changed. A playbook that makes nothing of the
 * cluster may be what mends it, as one that gives machines the addresses that are missing.
 */
export function checkWithFacts(
  intent: LoadedIntent,
  { hosts }: Prepared,
  met: readonly ClusterProblem[],
  emit: Emit,
): void {
  if (!intent.restsOnClusters()) return
  const { clusters, failureOf, meant } = intent
  const facts = factsOf(hosts)
  const wrong = [...clusters.flatMap((cluster) => problemsWithFacts(cluster, facts)), ...met]
  // What could not be rendered is not proved either.
  const problems = wrong.some(isError)
    ? wrong
    : [...wrong, ...ownLineProblems(intent, facts), ...failoverProblems(intent, facts)]
  const errors = problems.filter(isError)
  if (errors.length > 0) throw new InvalidInput(errors.map(failureOf))
  const doubts = problems
    .map(failureOf)
    .map(({ rule, message, where: { origin } }) => ({ rule, message, ...(origin ? { origin } : {}) }))
  for (const { rule, message } of heeding(doubts, meant).warnings)
    emit({ is: 'warning', message, ...(rule === undefined ? {} : { rule }) })
}

const isError = ({ severity }: ClusterProblem): boolean => severity === 'error'

/**
 * A task or a template that cannot be computed for one machine of a cluster keeps the run from beginning on all: half of a cluster
 * would be changed before it is met. Throws InvalidInput.
 */
export function refuseUnrendered(intent: LoadedIntent, { hosts }: Pick<Prepared, 'hosts'>): void {
  if (!intent.restsOnClusters()) return
  const members = new Set(
    intent.clusters
      .flatMap(tiersOf)
      .flatMap(({ directors, realservers }) => [...directors, ...realservers].map(({ host }) => host)),
  )
  const problems = hosts
    .filter(({ host }) => members.has(host.name))
    .flatMap(({ failure }) => (failure instanceof InvalidInput ? failure.problems : []))
    .filter(({ rule }) => rule?.startsWith('template-') || rule?.startsWith('expression-'))
  if (problems.length > 0) throw new InvalidInput(problemsTogether(problems))
}

/** A plan made by a user who may not do it would look fine and fail. */
export function warnOfWeakUsers({ hosts }: Prepared, emit: Emit): void {
  for (const { host, facts } of hosts)
    if (facts && facts.user !== 'root')
      emit({
        is: 'warning',
        message: `${host.name} is worked on as ${facts.user}: what needs root will fail there, unless you add --become`,
      })
}

/** Somebody wanted it so: it is left as it is, and told. */
export function warnOfHandovers({ clusters }: LoadedIntent, { hosts }: Prepared, emit: Emit): void {
  for (const { host, facts } of hosts)
    for (const { instance, address, owner } of clusters.flatMap(({ vips }) => vips))
      if (owner !== host.name && facts?.handovers.includes(instance))
        emit({
          is: 'warning',
          message: `${host.name} keeps ${address} of ${owner} by a handover, until \`understudy handover --back\``,
        })
}
