import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { type ExpectedCluster, expectedTiers } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** The proof that fails where a machine does not answer. */
export const CAN_BE_ASKED = 'the machine can be asked'

/** Every member answers: a cluster with a member missing has no understudy. */
export function reachProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const hosts = new Set(
    expectedTiers(cluster).flatMap(({ directors, realservers }) =>
      [...directors, ...realservers].map(({ host }) => host),
    ),
  )
  return [...hosts].flatMap((host) => {
    const member = seen.members.get(host)
    if (!(member instanceof Failure)) return []
    return {
      name: CAN_BE_ASKED,
      subject: host,
      verdict: 'fail',
      seen: member.message,
      next: member.next ?? `ssh ${host}`,
    } satisfies ProofResult
  })
}
