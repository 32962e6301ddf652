import { lastOf, type Statement } from '../../adoption/index.ts'
import {
  isAddress,
  isIn,
  namedReal,
  protocolOf,
  realsOf,
  servers,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Rules about how a realserver is looked at. */
export const checkRules = {
  'keepalived-check-form': {
    severity: 'error',
    reason:
      'A check that says nothing to ask for keepalived leaves out, and what is no digest or status it does not compare.',
    source: 'keepalived check_http.c, http_get_check and url_check; check_misc.c',
    find: (one) =>
      checksIn(one).flatMap(({ check, of }) =>
        lacks(check).map(({ what, at, next }) => ({
          message: `${check.keyword} of ${of} ${what}`,
          at,
          next,
        })),
      ),
  },
  'keepalived-check-slow': {
    severity: 'warning',
    reason:
      'The next check begins when the one before has ended: where each may wait twice as long as the time between them, a realserver that is silent is sent clients for as long.',
    source: 'keepalived check_tcp.c, tcp_check_callback; keepalived.conf(5), delay_loop and connect_timeout',
    find: (one) =>
      checksIn(one).flatMap(({ check, of, real, server }) => {
        const lines = check.block ?? []
        const timeout = lastOf(lines, 'connect_timeout', 'misc_timeout')
        const [loop] = [lines, real.block ?? [], server.block ?? []].flatMap(
          (block) => lastOf(block, 'delay_loop')?.values[0] ?? [],
        )
        return timeout && loop !== undefined && isSlow(Number(timeout.values[0]), Number(loop))
          ? [
              {
                message: `${check.keyword} of ${of} waits ${timeout.values[0]} s, and is to be made every ${loop} s`,
                at: timeout.at,
                next: `Write a ${timeout.keyword} below ${loop}.`,
              },
            ]
          : []
      }),
  },
  'keepalived-check-elsewhere': {
    severity: 'warning',
    reason:
      'That somebody listens on another port does not show that the one to which clients come is served.',
    source: 'keepalived.conf(5), TCP_CHECK and connect_port',
    find: (one) =>
      servers(one).flatMap((server) => {
        const checks = checksOf(server)
        const ports = new Set(checks.map(({ check, port }) => portOf(check) ?? port))
        return checks.flatMap(({ check, of, port }) => {
          const line = lastOf(check.block ?? [], 'connect_port')
          const own = line?.values[0]
          if (line === undefined || port === undefined || port === '0' || own === port) return []
          const protocol = protocolOf(server)
          const isAlone = ports.has(port) && ports.size === 2
          // A port of the service itself is at least one to which clients come.
          const isOther = check.keyword === 'TCP_CHECK' && protocol === 'TCP' && own !== server.values[1]
          return isOther || isAlone
            ? [
                {
                  message: `${check.keyword} of ${of} asks port ${own}${isAlone ? ', and others are asked where they serve' : ''}`,
                  at: line.at,
                  next: `Write ${port}, or ask there for a page that tells whether port ${port} is well: HTTP_GET`,
                },
              ]
            : []
        })
      }),
  },
  'keepalived-check-protocol': {
    severity: 'error',
    reason:
      'Nobody listens by TCP where a service is one of UDP alone, nor by UDP where it is one of TCP: such a check takes every realserver out.',
    source:
      'IANA, Service Name and Transport Protocol Port Number Registry; keepalived.conf(5), UDP_CHECK and MISC_CHECK',
    find: (one) =>
      checksIn(one)
        .filter(({ check, port, server }) => {
          const asked = portOf(check) ?? port ?? ''
          const protocol = protocolOf(server)
          return (
            (protocol === 'UDP' &&
              /^(TCP_CHECK|(HTTP|SSL)_GET)$/.test(check.keyword) &&
              onlyOfUdp.has(asked)) ||
            // DNS and its like are served by both, each of which may be asked.
            (protocol === 'TCP' && check.keyword === 'UDP_CHECK' && onlyOfTcp.has(asked))
          )
        })
        .map(({ check, of }) => ({
          message: `${check.keyword} of ${of} asks by ${check.keyword === 'UDP_CHECK' ? 'UDP' : 'TCP'}`,
          at: check.at,
          next: `Take ${check.keyword === 'UDP_CHECK' ? 'TCP_CHECK' : 'UDP_CHECK'}, or a program that asks as clients do: MISC_CHECK`,
        })),
  },
  'keepalived-check-tls': {
    severity: 'warning',
    reason: 'Port 443 speaks TLS: who asks it otherwise gets an error, and takes the realserver out.',
    source: 'RFC 9110, 4.2.2; keepalived.conf(5), HTTP_GET and SSL_GET',
    find: (one) =>
      checksIn(one)
        .filter(({ check, port }) => {
          const asked = portOf(check) ?? port
          return check.keyword === 'HTTP_GET' && asked === '443'
        })
        .map(({ check, of }) => ({
          message: `HTTP_GET of ${of} asks port 443`,
          at: check.at,
          next: 'Write SSL_GET, or the port that is meant: connect_port',
        })),
  },
} as const satisfies WrittenFamily

/** Seconds that keepalived waits where nothing is said; who says less knows why. */
const usualTimeout = 5

const isSlow = (timeout: number, loop: number) => timeout > usualTimeout && timeout >= 2 * loop

/** DHCP, TFTP, NTP, SNMP and its traps, IKE, RADIUS, L2TP, WireGuard, IPFIX and the like before it. */
const onlyOfUdp = new Set(
  '67 68 69 123 161 162 500 1645 1646 1701 1812 1813 2055 4500 6343 9995 51820'.split(' '),
)

/** FTP, SSH, SMTP, HTTP without QUIC, POP3, IMAP, LDAP by TLS, mail by TLS, SQL, Redis, PostgreSQL and their like. */
const onlyOfTcp = new Set(
  '21 22 25 80 110 143 389 465 587 636 993 995 1433 3306 3389 5432 5672 6379 8080 8443 9000 9200 27017'.split(
    ' ',
  ),
)

/** Every check, with what it is of. */
export const checksIn = (one: Written) => servers(one).flatMap(checksOf)

function checksOf(server: Statement) {
  return realsOf(server).flatMap((real) =>
    (real.block ?? [])
      .filter(({ keyword }) => /_(CHECK|GET)$/.test(keyword))
      .map((check) => ({
        ...{ check, real, server },
        // What stands behind the word fwmark or group is no port.
        port: real.values[1] ?? (isAddress(server.values[0] ?? '') ? server.values[1] : undefined),
        of: namedReal(real, server),
      })),
  )
}

const portOf = ({ block = [] }: Statement) => lastOf(block, 'connect_port')?.values[0]

interface Lack {
  readonly what: string
  readonly at: Statement['at']
  readonly next: string
}

function lacks({ keyword, block = [], at }: Statement): readonly Lack[] {
  if (keyword === 'MISC_CHECK')
    return lastOf(block, 'misc_path')?.values[0]
      ? []
      : [{ what: 'names no program', at, next: 'Add: misc_path "/path/of/what/looks"' }]
  if (keyword === 'UDP_CHECK') return lacksOfDatagram(block)
  if (keyword === 'DNS_CHECK') {
    const name = lastOf(block, 'name')
    return name?.values[0] && /^\.+[^.]|\.\.|^.{254}/.test(name.values[0])
      ? [{ what: `asks for ${name.values[0]}`, at: name.at, next: 'Write a name such as example.org.' }]
      : []
  }
  if (keyword !== 'HTTP_GET' && keyword !== 'SSL_GET') return []
  const pages = block.filter((one) => one.keyword === 'url')
  return pages.length === 0
    ? [{ what: 'asks for no page', at, next: 'Add: url { path / status_code 200 }, on lines of their own' }]
    : pages.flatMap(lacksOfPage)
}

function lacksOfDatagram(block: readonly Statement[]): readonly Lack[] {
  const [least, most] = [lastOf(block, 'min_reply_length'), lastOf(block, 'max_reply_length')]
  const texts = block.filter(({ keyword }) => keyword === 'payload' || keyword === 'require_reply')
  return [
    ...texts.flatMap(({ keyword, values, at }) => {
      const text = values.join('')
      const isNeeded = keyword === 'payload'
      return (text === '' && !isNeeded) || /^([0-9a-f?x]{2})+$/i.test(text)
        ? []
        : [
            {
              what: `has the ${keyword} ${text || 'of nothing'}`,
              at,
              next: 'Write bytes, two hexadecimal signs for each.',
            },
          ]
    }),
    ...(least && most && Number(least.values[0]) > Number(most.values[0])
      ? [
          {
            what: `wants replies of ${least.values[0]} bytes at least and ${most.values[0]} at most`,
            at: least.at,
            next: 'Write a min_reply_length that is no more than the max_reply_length.',
          },
        ]
      : []),
  ]
}

function lacksOfPage({ block = [], at }: Statement): readonly Lack[] {
  const digest = lastOf(block, 'digest')
  const path = lastOf(block, 'path')
  const statuses = block.filter(({ keyword }) => keyword === 'status_code')
  return [
    ...(path?.values[0] ? [] : [{ what: 'has a url without a path', at, next: 'Add: path /' }]),
    ...(path?.values[0] && !/^[/"$]/.test(path.values[0])
      ? [
          {
            what: `asks for ${path.values[0]}, which is no path to a server`,
            at: path.at,
            next: 'Write it from its / on, and the name in virtualhost.',
          },
        ]
      : []),
    ...(digest && !/^[0-9a-f]{32}$/i.test(digest.values[0] ?? '')
      ? [
          {
            what: `has the digest ${digest.values[0] ?? ''}`,
            at: digest.at,
            next: 'Write the 32 signs that genhash prints.',
          },
        ]
      : []),
    ...statuses.flatMap((line) =>
      line.values
        .filter((status) => !isStatus(status))
        .map((status) => ({
          what: `has the status_code ${status}`,
          at: line.at,
          next: 'Write a status of HTTP, from 100 to 599.',
        })),
    ),
  ]
}

/** `200` or `200-299`. */
function isStatus(text: string): boolean {
  return text.split('-', 2).every((one) => isIn(one, 100, 599))
}
