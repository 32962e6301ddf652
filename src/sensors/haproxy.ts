import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { inSections, readSections } from './sections.ts'

/** A server of a backend, as the running HAProxy has it. */
export interface HaproxyServer {
  readonly backend: string
  readonly name: string
  /** Where it sends requests: an address without brackets, and a port. */
  readonly address: string
  readonly port: number
  /** What somebody wants of it since it was started, whatever its health is. */
  readonly wanted: 'ready' | 'drain' | 'maintenance'
  /** Its configuration has it in maintenance from the start. */
  readonly disabled: boolean
  readonly weight: number
  /** The weight of its configuration. */
  readonly configuredWeight: number
  /** Its health is asked for, as it is wherever a check is configured and nobody switched it off. */
  readonly check: 'none' | 'on' | 'off'
  /** An agent on the realserver may change its weight and state. */
  readonly agent: boolean
}

/** What the running HAProxy says of its servers, or why it says nothing. */
export type HaproxyReading =
  | { readonly answers: false; readonly why: string }
  | {
      readonly answers: true
      readonly servers: readonly HaproxyServer[]
      /** Frontends that take no connections; those that are paused can be told to go on. */
      readonly closed: readonly { readonly name: string; readonly paused: boolean }[]
    }

/** In what a server is not as its configuration has it; an agent on the realserver may want another state or weight. */
export function strayed({
  wanted,
  disabled,
  weight,
  configuredWeight,
  check,
  agent,
}: HaproxyServer): readonly ('state' | 'weight' | 'check')[] {
  return [
    ...(wanted !== 'ready' && !disabled && !agent ? (['state'] as const) : []),
    ...(weight !== configuredWeight && !agent ? (['weight'] as const) : []),
    ...(check === 'off' ? (['check'] as const) : []),
  ]
}

const perl = String.raw`
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM sockaddr_un);
my ($path, $told) = @ARGV;
alarm 10;
socket my $socket, PF_UNIX, SOCK_STREAM, 0 or die "$!\n";
connect $socket, sockaddr_un($path) or die "$!\n";
syswrite $socket, "$told\n" or die "$!\n";
print while <$socket>;
`

const python = `
import socket, sys
one = socket.socket(socket.AF_UNIX)
one.settimeout(10)
one.connect(sys.argv[1])
one.sendall((sys.argv[2] + "\\n").encode())
sys.stdout.flush()
while True:
    part = one.recv(65536)
    if not part:
        break
    sys.stdout.buffer.write(part)
`

/**
 * `us_haproxy SOCKET COMMAND` tells the running HAProxy something and prints what it answers, by whatever there is that
 * can talk to a socket: Perl is on every Debian, Python on every machine of the Red Hat family.
 */
export const tellHaproxy: Script = sh`us_haproxy() {
  if command -v perl >/dev/null 2>&1; then perl -e ${perl} "$1" "$2"
  elif command -v python3 >/dev/null 2>&1; then python3 -c ${python} "$1" "$2"
  elif command -v socat >/dev/null 2>&1; then printf '%s\n' "$2" | socat -t 10 - "UNIX-CONNECT:$1"
  else echo 'there is neither Perl, Python nor socat, of which one is needed to ask it' >&2; return 127; fi
}`

/**
 * Asks HAProxy for the state of its servers and frontends (its management guide, "show servers state" and "show stat"): the configuration's word beside
 * what its socket was told since. A subject is the path of a socket.
 */
const haproxy: Sensor<HaproxyReading> = {
  name: 'haproxy',
  ask: (sockets) =>
    lines(
      tellHaproxy,
      inSections(
        sockets.map(
          (socket) => sh`if [ -S ${socket} ]; then
  us_told=$(us_haproxy ${socket} 'show servers state; show stat -1 1 -1' 2>&1) || us_told="! $us_told"
  printf '%s\n' "$us_told"
else echo '! it does not run'; fi`,
        ),
      ),
    ),
  read: (output, sockets) => readSections(output, sockets, readServers),
}

/** Asks the HAProxy behind a socket. */
export function runningHaproxy(socket: string): Query<HaproxyReading> {
  return { sensor: haproxy, subject: socket, about: ['unit:haproxy.service', `haproxy:${socket}`] }
}

/** Bits of HAProxy's include/haproxy/server-t.h and check-t.h, as they stand in that listing. */
const [forcedMaintenance, configuredMaintenance, forcedDrain] = [0x01, 0x04, 0x08]
const [configured, enabled] = [0x02, 0x04]

function readServers(text: string): HaproxyReading {
  const refused = /^! (.*)/m.exec(text)
  // A socket that lies about is refused by the kernel: nobody listens there (connect(2), ECONNREFUSED).
  if (refused)
    return { answers: false, why: (refused[1] ?? '').replace(/^.*Connection refused$/, 'it does not run') }
  const rows = text.split('\n').map((line) => line.trim().split(' '))
  const [, ...names] = rows.find(([first]) => first === '#') ?? []
  if (!names.includes('srv_admin_state') || !names.includes('srv_iweight'))
    return { answers: false, why: 'what it answers is no list of servers' }
  const servers: HaproxyServer[] = []
  for (const row of rows) {
    if (!/^\d+$/.test(row[0] ?? '') || row.length < names.length) continue
    const word = (name: string): string => row[names.indexOf(name)] ?? ''
    const [admin, check, agent, weight, configuredWeight, port] = [
      'srv_admin_state',
      'srv_check_state',
      'srv_agent_state',
      'srv_uweight',
      'srv_iweight',
      'srv_port',
    ].map((name) => Number(word(name)))
    const numbers = { admin, check, agent, weight, configuredWeight, port }
    if (!areWhole(numbers)) return { answers: false, why: `it says of a server: ${row.join(' ')}` }
    servers.push({
      backend: word('be_name'),
      name: word('srv_name'),
      address: word('srv_addr'),
      port: numbers.port,
      wanted:
        numbers.admin & forcedMaintenance ? 'maintenance' : numbers.admin & forcedDrain ? 'drain' : 'ready',
      disabled: (numbers.admin & configuredMaintenance) !== 0,
      weight: numbers.weight,
      configuredWeight: numbers.configuredWeight,
      check: numbers.check & configured ? (numbers.check & enabled ? 'on' : 'off') : 'none',
      agent: (numbers.agent & enabled) !== 0,
    })
  }
  return { answers: true, servers, closed: closedIn(text) }
}

/** Of its table in CSV (management guide, 9.1) the name and the status of each frontend; `FULL` is one that does its work. */
function closedIn(text: string) {
  const [head = '', ...lines] = text.slice(Math.max(0, text.indexOf('# pxname,'))).split('\n')
  const at = head.split(',').indexOf('status')
  if (!head.startsWith('# pxname,') || at < 0) return []
  return lines.flatMap((line) => {
    const fields = line.split(',')
    const [name = '', kind] = fields
    const status = fields[at] ?? ''
    return kind !== 'FRONTEND' || /^(OPEN|FULL)$/.test(status)
      ? []
      : [{ name, paused: /^PAUSED/.test(status) }]
  })
}

function areWhole<Name extends string>(
  numbers: Readonly<Record<Name, number | undefined>>,
): numbers is Readonly<Record<Name, number>> {
  return Object.values(numbers).every((one) => Number.isInteger(one))
}
