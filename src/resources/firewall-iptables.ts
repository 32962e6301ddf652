import type { Difference } from '../model/change.ts'
import type { Script } from '../model/script.ts'
import type { IptablesReading } from '../sensors/firewalls.ts'
import type { Marked } from '../sensors/nftables-text.ts'
import { lines, sh } from '../shell/quote.ts'
import { checkedRewrite } from './checked-rewrite.ts'
import { type Opening, openingsFor, protocolNumber, sameWords } from './firewall-openings.ts'

/** What one firewall lacks, and the script that gives it that. */
export interface Amendment {
  readonly differences: readonly Difference[]
  readonly script: Script
}

/**
 * Rules of iptables, or of ufw by the chains it keeps for rules of others: now, and in the file that is loaded at
 * boot. They stand before all others: to the kernel's connection tracking, what IPVS passes on directly looks invalid.
 */
export function amendIptables(
  name: string,
  openings: readonly Opening[] | 'none',
  { family, chains, live, boot }: IptablesReading,
): Amendment | undefined {
  const rules =
    openings === 'none'
      ? []
      : openingsFor(family, openings).flatMap((one) => ruleOf(name, one, chains, family))
  const wanted = rules.map(({ words }) => words)
  const atWork = chains.input !== undefined || chains.forward !== undefined
  if (!atWork && openings !== 'none') return undefined
  const ofName = (marked: readonly Marked[]) =>
    marked.filter((one) => one.name === name).map(({ opening }) => opening)
  const now = ofName(live)
  const later = boot && ofName(boot.marked)
  const lives = sameWords(now, wanted)
  const lasts = later === undefined || sameWords(later, wanted)
  if (lives && lasts) return undefined
  const program = family === 'ipv4' ? 'iptables' : 'ip6tables'
  return {
    differences: [
      ...(lives ? [] : [difference(`${program} now`, now, wanted)]),
      ...(lasts || !boot || !later ? [] : [difference(`${program} at boot (${boot.file})`, later, wanted)]),
    ],
    script: lines(
      // The file first: it is tested as a whole, and nothing is changed where that fails.
      ...(lasts || !boot
        ? []
        : [
            inFile(
              program,
              boot.file,
              name,
              rules.map(({ rule }) => rule),
            ),
          ]),
      ...(lives
        ? []
        : [
            liveNow(
              program,
              name,
              rules.map(({ rule }) => rule),
            ),
          ]),
    ),
  }
}

/** How a list of openings changes, for people. */
export function difference(name: string, before: readonly string[], after: readonly string[]): Difference {
  const show = (words: readonly string[]) => (words.length > 0 ? words.toSorted().join(', ') : undefined)
  return { is: 'attribute', name, before: show(before), after: show(after) }
}

function ruleOf(
  name: string,
  opening: Opening,
  chains: IptablesReading['chains'],
  family: 'ipv4' | 'ipv6',
): readonly { readonly words: string; readonly rule: string }[] {
  const chain = opening.forward ? chains.forward : chains.input
  if (chain === undefined) return []
  const { protocol, port, source, destination, words } = opening
  const rule = [
    chain,
    `-p ${protocolNumber(opening, family)}`,
    ...(source ? [`-s ${source}`] : []),
    ...(destination ? [`-d ${destination}`] : []),
    ...(port ? [`-m ${protocol} --dport ${port.replace('-', ':')}`] : []),
    `-m comment --comment "understudy ${name}: ${words}"`,
    '-j ACCEPT',
  ].join(' ')
  return [{ words, rule }]
}

/** In one transaction: what was ours goes, what is wanted comes to the head of its chain. */
function liveNow(program: string, name: string, rules: readonly string[]): Script {
  return sh`us_ours=${` --comment "understudy ${name}: `}
{
  echo '*filter'
  ${program} -w 5 -S | grep -F -e "$us_ours" | sed 's/^-A /-D /' || :
  printf '%s\n' ${[...rules.map((rule) => `-I ${rule}`), 'COMMIT']}
} >"$us_tmp/rules"
${`${program}-restore`} -w 5 -n "$us_tmp/rules"`
}

/** The rules of others stay as they are written. */
function inFile(program: string, file: string, name: string, rules: readonly string[]): Script {
  const text = rules.map((rule) => `-A ${rule}`).join('\n')
  return checkedRewrite(
    file,
    sh`us_ours=${`--comment "understudy ${name}: `} us_rules=${text} awk '
  /^\*/ { table = $0 }
  index($0, ENVIRON["us_ours"]) { next }
  table == "*filter" && !done && (/^-/ || /^COMMIT/) {
    if (ENVIRON["us_rules"] != "") print ENVIRON["us_rules"]
    done = 1
  }
  { print }
' ${file}`,
    sh`${`${program}-restore`} -n --test "$us_new"`,
  )
}
