import ipaddr from 'ipaddr.js'
import type { Statement } from './blocks.ts'

/** Addresses of one family. */
export type AddressFamily = 'ipv4' | 'ipv6'

/** An address that an instance says, by the word for which it stands. */
export interface SaidAddress {
  readonly word: string
  readonly text: string
  readonly family: AddressFamily
  readonly statement: Statement
}

/** keepalived lib/utils.c, inet_stosockaddr: the address of a word, without what may stand behind it. */
export function addressIn(word: string): string | undefined {
  const end = [word.indexOf('-'), word.indexOf('/')].find((at) => at >= 0)
  const text = word.slice(0, end)
  return isLiteral(text) ? text : undefined
}

/** Is a word an address as inet_pton(3) takes it: no zone behind it, and no shorter form? */
export function isLiteral(text: string): boolean {
  if (text.includes(':')) return ipaddr.IPv6.isValid(text) && !text.includes('%')
  return ipaddr.IPv4.isValidFourPartDecimal(text)
}

/** Whatever belongs to one family alone, in the order in which keepalived reads it. */
export function saidAddresses(block: readonly Statement[]): readonly SaidAddress[] {
  return block.flatMap((statement) => {
    const { keyword, values, block: lines = [] } = statement
    switch (keyword) {
      case 'mcast_src_ip':
      case 'unicast_src_ip':
      case 'mcast_dst_ip':
        return saidBy(keyword, values[0] ?? '', statement)
      case 'unicast_peer':
        return lines.flatMap((line) => saidBy(keyword, line.keyword, line))
      case 'virtual_ipaddress':
        return lines.flatMap((line) => saidBy(keyword, line.keyword.split('/')[0] ?? '', line))
      case 'use_ipvlan':
        return values.flatMap((value) => saidBy(keyword, value, statement)).slice(0, 1)
      case 'native_ipv6':
        return [{ word: keyword, text: keyword, family: 'ipv6' as const, statement }]
      default:
        return []
    }
  })
}

function saidBy(word: string, said: string, statement: Statement): readonly SaidAddress[] {
  const text = addressIn(said)
  return text === undefined ? [] : [{ word, text, family: text.includes(':') ? 'ipv6' : 'ipv4', statement }]
}
