import type { Query, Sensor } from '../model/sensor.ts'
import type { Endpoint } from '../model/session.ts'
import { sh } from '../shell/quote.ts'
import { askedAtOnce, type ConnectionReading, saidOfEach } from './at-once.ts'

/** Seconds for which the other end has to stay, where it says nothing. */
const stays = 1
/** Seconds a connection may take. */
const patience = 4

const connecting = sh`us_connect() {
  command -v bash >/dev/null 2>&1 || return 99
  timeout ${patience} bash -c 'exec 3<>"/dev/tcp/$0/$1" || exit 9
IFS= read -r -n 1 -t ${stays} us_byte <&3
[ $? -ne 1 ] || { echo "taken, and closed without a word" >&2; exit 8; }' "$1" "$2"
}`

/**
 * Opens connections of TCP and waits for a first byte, or for the other end to close: who passes connections on takes them at once,
 * and closes those for which it finds nobody. All at the same time, by bash, which knows connections as files under /dev/tcp.
 */
export const heldConnections: Sensor<ConnectionReading> = {
  name: 'held-connections',
  waits: true,
  ask: (subjects) => askedAtOnce('held', connecting, subjects),
  read: saidOfEach,
}

/** Asks whether a connection to an endpoint finds somebody who stays. */
export function heldBy({ address, port }: Pick<Endpoint, 'address' | 'port'>): Query<ConnectionReading> {
  return { sensor: heldConnections, subject: `${address} ${port}`, about: [] }
}
