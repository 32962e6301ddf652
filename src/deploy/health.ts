import { type Application, patternOf } from '../cluster/index.ts'
import { bracketed } from '../model/endpoint.ts'
import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'

/**
 * Asks a realserver by its own address, as the directors ask it: `us_asked` once, and `us_well SECONDS` until the answer is as its
 * health says. Otherwise `us_said` has what came instead.
 */
export function healthScript({ health, port }: Application, address: string): Script {
  const host = bracketed(address)
  const url = `${health.scheme}://${host}:${port}${health.path}`
  const { body, hearsProxy = false } = health
  const words = ['-s', '-k', '-g', ...(hearsProxy ? ['--haproxy-protocol'] : [])]
  // No wget knows the PROXY protocol.
  const wget = hearsProxy ? sh`false` : sh`command -v wget >/dev/null 2>&1`
  const missing = hearsProxy
    ? 'curl is not there, which speaks the PROXY protocol'
    : 'neither curl nor wget is there'
  const holds =
    body === undefined
      ? sh`true`
      : sh`case $(tr -d '\000' <"$us_page") in *${body}*) true ;; *) us_said="$us_said, without "${JSON.stringify(body)}; false ;; esac`
  return lines(
    sh`us_page=$us_tmp/page.$$
us_asked() {
  : >"$us_page"
  if command -v curl >/dev/null 2>&1; then
    us_status=$(curl ${words} -m 5 -o "$us_page" -w '%{http_code}' ${url}) || us_status=000
  elif ${embed(wget)}; then
    us_status=$(timeout 5 wget -q -S -t 1 --no-check-certificate -O "$us_page" -- ${url} 2>&1 |
      sed -n 's/^ *HTTP\/[0-9.]* \([0-9]*\).*/\1/p' | tail -n 1)
  else us_said=${missing}; return 1; fi
  case $us_status in 000 | '') us_said='no answer'; return 1 ;; esac
  us_said="status $us_status"
  if ! printf '%s\n' "$us_status" | grep -qxE ${patternOf(health.status)}; then return 1; fi
  ${embed(holds)}
}
us_well() {
  us_end=$(($(date +%s) + $1))
  until us_asked; do
    if [ "$(date +%s)" -ge "$us_end" ]; then return 1; fi
    sleep 1
  done
}`,
  )
}
