import { proxyOf } from '../proxies.ts'
import { writtenPool } from './pools.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  type Subject,
  type Wrong,
  wordsBeside,
  wordsOfIpvs,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about what each balancer can do. */
export const balancerRules = {
  'balancer-way-back': {
    severity: 'error',
    reason:
      'Under address translation answers must come back through the director that translated the request.',
    source: 'LVS-HOWTO, LVS-NAT: the default gateway of the realservers',
    find: natHasAWayBack,
  },
  'balancer-unknown-word': {
    severity: 'error',
    reason: 'nginx and HAProxy are not IPVS: what only the kernel can do they leave undone.',
    source: 'nginx, ngx_http_upstream_module; HAProxy, 5.2',
    find: proxiesSpeakTcp,
  },
  'balancer-scheduler': {
    severity: 'error',
    reason: 'nginx and HAProxy have other ways to choose a realserver than IPVS.',
    source: 'nginx, ngx_http_upstream_module; HAProxy, balance; ipvsadm(8), --scheduler',
    find: proxiesKnowSchedulers,
  },
  'balancer-modes-differ': {
    severity: 'error',
    reason: 'Of a port, nginx listens by the part of it that speaks HTTP, or by the one that does not.',
    source: 'nginx, ngx_http_core_module and ngx_stream_core_module, listen',
    find: modesAgree,
  },
  'balancer-weight': {
    severity: 'error',
    reason: 'HAProxy takes weights from 0 to 256, and refuses a configuration with more.',
    source: 'HAProxy, 5.2, weight',
    find: weightsFit,
  },
  'balancer-backups-alone': {
    severity: 'warning',
    reason: 'Where all servers are backups, HAProxy sends everything to the first of them that is well.',
    source: 'HAProxy, 4.2, option allbackups; 5.2, backup',
    find: notOnlyBackups,
  },
  'balancer-backups': {
    severity: 'error',
    reason:
      'nginx refuses an upstream of which every server is one that only steps in for others, and any such server where the address of the client decides.',
    source: 'nginx, ngx_http_upstream_module, server: backup',
    find: backupsStepIn,
  },
} satisfies Family<'balancer'>

/** Under address translation an answer that goes past the director reaches the client from a stranger. */
function natHasAWayBack(subject: Subject): readonly Wrong[] {
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

/** nginx speaks as its clients do, and its clients are its only checks: it pings nobody, as it asks nobody for a page. */
const unknownChecks: Readonly<Record<'nginx' | 'haproxy', readonly string[]>> = {
  nginx: ['https', 'misc', 'udp', 'dns', 'smtp'],
  haproxy: ['udp', 'dns'],
}

function proxiesSpeakTcp(subject: Subject): readonly Wrong[] {
  const balancer = proxyOf(subject.cluster)
  if (!balancer) return []
  return writtenServices(subject).flatMap(({ path, service }) => {
    const [ofIpvs] = wordsBeside(wordsOfIpvs, service)
    const why =
      service.protocol === 'udp'
        ? ([`${balancer} balances no UDP here`, 'protocol'] as const)
        : ofIpvs !== undefined
          ? ([`${ofIpvs} is of IPVS; ${balancer} does not know it`, ofIpvs] as const)
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

function proxiesKnowSchedulers(subject: Subject): readonly Wrong[] {
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

/** Of a port, nginx listens to all addresses by the part of it that speaks HTTP, or by the one that does not. */
function modesAgree(subject: Subject): readonly Wrong[] {
  const { vips, balancer } = subject.cluster
  if (balancer !== 'nginx') return []
  const seen = new Map<number, string>()
  return vips.flatMap(({ services }, index) =>
    services.flatMap(({ port, mode }) => {
      const before = seen.get(port) ?? mode
      seen.set(port, before)
      if (before === mode) return []
      return [
        wrong(
          subject,
          ['vips', index, 'services'],
          `nginx cannot serve port ${port} with mode: ${mode} behind one VIP, and with mode: ${before} behind another`,
          'Give it one mode, or another port; or set balancer: haproxy.',
        ),
      ]
    }),
  )
}

/** HAProxy counts weights in a byte, and one more. */
const mostOfHaproxy = 256

function weightsFit({ cluster }: Subject): readonly Wrong[] {
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

/** Each list of realservers in which some step in for others. */
function writtenBackups(subject: Subject) {
  return writtenServices(subject).flatMap(({ path, service }) => {
    const isServedHere = service.redirect === undefined && service.pool === undefined
    const pool = isServedHere ? writtenPool(subject, service) : []
    const [first, name] = path
    const named = first === 'pools' ? subject.settings.pools[String(name)]?.backups : undefined
    const backups = pool.filter(({ host, backup }) => named?.includes(host) ?? backup).map(({ host }) => host)
    const isAll = backups.length === pool.length
    return backups.length === 0 ? [] : [{ path, service, named, backups, isAll }]
  })
}

function notOnlyBackups(subject: Subject): readonly Doubt[] {
  if (subject.cluster.balancer !== 'haproxy') return []
  return writtenBackups(subject)
    .filter(({ isAll, backups }) => isAll && backups.length > 1)
    .map(({ path, named, backups }) =>
      doubtful(
        subject,
        path,
        `all realservers of this are backups (${backups.join(', ')}): HAProxy sends everything to the first that is well`,
        `Remove ${named ? 'one of them from backups' : 'backup: true from one of them'}, which is then the one that serves.`,
      ),
    )
}

function backupsStepIn(subject: Subject): readonly Wrong[] {
  if (subject.cluster.balancer !== 'nginx') return []
  return writtenBackups(subject).flatMap(({ path, service, named, backups, isAll }) => {
    if (isAll)
      return [
        wrong(
          subject,
          path,
          `all realservers of this are backups (${backups.join(', ')}): nginx refuses servers that step in for nobody`,
          `Remove ${named ? 'at least one of them from backups' : 'backup: true from at least one of them'}.`,
        ),
      ]
    if (service.scheduler !== 'sh') return []
    return [
      wrong(
        subject,
        [...path, 'scheduler'],
        `where the address of the client decides (sh), nginx knows no backups, and ${backups.join(', ')} ${backups.length > 1 ? 'are' : 'is one'}`,
        `Use another scheduler, or remove ${named ? 'backups' : 'backup: true'}; or set balancer: haproxy.`,
      ),
    ]
  })
}
