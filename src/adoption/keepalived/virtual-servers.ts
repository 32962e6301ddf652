import type { Position } from '../position.ts'
import { lastOf, type Statement } from './blocks.ts'
import { type AdoptedCheck, isCheck, readCheck } from './checks.ts'

/** A `virtual_server` whose every line has a word, or goes into its `extra`. */
export interface AdoptedServer {
  readonly address: string
  readonly port: number
  /** Words of a service, without the check. */
  readonly service: Readonly<Record<string, unknown>>
  readonly check: AdoptedCheck
  readonly extra: readonly Statement[]
  readonly real: readonly RealServer[]
}

/** A realserver of it. */
export interface RealServer {
  readonly address: string
  readonly port: number
  readonly weight: number
}

/** What came of a `virtual_server`; `why` says what has no word: it is kept verbatim then. */
export interface ServerReading {
  readonly statement: Statement
  readonly adopted?: AdoptedServer
  readonly why?: { readonly message: string; readonly at: Position }
  readonly remarks: readonly string[]
}

const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'mh', 'sed', 'nq', 'fo', 'ovf']

/** Keywords that have words; those of checks stand here for all checks below. */
const known = new Set([
  'delay_loop',
  'lb_algo',
  'lvs_sched',
  'lb_kind',
  'lvs_method',
  'persistence_timeout',
  'persistence_granularity',
  'protocol',
  'ops',
  'quorum',
  'hysteresis',
  'real_server',
  'virtualhost',
])
const ofChecks = new Set(['connect_timeout', 'retry', 'delay_before_retry'])

/** Reads a `virtual_server`. */
export function readServer(statement: Statement): ServerReading {
  const [address = '', port = ''] = statement.values
  const block = statement.block ?? []
  const said = (...keywords: readonly string[]) => lastOf(block, ...keywords)
  const no = (message: string, { at }: Statement): ServerReading => ({
    statement,
    why: { message, at },
    remarks: [],
  })
  if (!/^\d+$/.test(port) || !/[.:]/.test(address))
    return no(
      `virtual_server ${statement.values.join(' ')}: only an address and a port have words`,
      statement,
    )
  const scheduler = said('lb_algo', 'lvs_sched')?.values[0] ?? 'wlc'
  const method = said('lb_kind', 'lvs_method')
  const [forwarding = 'NAT', ...more] = method?.values ?? []
  if (!schedulers.includes(scheduler))
    return no(`the scheduler ${scheduler} has no word`, said('lb_algo', 'lvs_sched') ?? statement)
  if (more.length > 0 || !/^(NAT|DR|TUN)$/.test(forwarding))
    return no(`${method?.raw} has no word`, method ?? statement)
  const protocol = said('protocol')?.values[0]?.toLowerCase() ?? 'udp'
  if (protocol !== 'tcp' && protocol !== 'udp')
    return no(`the protocol ${protocol} has no word`, said('protocol') ?? statement)

  const interval = Number(said('delay_loop')?.values[0] ?? 60)
  const real: RealServer[] = []
  let check: AdoptedCheck | undefined
  const remarks = new Set<string>()
  for (const one of block.filter(({ keyword }) => keyword === 'real_server')) {
    const [own = '', ownPort] = one.values
    const inside = one.block ?? []
    const server = {
      address: own,
      port: Number(ownPort ?? port),
      weight: Number(lastOf(inside, 'weight')?.values[0] ?? 1),
    }
    const odd = inside.find(
      (line) =>
        !isCheck(line) &&
        !ofChecks.has(line.keyword) &&
        !['weight', 'virtualhost', 'delay_loop'].includes(line.keyword),
    )
    if (odd) return no(`${odd.keyword} of a real_server has no word`, odd)
    const [asking, ...others] = inside.filter(isCheck)
    if (!asking) return no('a real_server that nobody checks has no word', one)
    if (others[0]) return no('several checks of one real_server have no word', others[0])
    const ownInterval = Number(
      lastOf(inside, 'delay_loop')?.values[0] ??
        lastOf(asking.block ?? [], 'delay_loop')?.values[0] ??
        interval,
    )
    const reading = readCheck(asking, { ...server, defaults: [inside, block], interval: ownInterval })
    if ('why' in reading) return no(reading.why, reading.statement)
    if (check && JSON.stringify(check) !== JSON.stringify(reading.check))
      return no('realservers of one virtual_server that are checked each in its own way have no word', asking)
    check = reading.check
    for (const remark of reading.remarks) remarks.add(remark)
    real.push(server)
  }
  const [first] = real
  if (!first || !check) return no('a virtual_server without a real_server has no word', statement)
  const differs = block
    .filter(({ keyword }) => keyword === 'real_server')
    .find((_, index) => real[index]?.port !== first.port)
  if (differs) return no('realservers of one virtual_server with different ports have no word', differs)
  if (protocol === 'udp' && 'path' in check && !('port' in check))
    return no(
      'udp, as keepalived takes a service without protocol, whose check asks for a page by TCP, has no word',
      statement,
    )
  const persistence = said('persistence_timeout')
  const granularity = said('persistence_granularity')?.values[0]
  const count = (keyword: string) => Number(said(keyword)?.values[0] ?? (keyword === 'quorum' ? 1 : 0))
  return {
    statement,
    remarks: [...remarks],
    adopted: {
      address,
      port: Number(port),
      service: {
        port: Number(port),
        ...(protocol === 'udp' ? { protocol } : {}),
        forwarding: forwarding.toLowerCase(),
        scheduler,
        ...(persistence ? { persistence_timeout: Number(persistence.values[0] ?? 360) } : {}),
        ...(granularity === undefined ? {} : { persistence_granularity: granularity }),
        ...(said('ops') ? { one_packet: true } : {}),
        ...(count('quorum') === 1 ? {} : { quorum: count('quorum') }),
        ...(count('hysteresis') === 0 ? {} : { hysteresis: count('hysteresis') }),
        ...(first.port === Number(port) ? {} : { backend_port: first.port }),
      },
      check,
      extra: block.filter(({ keyword }) => !known.has(keyword) && !ofChecks.has(keyword)),
      real,
    },
  }
}

/** With what keepalived takes where nothing is said: it complains of that, and a configuration of which it complains is refused. */
export function explicit(statement: Statement): Statement {
  const { values, at, block = [] } = statement
  if (!/[.:]/.test(values[0] ?? '')) return statement
  const missing = [
    ...(lastOf(block, 'protocol') ? [] : [['protocol', 'UDP']]),
    ...(lastOf(block, 'lb_algo', 'lvs_sched') ? [] : [['lb_algo', 'wlc']]),
    ...(lastOf(block, 'lb_kind', 'lvs_method') ? [] : [['lb_kind', 'NAT']]),
  ].map(([keyword = '', value = '']) => ({
    keyword,
    values: [value],
    raw: `${keyword} ${value}`,
    at,
    comments: [],
  }))
  return { ...statement, block: [...missing, ...block] }
}
