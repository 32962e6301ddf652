import type { ProofResult } from '../../model/event.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { balancerProofs, keepalivedProofs, webServerProofs } from './boot.ts'
import { faultProofs, holderProofs } from './holder.ts'
import { neighbourProofs } from './neighbours.ts'
import { connectionProofs, ownProofs } from './own.ts'
import { pageProofs } from './page.ts'
import { poolProofs } from './pool.ts'
import { reachProofs } from './reach.ts'
import { runningProofs } from './running.ts'
import { silenceProofs } from './silence.ts'
import { tableProofs } from './table.ts'
import { understudyProofs } from './understudy.ts'

/** Every proof, in the order in which a person would look. Pure: it rests on what was seen alone. */
export function prove(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return [
    reachProofs,
    holderProofs,
    faultProofs,
    pageProofs,
    connectionProofs,
    tableProofs,
    poolProofs,
    neighbourProofs,
    silenceProofs,
    keepalivedProofs,
    runningProofs,
    balancerProofs,
    understudyProofs,
    ownProofs,
    webServerProofs,
  ].flatMap((proofs) => proofs(cluster, seen))
}
