import { markRule, type PacketMark } from '../model/packet-marks.ts'

/** What a ruleset is made of. */
export interface PacketWishes {
  readonly marks: readonly PacketMark[]
  readonly masquerade?:
    | {
        readonly from: readonly string[]
        readonly except_from: readonly string[]
        readonly except_to: readonly string[]
      }
    | undefined
}

/** Those in which tables can have something to do. */
export const packetFamilies = ['ip', 'ip6'] as const

/**
 * The file that nft(8) reads: a table in each family that has something to do, which takes the place of the one before. Empty where
 * there is nothing to do at all.
 */
export function packetRuleset(table: string, wishes: PacketWishes): string {
  const tables = packetFamilies.flatMap((family) => {
    const chains = chainsOf(family, wishes)
    // Whoever is to be deleted must be there.
    return chains === ''
      ? []
      : [
          `table ${family} ${table}\ndelete table ${family} ${table}\ntable ${family} ${table} {\n${chains}}\n`,
        ]
  })
  const head =
    '#!/usr/sbin/nft -f\n# Managed by Understudy: what is changed here by hand is lost at the next apply.\n'
  return tables.length === 0 ? '' : `${head}${tables.join('')}`
}

function chainsOf(family: (typeof packetFamilies)[number], { marks, masquerade }: PacketWishes): string {
  const isOwn = (address: string) => address.includes(':') === (family === 'ip6')
  const marking = marks
    .filter(({ address }) => isOwn(address))
    .map((one) => `\t\t${markRule(family, one)}\n`)
    .join('')
  const from = masquerade?.from.filter(isOwn) ?? []
  const set = (all: readonly string[] = []) => {
    const own = all.filter(isOwn)
    return own.length === 0 ? '' : `{ ${own.join(', ')} }`
  }
  const [without, near] = [set(masquerade?.except_from), set(masquerade?.except_to)]
  // What IPVS forwards is no connection to conntrack, so that none of these rules sees it; the answers that it has translated
  // come from a VIP besides.
  const leaving = [
    ...(without === '' ? [] : [`\t\t${family} saddr ${without} return\n`]),
    ...(near === '' ? [] : [`\t\t${family} daddr ${near} return\n`]),
    `\t\t${family} saddr ${set(from)} masquerade\n`,
  ].join('')
  return [
    ...(marking === ''
      ? []
      : [
          `\tchain marks {\n${marking}\t}\n`,
          '\tchain arriving {\n\t\ttype filter hook prerouting priority -150; policy accept;\n\t\tjump marks\n\t}\n',
          '\tchain own {\n\t\ttype route hook output priority -150; policy accept;\n\t\tjump marks\n\t}\n',
        ]),
    ...(from.length === 0
      ? []
      : [`\tchain leaving {\n\t\ttype nat hook postrouting priority 100; policy accept;\n${leaving}\t}\n`]),
  ].join('')
}
