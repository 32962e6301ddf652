import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** One realserver in the kernel's table. */
export interface IpvsServer {
  readonly address: string
  readonly port: number
  readonly forwarding: 'dr' | 'nat' | 'tun'
  readonly weight: number
}

/** One virtual server in the kernel's table. */
export interface IpvsService {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'fwmark'
  /** Address, or the mark's number for `fwmark`. */
  readonly address: string
  readonly port: number
  readonly scheduler: string
  /** Seconds; absent where the service is not persistent. */
  readonly persistence?: number
  readonly servers: readonly IpvsServer[]
}

/** The kernel's IPVS table, or that it cannot be read (no ipvsadm, not root, module not loaded). */
export type IpvsReading =
  | { readonly readable: false; readonly why: string }
  | { readonly readable: true; readonly services: readonly IpvsService[] }

/** Prints the table, or why it cannot be read. */
export const tellIpvs = sh`if ! command -v ipvsadm >/dev/null 2>&1; then echo '! ipvsadm is not installed'
elif us_rules=$(ipvsadm -Sn 2>&1); then printf '%s\n' "$us_rules"
else printf '! %s\n' "$us_rules"; fi`

/** Reads what was printed. */
export function readIpvs(output: string): IpvsReading {
  const refused = /^! (.*)/m.exec(output)
  return refused
    ? { readable: false, why: refused[1] ?? '' }
    : { readable: true, services: readIpvsTable(output) }
}

/**
 * The first of a hundred marks whose services are there for minutes after a handover: they lead connections that stand to the old
 * holder. No mark of a cluster's own is so low.
 */
export const handingOn = 9900

const isHandingOn = (mark: number) => mark >= handingOn && mark < handingOn + 100

/** The whole table as `ipvsadm -Sn` prints it (ipvsadm(8)). */
export const ipvs: Sensor<IpvsReading> = {
  name: 'ipvs',
  ask: () => tellIpvs,
  read: (output, subjects) => {
    const reading = readIpvs(output)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks for the table. */
export const ipvsTable: Query<IpvsReading> = { sensor: ipvs, subject: '', about: ['ipvs:table'] }

/** Seconds after which the kernel forgets connections; absent where nobody can say. */
export interface IpvsTimeouts {
  readonly tcp: number
  readonly tcp_fin: number
  readonly udp: number
}

/** Prints `Timeout (tcp tcpfin udp): 900 120 300`, ipvsadm(8), or nothing. */
export const tellIpvsTimeouts = sh`ipvsadm -L --timeout 2>/dev/null || :`

/** How long the kernel remembers connections. */
const timeouts: Sensor<IpvsTimeouts | undefined> = {
  name: 'ipvs-timeouts',
  ask: () => tellIpvsTimeouts,
  read: (output, subjects) => {
    const reading = readIpvsTimeouts(output)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Reads what was printed. */
export function readIpvsTimeouts(output: string): IpvsTimeouts | undefined {
  const [tcp, tcp_fin, udp] = /: *(\d+) (\d+) (\d+) *$/m.exec(output)?.slice(1).map(Number) ?? []
  if (tcp === undefined || tcp_fin === undefined || udp === undefined) return undefined
  return { tcp, tcp_fin, udp }
}

/** Asks how long the kernel remembers connections. */
export const ipvsTimeouts: Query<IpvsTimeouts | undefined> = {
  sensor: timeouts,
  subject: '',
  about: ['ipvs:timeouts'],
}

/** Where connections are told of, and as which group. */
export interface SynchronizationPlace {
  readonly interface: string
  readonly id: number
}

/** Who of the kernel's tells the other directors of connections, and who hears of theirs, and where. */
export interface IpvsSynchronization {
  readonly tells?: SynchronizationPlace
  readonly hears?: SynchronizationPlace
}

/** Prints `master sync daemon (mcast=eth0, syncid=51)`, and the same of `backup`, ipvsadm(8), or nothing. */
export const tellIpvsSynchronization = sh`ipvsadm -L --daemon 2>/dev/null || :`

/** Reads what was printed. */
export function readIpvsSynchronization(output: string): IpvsSynchronization {
  const [tells, hears] = ['master', 'backup'].map((part): SynchronizationPlace | undefined => {
    const [, device, id] =
      new RegExp(`^${part} sync daemon \\(mcast=([^,)]+), syncid=(\\d+)`, 'm').exec(output) ?? []
    return device === undefined ? undefined : { interface: device, id: Number(id) }
  })
  return { ...(tells === undefined ? {} : { tells }), ...(hears === undefined ? {} : { hears }) }
}

const synchronization: Sensor<IpvsSynchronization> = {
  name: 'ipvs-synchronization',
  ask: () => tellIpvsSynchronization,
  read: (output, subjects) => {
    const reading = readIpvsSynchronization(output)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks whether connections are told to other directors. */
export const ipvsSynchronization: Query<IpvsSynchronization> = {
  sensor: synchronization,
  subject: '',
  about: ['ipvs:synchronization'],
}

/** What ipvsadm(8) calls each protocol, and each way of forwarding. */
export const protocolFlags = { tcp: '-t', udp: '-u', sctp: '--sctp-service', fwmark: '-f' } as const
export const forwardingFlags = { dr: '-g', nat: '-m', tun: '-i' } as const

function named<Name extends string>(flags: Readonly<Record<Name, string>>): ReadonlyMap<string, Name> {
  return new Map((Object.keys(flags) as Name[]).map((name) => [flags[name], name]))
}

const protocols = named(protocolFlags)
const forwardings = named(forwardingFlags)

/** Reads what `ipvsadm -Sn` printed. */
export function readIpvsTable(output: string): readonly IpvsService[] {
  const services = new Map<string, { service: Omit<IpvsService, 'servers'>; servers: IpvsServer[] }>()
  for (const line of output.split('\n')) {
    const [verb, flag, where = '', ...rest] = line.trim().split(/\s+/)
    const protocol = protocols.get(flag ?? '')
    if (protocol === undefined) continue
    const key = `${flag} ${where}`
    if (verb === '-A') {
      const persistence = after(rest, '-p')
      services.set(key, {
        service: {
          protocol,
          ...endpoint(where),
          scheduler: after(rest, '-s') ?? '',
          ...(persistence ? { persistence: Number(persistence) } : {}),
        },
        servers: [],
      })
    }
    if (verb === '-a') services.get(key)?.servers.push(readServer(rest))
  }
  return [...services.values()]
    .filter(({ service: { protocol, address } }) => protocol !== 'fwmark' || !isHandingOn(Number(address)))
    .map(({ service, servers }) => ({ ...service, servers }))
}

function readServer(words: readonly string[]): IpvsServer {
  const [method = 'dr'] = words.flatMap((word) => forwardings.get(word) ?? [])
  return {
    ...endpoint(after(words, '-r') ?? ''),
    forwarding: method,
    weight: Number(after(words, '-w') ?? 1),
  }
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`, or a bare mark. */
function endpoint(text: string): { readonly address: string; readonly port: number } {
  const at = text.lastIndexOf(':')
  if (at < 0) return { address: text, port: 0 }
  return { address: text.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(at + 1)) }
}

function after(words: readonly string[], flag: string): string | undefined {
  const at = words.indexOf(flag)
  return at < 0 ? undefined : words[at + 1]
}
