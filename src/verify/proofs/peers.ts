import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { runningKeepalived } from '../../sensors/keepalived.ts'
import type { ExpectedCluster, ExpectedVip } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** Somebody beside the directors who holds a VIP, by the word of directors that hear it. */
export interface PeerHolding {
  readonly name: string
  /** As it says itself. */
  readonly priority: number
  /** The directors that hear it. */
  readonly heardBy: readonly string[]
}

/** The peer that is none of the inventory's machines and is heard as the master of a VIP, if so. */
export function peerHolding(
  { instance, peers }: Pick<ExpectedVip, 'instance' | 'peers'>,
  cluster: ExpectedCluster,
  { members }: Pick<Sightings, 'members'>,
): PeerHolding | undefined {
  if (peers.length === 0) return undefined
  const heard = cluster.directors.flatMap(({ host }) => {
    const member = members.get(host)
    if (!member || member instanceof Failure) return []
    const keepalived = member.read(runningKeepalived)
    const told = keepalived.answers
      ? keepalived.instances.find(({ name, state }) => name === instance && state === 'BACKUP')?.master
      : undefined
    const peer = peers.find((one) => one.address === told?.address)
    return told && peer ? [{ host, name: peer.name, priority: told.priority }] : []
  })
  const [first] = heard
  if (!first || heard.some(({ name }) => name !== first.name)) return undefined
  return { name: first.name, priority: first.priority, heardBy: heard.map(({ host }) => host) }
}

/** What somebody else serves is for nobody to judge here; that it is right is welcome all the same. */
export function unlessOfPeer(
  address: string,
  results: readonly ProofResult[],
  cluster: ExpectedCluster,
  seen: Sightings,
): readonly ProofResult[] {
  const vip = cluster.vips.find((one) => one.address === address)
  const peer = vip && peerHolding(vip, cluster, seen)
  if (!peer) return results
  return results.map((result): ProofResult => {
    if (result.verdict !== 'fail') return result
    const { name, subject, seen: said } = result
    const held = `${peer.name} holds the VIP, which is no machine of this inventory`
    return { name, subject, verdict: 'unknown', seen: said === undefined ? held : `${said}; ${held}` }
  })
}
