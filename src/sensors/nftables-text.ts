/** What an entry of ours is marked with: `understudy web: tcp 80 from 10.0.0.0/8`. */
export interface Marked {
  /** The resource it belongs to. */
  readonly name: string
  readonly opening: string
}

/** A base chain of nftables that turns packets away. */
export interface NftablesChain {
  readonly table: string
  readonly chain: string
  readonly family: 'ip' | 'ip6' | 'inet'
  readonly hook: 'input' | 'forward'
}

/** Rulesets of nftables that nothing else manages. */
export interface NftablesReading {
  readonly chains: readonly NftablesChain[]
  /** What turns packets away where an entry of ours would not help: on other hooks, or from single sources. */
  readonly drops: readonly NftablesDrop[]
  readonly live: readonly (Marked & { readonly at: NftablesChain; readonly handle: number })[]
  /** The ruleset its service loads at boot, and our files that are there to be read after it. */
  readonly boot?: { readonly file: string; readonly includes: boolean; readonly ours: readonly BootFile[] }
}

/** One rule, or the policy, of somebody that turns packets away. */
export interface NftablesDrop {
  /** `inet filter output` */
  readonly place: string
  readonly rule: string
}

/** A file of ours with entries that nftables loads at boot. */
export interface BootFile {
  readonly path: string
  readonly text: string
}

interface ChainText {
  readonly table: string
  readonly family: string
  readonly chain: string
  readonly rules: readonly string[]
}

/** Reads what the sensor says of nftables: `nft -a list ruleset`, the file of its service, and files of ours. */
export function readNftables(lines: readonly string[]): NftablesReading {
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const chains = readChains(after('live'))
  const found = chains.flatMap((one) => {
    const at = baseChain(one)
    return at ? [{ at, rules: one.rules, filters: filters(one, chains) }] : []
  })
  const live = found.flatMap(({ at, rules }) =>
    rules.flatMap((rule) => {
      const marked = markOf(rule)
      const handle = Number(/# handle (\d+)$/.exec(rule)?.[1])
      return marked && handle ? [{ ...marked, at, handle }] : []
    }),
  )
  const [file] = after('file')
  return {
    chains: found.filter((one) => one.filters).map(({ at }) => at),
    drops: chains.flatMap((chain) => dropsOf(chain, chains)),
    live,
    ...(file ? { boot: { file, includes: lines.includes('includes'), ours: readOurs(lines) } } : {}),
  }
}

/** Reads the mark of an entry in a line of iptables or nftables. */
export function markOf(line: string): Marked | undefined {
  const [, name, opening] = /comment "understudy ([A-Za-z0-9_.-]+): ([^"]+)"/.exec(line) ?? []
  return name && opening ? { name, opening } : undefined
}

function readOurs(lines: readonly string[]) {
  const starts = lines.flatMap((line, at) => (line.startsWith('ours ') ? [at] : []))
  return starts.map((start, index) => ({
    path: lines[start]?.slice('ours '.length) ?? '',
    text: lines
      .slice(start + 1, starts[index + 1])
      .filter((line) => line.startsWith('text '))
      .map((line) => `${line.slice('text '.length)}\n`)
      .join(''),
  }))
}

/** Chains of tables with their rules, in the order of the listing. Sets and maps are passed over. */
function readChains(lines: readonly string[]): readonly ChainText[] {
  const chains: (ChainText & { rules: string[] })[] = []
  let table = { family: '', name: '' }
  let open: (typeof chains)[number] | undefined
  for (const line of lines) {
    const text = line.trim()
    const [, family, name] = /^table (\S+) (\S+) \{/.exec(line) ?? []
    const [, chain] = /^chain (\S+) \{/.exec(text) ?? []
    if (family && name) table = { family, name }
    else if (chain) {
      open = { table: table.name, family: table.family, chain, rules: [] }
      chains.push(open)
    } else if (text === '}') open = undefined
    else if (open && text !== '') open.rules.push(text)
  }
  return chains
}

/** Tables of firewalld and of iptables in its new form are not to be touched behind their back. */
function baseChain({ table, family, chain, rules }: ChainText): NftablesChain | undefined {
  const hook = /^type filter hook (input|forward) /.exec(rules[0] ?? '')?.[1]
  if (hook !== 'input' && hook !== 'forward') return undefined
  if (family !== 'ip' && family !== 'ip6' && family !== 'inet') return undefined
  if (table === 'firewalld') return undefined
  if (isOfIptables({ table, family, chain }, hook)) return undefined
  return { table, family, chain, hook }
}

function isOfIptables({ table, family, chain }: Omit<ChainText, 'rules'>, hook: string): boolean {
  return family !== 'inet' && table === 'filter' && chain === hook.toUpperCase()
}

/** In chains where we have entries, only what is meant for single sources: the rest comes after these. */
function dropsOf(base: ChainText, all: readonly ChainText[]): readonly NftablesDrop[] {
  const hook = /^type filter hook (\S+) /.exec(base.rules[0] ?? '')?.[1]
  if (hook === undefined || base.table === 'firewalld') return []
  // iptables lets in by its own rules what is to be let in there.
  if ((hook === 'input' || hook === 'forward') && isOfIptables(base, hook)) return []
  const place = `${base.family} ${base.table} ${base.chain}`
  const open = baseChain(base) !== undefined
  const policy = !open && / policy drop;/.test(base.rules[0] ?? '') ? [{ place, rule: 'policy drop' }] : []
  const reached = reachedFrom(base, all).flatMap(({ rules }) => rules)
  return [
    ...policy,
    ...reached
      .map(bareRule)
      .filter((rule) => turnsAway(rule) && (!open || / saddr /.test(` ${rule}`)))
      .map((rule) => ({ place, rule })),
  ]
}

/** By its policy, or by a rule of its own or of chains it leads to; bans of single sources do not count. */
function filters(base: ChainText, all: readonly ChainText[]): boolean {
  if (/ policy drop;/.test(base.rules[0] ?? '')) return true
  return reachedFrom(base, all).some(({ rules }) =>
    rules.map(bareRule).some((rule) => turnsAway(rule) && !/ saddr /.test(` ${rule}`)),
  )
}

/** A chain, and those that it leads to. */
function reachedFrom(base: ChainText, all: readonly ChainText[]): readonly ChainText[] {
  const seen = new Set([base])
  for (const { table, family, rules } of seen)
    for (const rule of rules) {
      const target = /(?:jump|goto) (\S+)$/.exec(bareRule(rule))?.[1]
      const next = all.find((one) => one.chain === target && one.table === table && one.family === family)
      if (next) seen.add(next)
    }
  return [...seen]
}

function bareRule(rule: string): string {
  return rule.replace(/ comment ".*$/, '').replace(/ # handle \d+$/, '')
}

function turnsAway(rule: string): boolean {
  return /(^| )(drop|reject)( |$)/.test(rule)
}
