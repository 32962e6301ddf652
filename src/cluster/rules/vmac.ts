import { areApart } from '../on-directors.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about VIPs that have the MAC address of VRRP. */
export const vmacRules = {
  'vmac-label': {
    severity: 'error',
    reason:
      'keepalived names the interface with the MAC address of VRRP itself, and a label begins with the name of its interface.',
    source: 'ip-address(8), label; keepalived.conf(5), use_vmac',
    find: labelsAreNotOfVmacs,
  },
  'vmac-switches': {
    severity: 'warning',
    reason:
      'Unicast VRRP comes from the MAC address of the machine: without further gratuitous ARP switches forget where that of the VIP is.',
    source: 'keepalived.conf(5), garp_master_refresh',
    find: switchesAreTold,
  },
  'vmac-twice': {
    severity: 'error',
    reason: 'The MAC address of VRRP is made of the VRID: two of one family with the same one have the same.',
    source: 'RFC 9568, 7.3',
    find: ownMacsDiffer,
  },
  'vmac-apart': {
    severity: 'error',
    reason: 'keepalived makes the interface with the MAC address of VRRP on the one where VRRP is spoken.',
    source: 'keepalived.conf(5), use_vmac',
    find: ownMacsAreWhereVrrpIs,
  },
} satisfies Family<'vmac'>

/** Each VIP with a MAC address of its own, and its place. */
function withOwnMac({ cluster }: Subject) {
  return cluster.vips.flatMap((vip, index) => (vip.vmac ? [{ vip, index }] : []))
}

function labelsAreNotOfVmacs(subject: Subject): readonly Wrong[] {
  return withOwnMac(subject).flatMap(({ vip: { address, label }, index }) =>
    label === undefined
      ? []
      : [
          wrong(
            subject,
            ['vips', index, 'label'],
            `the VIP ${address} is on an interface of its own (vmac), whose name no label can begin with`,
            'Leave label or vmac out.',
          ),
        ],
  )
}

function switchesAreTold(subject: Subject): readonly Doubt[] {
  const { unicast, garp_refresh: refresh } = subject.cluster.vrrp
  if (!unicast || refresh !== 0) return []
  return withOwnMac(subject).map(({ vip: { address } }) =>
    doubtful(
      subject,
      ['vrrp', 'garp_refresh'],
      `switches that forget where the MAC address of ${address} is are told by nobody: unicast comes from that of the machine`,
      'Leave garp_refresh out, or unicast.',
    ),
  )
}

function ownMacsDiffer(subject: Subject): readonly Wrong[] {
  const all = withOwnMac(subject)
  return all.flatMap(({ vip, index }, at) => {
    const twin = all
      .slice(0, at)
      .find(({ vip: one }) => one.vrid === vip.vrid && one.family === vip.family && areApart(one, vip))
    if (!twin) return []
    return [
      wrong(
        subject,
        ['vips', index, 'vrid'],
        `${twin.vip.address} and ${vip.address} would have the same MAC address, and interfaces of the same name`,
        'Give one of them another vrid.',
      ),
    ]
  })
}

/** keepalived makes the interface with the MAC address of VRRP on the one where VRRP is spoken, and names it itself. */
function ownMacsAreWhereVrrpIs(subject: Subject): readonly Wrong[] {
  return withOwnMac(subject).flatMap(({ vip: { address, onDirectors }, index }) => {
    const apart = [...onDirectors].find(
      ([, { interface: carrier, vrrpInterface }]) =>
        carrier !== undefined && vrrpInterface !== undefined && carrier.value !== vrrpInterface.value,
    )
    if (!apart) return []
    return [
      wrong(
        subject,
        ['vips', index, 'vmac'],
        `the MAC address of VRRP is where VRRP is spoken, on ${apart[1].vrrpInterface?.value} of ${apart[0]}, and the VIP ${address} on ${apart[1].interface?.value}`,
        'Leave vmac out, or let VRRP be spoken where the VIP is.',
      ),
    ]
  })
}
