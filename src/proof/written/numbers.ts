import { lastOf, type Statement } from '../../adoption/index.ts'
import {
  type Complaint,
  isAddress,
  isIn,
  namedReal,
  namedServer,
  realsOf,
  servers,
  type WrittenFamily,
} from './subject.ts'
import { needsValue } from './values.ts'

/** What a number may be, and whether there has to be one. */
interface Bounds {
  readonly least: number
  readonly most: number
  readonly optional?: true
}

const most = Number.MAX_SAFE_INTEGER
const positive: Bounds = { least: 1e-6, most }
const counted: Bounds = { least: 1, most }
const any: Bounds = { least: 0, most }
const number: Bounds = { least: -most, most }
const version: Bounds = { least: 2, most: 3 }
const ofChecks = {
  ...{ connect_timeout: positive, delay_loop: positive, delay_before_retry: any, warmup: any, retry: any },
  ...{ nb_get_retry: any, misc_timeout: any },
}
const ofProcesses = { quorum: { least: 1, most: 65_535 }, delay: any, fork_delay: any, terminate_delay: any }

/** Numbers of each kind of block, as keepalived takes them; seconds may have a fraction. */
const numbersOf: Readonly<Record<string, Readonly<Record<string, Bounds>>>> = {
  global_defs: {
    vrrp_version: version,
    ...{ smtp_connect_timeout: any, vrrp_garp_master_delay: any, vrrp_garp_master_repeat: any },
    ...{ vrrp_garp_master_refresh: any, vrrp_garp_lower_prio_delay: any, vrrp_garp_lower_prio_repeat: any },
    ...{
      vrrp_garp_interval: any,
      vrrp_gna_interval: any,
      vrrp_startup_delay: any,
      max_auto_priority: number,
    },
    ...{ vrrp_priority: number, checker_priority: number },
  },
  vrrp_instance: {
    ...{ version, preempt_delay: { least: 0, most: 1000 }, down_timer_adverts: { least: 1, most: 100 } },
    ...{ garp_master_delay: any, garp_master_refresh: any, garp_master_repeat: any },
    ...{ garp_lower_prio_delay: any, garp_lower_prio_repeat: any, unicast_ttl: { least: 0, most: 255 } },
  },
  vrrp_script: { interval: positive, timeout: positive, rise: counted, fall: counted },
  track_process: ofProcesses,
  vrrp_track_process: ofProcesses,
  bfd_instance: {
    ...{ min_rx: { least: 1, most: 1000 }, min_tx: { least: 1, most: 1000 } },
    ...{ idle_tx: { least: 1000, most: 10_000 }, multiplier: { least: 1, most: 255 } },
  },
  virtual_server: {
    ...{ delay_loop: positive, connect_timeout: positive, delay_before_retry: any, warmup: any },
    ...{
      persistence_timeout: { least: 1, most: 31 * 86_400, optional: true },
      quorum: counted,
      hysteresis: any,
    },
    ...{ retry: counted, weight: counted },
  },
  real_server: {
    ...{ delay_loop: positive, connect_timeout: positive, delay_before_retry: any, warmup: any },
    ...{ weight: any, uthreshold: any, lthreshold: any, retry: counted },
  },
}

const isCheck = /^[A-Z]+_(?:CHECK|GET)$|^host$/

/** Rules about numbers. */
export const numberRules = {
  'keepalived-number': {
    severity: 'warning',
    reason:
      'A number that is none, or is out of bounds, keepalived leaves out and takes what is usual: its log alone tells.',
    source: 'keepalived lib/parser.c, read_unsigned_strvec; vrrp_parser.c, check_parser.c',
    find: ({ statements }) => wrongNumbers(statements, ''),
  },
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
          ...otherFamily(real, server),
          ...wrongPorts(real.block ?? []),
        ]),
        ...(server.block ?? [])
          .filter(({ keyword }) => keyword === 'sorry_server')
          .flatMap((sorry) => wrongEndpoint(sorry, `the sorry_server of ${namedServer(server)}`)),
      ]),
  },
} as const satisfies WrittenFamily

function wrongNumbers(statements: readonly Statement[], name: string): readonly Complaint[] {
  const bounds = isCheck.test(name) ? ofChecks : numbersOf[name]
  return statements.flatMap((statement): readonly Complaint[] => {
    const { keyword, values, block, at } = statement
    if (block) return wrongNumbers(block, keyword)
    const allowed = bounds?.[keyword as keyof typeof bounds] as Bounds | undefined
    if (!allowed || isWithin(values[0], allowed)) return []
    // Another rule says that it says nothing.
    if (values[0] === undefined && needsValue(name, keyword)) return []
    const upTo = allowed.most < most ? `to ${allowed.most}` : 'on'
    return [
      {
        message:
          values[0] === undefined
            ? `${keyword} in ${name} says no number`
            : `${keyword} in ${name} says ${values[0]}, which keepalived does not take`,
        at,
        next:
          allowed.least < 1 && allowed.least > 0
            ? 'Write a number above 0.'
            : `Write a number from ${allowed.least} ${upTo}.`,
      },
    ]
  })
}

function isWithin(text: string | undefined, { least, most: upTo, optional }: Bounds): boolean {
  if (text === undefined) return optional === true
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) && Number(text) >= least && Number(text) <= upTo
}

function wrongEndpoint({ values: [address = '', port], at }: Statement, what: string): readonly Complaint[] {
  if (!isAddress(address))
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
function otherFamily(real: Statement, server: Statement): readonly Complaint[] {
  const family = (text = '') => (!isAddress(text) ? undefined : text.includes(':') ? 'IPv6' : 'IPv4')
  const [own, clients] = [family(real.values[0]), family(server.values[0])]
  const ways = [real, server].flatMap(
    ({ block = [] }) => lastOf(block, 'lb_kind', 'lvs_method')?.values ?? [],
  )
  return own === undefined || clients === undefined || own === clients || ways[0] === 'TUN'
    ? []
    : [
        {
          message: `${namedReal(real, server)} has ${own}, and clients come by ${clients}`,
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
