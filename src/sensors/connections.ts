import type { Query, Sensor } from '../model/sensor.ts'
import type { Endpoint } from '../model/session.ts'
import { sh } from '../shell/quote.ts'

/** Whether a connection of TCP was made. */
export type ConnectionReading =
  | { readonly made: true }
  /** `why`: what the program that tried said. */
  | { readonly made: false; readonly why: string }
  /** The host has nothing that connects. */
  | undefined

/** Seconds a connection may take. */
const patience = 3

/**
 * Opens connections of TCP and closes them again without a word, all at the same time: by bash, which knows them as files
 * under /dev/tcp, or by nc.
 */
export const connections: Sensor<ConnectionReading> = {
  name: 'connections',
  waits: true,
  ask: (subjects) => sh`
us_has() { command -v "$1" >/dev/null 2>&1; }
us_connect() {
  if us_has bash; then us_said=$(timeout ${patience} bash -c ': <"/dev/tcp/$0/$1"' "$1" "$2" 2>&1) && us_status=0 || us_status=$?
  elif us_has nc; then us_said=$(timeout ${patience} nc "$1" "$2" 2>&1 </dev/null) && us_status=0 || us_status=$?
  else echo 'no program'; return 0; fi
  case $us_status in
    0) echo made ;;
    124 | 143) echo 'not: no answer' ;;
    *) printf 'not: %s\n' "\${us_said##*: }" ;;
  esac
}
us_i=0
for us_to in ${subjects}; do
  us_connect "\${us_to% *}" "\${us_to#* }" >"$us_tmp/connection.$us_i" 2>&1 &
  us_i=$((us_i + 1))
done
wait
us_n=0
while [ "$us_n" -lt "$us_i" ]; do
  IFS= read -r us_line <"$us_tmp/connection.$us_n" || :
  printf '%s %s\n' "$us_n" "$us_line"
  us_n=$((us_n + 1))
done`,
  read: (output, subjects) =>
    new Map(
      subjects.map((subject, index): [string, ConnectionReading] => {
        const [, said = ''] = new RegExp(`^${index} (.*)$`, 'm').exec(output) ?? []
        if (said === 'made') return [subject, { made: true }]
        return [subject, said.startsWith('not: ') ? { made: false, why: said.slice(5) } : undefined]
      }),
    ),
}

/** Asks whether a connection to an endpoint can be made. */
export function connectionTo({
  address,
  port,
}: Pick<Endpoint, 'address' | 'port'>): Query<ConnectionReading> {
  return { sensor: connections, subject: `${address} ${port}`, about: [] }
}
