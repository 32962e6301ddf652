import type { ProofResult } from '../../model/event.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { applicationProofs } from './applications.ts'
import { askedFromProofs } from './asked-from.ts'
import { balancerProofs, keepalivedProofs, webServerProofs } from './boot.ts'
import { checkProgramProofs } from './check-programs.ts'
import { datagramProofs } from './datagrams.ts'
import { headerProofs } from './headers.ts'
import { faultProofs, holderProofs } from './holder.ts'
import { monitoringProofs } from './monitoring.ts'
import { neighbourProofs } from './neighbours.ts'
import { connectionProofs, ownProofs } from './own.ts'
import { packetProofs } from './packets.ts'
import { pageProofs } from './page.ts'
import { passedOnByDirectors, passedOnProofs } from './passed-on.ts'
import { phpProofs } from './php.ts'
import { poolProofs } from './pool.ts'
import { quicProofs } from './quic.ts'
import { reachProofs } from './reach.ts'
import { redirectProofs } from './redirect.ts'
import { rememberingProofs } from './remembering.ts'
import { refusalProofs, requestProofs } from './requests.ts'
import { routerProofs } from './routers.ts'
import { routeProofs } from './routes.ts'
import { runningProofs } from './running.ts'
import { sharedProofs } from './shared.ts'
import { silenceProofs } from './silence.ts'
import { tableProofs } from './table.ts'
import { tlsProofs } from './tls.ts'
import { tlsFileProofs } from './tls-files.ts'
import { understudyProofs } from './understudy.ts'
import { upstreamProofs } from './upstreams.ts'
import { wayBackProofs } from './way-back.ts'

/** In the order in which a person would look. */
const proofs = [
  reachProofs,
  holderProofs,
  faultProofs,
  askedFromProofs,
  pageProofs,
  connectionProofs,
  passedOnProofs,
  datagramProofs,
  redirectProofs,
  headerProofs,
  requestProofs,
  refusalProofs,
  tlsProofs,
  tlsFileProofs,
  quicProofs,
  tableProofs,
  packetProofs,
  rememberingProofs,
  poolProofs,
  upstreamProofs,
  neighbourProofs,
  silenceProofs,
  wayBackProofs,
  keepalivedProofs,
  runningProofs,
  routerProofs,
  routeProofs,
  checkProgramProofs,
  balancerProofs,
  understudyProofs,
  passedOnByDirectors,
  ownProofs,
  webServerProofs,
  phpProofs,
  sharedProofs,
  applicationProofs,
  monitoringProofs,
]

/** Of a cluster that stands behind another: what its own machines do. */
const proofsBehind = [
  tlsProofs,
  tlsFileProofs,
  poolProofs,
  upstreamProofs,
  checkProgramProofs,
  balancerProofs,
  understudyProofs,
  passedOnByDirectors,
  webServerProofs,
  phpProofs,
  sharedProofs,
  applicationProofs,
  monitoringProofs,
]

/** Every proof. Pure: it rests on what was seen alone. */
export function prove(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const { behind } = cluster
  return [
    ...proofs.flatMap((proofsOf) => proofsOf(cluster, seen)),
    ...(behind ? proofsBehind.flatMap((proofsOf) => proofsOf(behind, seen)) : []),
  ]
}
