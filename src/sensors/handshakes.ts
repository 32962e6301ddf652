import { bracketed } from '../model/endpoint.ts'
import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'

/** What came of speaking TLS with somebody. */
export type HandshakeReading =
  | {
      readonly made: true
      /** The certificates that were shown, in PEM: its own first. */
      readonly certificates: readonly string[]
      /** Such as `TLSv1.3`. */
      readonly version: string
      /** Which protocol was agreed upon (ALPN), such as `h2`; empty where none was. */
      readonly protocol: string
      /** What time it was on the host that asked, in milliseconds since the epoch. */
      readonly now: number
    }
  /** `why`: what the program that tried said. */
  | { readonly made: false; readonly why: string }
  /** The host has no openssl; or, where who asks is said first, no curl that tells certificates. */
  | undefined

/** Whom to speak TLS with. */
export interface HandshakeQuestion {
  readonly address: string
  readonly port: number
  /** The name that is asked for (SNI); absent: none. */
  readonly name?: string
  /** It is said first for whom, by the PROXY protocol. */
  readonly saysFirst?: true
}

/** Seconds a handshake may take: a busy machine starts openssl in one or two. */
const patience = 10
/** Handshakes at once. */
const atOnce = 4

/**
 * Certificates in the end, whatever they are good for: openssl goes on with those that it does not trust. Who lets the time of a
 * handshake pass is asked no more. openssl knows no PROXY protocol, and curl does, which tells certificates since 7.88.
 */
export const handshakes: Sensor<HandshakeReading> = {
  name: 'handshakes',
  ask: (subjects) =>
    lines(
      sh`us_shake() {
  us_to=$us_tmp/handshake.$1
  if [ -n "$3" ]; then set -- "$1" "$2" -servername "$3"; else set -- "$1" "$2" -noservername; fi
  us_at=$2; shift 2
  if [ -e "$us_tmp/silent.$us_at" ]; then echo 'status 124' >"$us_to"; return 0; fi
  us_status=0
  timeout ${patience} openssl s_client -connect "$us_at" "$@" -showcerts -alpn h2,http/1.1 </dev/null >"$us_to" 2>&1 || us_status=$?
  echo "status $us_status" >>"$us_to"
  case $us_status in 124 | 143) : >"$us_tmp/silent.$us_at" ;; esac
}
us_shake_first() {
  us_to=$us_tmp/handshake.$1
  if ! command -v curl >/dev/null 2>&1; then echo 'status none' >"$us_to"; return 0; fi
  us_status=0
  curl -sS -v -g -k -m ${patience} --haproxy-protocol -o /dev/null -w '%{certs}' --connect-to "::$2" "https://\${3:-$2}/" \
    </dev/null >"$us_to" 2>"$us_to.said" || us_status=$?
  if grep -q '^%{certs}\|unknown --write-out' "$us_to" "$us_to.said"; then echo 'status none' >"$us_to"; return 0; fi
  sed -n -e 's,^\* SSL connection using \([^ ]*\) / \(.*\),New\, \1\, Cipher is \2,p' \
    -e 's/^\* ALPN: server accepted /ALPN protocol: /p' -e 's/^curl: ([0-9]*) /:error:::by curl:/p' "$us_to.said" >>"$us_to"
  echo "status $us_status" >>"$us_to"
}
if ! command -v openssl >/dev/null 2>&1; then us_shake() { echo 'status none' >"$us_tmp/handshake.$1"; }; fi`,
      ...subjects.map(askInBackground),
      sh`wait
printf 'now %s\n' "$(date +%s)"
us_i=0
while [ -e "$us_tmp/handshake.$us_i" ]; do
  echo "# $us_i"
  sed -n -e '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p' -e '/^New, /p' -e '/^ALPN protocol: /p' -e '/^status /p' -e '/rrno=/p' -e '/:error:/p' "$us_tmp/handshake.$us_i"
  us_i=$((us_i + 1))
done`,
    ),
  read: (output, subjects) => {
    const now = 1000 * Number(/^now (\d+)$/m.exec(output)?.[1])
    const told = new Map(
      [...output.matchAll(/^# (\d+)\n((?:[^#\n].*\n?)*)/gm)].map(([, index, text = '']) => [
        Number(index),
        readOne(text, now),
      ]),
    )
    return new Map(subjects.map((subject, index) => [subject, told.get(index)]))
  },
}

function askInBackground(subject: string, index: number): Script {
  const { address, port, name = '', saysFirst } = JSON.parse(subject) as HandshakeQuestion
  const host = bracketed(address)
  const place = `${host}:${port}`
  const start = saysFirst
    ? sh`us_shake_first ${index} ${place} ${name === '' ? '' : `${name}:${port}`} &`
    : sh`us_shake ${index} ${place} ${name} &`
  return index > 0 && index % atOnce === 0 ? lines(sh`wait`, start) : start
}

function readOne(text: string, now: number): HandshakeReading {
  if (/^status none$/m.test(text)) return undefined
  const all = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  const version = /^New, (\S+), Cipher is (?!\(NONE\))/m.exec(text)?.[1]
  if (version === undefined || all.length === 0) return { made: false, why: whyNot(text) }
  const protocol = /^ALPN protocol: (\S+)$/m.exec(text)?.[1] ?? ''
  // Some versions say the first one again.
  return { made: true, certificates: [...new Set(all)], version, protocol, now }
}

/** In the words of openssl, which also says where in its own code it was. */
function whyNot(text: string): string {
  if (/^status (124|143)$/m.test(text)) return 'no answer'
  const error = /:error:[^:]*:[^:]*:[^:]*:([^:\n]+)/.exec(text)?.[1]
  if (error !== undefined) return error
  const [, number] = /rrno=(\d+)/.exec(text) ?? []
  return number === '111' ? 'Connection refused' : number === '113' ? 'No route to host' : 'no handshake'
}

/** Asks what somebody shows who speaks TLS. */
export function handshakeWith(question: HandshakeQuestion): Query<HandshakeReading> {
  const { address, port, name, saysFirst } = question
  const how = { ...(name === undefined ? {} : { name }), ...(saysFirst ? { saysFirst } : {}) }
  return {
    sensor: handshakes,
    subject: JSON.stringify({ address, port, ...how }),
    about: [],
  }
}
