import type { ClusterProblem } from '../cluster.ts'
import { acmeRules } from './acme.ts'
import { applicationRules } from './applications.ts'
import { balancerRules } from './balancers.ts'
import { bothRules } from './both.ts'
import { certificateRules } from './certificates.ts'
import { checkRules } from './checks.ts'
import { clientRules } from './clients.ts'
import { ipvsRules } from './ipvs.ts'
import { limitRules } from './limits.ts'
import { machineRules } from './machines.ts'
import { markRules } from './marks.ts'
import { nameRules } from './names.ts'
import { nfsRules } from './nfs.ts'
import { onDirectorRules } from './on-directors.ts'
import { ownRules } from './own.ts'
import { passedOnRules } from './passed-on.ts'
import { peerRules } from './peers.ts'
import { poolRules } from './pools.ts'
import { protectionRules } from './protection.ts'
import { proxyProtocolRules } from './proxy-protocol.ts'
import { requestRules } from './requests.ts'
import { routeRules } from './routes.ts'
import { routingRules } from './routing.ts'
import { serviceRules } from './services.ts'
import { sessionRules } from './sessions.ts'
import { sourceRules } from './source.ts'
import { stickyRules } from './sticky.ts'
import { doubtful, type Subject, wrong } from './subject.ts'
import { tierRules } from './tiers.ts'
import { tlsRules } from './tls.ts'
import { vipRules } from './vips.ts'
import { vmacRules } from './vmac.ts'
import { vrrpRules } from './vrrp.ts'

const rules = [
  ...tierRules,
  ...passedOnRules,
  ...machineRules,
  ...bothRules,
  ...serviceRules,
  ...poolRules,
  ...routingRules,
  ...balancerRules,
  ...ipvsRules,
  ...checkRules,
  ...tlsRules,
  ...acmeRules,
  ...certificateRules,
  ...clientRules,
  ...proxyProtocolRules,
  ...requestRules,
  ...limitRules,
  ...stickyRules,
  ...sessionRules,
  ...nameRules,
  ...markRules,
  ...nfsRules,
  ...ownRules,
  ...sourceRules,
  ...applicationRules,
]

/** Rules about VIPs and who holds them; a cluster that stands behind another has none of its own. */
const rulesOfVips = [
  ...vipRules,
  ...vrrpRules,
  ...peerRules,
  ...vmacRules,
  ...routeRules,
  ...onDirectorRules,
  ...protectionRules,
]

/** What is wrong or doubtful within one cluster. */
export function problemsOf(subject: Subject): readonly ClusterProblem[] {
  const own = subject.cluster.front === undefined && subject.settings.vips.length > 0 ? rulesOfVips : []
  return [...rules, ...own].flatMap((rule) => rule(subject))
}

/** What clusters of one inventory do to each other. */
export function problemsBetween(all: readonly Subject[]): readonly ClusterProblem[] {
  const subjects = all.filter(({ cluster }) => cluster.front === undefined)
  return subjects.flatMap((subject, at) =>
    subjects
      .slice(0, at)
      .flatMap((other) => subject.cluster.vips.flatMap((_, i) => clashes(subject, i, other))),
  )
}

function clashes(subject: Subject, index: number, { cluster }: Subject): readonly ClusterProblem[] {
  const vip = subject.cluster.vips[index]
  return cluster.vips.flatMap((other) => {
    if (vip?.address === other.address)
      return [
        wrong(
          subject,
          ['vips', index, 'address'],
          `the VIP ${other.address} is already that of the cluster ${cluster.name}`,
          'Give each cluster VIPs of its own.',
        ),
      ]
    if (vip?.vrid !== other.vrid || vip.family !== other.family) return []
    // Only they know whether the two share a network segment.
    return [
      doubtful(
        subject,
        ['vips', index, 'vrid'],
        `the vrid ${other.vrid} is already used by the cluster ${cluster.name}: on one network segment they would clash`,
        'Give each VIP of the inventory a vrid of its own.',
      ),
    ]
  })
}
