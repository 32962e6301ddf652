import type { Query, Sensor } from '../model/sensor.ts'
import type { Endpoint } from '../model/session.ts'
import { sh } from '../shell/quote.ts'

/** Whether somebody stays at the other end of a connection of TCP of which nothing is said. */
export type HeldReading =
  | { readonly held: true }
  | { readonly held: false; readonly why: string }
  /** The host has no bash. */
  | undefined

/** Seconds for which the other end has to stay, where it says nothing. */
const stays = 1
/** Seconds a connection may take. */
const patience = 4

/**
 * Opens connections of TCP and waits for a first byte, or for the other end to close: who passes connections on takes them at once,
 * and closes those for which it finds nobody. All at the same time, by bash, which knows connections as files under /dev/tcp.
 */
export const heldConnections: Sensor<HeldReading> = {
  name: 'held-connections',
  waits: true,
  ask: (subjects) => sh`
us_hold() {
  command -v bash >/dev/null 2>&1 || { echo 'no program'; return 0; }
  us_said=$(timeout ${patience} bash -c 'exec 3<>"/dev/tcp/$0/$1" || exit 9
IFS= read -r -n 1 -t ${stays} us_byte <&3
[ $? -ne 1 ] || exit 8' "$1" "$2" 2>&1) && us_status=0 || us_status=$?
  case $us_status in
    0) echo held ;;
    8) echo 'not: taken, and closed without a word' ;;
    124 | 143) echo 'not: no answer' ;;
    *) printf 'not: %s\n' "\${us_said##*: }" ;;
  esac
}
us_i=0
for us_to in ${subjects}; do
  us_hold "\${us_to% *}" "\${us_to#* }" >"$us_tmp/held.$us_i" 2>&1 &
  us_i=$((us_i + 1))
done
wait
us_n=0
while [ "$us_n" -lt "$us_i" ]; do
  IFS= read -r us_line <"$us_tmp/held.$us_n" || :
  printf '%s %s\n' "$us_n" "$us_line"
  us_n=$((us_n + 1))
done`,
  read: (output, subjects) =>
    new Map(
      subjects.map((subject, index): [string, HeldReading] => {
        const [, said = ''] = new RegExp(`^${index} (.*)$`, 'm').exec(output) ?? []
        if (said === 'held') return [subject, { held: true }]
        return [subject, said.startsWith('not: ') ? { held: false, why: said.slice(5) } : undefined]
      }),
    ),
}

/** Asks whether a connection to an endpoint finds somebody who stays. */
export function heldBy({ address, port }: Pick<Endpoint, 'address' | 'port'>): Query<HeldReading> {
  return { sensor: heldConnections, subject: `${address} ${port}`, about: [] }
}
