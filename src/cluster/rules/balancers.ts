import type { ClusterProblem } from '../cluster.ts'
import { proxyOf } from '../proxies.ts'
import { doubtful, type Rule, type Subject, writtenServices, wrong } from './subject.ts'

/** Rules about what each balancer can do. */
export const balancerRules: readonly Rule[] = [
  natHasAWayBack,
  proxiesSpeakTcp,
  proxiesKnowSchedulers,
  portsAgree,
  weightsFit,
  backupsAreOfProxies,
  waysBackMoveWithVips,
  connectionsOfAllAreTold,
]

/** Under address translation an answer that goes past the director reaches the client from a stranger. */
function natHasAWayBack(subject: Subject): readonly ClusterProblem[] {
  const { balancer, nat, vips } = subject.cluster
  const translates =
    balancer === 'ipvs' &&
    vips.some(({ services }) => services.some(({ forwarding }) => forwarding === 'nat'))
  if (translates && !nat)
    return [
      wrong(
        subject,
        [],
        'forwarding: nat needs a way back: answers must pass the director that holds the VIP',
        'Add nat: { gateway: … } to cluster, a free address in the network of the realservers.',
      ),
    ]
  if (!nat || translates) return []
  return [
    wrong(
      subject,
      ['nat'],
      'nat has no meaning here: no service is forwarded that way',
      'Remove it, or set forwarding: nat.',
    ),
  ]
}

/** nginx speaks as its clients do, and its clients are its only checks. */
const unknownChecks: Readonly<Record<'nginx' | 'haproxy', readonly string[]>> = {
  nginx: ['https', 'ping', 'misc'],
  haproxy: ['ping', 'misc'],
}

function proxiesSpeakTcp(subject: Subject): readonly ClusterProblem[] {
  const balancer = proxyOf(subject.cluster)
  if (!balancer) return []
  return writtenServices(subject).flatMap(({ path, service }) => {
    const why =
      service.protocol === 'udp'
        ? ([`${balancer} balances no UDP here`, 'protocol'] as const)
        : service.persistence_timeout !== undefined
          ? ([`persistence_timeout is of IPVS; ${balancer} does not know it`, 'persistence_timeout'] as const)
          : unknownChecks[balancer].includes(service.check.type)
            ? ([`${balancer} has no check of the type ${service.check.type}`, 'check'] as const)
            : undefined
    if (!why) return []
    const [message, field] = why
    return [
      wrong(
        subject,
        [...path, field],
        message,
        'Set balancer: ipvs, or change it; scheduler: sh keeps a client with its realserver.',
      ),
    ]
  })
}

const known = ['rr', 'wrr', 'lc', 'wlc', 'sh']

function proxiesKnowSchedulers(subject: Subject): readonly ClusterProblem[] {
  const balancer = proxyOf(subject.cluster)
  if (!balancer) return []
  return writtenServices(subject).flatMap(({ path, service: { scheduler } }) =>
    known.includes(scheduler)
      ? []
      : [
          wrong(
            subject,
            [...path, 'scheduler'],
            `${balancer} has no scheduler ${scheduler}`,
            `It knows ${known.join(', ')}.`,
          ),
        ],
  )
}

/** nginx and HAProxy serve a port for all VIPs alike. */
function portsAgree(subject: Subject): readonly ClusterProblem[] {
  const { vips } = subject.cluster
  const balancer = proxyOf(subject.cluster)
  if (!balancer) return []
  const seen = new Map<number, string>()
  return vips.flatMap(({ services }, index) =>
    services.flatMap((service) => {
      const said = JSON.stringify(service)
      const before = seen.get(service.port) ?? said
      seen.set(service.port, before)
      if (before === said) return []
      return [
        wrong(
          subject,
          ['vips', index, 'services'],
          `port ${service.port} means something else for another VIP, and ${balancer} serves it for all alike`,
          'List the services once, in cluster.',
        ),
      ]
    }),
  )
}

/** HAProxy counts weights in a byte, and one more. */
const mostOfHaproxy = 256

function weightsFit({ cluster }: Subject): readonly ClusterProblem[] {
  if (cluster.balancer !== 'haproxy') return []
  return cluster.realservers
    .filter(({ weight }) => weight > mostOfHaproxy)
    .map(({ host, weight }) => ({
      severity: 'error',
      message: `HAProxy has no weight above ${mostOfHaproxy}, and ${host} has ${weight}`,
      next: `Give weights from 0 to ${mostOfHaproxy}: only how they compare counts.`,
      host,
      path: ['realserver', 'weight'],
    }))
}

/** IPVS has no realserver that only serves once all others are gone: that is what a sorry server is. */
function backupsAreOfProxies({ cluster: { balancer, realservers } }: Subject): readonly ClusterProblem[] {
  if (balancer !== 'ipvs') return []
  return realservers
    .filter(({ backup }) => backup)
    .map(({ host }) => ({
      severity: 'error',
      message: `${host} is to serve only while all others are gone, which IPVS does not know`,
      next: 'Leave backup out; or set balancer: haproxy or nginx; or sorry_page, which the directors show.',
      host,
      path: ['realserver', 'backup'],
    }))
}

/** The gateway moves with the first VIP: what comes by another director is not translated back. */
function waysBackMoveWithVips(subject: Subject): readonly ClusterProblem[] {
  const { nat, vips } = subject.cluster
  const [first] = vips
  if (!nat || !first) return []
  return vips.flatMap(({ address, owner }, index) =>
    index === 0
      ? []
      : [
          wrong(
            subject,
            ['vips', index],
            `the gateway ${nat.gateway} moves with the VIP ${first.address}${owner === first.owner ? '' : `, which ${first.owner} holds`}: what clients ask of ${address} while another director holds it would be answered past that director`,
            `List ${address} under also of ${first.address}: they move together.`,
          ),
        ],
  )
}

/** The kernel sends from one instance; other masters' connections are not told. */
function connectionsOfAllAreTold(subject: Subject): readonly ClusterProblem[] {
  const { connectionSync, vips } = subject.cluster
  const [first] = vips
  return vips.flatMap(({ address, owner }) =>
    !connectionSync || !first || owner === first.owner
      ? []
      : [
          doubtful(
            subject,
            ['connection_sync'],
            `connections of the VIP ${address} are not told: ${first.owner} tells of its own, and ${owner} holds this one`,
            'Give all VIPs the same owner, or list them under also of the first.',
          ),
        ],
  )
}
