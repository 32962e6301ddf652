import { lastOf, type Statement } from '../../adoption/index.ts'
import {
  blocksOf,
  type Complaint,
  isAddress,
  isIn,
  methodOf,
  namedReal,
  namedServer,
  realsOf,
  servers,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Rules about the addresses and ports of servers. */
export const endpointRules = {
  'keepalived-endpoint': {
    severity: 'error',
    reason: 'A server whose address or port is none keepalived leaves out, and a port of a check likewise.',
    source: 'keepalived check_parser.c, vs_handler and rs_handler; check_api.c',
    find: (one) =>
      servers(one).flatMap((server) => [
        ...(/^(fwmark|group)$/.test(server.values[0] ?? '')
          ? wrongMark(server)
          : wrongEndpoint(server, namedServer(server))),
        ...realsOf(server).flatMap((real) => [
          ...wrongEndpoint(real, namedReal(real, server)),
          ...otherFamily(real, namedReal(real, server), server, one),
          ...wrongPorts(real.block ?? []),
          ...otherSources(real.block ?? []),
        ]),
        ...(server.block ?? [])
          .filter(({ keyword }) => keyword === 'sorry_server')
          .flatMap((sorry) => {
            const of = `the sorry_server of ${namedServer(server)}`
            return [...wrongEndpoint(sorry, of), ...otherFamily(sorry, of, server, one)]
          }),
      ]),
  },
  'keepalived-port-missing': {
    severity: 'warning',
    reason:
      'A virtual_server without a port is one of all ports, and the kernel has those with persistence alone: keepalived adds it.',
    source: 'keepalived check_data.c, validate_check_config; ipvsadm(8), --add-service',
    find: (one) =>
      servers(one).flatMap((server) => {
        const [address = '', port = '0'] = server.values
        if (!isAddress(address) || port !== '0') return []
        if (lastOf(server.block ?? [], 'persistence_timeout')) return []
        return [
          {
            message: `${namedServer(server)} has no port, and no persistence_timeout`,
            at: server.at,
            next: `Write the port behind the address: virtual_server ${address} 80`,
          },
        ]
      }),
  },
  'keepalived-sorry-server': {
    severity: 'error',
    reason:
      'A sorry_server without a port is asked at port 0 under address translation, where nobody listens; and what is said of one before it is named keepalived leaves out.',
    source: 'keepalived check_data.c, validate_check_config; check_parser.c, ss_inhibit_handler',
    find: (one) => servers(one).flatMap(wrongSorry),
  },
} as const satisfies WrittenFamily

function wrongEndpoint({ values: [address = '', port], at }: Statement, what: string): readonly Complaint[] {
  // A mask behind it keepalived takes no notice of (lib/utils.c, inet_stosockaddr).
  if (!isAddress(address.replace(/\/\d+$/, '')))
    return [{ message: `${what} has no address, but ${address || 'nothing'}`, at, next: 'Write an address.' }]
  return port === undefined || isIn(port, 0, 65_535)
    ? []
    : [{ message: `${what} has the port ${port}`, at, next: 'Write a number from 1 to 65535.' }]
}

function wrongMark(server: Statement): readonly Complaint[] {
  const [is, mark] = server.values
  return is === 'group' || isIn(mark, 1, 4_294_967_295)
    ? []
    : [
        {
          message: `${namedServer(server)} has no mark of the firewall`,
          at: server.at,
          next: 'Write the number that packets are marked with.',
        },
      ]
}

/** Only a tunnel carries packets of one family to a realserver of the other one. */
function otherFamily(real: Statement, of: string, server: Statement, one: Written): readonly Complaint[] {
  const family = (text = '') => (!isAddress(text) ? undefined : text.includes(':') ? 'IPv6' : 'IPv4')
  const asked =
    server.values[0] === 'group'
      ? blocksOf(one, 'virtual_server_group')
          .filter(({ values: [name] }) => name === server.values[1])
          .flatMap(({ block = [] }) => block.map(({ keyword }) => keyword))
      : [server.values[0]]
  const own = family(real.values[0])
  const clients = asked.flatMap((address) => family(address) ?? [])[0]
  const ways = [real, server].flatMap(
    ({ block = [] }) => lastOf(block, 'lb_kind', 'lvs_method')?.values ?? [],
  )
  return own === undefined || clients === undefined || own === clients || ways[0] === 'TUN'
    ? []
    : [
        {
          message: `${of} has ${own}, and clients come by ${clients}`,
          at: real.at,
          next: 'Name its address of the same family, or take the method TUN.',
        },
      ]
}

function wrongPorts(block: readonly Statement[]): readonly Complaint[] {
  return block.flatMap(({ keyword, values: [port], block: lines, at }) => {
    if (lines) return wrongPorts(lines)
    return !/^(connect|bind)_port$/.test(keyword) || isIn(port, 1, 65_535)
      ? []
      : [{ message: `${keyword} says ${port ?? 'nothing'}`, at, next: 'Write a number from 1 to 65535.' }]
  })
}

/** Nothing is asked of one family from an address of the other one. */
function otherSources(block: readonly Statement[]): readonly Complaint[] {
  return block.flatMap(({ keyword, block: lines = [] }) => {
    const [to, from] = [lastOf(lines, 'connect_ip'), lastOf(lines, 'bindto')]
    const [asked, own] = [to?.values[0] ?? '', from?.values[0] ?? '']
    return from && isAddress(asked) && isAddress(own) && asked.includes(':') !== own.includes(':')
      ? [
          {
            message: `${keyword} asks ${asked} from ${own}, of another family`,
            at: from.at,
            next: 'Write addresses of one family.',
          },
        ]
      : []
  })
}

/** Only where ports are translated, one that is not said is none. */
function wrongSorry(server: Statement): readonly Complaint[] {
  const block = server.block ?? []
  const sorry = lastOf(block, 'sorry_server')
  const [address = '', port = '0'] = server.values
  const own = lastOf(block, 'sorry_server_lvs_method')?.values[0]
  const translates = (own ?? methodOf(server) ?? 'NAT') === 'NAT'
  const named = block.findIndex(({ keyword }) => keyword === 'sorry_server')
  return [
    ...(sorry && translates && isAddress(address) && port !== '0' && (sorry.values[1] ?? '0') === '0'
      ? [
          {
            message: `the sorry_server of ${namedServer(server)} has no port`,
            at: sorry.at,
            next: `Write: sorry_server ${sorry.values[0] ?? ''} ${port}`,
          },
        ]
      : []),
    ...block
      .filter(({ keyword }, index) => /^sorry_server_/.test(keyword) && (named < 0 || index < named))
      .map(({ keyword, at }) => ({
        message: `${keyword} of ${namedServer(server)} stands ${named < 0 ? 'without' : 'before'} a sorry_server`,
        at,
        next: named < 0 ? 'Name one: sorry_server ADDRESS PORT' : 'Write it behind that line.',
      })),
  ]
}
