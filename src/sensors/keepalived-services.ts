import type { IpvsServer, IpvsService } from './ipvs.ts'

/** A virtual server, and what keepalived takes the kernel's table to hold of it. */
export interface RunningService extends IpvsService {
  /** A mask or a prefix, where clients of one network stick together. */
  readonly granularity?: string
  readonly onePacket: boolean
  /** The scheduler's flags in the words of ipvsadm(8). */
  readonly flags: readonly string[]
}

/** The virtual servers of its data; `undefined` where one of them is of a kind that cannot be told apart in the kernel's table. */
export function readServices(text: string): readonly RunningService[] | undefined {
  const own = text.split(/^------< Health checkers/m, 1)[0] ?? ''
  const blocks = own.split(/^ -+< Virtual server >-+$/m).slice(1)
  const services = blocks.map(readService)
  return services.every((service) => service !== undefined) ? services : undefined
}

function readService(block: string): RunningService | undefined {
  const [head = '', ...servers] = block.split(/^ {3}-+< Real server >-+$/m)
  const value = (label: string) => new RegExp(`^ +${label} = (.+)$`, 'm').exec(head)?.[1]
  const mark = /^ VS FWMARK = (\d+)/m.exec(head)?.[1]
  const [, address = '', port = '0'] = /^ VS VIP = (\S+), VPORT = (\d+)/m.exec(head) ?? []
  const protocol = mark === undefined ? value('protocol')?.toLowerCase() : 'fwmark'
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp' && protocol !== 'fwmark')
    return undefined
  if (mark === undefined && address === '') return undefined
  const persistence = Number(value('persistence timeout') ?? 0)
  const granularity = value('persistence granularity')
  const sorry = readSorryServer(head)
  const isItsTurn = sorry !== undefined && sorry.weight > 0
  const known = servers.flatMap(readServer).flatMap((server) => (isItsTurn ? displaced(server) : [server]))
  return {
    protocol,
    address: mark ?? address,
    port: Number(port),
    scheduler: value('lvs_sched') ?? '',
    ...(persistence > 0 ? { persistence } : {}),
    ...(granularity === undefined ? {} : { granularity }),
    onePacket: /^enabled$/.test(value('One packet scheduling') ?? ''),
    flags: [...head.matchAll(/^ +((?:sh|mh|flag)-[a-z0-9]+) = enabled$/gm)].map(([, flag = '']) => flag),
    servers: [...known.map(({ isInhibited, ...server }) => server), ...(sorry ? [sorry] : [])],
  }
}

const inhibits = /^ +Inhibit on failure is ON$/m

/** A realserver in the table, which stays there when it is taken out if it is inhibited. */
interface KnownServer extends IpvsServer {
  readonly isInhibited: boolean
}

/** What is left of one while the turn is the sorry server's. */
function displaced(server: KnownServer): readonly KnownServer[] {
  if (server.weight === 0) return [server]
  return server.isInhibited ? [{ ...server, weight: 0 }] : []
}

/**
 * One that is well is in the table. `RS set` does not tell: keepalived notes it before the kernel has refused, as where
 * somebody emptied the table, and tries again at each check.
 */
function readServer(block: string): readonly KnownServer[] {
  const [, address = '', port = '0'] = /RIP = (\S+), RPORT = (\d+)/.exec(block) ?? []
  const number = (label: string) =>
    Number(new RegExp(`^ +${label} = (-?\\d+)`, 'm').exec(block)?.[1] ?? Number.NaN)
  const isInhibited = inhibits.test(block)
  const server = { address, port: Number(port), forwarding: forwardingOf(block), isInhibited }
  if (number('alive') !== 1) {
    const stays = isInhibited && number('RS set') === 1
    return stays ? [{ ...server, weight: 0 }] : []
  }
  // Before 2.2 there was no effective weight of its own.
  const weights = [number('effective weight'), Number(/EFF WEIGHT = (\d+)/.exec(block)?.[1])]
  const weight = weights.find((one) => !Number.isNaN(one)) ?? number('initial weight')
  return [{ ...server, weight }]
}

/** Its turn comes when too few others are left, which are then taken out; until then it is not there, or has the weight 0. */
function readSorryServer(head: string): IpvsServer | undefined {
  const [, address = '', port = '0', rest = ''] =
    /^ {3}sorry server (?:\(duplicates rs\) )?= \[([^\]]+)\]:(?:\w+:)?(\d+)\n((?: {5}.*\n)*)/m.exec(head) ??
    []
  if (address === '') return undefined
  const waits = /^ +quorum_state_up = 1$/m.test(head)
  if (waits && !inhibits.test(rest)) return undefined
  return { address, port: Number(port), forwarding: forwardingOf(rest), weight: waits ? 0 : 1 }
}

function forwardingOf(text: string): IpvsServer['forwarding'] {
  const [, method] = /forwarding method = (\w+)/.exec(text) ?? []
  return method === 'NAT' ? 'nat' : method === 'DR' ? 'dr' : 'tun'
}
