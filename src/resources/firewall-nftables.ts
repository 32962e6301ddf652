import type { Script } from '../model/script.ts'
import { bootDirectory } from '../sensors/firewalls.ts'
import type { NftablesChain, NftablesReading } from '../sensors/nftables-text.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { checkedRewrite } from './checked-rewrite.ts'
import { type Amendment, difference } from './firewall-iptables.ts'
import { type Opening, openingsFor, protocolNumber, sameWords } from './firewall-openings.ts'
import { replaceFile } from './small-file.ts'

/**
 * Rules at the head of every chain of nftables that turns packets away: now, in one transaction, and in a file that the
 * ruleset of its service includes at its end, so that loading that anew by hand keeps them too.
 */
export function amendNftables(
  name: string,
  openings: readonly Opening[] | 'none',
  { chains, live, boot }: NftablesReading,
): Amendment | undefined {
  if (chains.length === 0 && openings !== 'none') return undefined
  const rules = openings === 'none' ? [] : chains.flatMap((chain) => rulesOf(name, openings, chain))
  const ours = live.filter((one) => one.name === name)
  const inChain = (at: NftablesChain, words: string) => `${words} (${at.family} ${at.table} ${at.chain})`
  const now = ours.map(({ at, opening }) => inChain(at, opening))
  const wanted = rules.map(({ at, words }) => inChain(at, words))
  const lives = sameWords(now, wanted)
  const path = `${bootDirectory}/${name}.nft`
  const text = bootText(rules)
  const before = boot?.ours.find((file) => file.path === path)?.text
  const lasts = !boot || (text === undefined ? before === undefined : before === text && boot.includes)
  if (lives && lasts) return undefined
  return {
    differences: [
      ...(lives ? [] : [difference('nftables now', now, wanted)]),
      ...(lasts || !boot
        ? []
        : [
            difference(
              `nftables at boot (${boot.file})`,
              before === undefined ? [] : [boot.includes ? 'otherwise' : `${path}, not included`],
              text === undefined ? [] : wanted,
            ),
          ]),
    ],
    script: lines(
      ...(lasts || !boot ? [] : [atBoot(boot.file, path, text)]),
      ...(lives
        ? []
        : [
            transaction([
              ...ours.map(({ at, handle }) => `delete rule ${place(at)} handle ${handle}`),
              ...rules.map(({ rule }) => rule),
            ]),
          ]),
    ),
  }
}

interface Rule {
  readonly at: NftablesChain
  readonly words: string
  readonly rule: string
}

function rulesOf(name: string, openings: readonly Opening[], at: NftablesChain): readonly Rule[] {
  const families = at.family === 'ip' ? (['ipv4'] as const) : (['ipv6'] as const)
  const fitting =
    at.family === 'inet' ? openings : families.flatMap((family) => openingsFor(family, openings))
  return fitting
    .filter(({ forward }) => forward === (at.hook === 'forward'))
    .map((opening) => ({ at, words: opening.words, rule: ruleOf(name, opening, at) }))
}

function ruleOf(name: string, opening: Opening, at: NftablesChain): string {
  const { protocol, port, source, destination, words } = opening
  const six = opening.family === 'ipv6' || at.family === 'ip6'
  const ip = six ? 'ip6' : 'ip'
  const numbers =
    protocol === 'icmp' && at.family === 'inet' && opening.family === undefined
      ? '{ 1, 58 }'
      : protocolNumber(opening, six ? 'ipv6' : 'ipv4')
  return [
    `insert rule ${place(at)}`,
    ...(source ? [`${ip} saddr ${source}`] : []),
    ...(destination ? [`${ip} daddr ${destination}`] : []),
    port ? `${protocol} dport ${port}` : `meta l4proto ${numbers}`,
    `accept comment "understudy ${name}: ${words}"`,
  ].join(' ')
}

/**
 * A chain is named before it is used: where the ruleset no longer has it, a harmless one without a hook is made,
 * and the firewall comes up all the same.
 */
function bootText(rules: readonly Rule[]): string | undefined {
  if (rules.length === 0) return undefined
  const chains = new Map(rules.map(({ at }) => [place(at), at]))
  return [
    '# Written by understudy.',
    ...[...chains].flatMap(([chain, { family, table }]) => [
      `add table ${family} ${table}`,
      `add chain ${chain}`,
    ]),
    ...rules.map(({ rule }) => rule),
    '',
  ].join('\n')
}

function place({ family, table, chain }: NftablesChain): string {
  return `${family} ${table} ${chain}`
}

function transaction(commands: readonly string[]): Script {
  return sh`printf '%s\n' ${commands} >"$us_tmp/nft"
nft -f "$us_tmp/nft"`
}

/** The main file gets its line once, and loses it with the last file that it includes. */
function atBoot(main: string, path: string, text: string | undefined): Script {
  const comment = '# What understudy was asked to let in.'
  const include = `include "${bootDirectory}/*.nft"`
  const rewrite = (script: Script) => checkedRewrite(main, script, sh`nft -c -f "$us_new"`)
  if (text === undefined)
    return sh`rm -f ${path}
set -- ${bootDirectory}/*.nft
if [ ! -e "$1" ] && [ -e ${main} ]; then
rmdir ${bootDirectory} 2>/dev/null || :
grep -Fvx -e ${comment} -e ${include} ${main} >"$us_tmp/main" || :
${embed(rewrite(sh`cat "$us_tmp/main"`))}
fi`
  return lines(
    sh`mkdir -p ${bootDirectory}`,
    replaceFile(path, sh`printf %s ${text}`),
    sh`if ! grep -Fqsx ${include} ${main}; then
${embed(rewrite(sh`cat ${main} && printf '%s\n' ${comment} ${include}`))}
fi`,
  )
}
