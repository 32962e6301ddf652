import type { Cluster } from '../cluster/index.ts'
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
    drills.length === 0 ? faultsFor(cluster, { power }) : drills.map((name) => named(name, cluster, power))
  const aimed = chosen.filter(({ strikes }) => strikes === 'a-realserver')
  const hosts = realserversNamed(cluster, on)
  if (hosts.length === 0) return chosen
  if (aimed.length === 0)
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
    aimed.includes(fault) ? hosts.map((host) => ({ ...fault, on: host })) : [fault],
  )
}

function realserversNamed({ name: cluster, realservers }: Cluster, on: readonly string[]): readonly string[] {
  const names = realservers.map(({ host }) => host)
  const hosts = on.flatMap((host) => {
    if (names.includes(host)) return [host]
    if (host === each) return names
    throw new Failure('INVALID_INPUT', `${host} is no realserver of ${cluster}`, {
      next: suggestion(host, names),
    })
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
