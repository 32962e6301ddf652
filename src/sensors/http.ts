import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'

/** One request as a client felt it. */
export interface HttpAnswer {
  /** 0 where no answer came. */
  readonly status: number
  /** The `X-Served-By` header. */
  readonly servedBy?: string
  /** Who passed it on, by the `Via` headers (RFC 9110, 7.6.3), from the server outwards. */
  readonly via?: readonly string[]
  /** Where it sends who asks, by the `Location` header. */
  readonly location?: string
  /** All its headers, by their names in small letters, where they were asked for. */
  readonly headers?: ReadonlyMap<string, string>
  /** The first two kilobytes. */
  readonly body: string
  /** What curl or wget said where no answer came. */
  readonly error?: string
}

/** All answers to the requests of one question, in order; `undefined` where the host has no HTTP client. */
export type HttpReading = readonly HttpAnswer[] | undefined

/** As what a server is asked, where that is not its address. */
export interface AskedAs {
  /** By this name: the header Host, and over TLS the name of the handshake. */
  readonly host?: string
  readonly header?: { readonly name: string; readonly value: string }
}

interface HttpQuestion extends AskedAs {
  readonly url: string
  /** Requests, one after the other, each over a connection of its own. */
  readonly count: number
  /** The headers of answers are wanted. */
  readonly withHeaders?: true
}

/** How curl ends where a file would become longer than it may. */
const tooLong = '23'

/** Clients at once: to ask how servers are must not be what overwhelms them. */
const atOnce = 6

/**
 * Asks web servers, as a client would, from the host that runs the question: a few URLs at once, each by one process.
 * A request may take 5 s. An address that lets the time of a request pass, or fails twice in a row, is asked no more:
 * its further requests count as the same failure. Names in certificates are not looked at: realservers and VIPs are
 * asked by address.
 *
 * What servers send goes into files, of which curl keeps 64 KiB. They are told apart by the path of the private
 * directory, which no server knows: nothing in a head or a body is taken for the beginning of another. The wget of
 * Debian's busybox crashes when it is told a time, and no wget knows the PROXY protocol.
 */
export const http: Sensor<HttpReading> = {
  name: 'http',
  ask: (subjects) =>
    lines(
      sh`us_curl() {
  us_asked=0
  : >"$us_to.codes"
  while [ "$us_asked" -lt "$us_count" ]; do
    us_before=$us_asked
    us_n=$us_asked
    set --
    case $us_url in proxy+*) set -- --haproxy-protocol ;; esac
    while [ "$us_n" -lt "$us_count" ]; do
      us_n=$((us_n + 1))
      set -- "$@" -o "$us_to.$us_n" "\${us_named:-\${us_url#proxy+}}"
    done
    us_status=0
    curl -sS -g -k -i -m 5 --http1.1 -H 'Connection: close' \${us_header:+-H "$us_header"} \
      \${us_named:+--connect-to "::$us_at"} --fail-early -w '%{http_code}\n' "$@" \
      >>"$us_to.codes" 2>>"$us_to.said" || us_status=$?
    echo "exit $us_status" >>"$us_to.codes"
    us_asked=0
    while read -r us_line; do
      case $us_line in exit*) ;; *) us_asked=$((us_asked + 1)) ;; esac
    done <"$us_to.codes"
    case $us_status in
      ${tooLong}) ;;
      28) return 0 ;;
      *) if [ "$us_before" -gt 0 ] && [ "$us_asked" -le $((us_before + 1)) ]; then return 0; fi ;;
    esac
    if [ "$us_asked" -eq "$us_before" ]; then return 0; fi
  done
}
us_wget() {
  case $us_url in proxy+*) : >"$us_to.none"; return 0 ;; esac
  us_n=0
  us_failed=0
  while [ "$us_n" -lt "$us_count" ] && [ "$us_failed" -lt 2 ]; do
    us_n=$((us_n + 1))
    us_failed=$((us_failed + 1))
    timeout 5 wget -q -S -t 1 --no-check-certificate \${us_named:+--header "Host: $us_name"} \
      \${us_header:+--header "$us_header"} -O "$us_to.$us_n" -- "$us_url" 2>"$us_to.$us_n.head" || :
    while read -r us_line; do
      case $us_line in HTTP/*) us_failed=0 ;; esac
    done <"$us_to.$us_n.head"
  done
}
us_many() {
  us_to=$us_tmp/http.$1 us_url=$2 us_count=$3 us_header=$4 us_named=$5 us_name=$6 us_at=$7
  trap '' XFSZ
  ulimit -f 128
  "$us_client"
}
if command -v curl >/dev/null 2>&1; then us_client=us_curl
elif command -v wget >/dev/null 2>&1; then us_client=us_wget
else echo none; exit 0; fi`,
      ...subjects.map(askInBackground),
      sh`wait
printf '%s\n' "$us_tmp"
head -v -c 8192 "$us_tmp"/http.*`,
    ),
  read(output, subjects) {
    const files = readFiles(output)
    return new Map(
      subjects.map((subject, index) => [subject, files && readAnswers(question(subject), index, files)]),
    )
  },
}

