import type { Statement } from '../../adoption/index.ts'
import { didYouMean } from '../../model/suggest.ts'
import { blocksOf, type Complaint, isAddress, type Written, type WrittenFamily } from './subject.ts'

/** Options of a line: those with a value, and those without. */
interface Options {
  readonly valued: readonly string[]
  readonly flags: readonly string[]
}

const ofAddresses: Options = {
  valued: ['dev', 'label', 'scope', 'brd', 'broadcast', 'peer', 'preferred_lft', 'track_group'],
  flags: ['home', '-nodad', 'nodad', 'mngtmpaddr', 'noprefixroute', 'autojoin', 'no_track', 'use_vmac'],
}
const ofTracked: Options = { valued: ['weight'], flags: ['reverse', 'noreverse', 'no_reverse'] }

/** Blocks that list things, each with options of its own. */
const listed: Readonly<Record<string, Options>> = {
  virtual_ipaddress: ofAddresses,
  virtual_ipaddress_excluded: ofAddresses,
  static_ipaddress: ofAddresses,
  track_interface: ofTracked,
  track_script: ofTracked,
  track_process: ofTracked,
  track_file: ofTracked,
  track_bfd: ofTracked,
  unicast_peer: { valued: ['min_ttl', 'max_ttl'], flags: [] },
}

/** Rules about what stands behind an address, or a name that is tracked. */
export const optionRules = {
  'keepalived-option': {
    severity: 'error',
    reason:
      'An option that keepalived does not know it leaves out, and says so in its log alone: each address and each name has a line of its own.',
    source: 'keepalived vrrp_ipaddress.c, alloc_ipaddress; vrrp_track.c; global_parser.c',
    find: (one) => [
      ...listsIn(one).flatMap(({ keyword, block }) =>
        block.flatMap((line) => [
          ...wrongIn(line, line.values, listed[keyword] ?? ofTracked),
          ...(/address/.test(keyword) ? [...wrongOfAddress(line), ...wrongOfFamily(line)] : []),
        ]),
      ),
      ...['vrrp_script', 'vrrp_track_process', 'vrrp_track_file', 'track_process', 'track_file']
        .flatMap((keyword) => blocksOf(one, keyword))
        .flatMap(({ block = [] }) =>
          block
            .filter(({ keyword }) => keyword === 'weight')
            .flatMap((line) => wrongIn(line, line.values.slice(1), { ...ofTracked, valued: [] })),
        ),
      ...blocksOf(one, 'global_defs').flatMap(({ block = [] }) =>
        block.flatMap((line) => {
          if (line.keyword === 'lvs_timeouts')
            return wrongIn(line, line.values, { valued: ['tcp', 'tcpfin', 'udp'], flags: [] })
          if (line.keyword !== 'lvs_sync_daemon') return []
          const [, second = '', ...more] = line.values
          const options = { valued: ['inst', 'id', 'maxlen', 'port', 'ttl', 'group'], flags: [] }
          const named = second === '' || options.valued.includes(second)
          // Older forms have the number of the connection behind it, without a word.
          const rest = /^\d+$/.test(more[0] ?? '') ? more.slice(1) : more
          return wrongIn(line, named ? line.values.slice(1) : rest, options)
        }),
      ),
    ],
  },
  'keepalived-option-ipv6': {
    severity: 'warning',
    reason:
      'An address of IPv6 has no label, and a scope that follows from it: keepalived leaves out these, but for the usual global, and complains at each start.',
    source: 'keepalived vrrp_ipaddress.c, alloc_ipaddress; ip-address(8)',
    find: (one) =>
      listsIn(one)
        .filter(({ keyword }) => /address/.test(keyword))
        .flatMap(({ block }) => block)
        .filter(({ keyword }) => keyword.includes(':'))
        .flatMap(({ keyword, values, at }) =>
          values
            // That of all who have none is no scope to keepalived.
            .filter(
              (word, index) =>
                word === 'label' || (word === 'scope' && !/^(global|0)$/.test(values[index + 1] ?? '')),
            )
            .map((word) => ({ message: `${word} behind ${keyword} is of IPv4`, at, next: 'Remove it.' })),
        ),
  },
} as const satisfies WrittenFamily

/** Scopes of rt_scopes, which may have others by number, and addresses beside the address. */
function wrongOfAddress({ keyword, values, at }: Statement): readonly Complaint[] {
  return values.flatMap((word, index) => {
    const value = values[index + 1]
    if (value === undefined) return []
    const isWrong =
      (word === 'scope' && !/^(global|link|host|site|nowhere|\d{1,3})$/.test(value)) ||
      (/^(brd|broadcast)$/.test(word) && !/^[+-]$/.test(value) && !isAddress(value)) ||
      (word === 'peer' && !isAddress(value.split('/')[0] ?? ''))
    return isWrong
      ? [
          {
            message: `${word} behind ${keyword} says ${value}`,
            at,
            next: word === 'scope' ? 'Write global, link or host.' : 'Write an address.',
          },
        ]
      : []
  })
}

/** IPv6 has no broadcasts: keepalived leaves such an address out. */
function wrongOfFamily({ keyword, values, at }: Statement): readonly Complaint[] {
  const isOther = (address: string) => address.includes(':') !== keyword.includes(':')
  const peer = values[values.indexOf('peer') + 1] ?? ''
  const odd = keyword.includes(':') ? values.filter((word) => /^(brd|broadcast)$/.test(word)) : []
  return [
    ...odd.map((word) => ({
      message: `${word} behind ${keyword} is of IPv4`,
      at,
      next: 'Remove it.',
    })),
    ...(values.includes('peer') && isAddress(peer.split('/')[0] ?? '') && isOther(peer)
      ? [
          {
            message: `peer behind ${keyword} says ${peer}, of another family`,
            at,
            next: 'Write one of its own.',
          },
        ]
      : []),
    ...(values.indexOf('dev') !== values.lastIndexOf('dev')
      ? [{ message: `dev behind ${keyword} stands there twice`, at, next: 'Keep one of them.' }]
      : []),
  ]
}

interface Listed {
  readonly keyword: string
  readonly block: readonly Statement[]
}

/** A block track_file of the top defines a file, and one within another lists names. */
function listsIn({ statements }: Written): readonly Listed[] {
  const within = statements.flatMap(({ block = [] }) => block)
  const lists = blocksNamed(within, /^(virtual_ipaddress(_excluded)?|track_\w+|unicast_peer)$/)
  return [...lists, ...blocksNamed(statements, /^static_ipaddress$/)]
}

function blocksNamed(statements: readonly Statement[], name: RegExp): readonly Listed[] {
  return statements.flatMap(({ keyword, block }) => [
    ...(block && name.test(keyword) ? [{ keyword, block }] : []),
    ...blocksNamed(block ?? [], name),
  ])
}

function wrongIn(
  line: Statement,
  words: readonly string[],
  { valued, flags }: Options,
): readonly Complaint[] {
  const all = [...valued, ...flags]
  const complaints: Complaint[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (flags.includes(word)) continue
    if (valued.includes(word)) {
      at += 1
      if (words[at] === undefined)
        complaints.push({
          message: `${word} behind ${line.keyword} says nothing`,
          at: line.at,
          next: 'Write its value, or remove it.',
        })
      continue
    }
    const meant = didYouMean(word, all)
    complaints.push({
      message: `${word} behind ${line.keyword} is no option of it`,
      at: line.at,
      next: meant === undefined ? 'Write it on a line of its own, or remove it.' : `Did you mean ${meant}?`,
    })
    // What follows may belong to it.
    break
  }
  return complaints
}
