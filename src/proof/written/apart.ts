import { canonical, inNetwork } from '../../cluster/index.ts'
import type { Speaker } from '../speaker.ts'
import {
  type Complaint,
  instances,
  isAddress,
  isIn,
  linesOf,
  methodOf,
  namedServer,
  realsOf,
  servers,
  speakerOf,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Rules about addresses that belong together. */
export const apartRules = {
  'keepalived-nat-apart': {
    severity: 'warning',
    reason:
      'Under address translation answers come back through the director that translated the request: its VIP outside and the gateway of the realservers have to be with one director.',
    source: 'LVS-HOWTO, LVS-NAT; keepalived.conf(5), vrrp_sync_group',
    find: (one) => {
      const inside = gatewaysIn(one)
      return servers(one).flatMap((server): readonly Complaint[] => {
        const [address = ''] = server.values
        const outer = one.told.speakers.find(({ vips, excluded }) =>
          [...vips, ...excluded].includes(canonical(address)),
        )
        if (!outer) return []
        const reals = realsOf(server).filter(
          (real) => (methodOf(real) ?? methodOf(server) ?? 'NAT') === 'NAT',
        )
        const gateway = inside.find(({ speaker, holds }) =>
          reals.some(
            ({ values: [real = ''] }) =>
              isAddress(real) &&
              holds(real) &&
              // A VIP in the network of the realservers is their gateway, too.
              !inside.some((own) => own.speaker === outer && own.holds(real)) &&
              !isTogether(speaker, outer),
          ),
        )
        return gateway
          ? [
              {
                message: `${namedServer(server)} goes by NAT to realservers whose gateway ${gateway.address} moves with ${gateway.speaker.name}, and its own address with ${outer.name}`,
                at: server.at,
                next: `Put both into one group: vrrp_sync_group G { group { ${outer.name} ${gateway.speaker.name} } }, each name on a line of its own`,
              },
            ]
          : []
      })
    },
  },
  'keepalived-group-nopreempt': {
    severity: 'warning',
    reason:
      'Instances of a group move together: one that is to be taken back waits for another one that is not, or takes it along.',
    source: 'keepalived vrrp_sync.c, vrrp_sync_can_goto_master; keepalived.conf(5), nopreempt',
    find: ({ told: { speakers } }) => {
      const groups = new Set(speakers.flatMap(({ sync }) => sync ?? []))
      return [...groups].flatMap((group): readonly Complaint[] => {
        const members = speakers.filter(({ sync }) => sync === group)
        const keeps = members.find(({ nopreempt }) => nopreempt)
        const takes = members.find(({ nopreempt }) => !nopreempt)
        return keeps && takes
          ? [
              {
                message: `${keeps.name} of the group ${group} has nopreempt, and ${takes.name} has not`,
                at: takes.at,
                next: 'Write nopreempt and state BACKUP for all of them, or for none.',
              },
            ]
          : []
      })
    },
  },
} as const satisfies WrittenFamily

/** Whether two instances are with one director as long as it is well: by a group, or as each gives up with the interface of the other. */
function isTogether(one: Speaker, other: Speaker): boolean {
  const follows = ({ tracks }: Speaker, link: string) =>
    tracks.some(({ is, name, weight }) => is === 'interface' && name === link && weight === 0)
  return (
    one === other ||
    (one.sync !== undefined && one.sync === other.sync) ||
    one.interface === other.interface ||
    (follows(one, other.interface) && follows(other, one.interface))
  )
}

/** Addresses that move, of which the network is known. */
function gatewaysIn(one: Written) {
  return instances(one).flatMap((instance) => {
    const speaker = speakerOf(one, instance)
    return ['virtual_ipaddress', 'virtual_ipaddress_excluded']
      .flatMap((keyword) => linesOf(instance, keyword))
      .flatMap(({ keyword }) => {
        const [address = '', prefix] = keyword.split('/')
        if (!speaker || !isAddress(address) || !isIn(prefix, 1, 128)) return []
        const family = address.includes(':') ? ('ipv6' as const) : ('ipv4' as const)
        const network = { address, prefix: Number(prefix), family }
        const holds = (real: string) => inNetwork(real, network)
        return [{ speaker, address, holds }]
      })
  })
}
