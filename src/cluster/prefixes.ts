import { canonical, familyOf, inNetwork } from './addresses.ts'

/** An address with the prefix that it is given. */
export interface Prefixed {
  readonly address: string
  readonly prefix: number
}

/** The longest prefixes that are a whole range of private addresses rather than one network: RFC 1918, RFC 6598; of all others that of whole providers. */
const ranges: readonly (readonly [Prefixed & { readonly family: 'ipv4' }, number])[] = [
  [{ address: '10.0.0.0', prefix: 8, family: 'ipv4' }, 8],
  [{ address: '100.64.0.0', prefix: 10, family: 'ipv4' }, 10],
  [{ address: '172.16.0.0', prefix: 12, family: 'ipv4' }, 12],
  [{ address: '192.168.0.0', prefix: 16, family: 'ipv4' }, 15],
]
const wholeRange = { ipv4: 15, ipv6: 47 }

/** Is it a prefix that no link has, and that takes strangers for neighbours? */
export function isOfNoLink({ address, prefix }: Prefixed): boolean {
  const [, own] = ranges.find(([range]) => inNetwork(address, range)) ?? []
  return prefix <= (own ?? wholeRange[familyOf(address)])
}

/** Another one that is in the network of this one, and says that this is a smaller one. */
export function smallerWithin<One extends Prefixed>(wide: One, all: readonly One[]): One | undefined {
  const family = familyOf(wide.address)
  const alone = family === 'ipv6' ? 127 : 31
  return all.find(
    ({ address, prefix }) =>
      prefix > wide.prefix &&
      prefix < alone &&
      canonical(address) !== canonical(wide.address) &&
      inNetwork(address, { ...wide, family }),
  )
}
