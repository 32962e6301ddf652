import { companionsOf, familiesIn } from '../together.ts'
import { writtenPool } from './pools.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  type Subject,
  type Wrong,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about what the kernel's balancer can do. */
export const ipvsRules = {
  'ipvs-backup': {
    severity: 'error',
    reason:
      'IPVS has no realserver that serves only once all others are gone: that is what a sorry server is.',
    source: 'keepalived.conf(5), sorry_server',
    find: backupsAreOfProxies,
  },
  'ipvs-gateway-moves': {
    severity: 'error',
    reason:
      'The gateway of the realservers is with one director, and translates back what that one has translated.',
    source: 'LVS-HOWTO, LVS-NAT',
    find: waysBackMoveWithVips,
  },
  'ipvs-timeouts': {
    severity: 'error',
    reason: 'The table of IPVS, its timeouts and its daemons do nothing where nginx or HAProxy balances.',
    source: 'ipvsadm(8), --set, --start-daemon and --save',
    find: wordsAreOfIpvs,
  },
  'ipvs-sorry-inhibit': {
    severity: 'error',
    reason: 'Who is never in the table cannot stay there.',
    source: 'keepalived.conf(5), sorry_server_inhibit',
    find: sorryServersAreThere,
  },
  'ipvs-one-packet': {
    severity: 'error',
    reason: 'One-packet scheduling is of UDP, and forgets a client after each datagram.',
    source: 'ipvsadm(8), --ops',
    find: datagramsAreScheduledAlone,
  },
  'ipvs-one-packet-nat': {
    severity: 'warning',
    reason:
      'The kernel forgets a datagram that is scheduled by itself as soon as it is sent on, and so translates no answer to it: clients get it from the realserver, and most take it for no answer.',
    source: 'ipvsadm(8), --ops; seen on machines of the lab',
    find: answersAreTranslated,
  },
  'ipvs-granularity': {
    severity: 'error',
    reason: 'A mask says which clients count as one for persistence, in the family of the VIP.',
    source: 'ipvsadm(8), --netmask; keepalived.conf(5), persistence_granularity',
    find: granularityFits,
  },
  'ipvs-quorum': {
    severity: 'error',
    reason:
      'A quorum above the sum of all weights is never reached, and a hysteresis as large as the quorum is never left.',
    source: 'keepalived.conf(5), quorum and hysteresis',
    find: quorumCanBeReached,
  },
} satisfies Family<'ipvs'>

