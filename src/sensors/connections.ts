import type { Query, Sensor } from '../model/sensor.ts'
import type { Endpoint } from '../model/session.ts'
import { sh } from '../shell/quote.ts'
import { askedAtOnce, type ConnectionReading, saidOfEach } from './at-once.ts'

/** Seconds a connection may take. */
const patience = 3

const connecting = sh`us_has() { command -v "$1" >/dev/null 2>&1; }
us_connect() {
  if us_has bash; then timeout ${patience} bash -c ': <"/dev/tcp/$0/$1"' "$1" "$2"
  elif us_has nc; then timeout ${patience} nc "$1" "$2" </dev/null
  else return 99; fi
}`

/**
 * Opens connections of TCP and closes them again without a word, all at the same time: by bash, which knows them as files
 * under /dev/tcp, or by nc.
 */
export const connections: Sensor<ConnectionReading> = {
  name: 'connections',
  waits: true,
  ask: (subjects) => askedAtOnce('connection', connecting, subjects),
  read: saidOfEach,
}

/** Asks whether a connection to an endpoint can be made. */
export function connectionTo({
  address,
  port,
}: Pick<Endpoint, 'address' | 'port'>): Query<ConnectionReading> {
  return { sensor: connections, subject: `${address} ${port}`, about: [] }
}
