import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { type IpvsService, readIpvsTable } from '../sensors/ipvs.ts'
import { embed, lines, sh } from '../shell/quote.ts'

/** Something a machine noted, in milliseconds of its own clock since the epoch. */
export interface Noted {
  readonly at: number
  readonly text: string
}

/** An address that came to or went from an interface. */
export interface AddressChange {
  readonly at: number
  readonly address: string
  readonly came: boolean
}

/** An IPVS table as it was found. */
export interface NotedPool {
  readonly at: number
  /** Milliseconds since it was looked at before: it may have become so at any moment of these. */
  readonly unseen: number
  readonly services: readonly IpvsService[]
}

/** Everything one machine noted during a drill. */
export interface Watched {
  /** A reboot took the notes: there is only the log since. */
  readonly lost: boolean
  readonly addresses: readonly AddressChange[]
  readonly log: readonly Noted[]
  /** Routes and rules as `ip monitor` tells of them; absent where none move with VIPs. */
  readonly routes?: readonly Noted[]
  /** The IPVS table when the drill began, and again whenever it was another. */
  readonly pools: readonly NotedPool[]
  /** What tcpdump printed; absent where it is not installed. */
  readonly packets?: readonly Noted[]
}

/** A machine that cannot be asked for its notes. */
export const unwatched: Watched = { lost: true, addresses: [], log: [], pools: [] }

/**
 * Adverts (RFC 5798; protocol 112, or 51 where they have an authentication header) and what tells neighbours where an address is: gratuitous ARP, and its like in IPv6. What
 * belongs to a VLAN is noted on the interface of that VLAN.
 */
const capture =
  '(ip proto 112 or ip proto 51 or ip6 proto 112 or (arp and arp[14:4] = arp[24:4]) or (icmp6 and ip6[40] = 136)) and not vlan'

const root = '/run/understudy-drill'
const folder = (id: string) => `${root}/${id}`
const unit = (id: string, what: string) => `understudy-drill-${id}-${what}.service`

/**
 * Ends by itself after `seconds`, so that nothing is left behind by a controller that died. The command goes through a
 * file: systemd would expand some of its dollars.
 */
function inBackground(id: string, what: string, seconds: number, command: Script): Script {
  const file = `${folder(id)}/${what}.sh`
  return lines(
    sh`printf '%s\n' ${command} >${file}`,
    sh`systemd-run --quiet --collect --unit=${unit(id, what)} \
  -p RuntimeMaxSec=${seconds} --setenv=TZ=UTC /bin/sh ${file}`,
  )
}

/** Starts to note addresses, routes where such move, the IPVS table and packets on a director. */
export function startWatch(
  id: string,
  { devices, routes }: { readonly devices: readonly string[]; readonly routes: boolean },
  seconds: number,
): Script {
  return lines(
    sh`(umask 077; mkdir -p ${folder(id)})`,
    sh`date +%s >${`${folder(id)}/since`}`,
    inBackground(id, 'addresses', seconds, sh`exec ip -ts -o monitor address >${`${folder(id)}/addresses`}`),
    routes
      ? inBackground(id, 'routes', seconds, sh`exec ip -ts -o monitor route rule >${`${folder(id)}/routes`}`)
      : sh`:`,
    sh`if command -v ipvsadm >/dev/null 2>&1; then
${embed(inBackground(id, 'pools', seconds, notePools(id)))}
fi`,
    notePackets(id, seconds, sh`set -- ${devices}`),
  )
}

/** Starts to note packets on the machine that asks, on its way to a VIP; nothing where it is not for us to do so. */
export function startListening(id: string, vip: string, seconds: number): Script {
  return sh`if [ -d /run/systemd/system ] && [ "$(id -u)" -eq 0 ]; then
${embed(
  lines(
    sh`(umask 077; mkdir -p ${folder(id)})`,
    notePackets(id, seconds, sh`set -- "$(ip -o route get ${vip} | sed -n 's/.* dev \([^ ]*\).*/\1/p')"`),
  ),
)}
fi`
}

/** Notes packets on the devices that some shell makes its arguments; all write their lines into one file. */
function notePackets(id: string, seconds: number, devices: Script): Script {
  const command = sh`for us_device in "$@"; do
  tcpdump -l -n -e -tt -i "$us_device" ${capture} >>${`${folder(id)}/packets`} 2>/dev/null &
done
wait`
  return sh`if command -v tcpdump >/dev/null 2>&1; then
${embed(devices)}
${embed(inBackground(id, 'packets', seconds, command))} "$@"
fi`
}

/**
 * The kernel tells nobody of changes of its table: it is read ten times a second, and noted when it was last looked at. A
 * program for each look, or each wait, would keep a small machine busy: the shell reads the table by itself, but for the
 * counts of connections, and Perl, where it is, tells it when. Some have no short sleep.
 */
