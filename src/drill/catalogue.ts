import { type Cluster, innermost, spareTiers } from '../cluster/index.ts'
import type { Fault } from './fault.ts'
import { clockFaults } from './faults/clock.ts'
import { cutFaults } from './faults/cut.ts'
import { errorFaults } from './faults/errors.ts'
import { machineFaults } from './faults/machine.ts'
import { networkFaults } from './faults/network.ts'
import { balancerFaults, keepalivedFaults, realserverFaults, serviceFaults } from './faults/processes.ts'
import { renewalFaults } from './faults/renewal.ts'

/** Every fault, in the order in which they are best tried: the gentlest first. */
export const faults: readonly Fault[] = [
  ...keepalivedFaults.toSorted((a, b) => Number(b.toll === 'handover') - Number(a.toll === 'handover')),
  ...balancerFaults,
  ...serviceFaults,
  ...realserverFaults,
  ...errorFaults,
  ...networkFaults,
  ...cutFaults,
  ...clockFaults,
  ...machineFaults,
  ...renewalFaults,
]

/** Whether the power of the directors can be cut. */
export interface Powers {
  readonly power: boolean
}

/** The faults a cluster can be drilled with: some need more than one of something, or a switch for the power. */
export function faultsFor(cluster: Cluster, powers: Powers): readonly Fault[] {
  return faults.filter((fault) => missingFor(fault, cluster, powers) === undefined)
}

/** What a cluster lacks for a fault; `undefined` where it fits. */
export function missingFor(fault: Fault, cluster: Cluster, { power }: Powers): string | undefined {
  const { realservers, directors } = cluster
  const { strikes, needs } = fault
  if (strikes === 'nfs-server') return innermost(cluster).nfs ? undefined : 'an NFS server with the pages'
  if (strikes === 'a-realserver' && spareTiers(cluster).length === 0) return 'a second realserver'
  if (strikes === 'all-realservers' && realservers.length === 0) return 'realservers'
  const ofDirectors = strikes === 'holder' || strikes === 'all-directors'
  if (ofDirectors && directors.length < 2) return 'a second director'
  if (needs && !needs.met(cluster)) return needs.what
  if ('cutsPower' in fault && !power) return 'a switch for the power of every director'
  return undefined
}
