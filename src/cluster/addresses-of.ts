import { Failure } from '../model/failure.ts'
import { type Knowledge, NeedsFacts } from '../model/task.ts'
import type { Cluster, Vip } from './cluster.ts'
import { addressByFacts, knownAddress, type Machine } from './network.ts'

/** A machine beside its address. */
export interface Peer {
  readonly host: string
  readonly address: string
}

/** The address at which a VIP's director reaches a machine. Throws NeedsFacts where only the machine can tell. */
export function addressOf(cluster: Cluster, vip: Vip, machine: Machine, known: Knowledge): string {
  const told = knownAddress(machine, vip)
  if (told !== undefined) return told
  const facts = known.facts.get(machine.host)
  if (!facts) throw new NeedsFacts(machine.host)
  const found = addressByFacts(cluster, vip, facts)
  if (found !== undefined) return found
  throw new Failure('INVALID_INPUT', `${machine.host} has no address in the network of ${vip.address}`, {
    where: { host: machine.host },
    next: 'Set address in its variable director or realserver.',
  })
}
