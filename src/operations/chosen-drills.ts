import { type Cluster, spareRealservers, spareTiers, tierServedBy, tiersOf } from '../cluster/index.ts'
import { faults, faultsFor, missingFor } from '../drill/catalogue.ts'
import type { Fault } from '../drill/fault.ts'
import { Failure } from '../model/failure.ts'
import { didYouMean, suggestion } from '../model/suggest.ts'
import { withoutPower } from './power.ts'

/** What is wished for. */
export interface DrillsWished {
  /** Names of drills; all that fit where none is named. */
  readonly drills?: readonly string[]
  /** Realservers, for drills that strike one of them; `each` stands for all. */
  readonly on?: readonly string[]
  /** Somebody can cut the power of the directors. */
  readonly power: boolean
}

/** Stands for every realserver, unless one bears the name. */
const each = 'each'

/**
 * The drills that are wished for, in their order; one that strikes a realserver comes once for each of those that are
 * named. Throws INVALID_INPUT.
 */
export function chosenDrills(
  cluster: Cluster,
  { drills = [], on = [], power }: DrillsWished,
): readonly Fault[] {
  const chosen =
    drills.length === 0
      ? faultsFor(cluster, { power }).filter(({ onlyByName }) => !onlyByName)
      : drills.map((name) => named(name, cluster, power))
  const aimed = chosen.filter(({ strikes }) => strikes === 'a-realserver')
  const hosts = on.length > 0 ? realserversNamed(cluster, on) : firstOfEach(cluster)
  if (hosts.length === 0) return chosen
  if (on.length > 0 && aimed.length === 0)
    throw new Failure(
      'INVALID_INPUT',
      `${chosen.map(({ name }) => name).join(', ')}: no realserver can be named`,
      {
        next: `--on is for ${faults
          .filter(({ strikes }) => strikes === 'a-realserver')
          .map(({ name }) => name)
          .join(', ')}`,
      },
    )
  return chosen.flatMap((fault) =>
    aimed.includes(fault) ? fittingHosts(fault, cluster, hosts).map((on) => ({ ...fault, on })) : [fault],
  )
}

/** One realserver of each tier, where there are two; of one alone, the first is struck without being named. */
function firstOfEach(cluster: Cluster): readonly string[] {
  if (!cluster.behind) return []
  return spareTiers(cluster).flatMap((tier) => spareRealservers(tier)[0] ?? [])
}

/** What a fault needs beyond somebody to strike, the tier of who is struck must have. */
function fittingHosts({ needs }: Fault, cluster: Cluster, hosts: readonly string[]): readonly string[] {
  return hosts.filter((host) => {
    const tier = tierServedBy(cluster, host)
    return tier === undefined || tier === cluster || !needs || needs.met(tier)
  })
}

function realserversNamed(whole: Cluster, on: readonly string[]): readonly string[] {
  const tiers = tiersOf(whole)
  const cluster = tiers.map(({ name }) => name).join(' or ')
  const hostsOf = (of: readonly Cluster[]) =>
    of.flatMap(({ realservers }) => realservers.map(({ host }) => host))
  const names = hostsOf(tiers)
  const spare = tiers.flatMap(spareRealservers)
  const hosts = on.flatMap((host) => {
    if (host === each && !names.includes(each)) return spare
    if (!names.includes(host))
      throw new Failure('INVALID_INPUT', `${host} is no realserver of ${cluster}`, {
        next: suggestion(host, names),
      })
    // Of a cluster with one tier the drills themselves say so.
    if (spare.includes(host) || tiers.length === 1) return [host]
    const isAlone = tierServedBy(whole, host)?.realservers.length === 1
    throw new Failure(
      'INVALID_INPUT',
      `${host} is the only realserver of ${isAlone ? 'its tier' : 'a service'}: nobody would take over`,
      { next: spare.length > 0 ? `those that can be struck are ${spare.join(', ')}` : 'add a second one' },
    )
  })
  return [...new Set(hosts)]
}

function named(name: string, cluster: Cluster, power: boolean): Fault {
  const found = faults.find((fault) => fault.name === name)
  if (!found) {
    const fitting = faultsFor(cluster, { power }).map((fault) => fault.name)
    const meant = didYouMean(name, fitting)
    throw new Failure('INVALID_INPUT', `there is no drill ${name}`, {
      next: meant ? `did you mean "${meant}"?` : 'understudy drill --list shows those that fit',
    })
  }
  const missing = missingFor(found, cluster, { power })
  if (missing === undefined) return found
  if ('cutsPower' in found && missingFor(found, cluster, { power: true }) === undefined) {
    const hosts = withoutPower(cluster)
    throw new Failure(
      'INVALID_INPUT',
      `nobody can cut the power of ${hosts.join(', ')}: no power is set there`,
      {
        next: 'set power, with the commands off and on, in the variable director of each: docs/drills.md shows how',
      },
    )
  }
  throw new Failure('INVALID_INPUT', `the drill ${name} needs ${missing}`, {
    next: 'understudy drill --list shows those that fit',
  })
}
