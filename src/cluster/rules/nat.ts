import ipaddr from 'ipaddr.js'
import { canonical, familyOf } from '../addresses.ts'
import { type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about who is answered by way of the gateway. */
export const natRules = {
  'nat-clients-family': {
    severity: 'error',
    reason: 'A route leads to a gateway of its own address family.',
    source: 'ip-route(8)',
    find: clientsAreOfTheFamily,
  },
  'nat-clients-network': {
    severity: 'error',
    reason: 'The kernel refuses a network that has bits of a host.',
    source: 'ip-route(8)',
    find: clientsAreNetworks,
  },
} satisfies Family<'nat'>

function clientsAreOfTheFamily(subject: Subject): readonly Wrong[] {
  const { nat } = subject.settings
  return (nat?.clients ?? []).flatMap((network, index) =>
    nat && familyOf(network) !== familyOf(nat.gateway)
      ? [
          wrong(
            subject,
            ['nat', 'clients', index],
            `${network} is of another address family than the gateway ${nat.gateway}`,
            'Name networks of the family of the gateway.',
          ),
        ]
      : [],
  )
}

function clientsAreNetworks(subject: Subject): readonly Wrong[] {
  return (subject.settings.nat?.clients ?? []).flatMap((network, index) => {
    const [address = '', prefix] = network.split('/')
    if (prefix === undefined) return []
    const kind = familyOf(address) === 'ipv6' ? ipaddr.IPv6 : ipaddr.IPv4
    const meant = `${kind.networkAddressFromCIDR(network).toString()}/${prefix}`
    return meant === `${canonical(address)}/${prefix}`
      ? []
      : [
          wrong(
            subject,
            ['nat', 'clients', index],
            `${network} is an address in a network, where a network is needed`,
            `Write ${meant}.`,
          ),
        ]
  })
}