/** IPVS has no realserver that only serves once all others are gone: that is what a sorry server is. */
function backupsAreOfProxies({ cluster: { balancer, realservers } }: Subject): readonly Wrong[] {
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
function waysBackMoveWithVips(subject: Subject): readonly Wrong[] {
  const { nat, vips } = subject.cluster
  const [first] = vips
  if (!nat || !first) return []
  return vips.flatMap(({ address, owner, services }, index) =>
    index === 0 ||
    services.length === 0 ||
    companionsOf(subject.cluster, first).some((vip) => vip.address === address)
      ? []
      : [
          wrong(
            subject,
            ['vips', index],
            `the gateway ${nat.gateway} moves with the VIP ${first.address}${owner === first.owner ? '' : `, which ${first.owner} holds`}: what clients ask of ${address} while another director holds it would be answered past that director`,
            `List ${address} under also of ${first.address}, or give both the same name under together: they move together.`,
          ),
        ],
  )
}

function wordsAreOfIpvs(subject: Subject): readonly Wrong[] {
  const { balancer, front } = subject.cluster
  if (balancer === 'ipvs') return []
  const { ipvs_timeouts: timeouts, connection_sync: sync, ipvsadm_rules: rules } = subject.settings
  // Of directors that serve themselves, and of a cluster behind another, other rules say it.
  const alone = balancer !== 'none' && front === undefined
  const said = [
    ...(timeouts === undefined ? [] : ['ipvs_timeouts']),
    ...(alone && sync ? ['connection_sync'] : []),
    ...(alone && rules ? ['ipvsadm_rules'] : []),
  ]
  return said.map((word) =>
    wrong(
      subject,
      [word],
      `${word} is of IPVS, which balances nothing here`,
      'Leave it out, or set balancer: ipvs.',
    ),
  )
}

function sorryServersAreThere(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(
    ({ path, service: { sorry_server_inhibit: stays, sorry_page: page } }) =>
      stays && !page
        ? [
            wrong(
              subject,
              [...path, 'sorry_server_inhibit'],
              'nobody can stay in the table who is never there: no sorry_page is shown',
              'Set sorry_page: true, or leave sorry_server_inhibit out.',
            ),
          ]
        : [],
  )
}

function datagramsAreScheduledAlone(subject: Subject): readonly Wrong[] {
  return writtenServices(subject).flatMap(
    ({ path, service: { protocol, one_packet: alone, persistence_timeout: stays } }) => {
      if (!alone || (protocol === 'udp' && stays === undefined)) return []
      const why =
        protocol === 'udp'
          ? 'persistence_timeout keeps a client with its realserver'
          : 'connections are more than one packet'
      return [
        wrong(
          subject,
          [...path, 'one_packet'],
          `each packet cannot be scheduled by itself: ${why}`,
          'Leave one_packet out.',
        ),
      ]
    },
  )
}

/** Who asks by a connected socket, as nearly all programs do, is given nothing that comes from elsewhere. */
function answersAreTranslated(subject: Subject): readonly Doubt[] {
  return writtenServices(subject).flatMap(({ path, service: { protocol, one_packet: alone, forwarding } }) =>
    subject.cluster.balancer === 'ipvs' && alone && protocol === 'udp' && forwarding === 'nat'
      ? [
          doubtful(
            subject,
            [...path, 'one_packet'],
            'with forwarding: nat answers to datagrams that are scheduled by themselves come from the realserver, not from the VIP: clients that wait for an answer get none',
            'Leave one_packet out, so that a client is remembered for ipvs_timeouts.udp; or set forwarding: dr or tun; or keep it where nobody waits for answers, as for logs.',
          ),
        ]
      : [],
  )
}

function granularityFits(subject: Subject): readonly Wrong[] {
  const families = familiesIn(subject.cluster)
  return writtenServices(subject).flatMap(
    ({ path, service: { persistence_granularity: mask, persistence_timeout: stays } }) => {
      if (mask === undefined) return []
      const of = mask.includes('.') ? 'ipv4' : 'ipv6'
      const why =
        stays === undefined
          ? 'it says which clients count as one for persistence_timeout, which is not set'
          : families.has(of)
            ? undefined
            : `it is of ${of === 'ipv4' ? 'IPv4' : 'IPv6'}, and no VIP is`
      return why === undefined
        ? []
        : [
            wrong(
              subject,
              [...path, 'persistence_granularity'],
              `persistence_granularity ${mask} has no meaning here: ${why}`,
              'Leave it out, or write a netmask such as 255.255.255.0 (IPv4) or the length of a prefix (IPv6).',
            ),
          ]
    },
  )
}

function quorumCanBeReached(subject: Subject): readonly Wrong[] {
  const { balancer, realservers } = subject.cluster
  if (balancer !== 'ipvs' || realservers.length === 0) return []
  return writtenServices(subject).flatMap(({ path, service }) => {
    const { quorum, hysteresis } = service
    const pool = writtenPool(subject, service)
    const all = pool.reduce((sum, { weight }) => sum + weight, 0)
    const isTooMuch = quorum + hysteresis > all
    if (pool.length === 0 || (!isTooMuch && hysteresis < quorum)) return []
    if (all === 0)
      return [
        wrong(
          subject,
          path,
          `every realserver of port ${service.port} has the weight 0: nobody would ever serve it, which keepalived refuses`,
          'Give at least one of them a weight above 0; or, to show the sorry_page, stop what they serve with.',
        ),
      ]
    const why = isTooMuch
      ? `the weights of its realservers are ${all} together`
      : 'it would never count as gone'
    return [
      wrong(
        subject,
        [...path, 'quorum'],
        `a quorum of ${quorum} with a hysteresis of ${hysteresis} cannot work: ${why}`,
        'Write a quorum above the hysteresis, and both together no more than the weights.',
      ),
    ]
  })
}
