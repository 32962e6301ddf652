import type { NftablesDrop } from '../sensors/nftables-text.ts'
import type { Opening } from './firewall-openings.ts'

/**
 * Why something that is to be let in does not come, or is not answered, whatever we let in: a rule of somebody drops it
 * where no entry of ours helps. It is theirs to take away.
 */
export function dropOf(openings: readonly Opening[], drops: readonly NftablesDrop[]): string | undefined {
  for (const opening of openings) {
    const drop = drops.find(({ rule }) => concerns(rule, opening))
    if (drop)
      return `nftables drops ${opening.words} by a rule of somebody: "${drop.rule}" in ${drop.place}; take it away`
  }
  return undefined
}

/** By its text: a rule that names the protocol, one of the ports, the source, or nothing at all. */
function concerns(rule: string, { protocol, port, source }: Opening): boolean {
  const conditions = rule.replaceAll(
    /\b(counter|packets \d+|bytes \d+|log|policy|with \S+( type)? \S+)\b/g,
    ' ',
  )
  if (/^\s*(drop|reject)\b/.test(conditions)) return true
  const from = /\bsaddr (\{[^}]*\}|\S+)/.exec(conditions)?.[1]
  if (from !== undefined) return source !== undefined && from.split(/[{},\s]+/).includes(source)
  if (/\b(saddr|daddr|iif|iifname|oif|oifname|ct|meta mark)\b/.test(conditions)) return false
  if (protocol === 'vrrp') return /\b(112|vrrp)\b/.test(conditions)
  const [, kind, ports = ''] = /\b(tcp|udp|th) [ds]port (\{[^}]*\}|\S+)/.exec(conditions) ?? []
  if (kind === undefined || port === undefined) return false
  return (kind === protocol || kind === 'th') && ports.split(/[{},\s]+/).some((one) => isWithin(port, one))
}

function isWithin(port: string, range: string): boolean {
  const [first = '', last = first] = range.split('-')
  const number = Number(port.split('-')[0])
  return range === port || (number >= Number(first) && number <= Number(last) && first !== '')
}
