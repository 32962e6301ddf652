import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A program that accepts connections, by the systemd unit it belongs to. */
export interface Listener {
  /** Empty where it belongs to no unit. */
  readonly unit: string
  /** As `systemctl is-enabled` says: `enabled`, `static`, `disabled` …; of its socket where it has one; empty without a unit. */
  readonly enabled: string
  /** The unit by which systemd listens there, too, and starts this one when somebody connects. */
  readonly socket?: string
}

/** Who listens on a port; `undefined` where it cannot be told (no `ss`, or not root). */
export type ListenersReading = readonly Listener[] | undefined

/** A port of TCP, or one of UDP as in `53/udp`. */
export type Port = number | `${number}/udp`

/** The port of a protocol. */
export function portOf(protocol: 'tcp' | 'udp', port: number): Port {
  return protocol === 'udp' ? `${port}/udp` : port
}

/** Which units listen on ports: one call of `ss` for all, and one of systemctl for each unit. */
export const listeners: Sensor<ListenersReading> = {
  name: 'listeners',
  ask: (ports) => sh`
if ! command -v ss >/dev/null 2>&1; then echo 'no ss'; exit 0; fi
ss -H -l -t -u -n -p ${ports.map((port) => `sport = :${Number.parseInt(port, 10)}`).join(' or ')} >"$us_tmp/listeners" 2>/dev/null
us_socket() {
  us_kind=Stream
  if [ "$1" = udp ]; then us_kind=Datagram; fi
  us_unit=$(systemctl list-sockets --all --show-types --no-legend --no-pager 2>/dev/null |
    awk -v kind="$us_kind" -v port=":$2" '$2 == kind && substr($1, length($1) - length(port) + 1) == port { print $3; exit }') || us_unit=
}
us_units='  '
us_told() {
  case "$1$us_units" in *" $1 "*) return ;; esac
  us_units="$us_units$1 "
  us_boot=$(systemctl is-enabled "$1" 2>/dev/null) || :
  # A script of /etc/init.d is a unit whether anything starts it at boot or not.
  if [ "$us_boot" = generated ]; then
    us_said=$(systemctl show -p SourcePath -p WantedBy -p RequiredBy "$1" 2>/dev/null) || :
    case $us_said in
      *SourcePath=/etc/init.d/*) if ! printf '%s\n' "$us_said" | grep -q 'By=.'; then us_boot=disabled; fi ;;
    esac
  fi
  printf 'unit %s %s\n' "$1" "$us_boot"
}
while read -r us_line; do
  us_pid=\${us_line##*pid=}
  us_pid=\${us_pid%%[!0-9]*}
  if [ -z "$us_pid" ]; then continue; fi
  us_by=
  # What systemd itself listens on is a socket of one of its units, which starts a service when somebody connects. Both have it then.
  case $us_line in
    *pid=1,*)
      read -r us_kind _ _ _ us_local _ <<us_end
$us_line
us_end
      us_socket "$us_kind" "\${us_local##*:}"
      us_by=$us_unit
      us_rest=$us_line
      while [ "$us_pid" = 1 ]; do
        us_rest=\${us_rest%pid=*}
        case $us_rest in *pid=*) us_pid=\${us_rest##*pid=}; us_pid=\${us_pid%%[!0-9]*} ;; *) us_pid= ;; esac
      done ;;
  esac
  us_unit=
  while read -r us_group; do
    case $us_group in *.service) us_unit=\${us_group##*/}; break ;; esac
  done 2>/dev/null <"/proc/$us_pid/cgroup"
  us_unit=\${us_unit:-$us_by}
  printf 'listens %s %s %s\n' "$us_unit" "$us_by" "$us_line"
  us_told "$us_unit"
  us_told "$us_by"
done <"$us_tmp/listeners"`,
  read: (output, ports) => {
    const all = output.startsWith('no ss') ? undefined : readListening(output)
    return new Map(ports.map((port) => [port, all && [...(all.get(port)?.values() ?? [])]]))
  },
}

/** Asks who listens on a port. */
export function listenersOn(port: Port): Query<ListenersReading> {
  return { sensor: listeners, subject: String(port), about: [`port:${port}`] }
}

/** Listeners by port and unit: a unit may have many processes, and many sockets. */
function readListening(output: string): ReadonlyMap<string, ReadonlyMap<string, Listener>> {
  const states = new Map(
    [...output.matchAll(/^unit (\S+) (\S*)$/gm)].map(([, unit = '', enabled = '']) => [unit, enabled]),
  )
  const all = new Map<string, Map<string, Listener>>()
  for (const [, unit = '', socket = '', protocol, port] of output.matchAll(line)) {
    const name = protocol === 'udp' ? `${port}/udp` : String(port)
    const there = all.get(name) ?? new Map<string, Listener>()
    const own = states.get(unit) ?? ''
    const isStarted = socket !== '' && socket !== unit
    // One that its socket starts is itself rarely wanted by anything.
    const enabled = isStarted && own !== 'enabled' ? (states.get(socket) ?? '') : own
    all.set(name, there.set(unit, { unit, enabled, ...(isStarted ? { socket } : {}) }))
  }
  return all
}

/** The unit, the socket by which it is started, and what ss(8) prints: protocol, state, two queues, the address it listens on. */
const line = /^listens (\S*) (\S*) (tcp|udp) +\S+ +\d+ +\d+ +\S+:(\d+) /gm
