import type { Cluster } from '../cluster/index.ts'
import type { Fault } from './fault.ts'
import { machineFaults } from './faults/machine.ts'
import { networkFaults } from './faults/network.ts'
import { balancerFaults, keepalivedFaults, realserverFaults } from './faults/processes.ts'

/** Every fault, in the order in which they are best tried: the gentlest first. */
export const faults: readonly Fault[] = [
  ...keepalivedFaults.toSorted((a, b) => Number(b.toll === 'handover') - Number(a.toll === 'handover')),
  ...balancerFaults,
  ...realserverFaults,
  ...networkFaults,
  ...machineFaults,
]

/** The faults a cluster can be drilled with: some need more than one of something, or a switch for the power. */
export function faultsFor(
  { balancer, realservers, directors, nfs }: Cluster,
  { power }: { readonly power: boolean },
): readonly Fault[] {
  return faults.filter((fault) => {
    const { strikes, toll } = fault
    if ('cutsPower' in fault && !power) return false
    if (strikes === 'nfs-server') return nfs !== undefined
    if (toll === 'balancer-check' && balancer === 'ipvs') return false
    if (strikes === 'a-realserver') return realservers.length > 1
    return strikes === 'all-realservers' || directors.length > 1
  })
}
