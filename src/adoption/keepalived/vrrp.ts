import type { Position } from '../position.ts'
import { lastOf, type Statement } from './blocks.ts'
import { type AddressFamily, addressIn, saidAddresses } from './family.ts'
import { type RoutingWords, routesIn, rulesIn } from './routing.ts'

/** An address of an instance. */
export interface MovingAddress {
  readonly address: string
  readonly prefix: number
  /** Behind the name of the interface, as in eth0:0. */
  readonly label?: string
  /** There is something about it that the inventory has no word for. */
  readonly odd: boolean
  readonly statement: Statement
}

/** A `vrrp_instance` of one director. */
export interface Instance {
  readonly name: string
  readonly at: Position
  readonly vrid: number
  readonly priority: number
  readonly startsAsMaster: boolean
  /** Where VRRP is spoken. */
  readonly interface: string
  /** What carries the addresses: most often the same. */
  readonly carrier: string
  /** Seconds. */
  readonly advertInterval: number
  readonly version: 2 | 3
  /** That of the first address which it says, whatever that is for: keepalived leaves out those of the other one. */
  readonly family: AddressFamily
  readonly nopreempt: boolean
  /** Seconds. */
  readonly preemptDelay: number
  /** Seconds; 0: never. */
  readonly garpRefresh: number
  readonly source?: string
  readonly peers?: readonly string[]
  readonly addresses: readonly MovingAddress[]
  /** How it tells its peers from strangers, where the inventory can say it. */
  readonly authentication?: { readonly type: 'PASS' | 'AH'; readonly password: string }
  /** What moves with it, where the inventory can say all of it. */
  readonly routes?: RoutingWords
  readonly rules?: RoutingWords
  /** What else is said of it, these three included: whether their words are taken depends on the other directors. */
  readonly rest: readonly Statement[]
}

const known = new Set([
  'state',
  'interface',
  'virtual_router_id',
  'priority',
  'advert_int',
  'version',
  'nopreempt',
  'preempt',
  'preempt_delay',
  'garp_master_refresh',
  'mcast_src_ip',
  'unicast_src_ip',
  'unicast_peer',
  'virtual_ipaddress',
])

/** Reads a `vrrp_instance`; `version` is what `global_defs` say of all. */
export function readInstance(statement: Statement, version: 2 | 3): Instance {
  const block = statement.block ?? []
  const said = (keyword: string) => lastOf(block, keyword)?.values[0]
  const number = (keyword: string, otherwise: number) => Number(said(keyword) ?? otherwise)
  const device = said('interface') ?? ''
  const blocksOf = (keyword: string) =>
    block.filter((one) => one.keyword === keyword).flatMap((one) => one.block ?? [])
  const written = blocksOf('virtual_ipaddress')
  const carrier = deviceOf(written[0]) ?? device
  const addresses = written.map((one) => readAddress(one, deviceOf(one) ?? device, carrier))
  const all = saidAddresses(block)
  const family = all[0]?.family ?? 'ipv4'
  // Two words for one thing, of which the last counts; of the other family, or no address, it takes the one before away, too.
  const source = addressIn(lastOf(block, 'unicast_src_ip', 'mcast_src_ip')?.values[0] ?? '')
  const isSource = source !== undefined && source.includes(':') === (family === 'ipv6')
  const peers = blocksOf('unicast_peer')
  const own = said('version') ?? version
  // A peer with settings of its own has no word.
  const plainPeers = peers.every(({ values }) => values.length === 0)
  return {
    name: statement.values[0] ?? '',
    at: statement.at,
    vrid: number('virtual_router_id', 0),
    priority: number('priority', said('state') === 'MASTER' ? 255 : 100),
    startsAsMaster: said('state') === 'MASTER',
    interface: device,
    carrier,
    advertInterval: number('advert_int', 1),
    version: Number(own) === 3 || family === 'ipv6' ? 3 : 2,
    family,
    nopreempt: lastOf(block, 'nopreempt', 'preempt')?.keyword === 'nopreempt',
    preemptDelay: number('preempt_delay', 0),
    garpRefresh: number('garp_master_refresh', 0),
    ...(isSource ? { source } : {}),
    ...(peers.length > 0 ? { peers: peers.map(({ keyword }) => addressIn(keyword) ?? keyword) } : {}),
    addresses,
    ...optional('authentication', authenticationIn(blocksOf('authentication'))),
    ...optional('routes', routesIn(blocksOf('virtual_routes'))),
    ...optional('rules', rulesIn(blocksOf('virtual_rules'))),
    rest: block.filter(({ keyword }) => !known.has(keyword) || (keyword === 'unicast_peer' && !plainPeers)),
  }
}

/** Nothing where there is nothing. */
function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined || (Array.isArray(value) && value.length === 0)
    ? {}
    : ({ [name]: value } as Record<Name, Value>)
}

function authenticationIn(block: readonly Statement[]): Instance['authentication'] {
  const [type, password] = ['auth_type', 'auth_pass'].map((keyword) => lastOf(block, keyword)?.values[0])
  if (type !== 'PASS' && type !== 'AH') return undefined
  const own = countingBytes(password ?? '')
  // Outside of ASCII a sign is several bytes, of which some may be cut off.
  return /^[!-~]+$/.test(own) && !/["'#!{}$\\]/.test(own) ? { type, password: own } : undefined
}

/** Of a password keepalived takes the first eight bytes, each of which is a sign here. */
export function countingBytes(password: string): string {
  return String.fromCharCode(...new TextEncoder().encode(password).subarray(0, 8))
}

function deviceOf(statement: Statement | undefined): string | undefined {
  const words = statement?.values ?? []
  const at = words.indexOf('dev')
  return at < 0 ? undefined : words[at + 1]
}

/** `10.0.0.100/24 dev eth0 label eth0:0`; without a prefix it stands alone, keepalived.conf(5). */
function readAddress(statement: Statement, device: string, carrier: string): MovingAddress {
  const [address = '', prefix] = statement.keyword.split('/')
  const words = [...statement.values]
  let label: string | undefined
  let odd = address === 'default' || statement.block !== undefined || device !== carrier
  while (words.length > 0) {
    const [word, value = ''] = words.splice(0, 2)
    const short = value.startsWith(`${device}:`) ? value.slice(device.length + 1) : ''
    if (word === 'dev') continue
    if (word === 'label' && /^[A-Za-z0-9_-]{1,8}$/.test(short)) label = short
    else odd = true
  }
  return {
    address,
    prefix: prefix === undefined ? (address.includes(':') ? 128 : 32) : Number(prefix),
    ...(label === undefined ? {} : { label }),
    odd,
    statement,
  }
}
