import type { Explained } from '../../model/rule.ts'
import type { ClusterProblem } from '../problem.ts'
import { acmeRules } from './acme.ts'
import { answerRules } from './answers.ts'
import { applicationRules } from './applications.ts'
import { authorityRules } from './authorities.ts'
import { backendTlsRules } from './backend-tls.ts'
import { balancerRules } from './balancers.ts'
import { rulesBetween } from './between.ts'
import { bfdRules } from './bfd.ts'
import { bothRules } from './both.ts'
import { certificateRules } from './certificates.ts'
import { checkProgramRules } from './check-programs.ts'
import { checkRules } from './checks.ts'
import { clientRules } from './clients.ts'
import { extraRules } from './extra.ts'
import { extraCheckRules } from './extra-checks.ts'
import { extraTwiceRules } from './extra-twice.ts'
import { factRules } from './facts.ts'
import { haproxyLineRules } from './haproxy-lines.ts'
import { ipvsRules } from './ipvs.ts'
import { limitRules } from './limits.ts'
import { linePortRules } from './line-ports.ts'
import { machineWordRules } from './machine-words.ts'
import { machineRules } from './machines.ts'
import { markRules } from './marks.ts'
import { monitoringRules } from './monitoring.ts'
import { nameRules } from './names.ts'
import { natRules } from './nat.ts'
import { nfsRules } from './nfs.ts'
import { nginxDirectiveRules } from './nginx-directives.ts'
import { nginxLineRules } from './nginx-lines.ts'
import { notifyRules } from './notify.ts'
import { onDirectorRules } from './on-directors.ts'
import { ownRules } from './own.ts'
import { ownServerRules } from './own-servers.ts'
import { passedOnRules } from './passed-on.ts'
import { peerRules } from './peers.ts'
import { phpRules } from './php.ts'
import { poolRules } from './pools.ts'
import { prefixRules } from './prefixes.ts'
import { protectionRules } from './protection.ts'
import { proxyProtocolRules } from './proxy-protocol.ts'
import { requestRules } from './requests.ts'
import { routeRules } from './routes.ts'
import { routingRules } from './routing.ts'
import { serviceRules } from './services.ts'
import { sessionRules } from './sessions.ts'
import { snippetRules } from './snippets.ts'
import { sourceRules } from './source.ts'
import { spokenRules } from './spoken.ts'
import { stickyRules } from './sticky.ts'
import type { Rules, Subject } from './subject.ts'
import { tierWordRules } from './tier-words.ts'
import { tierRules } from './tiers.ts'
import { tlsRules } from './tls.ts'
import { togetherRules } from './together.ts'
import { vipRules } from './vips.ts'
import { vmacRules } from './vmac.ts'
import { vrrpRules } from './vrrp.ts'
import { mixedWayRules } from './ways-mixed.ts'

const rules = {
  ...tierRules,
  ...tierWordRules,
  ...passedOnRules,
  ...machineRules,
  ...machineWordRules,
  ...bothRules,
  ...serviceRules,
  ...spokenRules,
  ...poolRules,
  ...ownServerRules,
  ...routingRules,
  ...balancerRules,
  ...ipvsRules,
  ...mixedWayRules,
  ...checkRules,
  ...checkProgramRules,
  ...tlsRules,
  ...backendTlsRules,
  ...acmeRules,
  ...certificateRules,
  ...authorityRules,
  ...clientRules,
  ...proxyProtocolRules,
  ...requestRules,
  ...limitRules,
  ...answerRules,
  ...stickyRules,
  ...sessionRules,
  ...phpRules,
  ...nameRules,
  ...markRules,
  ...natRules,
  ...nfsRules,
  ...monitoringRules,
  ...ownRules,
  ...notifyRules,
  ...snippetRules,
  ...nginxDirectiveRules,
  ...nginxLineRules,
  ...haproxyLineRules,
  ...linePortRules,
  ...sourceRules,
  ...applicationRules,
  ...extraRules,
  ...extraCheckRules,
  ...extraTwiceRules,
} satisfies Rules

/** Rules about VIPs and who holds them; a cluster that stands behind another has none of its own. */
const rulesOfVips = {
  ...vipRules,
  ...prefixRules,
  ...togetherRules,
  ...vrrpRules,
  ...peerRules,
  ...bfdRules,
  ...vmacRules,
  ...routeRules,
  ...onDirectorRules,
  ...protectionRules,
} satisfies Rules

/** Every rule about clusters, and about what only their machines can show, by its id. */
export const explainedRules: Readonly<Record<string, Explained>> = {
  ...rules,
  ...rulesOfVips,
  ...rulesBetween,
  ...factRules,
}

/** What is wrong or doubtful within one cluster. */
export function problemsOf(subject: Subject): readonly ClusterProblem[] {
  const own = subject.cluster.front === undefined && subject.settings.vips.length > 0 ? rulesOfVips : {}
  return [...found(rules, subject), ...found(own, subject)]
}

/** What clusters of one inventory do to each other. */
export function problemsBetween(all: readonly Subject[]): readonly ClusterProblem[] {
  const subjects = all.filter(({ cluster }) => cluster.front === undefined)
  return subjects.flatMap((subject, at) => found(rulesBetween, { ...subject, before: subjects.slice(0, at) }))
}

/** What rules find, each with the rule that found it. */
function found<Of extends Subject>(all: Rules<Of>, subject: Of): readonly ClusterProblem[] {
  return Object.entries(all).flatMap(([id, rule]) => {
    const milder = subject.moment?.onlyLooks && rule.severity === 'error' ? rule.whenOnlyLooked : undefined
    return rule.find(subject).map((problem) => ({ ...problem, severity: milder ?? rule.severity, rule: id }))
  })
}
