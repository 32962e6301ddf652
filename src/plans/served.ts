import { lastOf, statementsIn } from '../adoption/index.ts'
import type { PacketMark } from '../model/packet-marks.ts'

/** Where HAProxy or nginx answers: at one address of its machine, or at each. */
export interface Served {
  readonly address: string | undefined
  readonly port: number
}

/** Ports on which HAProxy, nginx, Apache or Tomcat answers, by its configuration. */
export function servedPorts(text: string): readonly Served[] {
  const said = [
    ...text.matchAll(/^\s*(?:bind|[Ll]isten)\s+([^\s;]+)/gm),
    ...text.matchAll(/<Connector\b[^>]*?\bport="(\d+)"/g),
  ]
  return said.flatMap(([, words = '']) => words.split(',').flatMap((where) => servedAt(where) ?? []))
}

/** Is a port answered at this address? */
export function answers(all: readonly Served[], address: string, port: number): boolean {
  return all.some((one) => one.port === port && (one.address === undefined || one.address === address))
}

/** `80`, `:80`, `*:80`, `[::]:80`, `192.0.2.1:80`, `2001:db8::1:80`; nothing of sockets. */
function servedAt(where: string): Served | undefined {
  const [, address = '', port] = /^(?:(.*):)?(\d+)$/.exec(where) ?? []
  if (port === undefined) return undefined
  const bare = address.replaceAll(/[[\]]/g, '')
  const isAll = ['', '*', '0.0.0.0', '::'].includes(bare)
  return { address: isAll ? undefined : bare, port: Number(port) }
}

/** A service of the kernel's table. */
interface VirtualServer {
  readonly address: string
  readonly port: number
  /** How packets are sent on to each of its realservers, by their endpoints: `NAT`, `DR`, `TUN`. */
  readonly ways: ReadonlyMap<string, string>
}

/** What keepalived.conf and the file of marks say of the kernel's table: each port, or range of ports, at which a service is. */
export function portsBalanced(
  keepalived: string,
  marks: readonly PacketMark[],
): readonly { readonly address: string; readonly port: string }[] {
  const known = new Set(
    statementsIn(keepalived).flatMap(({ keyword, values: [first, mark] }) =>
      keyword === 'virtual_server' && first === 'fwmark' ? [Number(mark)] : [],
    ),
  )
  const marked = marks
    .filter(({ mark }) => known.has(mark))
    .flatMap(({ address, ports }) => ports.map((port) => ({ address, port })))
  return [
    ...virtualServersIn(keepalived).map(({ address, port }) => ({ address, port: String(port) })),
    ...marked,
  ]
}

/** Services of the kernel's table that a keepalived.conf has. */
export function virtualServersIn(text: string): readonly VirtualServer[] {
  return statementsIn(text)
    .filter(({ keyword, values }) => keyword === 'virtual_server' && values[0] !== 'fwmark')
    .map(({ values: [address = '', port], block = [] }) => {
      const realservers = block.filter(({ keyword }) => keyword === 'real_server')
      const ways = realservers.map((one): [string, string] => [
        one.values.join(' '),
        wayIn(one.block ?? []) ?? wayIn(block) ?? '',
      ])
      return { address, port: Number(port ?? 0), ways: new Map(ways) }
    })
}

const wayIn = (block: ReturnType<typeof statementsIn>) => lastOf(block, 'lb_kind', 'lvs_method')?.values[0]
