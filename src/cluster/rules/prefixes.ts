import { isOfNoLink, smallerWithin } from '../prefixes.ts'
import { type Doubt, doubtful, type Family, type Subject } from './subject.ts'

/** Rules about the prefixes of VIPs. */
export const prefixRules = {
  'vip-prefix': {
    severity: 'warning',
    reason:
      'The kernel takes everybody in the prefix of an address for a neighbour, on that link, and speaks to them from that address: a VIP has the prefix of the network in which it is.',
    source: 'ip-address(8), noprefixroute; RFC 1918, 3',
    find: prefixesAreOfNetworks,
  },
} satisfies Family<'vip'>

function prefixesAreOfNetworks(subject: Subject): readonly Doubt[] {
  const { cluster, settings } = subject
  const written = cluster.vips.flatMap(({ address, prefix, also }, index) => {
    const device = settings.vips[index]?.interface
    return [
      { address, prefix, device, path: ['vips', index, 'address'] },
      ...also.map((one, at) => ({ ...one, device, path: ['vips', index, 'also', at] })),
    ]
  })
  const prefixed = written.flatMap(({ prefix, ...one }) => (prefix === undefined ? [] : [{ ...one, prefix }]))
  return prefixed.flatMap((one) => {
    const { address, prefix, device, path } = one
    const said = `${address}/${prefix}`
    if (isOfNoLink(one))
      return [
        doubtful(
          subject,
          path,
          `the VIP ${said} says that all of /${prefix} are neighbours of its holder, which no link has`,
          'Write the prefix of the network in which it is, such as /24, or leave it out.',
        ),
      ]
    const within = smallerWithin(
      one,
      prefixed.filter((other) => other.device === device),
    )
    return within
      ? [
          doubtful(
            subject,
            path,
            `the VIP ${said} says that its network is larger than ${within.address}/${within.prefix} does, which is in it`,
            'Write the prefix of the network with both, or leave it out.',
          ),
        ]
      : []
  })
}
