import { lastOf, type Statement } from '../../adoption/index.ts'
import {
  type Complaint,
  methodOf,
  namedReal,
  namedServer,
  placeAt,
  protocolOf,
  realsOf,
  servers,
  twice,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Rules about `virtual_server` and what stands behind it. */
export const serverRules = {
  'keepalived-server-empty': {
    severity: 'warning',
    reason: 'Behind a virtual_server without a real_server or a sorry_server nobody answers.',
    source: 'keepalived.conf(5), virtual_server',
    find: (one) =>
      servers(one).flatMap((server) =>
        realsOf(server).length > 0 || lastOf(server.block ?? [], 'sorry_server')
          ? []
          : [
              {
                message: `${namedServer(server)} has no real_server`,
                at: server.at,
                next: 'Add those that serve it.',
              },
            ],
      ),
  },
  'keepalived-server-twice': {
    severity: 'error',
    reason: 'Of two virtual_servers with one address, port and protocol the kernel has one.',
    source: 'ipvsadm(8), --add-service',
    find: (one) =>
      twice(servers(one), keyOf).map(({ thing, earlier }) => ({
        message: `${namedServer(thing)} stands here and above (${placeAt(earlier.at)})`,
        at: thing.at,
        next: 'Put them together.',
      })),
  },
  'keepalived-realserver-twice': {
    severity: 'error',
    reason: 'A virtual_server has each realserver once in the kernel: the second one replaces the first.',
    source: 'ipvsadm(8), --add-server',
    find: (one) =>
      servers(one).flatMap((server) =>
        twice(realsOf(server), ({ values }) => values.join(' ')).map(({ thing }) => ({
          message: `${namedReal(thing, server)} stands there twice`,
          at: thing.at,
          next: 'Remove one of them.',
        })),
      ),
  },
  'keepalived-method': {
    severity: 'error',
    reason: 'The kernel knows the ways NAT, DR and TUN; another word keepalived takes for none.',
    source: 'keepalived.conf(5), lvs_method',
    find: (one) =>
      servers(one).flatMap((server) =>
        [server, ...realsOf(server)].flatMap((holder) => {
          const line = lastOf(holder.block ?? [], 'lb_kind', 'lvs_method')
          return line === undefined || /^(NAT|DR|TUN)$/.test(line.values[0] ?? '')
            ? []
            : [
                {
                  message: `${namedServer(server)} has the ${line.keyword} ${line.values[0] ?? ''}`,
                  at: line.at,
                  next: 'Write NAT, DR or TUN.',
                },
              ]
        }),
      ),
  },
  'keepalived-method-mixed': {
    severity: 'warning',
    reason:
      'A realserver under address translation answers through the director and one under direct routing does not: each needs another network.',
    source: 'LVS-HOWTO; keepalived.conf(5), lvs_method of real_server',
    find: (one) =>
      servers(one).flatMap((server) => {
        const usual = methodOf(server)
        const ways = new Set(realsOf(server).map((real) => methodOf(real) ?? usual ?? 'NAT'))
        return ways.size > 1
          ? [
              {
                message: `${namedServer(server)} reaches its realservers by ${[...ways].join(' and ')}`,
                at: server.at,
                next: 'Take one lvs_method for all of them.',
              },
            ]
          : []
      }),
  },
  'keepalived-port-translated': {
    severity: 'error',
    reason:
      'Under direct routing and tunnels a packet keeps its port: a realserver is never asked at another one.',
    source: 'ipvsadm(8), --gatewaying; LVS-HOWTO, LVS-DR',
    find: (one) =>
      servers(one).flatMap((server) => {
        const [address, port] = server.values
        if (address === 'fwmark' || address === 'group' || port === undefined || port === '0') return []
        const sorry = (server.block ?? []).filter(({ keyword }) => keyword === 'sorry_server')
        return [...realsOf(server), ...sorry].flatMap((real) => {
          const way = methodOf(real) ?? methodOf(server)
          const own = real.values[1]
          return own !== undefined && own !== port && own !== '0' && (way === 'DR' || way === 'TUN')
            ? [
                {
                  message: `${namedServer(server)} sends to port ${own} of ${real.values[0]} under ${way}, where ports stay as they are`,
                  at: real.at,
                  next: `Write ${port}, or take NAT.`,
                },
              ]
            : []
        })
      }),
  },
  'keepalived-servers-differ': {
    severity: 'warning',
    reason:
      'Clients that come to another director after a takeover find other realservers, or another way to them.',
    source: 'keepalived.conf(5), virtual_server',
    find: {
      all: ([first, ...others]) =>
        first === undefined
          ? []
          : others.flatMap((other) => [...unlike(first, other), ...unlike(other, first, true)]),
    },
  },
} as const satisfies WrittenFamily

function keyOf(server: Statement): string {
  const [real] = realsOf(server)
  // A mark is of no address family: that follows from the realservers.
  const family =
    /^(fwmark|group)$/.test(server.values[0] ?? '') && real?.values[0]?.includes(':') ? 'IPv6' : ''
  return [...server.values, protocolOf(server) ?? 'TCP', family].join(' ')
}

/** What one director has of virtual servers that another one has not, or otherwise. */
function unlike(one: Written, other: Written, onlyMissing = false): readonly Complaint[] {
  if (servers(other).length === 0 && servers(one).length > 0 && onlyMissing) return []
  return servers(one).flatMap((server) => {
    const match = servers(other).find((found) => keyOf(found) === keyOf(server))
    const next = 'Say the same on all directors.'
    if (!match)
      return [
        { message: `${namedServer(server)} of ${one.name} is unknown to ${other.name}`, at: server.at, next },
      ]
    if (onlyMissing) return []
    const own = methodOf(server)
    const theirs = methodOf(match)
    if (own !== theirs)
      return [
        {
          message: `${namedServer(server)} goes by ${own ?? 'nothing said'} on ${one.name} and by ${theirs ?? 'nothing said'} on ${other.name}`,
          at: match.at,
          next,
        },
      ]
    const names = (holder: Statement) => realsOf(holder).map(({ values }) => values.join(':'))
    const missing = names(server).filter((name) => !names(match).includes(name))
    const more = names(match).filter((name) => !names(server).includes(name))
    const odd = [...missing, ...more]
    if (odd.length > 0)
      return [
        {
          message: `${namedServer(server)} has ${odd.join(', ')} on one of ${one.name} and ${other.name} alone`,
          at: match.at,
          next,
        },
      ]
    return manners
      .filter(({ said }) => said(server) !== said(match))
      .map(({ is, said }) => ({
        message: `${is} of ${namedServer(server)} is ${said(server)} on ${one.name} and ${said(match)} on ${other.name}`,
        at: match.at,
        next,
      }))
  })
}

/** Something of each realserver, in an order that is the same on all directors. */
function ofReals(server: Statement, say: (real: Statement) => string): string {
  return realsOf(server)
    .map((real) => `${real.values.join(':')} ${say(real)}`)
    .toSorted()
    .join(', ')
}

/** What a realserver is asked for, and where; not how long that may take. */
function asked({ block = [] }: Statement): string {
  return block
    .filter(({ keyword }) => /_(CHECK|GET)$/.test(keyword))
    .map(({ keyword, block: lines = [] }) => {
      const paths = lines.flatMap(({ block: page = [] }) => lastOf(page, 'path')?.values[0] ?? [])
      return [keyword, ...paths, ...(lastOf(lines, 'connect_port')?.values ?? [])].join(' ')
    })
    .join(' and ')
}

/** How clients are spread, which they notice where it is another way after a takeover; what keepalived takes where nothing is said. */
const manners: readonly { readonly is: string; readonly said: (server: Statement) => string }[] = [
  {
    is: 'the weights of the realservers',
    said: (server) => ofReals(server, ({ block = [] }) => lastOf(block, 'weight')?.values[0] ?? '1'),
  },
  {
    is: 'sorry_server',
    said: ({ block = [] }) => lastOf(block, 'sorry_server')?.values.join(' ') ?? 'none',
  },
  { is: 'what is asked of the realservers', said: (server) => ofReals(server, asked) },
  { is: 'lb_algo', said: ({ block = [] }) => lastOf(block, 'lb_algo', 'lvs_sched')?.values[0] ?? 'wlc' },
  {
    is: 'persistence_timeout',
    said: ({ block = [] }) => {
      const timeout = lastOf(block, 'persistence_timeout')
      return timeout ? (timeout.values[0] ?? '360') : 'none'
    },
  },
]
