import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** Says who looked at a VIP to which whoever looks from outside has no way; or that nobody could. */
export function askedFromProofs(
  { vips }: ExpectedCluster,
  { elsewhere, observer }: Sightings,
): readonly ProofResult[] {
  return vips.flatMap(({ address }): readonly ProofResult[] => {
    const view = elsewhere?.get(address)
    if (!view) return []
    const common = { name: 'somebody can ask for the VIP as a client would', subject: address }
    if (view.outside instanceof Failure) {
      const { message, next } = view.outside
      return [{ ...common, verdict: 'unknown', seen: message, ...(next === undefined ? {} : { next }) }]
    }
    const first = observer ?? 'this computer'
    return [{ ...common, verdict: 'pass', seen: `${view.observer}, as ${first} has no way there` }]
  })
}
