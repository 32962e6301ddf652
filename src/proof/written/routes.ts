import type { Statement } from '../../adoption/index.ts'
import { didYouMean } from '../../model/suggest.ts'
import { type Complaint, isAddress, isIn, type Written, type WrittenFamily, within } from './subject.ts'

/** Words of a line, by what stands behind them. */
interface Words {
  readonly addresses: readonly string[]
  readonly numbers: readonly string[]
  readonly names: readonly string[]
  readonly flags: readonly string[]
}

/** Kinds of routes of the kernel (ip-route(8)). */
const kinds =
  'unicast local broadcast anycast multicast throw unreachable prohibit blackhole xresolve nat'.split(' ')

const ofRoutes: Words = {
  addresses: ['via', 'gw', 'src', 'from', 'to', 'or'],
  numbers:
    'metric priority preference mtu hoplimit advmss reordering window cwnd ssthresh initcwnd initrwnd quickack fastopen_no_cookie expires weight'.split(
      ' ',
    ),
  names:
    'dev oif table protocol scope tos dsfield realms rtt rttvar rto_min features congctl pref ttl-propagate track_group vrf'.split(
      ' ',
    ),
  flags: ['onlink', 'no_track', 'add', 'append', 'prepend', 'nexthop', 'inet', 'inet6', ...kinds],
}
const ofRules: Words = {
  addresses: ['from', 'to'],
  numbers: [
    ...[
      'preference',
      'order',
      'priority',
      'suppress_prefixlength',
      'sup_pl',
      'protocol',
      'tunnel-id',
      'goto',
    ],
  ],
  names: [
    ...['table', 'lookup', 'dev', 'iif', 'oif', 'fwmark', 'tos', 'dsfield', 'realms', 'uidrange', 'ipproto'],
    ...['sport', 'dport', 'suppress_ifgroup', 'sup_group', 'track_group'],
  ],
  flags: [
    ...['not', 'inet', 'inet6', 'nop', 'blackhole', 'unreachable', 'prohibit', 'l3mdev', 'no_track', 'type'],
  ],
}
/** By what a rule says where to a packet goes. */
const decides = ['table', 'lookup', 'goto', 'nop', 'blackhole', 'unreachable', 'prohibit', 'l3mdev']

interface Line {
  readonly line: Statement
  readonly list: string
  readonly isRoute: boolean
}

/** Rules about routes and rules of the kernel, those that move and those that stay. */
export const routeRules = {
  'keepalived-route-address': {
    severity: 'error',
    reason:
      'A route or a rule with what is no address keepalived leaves out: traffic of the VIP takes another way.',
    source: 'keepalived vrrp_iproute.c, alloc_route; vrrp_iprule.c, alloc_rule',
    find: (one) =>
      linesIn(one).flatMap(({ line, list, isRoute }) => {
        const values = valuesIn(line, isRoute)
        const wrong = values.filter(({ word, value }) =>
          isRoute && /^(via|gw|src|or)$/.test(word) ? !isAddress(value) : !isNetwork(value),
        )
        return wrong.length === 0
          ? mixed(values, line, list)
          : wrong.map(({ word, value }) => ({
              message: `${value} ${word === '' ? 'in' : `behind ${word} in`} ${list} is no address`,
              at: line.at,
              next: 'Write an address, or a network with the length of its prefix.',
            }))
      }),
  },
  'keepalived-route-word': {
    severity: 'error',
    reason:
      'A route or a rule with a word that it does not know, or that is not whole, keepalived leaves out: traffic of the VIP takes another way.',
    source: 'keepalived vrrp_iproute.c, alloc_route; vrrp_iprule.c, alloc_rule; ip-route(8), ip-rule(8)',
    find: (one) => linesIn(one).flatMap(wrongWords),
  },
  'keepalived-rule-preference': {
    severity: 'warning',
    reason:
      'A rule without a preference gets one from keepalived that follows from how many others it has, which is hardly the place that is meant among those of the kernel.',
    source: 'keepalived vrrp_iprule.c, alloc_rule; keepalived.conf(5), virtual_rules',
    find: (one) =>
      linesIn(one)
        .filter(({ line, isRoute }) => !isRoute && !saysPlace(line))
        .map(({ line, list }) => ({
          message: `the rule ${[line.keyword, ...line.values].join(' ')} in ${list} says no preference`,
          at: line.at,
          next: 'Say where among the others it comes, below 32766: preference 1000',
        })),
  },
} as const satisfies WrittenFamily

function saysPlace({ keyword, values }: Statement): boolean {
  return [keyword, ...values].some((word) => /^(preference|order|priority)$/.test(word))
}

function linesIn({ statements }: Written): readonly Line[] {
  return within(statements, ({ keyword, block }) => isList.test(keyword) && block !== undefined).flatMap(
    ({ keyword: list, block = [] }) =>
      block.map((line) => ({ line, list, isRoute: list.endsWith('routes') })),
  )
}

