import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import { type Knowledge, NeedsFacts } from '../model/task.ts'
import { canonical, inNetwork } from './addresses.ts'
import type { Cluster, Vip } from './cluster.ts'
import { addressByFacts, allAddresses, knownAddress, type Machine } from './network.ts'

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
  throw new Failure(
    'INVALID_INPUT',
    `nobody knows at which address ${machine.host} is reached for ${vip.address}`,
    {
      where: { host: machine.host },
      next: 'Set address in its variable director or realserver.',
    },
  )
}

/**
 * The addresses from which a director may speak to a realserver: where both are neighbours, the director's own in that network;
 * where a router is between them, any that it has. Throws NeedsFacts where only the director can tell.
 */
export function sourcesOf(
  cluster: Cluster,
  vip: Vip,
  { director, realserver }: { readonly director: Machine; readonly realserver: Machine },
  known: Knowledge,
): readonly string[] {
  const told = addressOf(cluster, vip, director, known)
  const own = known.facts.get(realserver.host)
  // Its own facts are known when it is planned for.
  if (!own || allAddresses(cluster, vip, own).some((one) => inNetwork(told, one))) return [told]
  const facts = known.facts.get(director.host)
  if (!facts) throw new NeedsFacts(director.host)
  const theirs = allAddresses(cluster, vip, facts)
  const target = addressOf(cluster, vip, realserver, known)
  const near = theirs.filter((one) => inNetwork(target, one))
  return (near.length > 0 ? near : theirs).map(({ address }) => canonical(address))
}

/** What is known of a host. Throws NeedsFacts. */
export function factsOf({ facts }: Knowledge, host: string): Facts {
  const found = facts.get(host)
  if (!found) throw new NeedsFacts(host)
  return found
}