/** Asks `url` `count` times; before `proxy+http://` it is said by the PROXY protocol who asks. */
export function httpAnswers(url: string, count: number, { host, header }: AskedAs = {}): Query<HttpReading> {
  const as = { ...(host === undefined ? {} : { host }), ...(header ? { header } : {}) }
  return {
    sensor: http,
    subject: JSON.stringify({ url, count, ...as } satisfies HttpQuestion),
    about: [`url:${url}`],
  }
}

/** Asks once as a client that takes what is compressed (`gzip`), unless it says another header, and reads the headers of the answer. */
export function httpHeaders(url: string, { host, header }: AskedAs): Query<HttpReading> {
  const own = header ?? { name: 'Accept-Encoding', value: 'gzip' }
  const asked = {
    url,
    count: 1,
    ...(host === undefined ? {} : { host }),
    header: own,
    withHeaders: true as const,
  }
  return { sensor: http, subject: JSON.stringify(asked satisfies HttpQuestion), about: [`url:${url}`] }
}

function question(subject: string): HttpQuestion {
  return JSON.parse(subject) as HttpQuestion
}

function askInBackground(subject: string, index: number): Script {
  const { url, count, host, header } = question(subject)
  const line = header ? `${header.name}: ${header.value}` : ''
  const { named, name, at } = host === undefined ? { named: '', name: '', at: '' } : byName(url, host)
  const start = sh`us_many ${index} ${url} ${count} ${line} ${named} ${name} ${at} &`
  return index > 0 && index % atOnce === 0 ? lines(sh`wait`, start) : start
}

/** What a client says that asks an address by a name: the address is where it connects to, with its port. */
function byName(
  url: string,
  host: string,
): { readonly named: string; readonly name: string; readonly at: string } {
  const [, scheme = '', authority = '', rest = ''] =
    /^(?:proxy\+)?(https?):\/\/(\[[^\]]*\][^/]*|[^/]*)(.*)$/.exec(url) ?? []
  const [, address = authority, port] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? []
  const name = port === undefined ? host : `${host}:${port}`
  return {
    named: `${scheme}://${name}${rest}`,
    name,
    at: `${address}:${port ?? (scheme === 'https' ? 443 : 80)}`,
  }
}

/** Beginnings of files by `<index>.<name>`, under the headings of head(1); `undefined` where there is no client. */
function readFiles(output: string): ReadonlyMap<string, string> | undefined {
  const directory = output.slice(0, output.indexOf('\n'))
  if (!directory.startsWith('/')) return undefined
  return new Map(
    output
      .split(`\n==> ${directory}/http.`)
      .slice(1)
      .map((part) => {
        const end = part.indexOf(' <==\n')
        return [part.slice(0, end), part.slice(end + ' <==\n'.length)]
      }),
  )
}