const isList = /^(virtual|static)_(routes|rules)$/

/** A word that stands where none is expected. */
interface Odd {
  readonly odd: string
}
interface Missing {
  readonly missing: string
}
interface Said {
  readonly word: string
  readonly value: string
}

/** What a line says, in its order; what is behind `encap` has words of its own, which are not looked at. */
function partsOf({ keyword, values }: Statement, isRoute: boolean): readonly (Odd | Missing | Said)[] {
  const all = isRoute ? ofRoutes : ofRules
  const words = [keyword, ...values]
  const parts: (Odd | Missing | Said)[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === 'encap' || (word === 'as' && isRoute)) break
    if (all.flags.includes(word)) {
      parts.push({ word, value: '' })
      continue
    }
    if (![...all.addresses, ...all.numbers, ...all.names].includes(word)) {
      // The destination of a route needs no word before it.
      if (isRoute && looksLikeNetwork(word)) parts.push({ word: '', value: word })
      else return [...parts, { odd: word }]
      continue
    }
    while (/^(inet6?|lock)$/.test(words[at + 1] ?? '')) at += 1
    // `to` may be followed by the kind of a route.
    if (isRoute && word === 'to' && kinds.includes(words[at + 1] ?? '')) at += 1
    at += 1
    const value = words[at]
    if (value === undefined) return [...parts, { missing: word }]
    parts.push({ word, value })
  }
  return parts
}

/** What is to be an address, and behind which word. */
function valuesIn(line: Statement, isRoute: boolean): readonly Said[] {
  const { addresses } = isRoute ? ofRoutes : ofRules
  return partsOf(line, isRoute).flatMap((part) =>
    'value' in part && (part.word === '' || addresses.includes(part.word)) ? [part] : [],
  )
}

/** keepalived knows of what family a line is by the first address of it, and `default` behind that is of none. */
function mixed(values: readonly Said[], { at }: Statement, list: string): readonly Complaint[] {
  const families = values.map(({ value }) =>
    everything.test(value) ? '' : value.includes(':') ? 'IPv6' : 'IPv4',
  )
  const first = families.find((family) => family !== '')
  const odd = families.findIndex(
    (family, index) => family !== first && families.slice(0, index).some((before) => before !== ''),
  )
  const value = values[odd]?.value
  if (first === undefined || value === undefined) return []
  return [
    {
      message: `${value} in ${list} stands behind an address of ${first}, and is none of that family to keepalived`,
      at,
      next:
        families[odd] === ''
          ? `Write ${first === 'IPv4' ? '0.0.0.0/0' : '::/0'}.`
          : 'Write a line for each family.',
    },
  ]
}

const everything = /^(default|any|all)$/

function wrongWords({ line, list, isRoute }: Line): readonly Complaint[] {
  const all = isRoute ? ofRoutes : ofRules
  const parts = partsOf(line, isRoute)
  const said = parts.flatMap((part) => ('word' in part ? [part] : []))
  const complaint = (message: string, next: string) => [
    { message: `${message} in ${list}`, at: line.at, next },
  ]
  const last = parts.at(-1)
  if (last && 'missing' in last) return complaint(`${last.missing} says nothing`, 'Write what it is to be.')
  if (last && 'odd' in last) {
    const meant = didYouMean(last.odd, [...all.addresses, ...all.numbers, ...all.names, ...all.flags])
    return complaint(
      `keepalived knows no ${last.odd}`,
      meant === undefined ? 'Write it as ip(8) takes it, or remove it.' : `Did you mean ${meant}?`,
    )
  }
  const wrong = said.find(
    ({ word, value }) =>
      all.numbers.includes(word) && !isNumber(value, isRoute, word === 'tunnel-id' ? 64 : 32),
  )
  if (wrong) return complaint(`${wrong.word} says ${wrong.value}`, 'Write a number.')
  if (isRoute && !said.some(({ word }) => word === '' || word === 'to'))
    return complaint(`${line.raw} leads nowhere`, 'Write the network that is reached by it.')
  return isRoute || said.some(({ word }) => decides.includes(word))
    ? []
    : complaint(`${line.raw} says nothing to do`, 'Name the table that is asked: table 100')
}

/** Of so many bits; rules may have it in base 16. */
const isNumber = (text: string, isRoute: boolean, bits: number) =>
  isIn(text, 0, 2 ** bits - 1) || (!isRoute && new RegExp(`^0x[0-9a-f]{1,${bits / 4}}$`, 'i').test(text))

const looksLikeNetwork = (word: string) => /^\d|[.:/]/.test(word) || everything.test(word)

function isNetwork(word: string): boolean {
  if (everything.test(word)) return true
  const [address = '', prefix, ...more] = word.split('/')
  const most = address.includes(':') ? 128 : 32
  return more.length === 0 && isAddress(address) && (prefix === undefined || isIn(prefix, 0, most))
}
