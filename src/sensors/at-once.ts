import type { Script } from '../model/script.ts'
import { lines, sh } from '../shell/quote.ts'

/** Whether a connection of TCP was made, as far as was asked. */
export type ConnectionReading =
  | { readonly made: true }
  /** `why`: what the program that tried said. */
  | { readonly made: false; readonly why: string }
  /** The host has nothing that connects. */
  | undefined

/**
 * Asks about endpoints, `ADDRESS PORT`, all at the same time. `asking` defines the function `us_connect ADDRESS PORT`, which has what
 * tried end with its status and, where that is not 0, words of why; it returns 99 where the host has nothing that connects.
 * `timeout` ends what takes too long. `name` is that of the files beside.
 */
export function askedAtOnce(name: string, asking: Script, endpoints: readonly string[]): Script {
  return lines(
    asking,
    sh`us_verdict() {
  us_said=$(us_connect "$1" "$2" 2>&1) && us_status=0 || us_status=$?
  case $us_status in
    0) echo made ;;
    99) echo 'no program' ;;
    124 | 143) echo 'not: no answer' ;;
    *) printf 'not: %s\n' "\${us_said##*: }" ;;
  esac
}
us_i=0
for us_to in ${endpoints}; do
  us_verdict "\${us_to% *}" "\${us_to#* }" >"$us_tmp"/${name}."$us_i" 2>&1 &
  us_i=$((us_i + 1))
done
wait
us_n=0
while [ "$us_n" -lt "$us_i" ]; do
  IFS= read -r us_line <"$us_tmp"/${name}."$us_n" || :
  printf '%s %s\n' "$us_n" "$us_line"
  us_n=$((us_n + 1))
done`,
  )
}

/** What was said of each endpoint. */
export function saidOfEach(
  output: string,
  endpoints: readonly string[],
): ReadonlyMap<string, ConnectionReading> {
  return new Map(
    endpoints.map((endpoint, index): [string, ConnectionReading] => {
      const [, said = ''] = new RegExp(`^${index} (.*)$`, 'm').exec(output) ?? []
      if (said === 'made') return [endpoint, { made: true }]
      return [endpoint, said.startsWith('not: ') ? { made: false, why: said.slice(5) } : undefined]
    }),
  )
}