function readAnswers(
  { count, withHeaders }: HttpQuestion,
  index: number,
  files: ReadonlyMap<string, string>,
): HttpReading {
  if (files.has(`${index}.none`)) return undefined
  const codes = files.get(`${index}.codes`)
  const answers =
    codes === undefined
      ? readWget(index, files, withHeaders)
      : readCurl(codes, files.get(`${index}.said`) ?? '').map(({ status, ...failed }, nth) => {
          const [head, body] = apart(files.get(`${index}.${nth + 1}`) ?? '')
          const headers = withHeaders ? { headers: headersOf(head) } : {}
          return { status, ...served(head), ...headers, body: shortened(body), ...failed }
        })
  const last = answers.at(-1) ?? { status: 0, body: '' }
  return Array.from({ length: count }, (_, nth) => answers[nth] ?? last)
}

/** What the runs of curl said of their requests: where one failed as a whole, its last request did. */
function readCurl(codes: string, said: string): readonly Pick<HttpAnswer, 'status' | 'error'>[] {
  return [...codes.matchAll(/^((?:\d+\n)*)exit (\d+)$/gm)].flatMap(([, words = '', exit]) => {
    const told = words
      .split('\n')
      .filter((word) => word !== '')
      .map((word) => ({ status: Number(word) }))
    if (exit === '0' || exit === tooLong) return told
    const error = said.split('\n').find((line) => line.startsWith(`curl: (${exit})`)) ?? said.trim()
    return [...told.slice(0, -1), { status: 0, ...(error ? { error } : {}) }]
  })
}

/** wget shows heads where it also says what went wrong. */
function readWget(
  index: number,
  files: ReadonlyMap<string, string>,
  withHeaders: true | undefined,
): readonly HttpAnswer[] {
  const heads = Array.from(files.keys(), (_, nth) => files.get(`${index}.${nth + 1}.head`))
  return heads
    .filter((head) => head !== undefined)
    .map((head, nth) => {
      const status = Number([...head.matchAll(/^ *HTTP\/[\d.]+ (\d+)/gm)].at(-1)?.[1] ?? 0)
      const error = head.trim().replaceAll('\n', ' ')
      return {
        status,
        ...served(head),
        ...(withHeaders ? { headers: headersOf(head) } : {}),
        body: shortened(files.get(`${index}.${nth + 1}`) ?? ''),
        ...(status === 0 && error ? { error } : {}),
      }
    })
}

/** Head and body of an answer, past those that only promise one (RFC 9110, section 15.2). */
function apart(text: string): readonly [head: string, body: string] {
  const end = /\r?\n\r?\n/.exec(text)
  if (!end) return [text, '']
  const [head, rest] = [text.slice(0, end.index), text.slice(end.index + end[0].length)]
  return /^HTTP\/\S+ 1\d\d/.test(head) ? apart(rest) : [head, rest]
}

function served(head: string): Pick<HttpAnswer, 'servedBy' | 'via' | 'location'> {
  const by = /^ *x-served-by: *([^\p{Cc}]*)/imu.exec(head)?.[1]?.trim()
  const location = /^ *location: *(\S+)/im.exec(head)?.[1]
  const via = [...head.matchAll(/^ *via: *(.*)/gim)]
    .flatMap(([, list = '']) => list.split(','))
    .flatMap((one) => /^\s*\S+\s+([^\s\p{Cc}]+)/u.exec(one)?.[1] ?? [])
  return {
    ...(by ? { servedBy: by } : {}),
    ...(via.length > 0 ? { via } : {}),
    ...(location ? { location } : {}),
  }
}

/** Of a name that stands there twice the last counts. */
function headersOf(head: string): ReadonlyMap<string, string> {
  const lines = head.matchAll(/^ *([\w-]+): *([^\p{Cc}]*)/gmu)
  return new Map(Array.from(lines, ([, name = '', value = '']) => [name.toLowerCase(), value.trim()]))
}

/** Cut by bytes: heads differ in length, and pages are compared. */
function shortened(body: string): string {
  return Buffer.from(body).subarray(0, 2048).toString().replaceAll('\0', '').replaceAll('\r', '')
}
