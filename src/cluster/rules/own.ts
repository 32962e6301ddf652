import { said } from '../detection/span.ts'
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

/** Rules about directors that serve what is behind their VIPs themselves. */
export const ownRules = {
  'own-realserver': {
    severity: 'error',
    reason: 'Where directors serve themselves, nothing is sent to realservers.',
    source: 'docs/inventory.md, balancer: none',
    find: nobodyBehind,
  },
  'own-service-word': {
    severity: 'error',
    reason: 'Words about balancing say nothing where nothing is balanced.',
    source: 'docs/inventory.md, balancer: none',
    find: nothingIsBalanced,
  },
  'own-cluster-word': {
    severity: 'error',
    reason: 'Words about a balancer say nothing where there is none.',
    source: 'docs/inventory.md, balancer: none',
    find: clusterBalancesNothing,
  },
  'own-check': {
    severity: 'error',
    reason: 'A director asks itself whether it can serve, and a ping proves nothing of oneself.',
    source: 'keepalived.conf(5), vrrp_script',
    find: checksAskTheMachine,
  },
  'own-retry-delay': {
    severity: 'warning',
    reason: 'A vrrp_script runs again after its interval, and knows no other delay.',
    source: 'keepalived.conf(5), vrrp_script',
    find: nobodyWaitsToAskAgain,
  },
  'own-interval': {
    severity: 'error',
    reason: 'keepalived runs a vrrp_script in intervals of whole seconds.',
    source: 'keepalived.conf(5), vrrp_script, interval',
    find: scriptsTakeWholeSeconds,
  },
  'own-deadlock': {
    severity: 'error',
    reason:
      'A service that runs only where the VIP is fails its check everywhere else, so that nobody else can ever be elected.',
    source: 'acassen/keepalived#2485',
    find: followersAreNotChecked,
  },
} satisfies Family<'own'>

const serveThemselves = ({ cluster }: Subject) => cluster.balancer === 'none'

function nobodyBehind(subject: Subject): readonly Wrong[] {
  if (!serveThemselves(subject)) return []
  const { realservers } = subject.cluster
  return realservers.map(({ host }) => ({
    severity: 'error',
    message: `${host} is a realserver, and with balancer: none the directors serve themselves: nobody would send it anything`,
    next: `Take ${host} out of the group ${subject.settings.realservers}, or set balancer: ipvs, nginx or haproxy.`,
    host,
    path: ['cluster', 'balancer'],
  }))
}

/** Words of a service that say how a balancer spreads it, with the values they have where nobody writes them. */
const ofBalancers = {
  scheduler: 'wrr',
  mode: 'http',
  ...wordsOfIpvs,
  sorry_page: false,
  realservers: undefined,
  extra: undefined,
} as const

function nothingIsBalanced(subject: Subject): readonly Wrong[] {
  if (!serveThemselves(subject)) return []
  return writtenServices(subject).flatMap(({ path, service }) => {
    const idle = wordsBeside(ofBalancers, service).map((word) =>
      wrong(
        subject,
        [...path, word],
        `${word} tells a balancer what to do, and there is none: the director that holds the VIP serves port ${service.port} itself`,
        `Leave ${word} out, or set balancer: ipvs, nginx or haproxy.`,
      ),
    )
    const { port, backend_port: backend } = service
    if (backend === undefined || backend === port) return idle
    return [
      ...idle,
      wrong(
        subject,
        [...path, 'backend_port'],
        `nothing turns port ${port} into ${backend}: clients reach the director's own server on the port they ask for`,
        `Let it listen on ${port}, and leave backend_port out; or write port: ${backend}.`,
      ),
    ]
  })
}

function clusterBalancesNothing(subject: Subject): readonly Wrong[] {
  if (!serveThemselves(subject)) return []
  const { settings } = subject
  const idle = [
    ...(settings.connection_sync ? [['connection_sync']] : []),
    ...(settings.ipvsadm_rules ? [['ipvsadm_rules']] : []),
    ...(['nginx', 'haproxy'] as const).filter((name) => settings.extra[name]).map((name) => ['extra', name]),
    ...(settings.vrrp.track.by === 'process' ? [['vrrp', 'track', 'by']] : []),
  ]
  return idle.map((path) =>
    wrong(
      subject,
      path,
      `${path.join('.')} is about a balancer, and there is none`,
      path[0] === 'vrrp'
        ? 'Leave it out: the check of each service says how it is watched.'
        : 'Leave it out, or set balancer: ipvs, nginx or haproxy.',
    ),
  )
}

function checksAskTheMachine(subject: Subject): readonly Wrong[] {
  if (!serveThemselves(subject)) return []
  return writtenServices(subject).flatMap(({ path, service: { check } }) => {
    if (check.type === 'ping')
      return [
        wrong(
          subject,
          [...path, 'check'],
          'a director that pings itself always answers',
          'Use check: { type: tcp }, or type: misc with a program of your own.',
        ),
      ]
    return []
  })
}

function nobodyWaitsToAskAgain(subject: Subject): readonly Doubt[] {
  if (!serveThemselves(subject)) return []
  return writtenServices(subject).flatMap(({ path, service: { check } }) =>
    // Its default; who writes the same loses nothing.
    ['misc', 'ping'].includes(check.type) || check.retry_delay === 1
      ? []
      : [
          doubtful(
            subject,
            [...path, 'check', 'retry_delay'],
            'a director asks itself again after the interval: retry_delay says nothing to it',
            'Leave retry_delay out.',
          ),
        ],
  )
}

/** keepalived.conf(5), `vrrp_script`: `interval` is an integer. */
function scriptsTakeWholeSeconds(subject: Subject): readonly Wrong[] {
  if (!serveThemselves(subject)) return []
  return writtenServices(subject).flatMap(({ path, service: { check } }) =>
    Number.isInteger(check.interval)
      ? []
      : [
          wrong(
            subject,
            [...path, 'check', 'interval'],
            `keepalived runs the check of a director in whole seconds (vrrp_script), not every ${said(check.interval)}`,
            `Write interval: ${Math.ceil(check.interval)}.`,
          ),
        ],
  )
}

/** Where a service is stopped on all but the holder, a check of it would keep everybody else from ever being elected. */
function followersAreNotChecked(subject: Subject): readonly Wrong[] {
  const { notify, vips } = subject.cluster
  if (!serveThemselves(subject) || !notify || notify.mode === 'mm' || notify.services.length === 0) return []
  if (vips.every(({ services }) => services.length === 0)) return []
  return [
    wrong(
      subject,
      ['notify', 'services'],
      `${notify.services.join(', ')} would run on the holder of the VIP alone, and the checks of services ask every director before it is elected`,
      'Set notify.mode: mm, which lets them run everywhere; or leave services of the cluster out, so that nothing is asked.',
    ),
  ]
}
