import { lastOf, type Statement } from '../../adoption/index.ts'
import { numberOr } from '../tracks.ts'
import { methodOf, namedServer, protocolOf, realsOf, servers, type WrittenFamily } from './subject.ts'

/** Those that ask for no weight (ipvsadm(8), --scheduler). */
const unweighted = ['rr', 'lc']
const isLoopback = /^(127\.|::1$)/

/** Rules about words of a `virtual_server` that say something only beside others. */
export const balancingRules = {
  'keepalived-persistence-engine': {
    severity: 'error',
    reason:
      'The kernel has one engine, which finds the call in datagrams of SIP: beside TCP it finds none, and without persistence nobody asks it.',
    source: 'ipvsadm(8), --pe; Linux, net/netfilter/ipvs/ip_vs_pe_sip.c, ip_vs_sip_fill_param',
    find: (one) =>
      servers(one).flatMap((server) => {
        const block = server.block ?? []
        const line = lastOf(block, 'persistence_engine')
        const [name] = line?.values ?? []
        if (!line || name === undefined) return []
        const complaint = (what: string, next: string) => [
          { message: `${namedServer(server)} has the persistence_engine ${name}${what}`, at: line.at, next },
        ]
        if (name !== 'sip') return complaint(', which is none', 'Write sip, or remove it.')
        const protocol = protocolOf(server)
        if (protocol !== undefined && protocol !== 'UDP')
          return complaint(`, and is of ${protocol}`, 'Remove it, or write: protocol UDP')
        return lastOf(block, 'persistence_timeout')
          ? []
          : complaint(', and no persistence_timeout', 'Add: persistence_timeout 60')
      }),
  },
  'keepalived-granularity-alone': {
    severity: 'warning',
    reason: 'A mask says which clients count as one for persistence: without that it says nothing.',
    source: 'keepalived.conf(5), persistence_granularity; ipvsadm(8), --netmask',
    find: (one) =>
      servers(one).flatMap((server) => {
        const line = lastOf(server.block ?? [], 'persistence_granularity')
        return line && !lastOf(server.block ?? [], 'persistence_timeout')
          ? [
              {
                message: `${namedServer(server)} has a persistence_granularity and no persistence_timeout`,
                at: line.at,
                next: 'Add: persistence_timeout 300',
              },
            ]
          : []
      }),
  },
  'keepalived-granularity-number': {
    severity: 'error',
    reason:
      'Of a number keepalived makes an address where it wants the mask of one of IPv4: 24 is 0.0.0.24, by which all but a few clients count as one.',
    source: 'keepalived check_parser.c, pgr_handler; inet_aton(3)',
    find: (one) =>
      servers(one).flatMap((server) => {
        const line = lastOf(server.block ?? [], 'persistence_granularity')
        const [value = ''] = line?.values ?? []
        return line && /^\d+$/.test(value) && server.values[0]?.includes('.')
          ? [
              {
                message: `${namedServer(server)} has the persistence_granularity ${value}, which keepalived takes for an address`,
                at: line.at,
                next: 'Write a netmask, such as 255.255.255.0.',
              },
            ]
          : []
      }),
  },
  'keepalived-scheduler-unsaid': {
    severity: 'warning',
    reason: 'Without an lvs_sched keepalived takes wlc, and says so.',
    source: 'keepalived check_data.c, validate_check_config; keepalived.conf(5), lvs_sched',
    find: (one) =>
      servers(one)
        .filter(({ block = [] }) => !lastOf(block, 'lb_algo', 'lvs_sched'))
        .map((server) => ({
          message: `${namedServer(server)} has no lb_algo`,
          at: server.at,
          next: 'Add: lb_algo wlc, or another one.',
        })),
  },
  'keepalived-nat-loopback': {
    severity: 'warning',
    reason:
      'Whoever comes from outside gets nowhere where their packets would be translated to a loopback address: the kernel drops them.',
    source: 'Linux, net/netfilter/ipvs/ip_vs_xmit.c, ip_vs_nat_xmit',
    find: (one) =>
      servers(one).flatMap((server) =>
        (server.block ?? [])
          .filter(({ keyword }) => /^(real|sorry)_server$/.test(keyword))
          .filter(
            (line) =>
              isLoopback.test(line.values[0] ?? '') &&
              (ownMethod(line, server) ?? methodOf(server) ?? 'NAT') === 'NAT',
          )
          .map(({ keyword, values, at }) => ({
            message: `the ${keyword} ${values.join(' ')} of ${namedServer(server)} is reached by address translation, which goes to no loopback address`,
            at,
            next: `Name an address that this director has on a link, or say ${keyword === 'sorry_server' ? 'sorry_server_lvs_method' : 'lvs_method'} DR.`,
          })),
      ),
  },
  'keepalived-scheduler-flag': {
    severity: 'warning',
    reason:
      'A flag is of one scheduler, and keepalived leaves it out beside another one, or where it stands above that.',
    source: 'keepalived check_parser.c, lbflags_handler',
    find: (one) =>
      servers(one).flatMap((server) => {
        const block = server.block ?? []
        return block.flatMap(({ keyword, at }, index) => {
          const of = /^(sh|mh)-/.exec(keyword)?.[1]
          if (of === undefined) return []
          const before = lastOf(block.slice(0, index), 'lb_algo', 'lvs_sched')?.values[0]
          const any = lastOf(block, 'lb_algo', 'lvs_sched')?.values[0]
          if (before === of) return []
          return [
            {
              message: `${keyword} of ${namedServer(server)} ${any === of ? 'stands above' : 'is none of'} its scheduler ${any ?? 'wlc'}`,
              at,
              next:
                any === of ? 'Write it behind that line.' : `Write lvs_sched ${of} above it, or remove it.`,
            },
          ]
        })
      }),
  },
  'keepalived-weights-ignored': {
    severity: 'warning',
    reason: 'rr and lc look at no weights: a realserver of weight 3 gets as much as one of weight 1.',
    source: 'ipvsadm(8), --scheduler',
    find: (one) =>
      servers(one).flatMap((server) => {
        const line = lastOf(server.block ?? [], 'lb_algo', 'lvs_sched')
        const [name = ''] = line?.values ?? []
        const weights = new Set(weightsOf(server).filter((weight) => weight > 0))
        return line && unweighted.includes(name) && weights.size > 1
          ? [
              {
                message: `${namedServer(server)} has the ${line.keyword} ${name}, and realservers of the weights ${[...weights].join(' and ')}`,
                at: line.at,
                next: `Write w${name}, or the same weight for all.`,
              },
            ]
          : []
      }),
  },
} as const satisfies WrittenFamily

/** The way to a realserver, or to who says sorry, where it is another than that of the rest. */
function ownMethod(line: Statement, { block = [] }: Statement): string | undefined {
  return line.keyword === 'sorry_server'
    ? lastOf(block, 'sorry_server_lvs_method')?.values[0]
    : methodOf(line)
}

function weightsOf(server: Statement): readonly number[] {
  const usual = numberOr(lastOf(server.block ?? [], 'weight')?.values[0], 1)
  return realsOf(server).map(({ block = [] }) => numberOr(lastOf(block, 'weight')?.values[0], usual))
}
