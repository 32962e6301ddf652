import { lastOf, type Statement } from '../../adoption/index.ts'
import {
  blocksOf,
  type Complaint,
  isAddress,
  isIn,
  methodOf,
  namedServer,
  realsOf,
  servers,
  twice,
  type WrittenFamily,
} from './subject.ts'

/** Rules about what a `virtual_server_group` lists. */
export const serverGroupRules = {
  'keepalived-server-group-entry': {
    severity: 'error',
    reason:
      'An entry of a virtual_server_group that it cannot read keepalived leaves out: clients who come to it are not balanced.',
    source: 'keepalived check_data.c, alloc_vsg_entry; keepalived.conf(5), virtual_server_group',
    find: (one) =>
      blocksOf(one, 'virtual_server_group').flatMap(({ values: [group = ''], block = [] }) => [
        ...block.flatMap((line) => {
          const wrong = wrongEntry(line)
          return wrong === undefined
            ? []
            : [{ message: `${line.raw} of virtual_server_group ${group} ${wrong}`, at: line.at, next }]
        }),
        ...twice(block, ({ keyword, values }) => [keyword, ...values].join(' ')).map(({ thing }) => ({
          message: `${thing.raw} stands in virtual_server_group ${group} twice`,
          at: thing.at,
          next: 'Remove one of them.',
        })),
      ]),
  },
  'keepalived-server-group-port': {
    severity: 'error',
    reason:
      'Each entry of a virtual_server_group has its port: under direct routing and tunnels a realserver is asked at that one, and without one the kernel wants persistence.',
    source: 'keepalived check_data.c, validate_check_config; ipvsadm(8), --gatewaying',
    find: (one) => {
      const groups = new Map(
        blocksOf(one, 'virtual_server_group').map(({ values, block = [] }) => [values[0], block]),
      )
      return servers(one).flatMap((server) => {
        const entries = server.values[0] === 'group' ? (groups.get(server.values[1]) ?? []) : []
        const addressed = entries.filter(({ keyword }) => keyword !== 'fwmark')
        return [...portless(server, addressed), ...otherPorts(server, addressed)]
      })
    },
  },
} as const satisfies WrittenFamily

const next = 'Write ADDRESS PORT, a range such as 192.0.2.10-20 PORT, or fwmark NUMBER.'

/** Why keepalived does not take an entry. */
function wrongEntry({ keyword, values: [port, family] }: Statement): string | undefined {
  if (keyword === 'fwmark') {
    if (!isIn(port, 0, 4_294_967_295)) return 'has no mark of the firewall'
    return family === undefined || /^inet6?$/.test(family) ? undefined : `has the family ${family}`
  }
  if (port !== undefined && !isIn(port, 0, 65_535)) return `has the port ${port}`
  const [, address = '', end, mask] = /^([^-/]*)(?:-([^/]*)|\/(.*))?$/.exec(keyword) ?? []
  if (!isAddress(address)) return `has no address, but ${keyword}`
  const isV6 = address.includes(':')
  if (mask !== undefined) return isIn(mask, 1, isV6 ? 128 : 32) ? undefined : `has the mask ${mask}`
  if (end === undefined || /[.:]/.test(end))
    return end === undefined || isAddress(end) ? undefined : 'ends its range with no address'
  const last = isV6
    ? Number.parseInt(address.split(':').at(-1) || '0', 16)
    : Number(address.split('.').at(-1))
  const upTo = /^[0-9a-f]+$/i.test(end) ? Number.parseInt(end, isV6 ? 16 : 10) : Number.NaN
  return upTo > last && upTo <= (isV6 ? 0xffff : 255) ? undefined : 'has a range that ends before it begins'
}

function portless(server: Statement, entries: readonly Statement[]): readonly Complaint[] {
  if (lastOf(server.block ?? [], 'persistence_timeout')) return []
  return entries
    .filter(({ values }) => (values[0] ?? '0') === '0')
    .map(({ raw, at }) => ({
      message: `${raw} has no port, and ${namedServer(server)} no persistence_timeout`,
      at,
      next: 'Write the port behind the address.',
    }))
}

function otherPorts(server: Statement, entries: readonly Statement[]): readonly Complaint[] {
  return realsOf(server).flatMap((real) => {
    const way = methodOf(real) ?? methodOf(server)
    const [address = '', own = '0'] = real.values
    if (own === '0' || (way !== 'DR' && way !== 'TUN')) return []
    const other = entries.find(({ values: [port = '0'] }) => port !== own && port !== '0')
    return other
      ? [
          {
            message: `${namedServer(server)} has ${other.raw}, and sends to port ${own} of ${address} under ${way}, where ports stay as they are`,
            at: real.at,
            next: 'Leave the port out, or take NAT.',
          },
        ]
      : []
  })
}
