import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import type { ConnectionReading } from '../../sensors/at-once.ts'
import type { ExpectedCluster } from '../expected.ts'
import { lookingAt, type Sightings } from '../sightings.ts'
import { unlessOfPeer } from './peers.ts'

/** What a connection tells of whoever was to take it. */
export type ConnectionVerdict = Pick<ProofResult, 'verdict' | 'seen' | 'expected' | 'cause' | 'next'>

/** A connection through a VIP, and what a proof makes of it. */
interface Through {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly asked: Query<ConnectionReading>
  /** Judges it; `from` names who opened it. */
  readonly judge: (reading: ConnectionReading, from: string) => ConnectionVerdict
}

/** Proves that a client's connection through a VIP is taken. */
export function clientConnectionProof(
  { name, address, port, asked, judge }: Through,
  cluster: ExpectedCluster,
  seen: Sightings,
): readonly ProofResult[] {
  const { outside, observer } = lookingAt(address, seen)
  const common = { name, subject: `${address} port ${port}` }
  if (outside instanceof Failure)
    return unlessOfPeer(address, [{ ...common, verdict: 'unknown', seen: outside.message }], cluster, seen)
  const proof = judge(outside.read(asked), observer ?? 'this computer')
  // From this computer nothing may be reachable at all, which says nothing of the cluster.
  const verdict = proof.verdict === 'fail' && observer === undefined ? 'unknown' : proof.verdict
  return unlessOfPeer(address, [{ ...common, ...proof, verdict }], cluster, seen)
}
