export { canonical, endOfNetwork, familyOf, inNetwork, tunnelDeviceOf, unfitForVip } from './addresses.ts'
export { addressOf } from './addresses-of.ts'
export { changesSeldom, isCompressible } from './answer-variables.ts'
export { ownLoopback } from './apart.ts'
export type { Application, Release } from './application.ts'
export { placeOf, unitOf } from './applications.ts'
export { behind } from './behind.ts'
export { type NamedRouter, routersOf } from './bfd.ts'
export { bothAtOnce, nginxDoesBoth } from './both.ts'
export { certificateFor, keysIn, type ServedCertificate } from './certificates.ts'
export { type Asked, anyName, claimantOf, requestsFor } from './claims.ts'
export type {
  Cluster,
  Director,
  Family,
  IpvsTimeouts,
  Member,
  Realserver,
  Said,
  Service,
  Vip,
} from './cluster.ts'
export { datagramOf } from './datagrams.ts'
export { realserverDetection } from './detection/detection.ts'
export type { Detection, Span } from './detection/span.ts'
export { problemsWithFacts } from './facts-problems.ts'
export { globalLines } from './global-lines.ts'
export { handoverFile, homeOf, raiseFor } from './handover.ts'
export { hostsOfCluster, servingHosts } from './hosts.ts'
export { heldBy, type Interruption, interruptionBy, interruptionsOf } from './interruptions.ts'
export { sorryAddressOf } from './ipvs-variables.ts'
export { interfacesOf, peersOf } from './links.ts'
export { markOf, packetMarksOf, portsIn } from './marks.ts'
export { exportersOf, mayScrape } from './monitoring.ts'
export { carrierOf, interfaceFor, knownAddress, vrrpInterfaceFor } from './network.ts'
export { rolloutOrder } from './order.ts'
export { backendHosts, portsOfPrograms } from './own-servers.ts'
export { phpOn, phpUnits } from './php.ts'
export { backendName } from './pool-variables.ts'
export { isOfNoLink, type Prefixed } from './prefixes.ts'
export type { ClusterProblem } from './problem.ts'
export { drillsForbidden, forbiddenBy, outageForbidden } from './protection.ts'
export { proxyOf } from './proxies.ts'
export { resolveClusters } from './resolve.ts'
export { routeWords, ruleWords } from './routes.ts'
export type { Moment } from './rules/subject.ts'
export { type Shares, sharesOf } from './schedulers.ts'
export { poolOf, serversOf } from './servers.ts'
export { serverStarts, settlingTime } from './settling.ts'
export { isAmong, patternOf, type Statuses, written } from './statuses.ts'
export { strangersAmong, takenProblems, unheldAddresses } from './taken-problems.ts'
export {
  balancerDetection,
  clientsFollow,
  nextPriority,
  skew,
  slowestTakeover,
  takeoverAfterCrash,
  takeoverAfterStop,
} from './takeover.ts'
export { asksThrough, innermost, spareRealservers, spareTiers, tierServedBy, tiersOf } from './tiers.ts'
export { fileBehind, servedFile } from './tls-variables.ts'
export { allAddressesOf, companionsOf, eachAddress, eachFamily, ofItsFamily } from './together.ts'
export { clusterVariables } from './variables.ts'
export {
  type ApplicationSettings,
  type CheckSettings,
  type ClusterSettings,
  type DirectorSettings,
  type RealserverSettings,
  type ServiceSettings,
  type VrrpSettings,
  vocabulary,
} from './vocabulary/index.ts'
export { alertsOf, dashboardOf, jobsOf } from './watching/index.ts'
