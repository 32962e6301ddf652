import { saidPriority } from '../on-directors.ts'
import { type Doubt, doubtful, type Family, repeated, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about how directors agree. */
export const vrrpRules = {
  'vrrp-interval': {
    severity: 'error',
    reason:
      'An advertisement carries its interval as whole seconds in 8 bits (version 2) or hundredths in 12 (version 3): another one cannot be said to the peers.',
    source: 'RFC 3768, 5.3.7; RFC 9568, 5.2.7',
    find: intervalFitsVersion,
  },
  'vrrp-delay-without-preemption': {
    severity: 'error',
    reason: 'A delay of what never happens shows that one of the two words is meant otherwise.',
    source: 'keepalived.conf(5), preempt_delay and nopreempt',
    find: delayNeedsPreemption,
  },
  'vrrp-priority-twice': {
    severity: 'error',
    reason:
      'Of equal priorities the greater address wins, which nobody remembers, and after a partition each of the two may think that it has won.',
    source: 'RFC 9568, 6.4.3; keepalived.conf(5), priority',
    find: prioritiesDiffer,
  },
  'vrrp-owner-outranked': {
    severity: 'error',
    reason: 'A director with a higher priority takes the VIP from its owner as soon as both are there.',
    source: 'RFC 9568, 6.4.2',
    find: ownersWin,
  },
  'vrrp-on-lo': {
    severity: 'warning',
    reason:
      'Directors hear each other over a link, and neighbours learn by one who has a VIP: lo leads to none of them.',
    source: 'keepalived vrrp_parser.c, vrrp_int_handler; LVS-HOWTO, LVS-DR: lo is where realservers have it',
    find: linksLeadElsewhere,
  },
} satisfies Family<'vrrp'>

function linksLeadElsewhere(subject: Subject): readonly Doubt[] {
  const { interface: link, vrrp, vips } = subject.settings
  const said = [
    ...(link === 'lo' ? [['interface']] : []),
    ...(vrrp.interface === 'lo' ? [['vrrp', 'interface']] : []),
    ...vips.flatMap((vip, index) =>
      (['interface', 'vrrp_interface'] as const).flatMap((word) =>
        vip[word] === 'lo' ? [['vips', index, word]] : [],
      ),
    ),
  ]
  return said.map((path) =>
    doubtful(
      subject,
      path,
      'lo is an interface by which no other machine is reached: keepalived does not start with it',
      'Name the one that is in the network of the VIP, or leave it out: it is found then.',
    ),
  )
}

/** Version 2 counts whole seconds in 8 bits, version 3 hundredths in 12 (RFC 3768, RFC 5798). */
function intervalFitsVersion(subject: Subject): readonly Wrong[] {
  const { version, advert_interval: interval } = subject.cluster.vrrp
  const path = ['vrrp', 'advert_interval']
  if (version === 2 && !Number.isInteger(interval))
    return [
      wrong(
        subject,
        path,
        `an advert_interval of ${interval} s needs VRRP version 3: version 2 counts whole seconds`,
        'Leave version out of cluster.vrrp; 3 is the default.',
      ),
    ]
  if (version === 3 && interval > 40.95)
    return [
      wrong(subject, path, 'VRRP version 3 has no advert_interval above 40.95 s', 'One second is usual.'),
    ]
  if (Math.abs(interval * 100 - Math.round(interval * 100)) > 1e-6)
    return [wrong(subject, path, 'VRRP counts hundredths of a second at best', 'Round advert_interval.')]
  return []
}

function delayNeedsPreemption(subject: Subject): readonly Wrong[] {
  const { preempt, preempt_delay: delay } = subject.cluster.vrrp
  if (preempt || delay === 0) return []
  return [
    wrong(
      subject,
      ['vrrp', 'preempt_delay'],
      'preempt_delay contradicts preempt: false, under which no VIP is ever taken back',
      'Remove one of the two.',
    ),
  ]
}

/** Equal priorities leave the choice of the master to the order of addresses. */
function prioritiesDiffer({ cluster, members }: Subject): readonly Wrong[] {
  const [problem] = cluster.vips.flatMap((vip) =>
    repeated([...vip.priorities], ([, priority]) => String(priority)).map(({ item, earlier }): Wrong => {
      const said = [item, earlier].flatMap(([host]) => {
        const member = members.find(({ name }) => name === host)
        const path = member && saidPriority(member, vip)?.path
        return path ? [{ host, path }] : []
      })[0]
      return {
        severity: 'error',
        message: `${earlier[0]} and ${item[0]} have the same priority ${item[1]} for the VIP ${vip.address}`,
        next: 'Leave priority out: it follows from owner and the order of the group.',
        ...(said ?? { host: item[0], path: ['director', 'priority'] }),
      }
    }),
  )
  return problem ? [problem] : []
}

/** An owner with less than the highest priority would lose its VIP to another at once. */
function ownersWin(subject: Subject): readonly Wrong[] {
  return subject.cluster.vips.flatMap(({ owner, priorities, address }, index) => {
    const own = priorities.get(owner)
    const [rival] = [...priorities].filter(([, priority]) => own !== undefined && priority > own)
    if (!rival) return []
    return [
      wrong(
        subject,
        ['vips', index, 'owner'],
        `${owner} owns the VIP ${address}, but its priority ${own} is below the ${rival[1]} of ${rival[0]}`,
        `Name ${rival[0]} as the owner, or leave priority out of director.`,
      ),
    ]
  })
}
