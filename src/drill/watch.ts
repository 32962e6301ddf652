import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
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

/** Everything one machine noted during a drill; empty where a reboot took it. */
export interface Watched {
  readonly addresses: readonly AddressChange[]
  readonly log: readonly Noted[]
  /** VRRP adverts and ARP as tcpdump printed them; absent where it is not installed. */
  readonly packets?: readonly Noted[]
}

const root = '/run/understudy-drill'
const folder = (id: string) => `${root}/${id}`
const unit = (id: string, what: string) => `understudy-drill-${id}-${what}.service`

/**
 * Starts to note addresses and, where tcpdump is there, VRRP and ARP packets. Ends by itself after `seconds`,
 * so that nothing is left behind by a controller that died.
 */
export function startWatch(id: string, device: string, seconds: number): Script {
  const run = (what: string, command: Script) => sh`systemd-run --quiet --collect --unit=${unit(id, what)} \
  -p RuntimeMaxSec=${seconds} --setenv=TZ=UTC /bin/sh -c ${command}`
  return lines(
    sh`mkdir -p -m 700 ${folder(id)}`,
    sh`date +%s >${`${folder(id)}/since`}`,
    run('addresses', sh`exec ip -ts -o monitor address >${`${folder(id)}/addresses`}`),
    sh`if command -v tcpdump >/dev/null 2>&1; then
${embed(run('packets', sh`exec tcpdump -l -n -tt -i ${device} 'ip proto 112 or arp' >${`${folder(id)}/packets`} 2>/dev/null`))}
fi`,
  )
}

/** Stops noting and removes what was noted; right also where nothing runs any more. */
export function endWatch(id: string): Script {
  return sh`systemctl stop ${unit(id, 'addresses')} ${unit(id, 'packets')} 2>/dev/null || :; rm -rf ${folder(id)}; rmdir ${root} 2>/dev/null || :`
}

const watched: Sensor<Watched> = {
  name: 'watched',
  ask: ([id = '']) => sh`
cd ${folder(id)} 2>/dev/null || exit 0
if [ -s since ]; then
  journalctl -q --no-pager -o short-unix --since "@$(cat since)" -u keepalived -u nginx -u haproxy 2>/dev/null | tail -n 400 | sed 's/^/l /'
fi
if [ -f addresses ]; then sed 's/^/a /' addresses; fi
if [ -f packets ]; then echo p; tail -n 2000 packets | sed 's/^/p /'; fi`,
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
  const packets = /^p$/m.test(output) ? marked('p').flatMap((line) => stamped(line) ?? []) : undefined
  return {
    addresses,
    log: marked('l').flatMap((line) => stamped(line) ?? []),
    ...(packets ? { packets } : {}),
  }
}
