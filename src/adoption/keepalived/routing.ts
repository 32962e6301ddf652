import type { Statement } from './blocks.ts'

/** Routes or rules in the words of the inventory. */
export type RoutingWords = readonly Readonly<Record<string, string | number>>[]

/** Signs of ip-route(8) and ip-rule(8) that have words of the same meaning here, by how keepalived.conf(5) writes them. */
const ofRoutes: Readonly<Record<string, string>> = {
  to: 'to',
  via: 'via',
  gw: 'via',
  dev: 'dev',
  oif: 'dev',
  src: 'src',
  table: 'table',
  metric: 'metric',
}
const ofRules: Readonly<Record<string, string>> = {
  from: 'from',
  to: 'to',
  iif: 'iif',
  dev: 'iif',
  fwmark: 'fwmark',
  table: 'table',
  lookup: 'table',
  priority: 'priority',
  preference: 'priority',
  pref: 'priority',
  order: 'priority',
}
const numbers = ['table', 'metric', 'fwmark', 'priority']

/** What an instance has as `virtual_routes`; `undefined` where one of them says what has no word. */
export function routesIn(lines: readonly Statement[]): RoutingWords | undefined {
  return all(lines, (words) => {
    // The place stands first, with or without `to`.
    const [first = ''] = words
    const said = read(isPlace(first) ? ['to', ...words] : words, ofRoutes)
    return said?.to === undefined || (said.table !== undefined && said.table === 0) ? undefined : said
  })
}

/** What it has as `virtual_rules`. */
export function rulesIn(lines: readonly Statement[]): RoutingWords | undefined {
  return all(lines, (words) => {
    const said = read(
      words.filter((word) => word !== 'inet'),
      ofRules,
    )
    return said?.table === undefined || said.priority === undefined ? undefined : said
  })
}

function all(
  lines: readonly Statement[],
  wordsOf: (words: readonly string[]) => RoutingWords[number] | undefined,
): RoutingWords | undefined {
  const read = lines.map(({ keyword, values, block }) => (block ? undefined : wordsOf([keyword, ...values])))
  return read.every((one) => one !== undefined) ? read : undefined
}

function read(
  words: readonly string[],
  known: Readonly<Record<string, string>>,
): RoutingWords[number] | undefined {
  const said: Record<string, string | number> = {}
  const isIpv6 = words.some((word) => word.includes(':'))
  for (let at = 0; at < words.length; at += 2) {
    const [name, value] = [known[words[at] ?? ''], words[at + 1]]
    if (name === undefined || value === undefined || name in said) return undefined
    const own = value === 'default' ? (isIpv6 ? '::/0' : '0.0.0.0/0') : value
    if (numbers.includes(name) && !/^(\d+|0x[0-9a-f]+)$/i.test(own)) return undefined
    if (['to', 'from', 'via', 'src'].includes(name) && !isPlace(own)) return undefined
    said[name] = numbers.includes(name) ? Number(own) : own
  }
  return said
}

/** An address or a network, whole: keepalived would fill up a shorter one. */
function isPlace(word: string): boolean {
  return word === 'default' || /^(\d+\.\d+\.\d+\.\d+|[0-9a-f.]*:[0-9a-f:.]*)(\/\d+)?$/i.test(word)
}
