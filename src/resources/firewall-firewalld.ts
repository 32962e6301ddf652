import type { Script } from '../model/script.ts'
import type { FirewalldReading, Zone } from '../sensors/firewalls.ts'
import { lines, sh } from '../shell/quote.ts'
import { type Amendment, difference } from './firewall-iptables.ts'
import { type Opening, protocolNumber, sameWords } from './firewall-openings.ts'

/**
 * Rich rules, in the running firewall and in what it keeps, without a reload: that would lose what others set for now
 * only. They go into every zone that packets may come in by. Rich rules carry no comment, so ours are known by their
 * priority, which the name gives; it also puts them before what a zone denies.
 */
export function amendFirewalld(
  name: string,
  openings: readonly Opening[] | 'none',
  { defaultZone, live, kept }: FirewalldReading,
): Amendment | undefined {
  const priority = `priority="${priorityOf(name)}"`
  const wanted =
    openings === 'none'
      ? []
      : openings.filter(({ forward }) => !forward).map((one) => richRule(priority, one))
  const entered = live.filter((zone) => isEntered(zone, defaultZone)).map((zone) => zone.name)
  const parts = [
    ...live.map((zone) => ({ zone, when: 'now', options: [] as string[] })),
    ...kept.map((zone) => ({ zone, when: 'at boot', options: ['--permanent'] })),
  ].flatMap(({ zone, when, options }) => {
    const after = entered.includes(zone.name) ? wanted : []
    const before = zone.richRules.filter((rule) => rule.includes(` ${priority} `))
    if (sameWords(before, after)) return []
    const changes = [
      ...before.filter((rule) => !after.includes(rule)).map((rule) => `--remove-rich-rule=${rule}`),
      ...after.filter((rule) => !before.includes(rule)).map((rule) => `--add-rich-rule=${rule}`),
    ]
    return [
      {
        difference: difference(`firewalld ${when}, zone ${zone.name}`, before, after),
        script: sh`firewall-cmd -q ${[...options, `--zone=${zone.name}`, ...changes]}`,
      },
    ]
  })
  const refused = openings === 'none' ? undefined : cannotForward(openings, live, entered)
  if (parts.length === 0 && !refused) return undefined
  return {
    differences: parts.map((part) => part.difference),
    script: lines(...parts.map(({ script }) => script), ...(refused ? [refused] : [])),
  }
}

/** The zone of whatever no other zone has, and those with interfaces or sources; not those that only ban sources. */
function isEntered({ name, target, interfaces, sources }: Zone, defaultZone: string): boolean {
  if (name === defaultZone || interfaces.length > 0) return true
  return sources.length > 0 && target !== 'DROP' && !target.includes('REJECT')
}

/** Between zones only policies let packets pass, which need a reload: those are the user's to make. */
function cannotForward(
  openings: readonly Opening[],
  live: readonly Zone[],
  entered: readonly string[],
): Script | undefined {
  if (!openings.some(({ forward }) => forward)) return undefined
  const zones = live.filter(({ name, interfaces }) => entered.includes(name) && interfaces.length > 0)
  const all = zones.length > 0 ? zones : live.filter(({ name }) => entered.includes(name))
  if (all.length === 1 && all[0]?.forwards) return undefined
  return sh`echo ${
    'firewalld lets nothing pass from one zone to another without a policy: make one with firewall-cmd --permanent ' +
    '--new-policy, or put the interfaces into one zone and run firewall-cmd --zone ZONE --add-forward there'
  } >&2
exit 1`
}

/** As firewalld itself writes it, firewalld.richlanguage(5). */
function richRule(priority: string, opening: Opening): string {
  const { protocol, port, source, destination, family } = opening
  return [
    'rule',
    priority,
    ...(family ? [`family="${family}"`] : []),
    ...(source ? [`source address="${source}"`] : []),
    ...(destination ? [`destination address="${destination}"`] : []),
    port
      ? `port port="${port}" protocol="${protocol}"`
      : `protocol value="${protocolNumber(opening, family ?? 'ipv4')}"`,
    'accept',
  ].join(' ')
}

/** From -30000 to -20001: far before what people choose, and different for different names. */
function priorityOf(name: string): number {
  let sum = 0
  for (const character of name) sum = (sum * 31 + character.charCodeAt(0)) % 10_000
  return sum - 30_000
}