function notePools(id: string): Script {
  return sh`us_table() {
  us_is=
  while read -r us_one us_two us_three us_four us_more; do
    case $us_one in
    '->') us_is="$us_is > $us_two $us_three $us_four" ;;
    *) us_is="$us_is | $us_one $us_two $us_three $us_four $us_more" ;;
    esac
  done </proc/net/ip_vs
}
us_ticks() {
  if command -v perl >/dev/null 2>&1; then
    exec perl -e '$| = 1; while (print "\n") { select undef, undef, undef, 0.1 }'
  fi
  while echo; do
    sleep 0.1 2>/dev/null || sleep 1
  done
}
us_ticks | {
  us_was=- us_looked=
  while read -r _; do
    read -r us_look _ </proc/uptime
    if us_table 2>/dev/null && [ "$us_is" != "$us_was" ] && us_whole=$(ipvsadm -Sn 2>/dev/null); then
      read -r us_now _ </proc/uptime
      printf '@ %s %s %s\n%s\n' "$(date +%s.%N)" "$us_now" "\${us_looked:-$us_now}" "$us_whole"
      us_was=$us_is
    fi
    us_looked=$us_look
  done
} >${`${folder(id)}/pools`}`
}

/** Stops noting and removes what was noted; right also where nothing runs any more. */
export function endWatch(id: string): Script {
  return sh`systemctl stop ${unit(id, 'addresses')} ${unit(id, 'routes')} ${unit(id, 'pools')} ${unit(id, 'packets')} 2>/dev/null || :; rm -rf ${folder(id)}; rmdir ${root} 2>/dev/null || :`
}

/** What keepalived says when it is asked how it is, and so whenever a drill looks whether all is well again. */
const ofQuestions = 'Printing .* data for process|keepalived_script'
/** HAProxy's line for each request or connection of a client, which begins with whose it was and when: hundreds a second, where nobody would find the rest. */
const ofRequests = 'haproxy\\[[0-9]+\\]: [^ ]+:[0-9]+ \\[[0-9]+/[A-Za-z]+/[0-9]+:'

const watched: Sensor<Watched> = {
  name: 'watched',
  ask: ([id = '']) => sh`
us_log() {
  journalctl -q --no-pager -o short-unix "$@" -u keepalived -u nginx -u haproxy 2>/dev/null |
    grep -Ev ${`${ofQuestions}|${ofRequests}`} | tail -n 400 | sed 's/^/l /'
}
if ! cd ${folder(id)} 2>/dev/null; then
  echo lost
  us_log -b
  exit 0
fi
if [ -s since ]; then us_log --since "@$(cat since)"; fi
if [ -f addresses ]; then sed 's/^/a /' addresses; fi
if [ -f routes ]; then sed 's/^/r /' routes; fi
if [ -f packets ]; then echo p; tail -n 5000 packets | sed 's/^/p /'; fi
if [ -f pools ]; then sed 's/^/t /' pools; fi`,
  read: (output, subjects) => new Map(subjects.map((subject) => [subject, readWatched(output)])),
}

/** Asks for what was noted under an id. */
export function whatWasNoted(id: string): Query<Watched> {
  return { sensor: watched, subject: id, about: [] }
}

function readWatched(output: string): Watched {
  const marked = (mark: string) =>
    output
      .split('\n')
      .filter((line) => line.startsWith(`${mark} `))
      .map((line) => line.slice(2))
  const stamped = (line: string): Noted | undefined => {
    const found = /^(\d+\.\d+) (.*)/.exec(line)
    return found ? { at: Number(found[1]) * 1000, text: found[2] ?? '' } : undefined
  }
  const addresses = marked('a').flatMap((line) => {
    const found = /^\[([^\]]+)\] (Deleted )?\d+: \S+\s+inet6? ([^/ ]+)/.exec(line)
    if (!found) return []
    const [, at = '', gone, address = ''] = found
    return [{ at: Date.parse(`${at}Z`), address, came: gone === undefined }]
  })
  const routes = marked('r').flatMap((line) => {
    const [, at = '', text = ''] = /^\[([^\]]+)\] ?(.*)/.exec(line) ?? []
    return text === '' ? [] : [{ at: Date.parse(`${at}Z`), text }]
  })
  const packets = /^p$/m.test(output) ? marked('p').flatMap((line) => stamped(line) ?? []) : undefined
  return {
    lost: /^lost$/m.test(output),
    addresses,
    routes,
    log: marked('l').flatMap((line) => stamped(line) ?? []),
    pools: marked('t').join('\n').split(/^@ /m).slice(1).map(readPool),
    ...(packets ? { packets } : {}),
  }
}

function readPool(table: string): NotedPool {
  const [at = 0, now = 0, looked = now] = (table.split('\n', 1)[0] ?? '').split(' ').map(Number)
  return { at: at * 1000, unseen: (now - looked) * 1000, services: readIpvsTable(table) }
}
