import type { Cluster } from '../cluster/index.ts'
import type { Fault } from './fault.ts'
import { machineFaults } from './faults/machine.ts'
import { networkFaults } from './faults/network.ts'
import { keepalivedFaults, realserverFaults } from './faults/processes.ts'

/** Every fault, in the order in which they are best tried: the gentlest first. */
export const faults: readonly Fault[] = [
  ...keepalivedFaults.toSorted((a, b) => Number(b.toll === 'handover') - Number(a.toll === 'handover')),
  ...realserverFaults,
  ...networkFaults,
  ...machineFaults,
]

/** The faults a cluster can be drilled with: some need more than one of something. */
export function faultsFor({ realservers, directors }: Cluster): readonly Fault[] {
  return faults.filter(({ strikes }) => {
    if (strikes === 'a-realserver') return realservers.length > 1
    return strikes === 'all-realservers' || directors.length > 1
  })
}
