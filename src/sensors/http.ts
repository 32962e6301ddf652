import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { inSections, readSections } from './sections.ts'

/** One request as a client felt it. */
export interface HttpAnswer {
  /** 0 where no answer came. */
  readonly status: number
  /** The `X-Served-By` header. */
  readonly servedBy?: string
  /** The first two kilobytes. */
  readonly body: string
  /** What curl or wget said where no answer came. */
  readonly error?: string
}

/** All answers to the requests of one question, in order; `undefined` where the host has no HTTP client. */
export type HttpReading = readonly HttpAnswer[] | undefined

interface HttpQuestion {
  readonly url: string
  /** Requests, one after the other, each over a connection of its own. */
  readonly count: number
}

/**
 * Asks a web server, as a client would, from the host that runs the question. Each request may take 5 s. Names in
 * certificates are not looked at: realservers and VIPs are asked by address.
 */
export const http: Sensor<HttpReading> = {
  name: 'http',
  ask: (subjects) =>
    lines(
      sh`us_http() {
  if command -v curl >/dev/null 2>&1; then
    us_code=$(curl -sS -k -m 5 -o "$us_tmp/body" -D "$us_tmp/head" -w '%{http_code}' -- "$1" 2>"$us_tmp/said") || us_code=0
  elif command -v wget >/dev/null 2>&1; then
    wget -q -S -T 5 -t 1 --no-check-certificate -O "$us_tmp/body" -- "$1" 2>"$us_tmp/head" || :
    cp "$us_tmp/head" "$us_tmp/said"
    us_code=$(sed -n 's/^ *HTTP\/[0-9.]* \([0-9]*\).*/\1/p' "$us_tmp/head" | tail -n 1)
  else return 1; fi
  printf '= %s\n' "$us_code"
  sed -n 's/^ *[Xx]-[Ss]erved-[Bb]y: *\([^[:cntrl:]]*\).*/h \1/p' "$us_tmp/head"
  if [ "$us_code" -eq 0 ]; then sed 's/^/e /' "$us_tmp/said"; fi
  head -c 2048 "$us_tmp/body" | tr -d '\000\r' | sed 's/^/b /'
  echo
  rm -f "$us_tmp/body" "$us_tmp/head" "$us_tmp/said"
}
us_many() {
  us_left=$2
  : >"$us_tmp/body"
  while [ "$us_left" -gt 0 ]; do
    : >"$us_tmp/body"; : >"$us_tmp/head"
    us_http "$1" || { echo none; return 0; }
    us_left=$((us_left - 1))
  done
}`,
      inSections(
        subjects.map((subject) => {
          const { url, count } = JSON.parse(subject) as HttpQuestion
          return sh`us_many ${url} ${count}`
        }),
      ),
    ),
  read: (output, subjects) => readSections(output, subjects, readAnswers),
}

/** Asks `url` `count` times. */
export function httpAnswers(url: string, count: number): Query<HttpReading> {
  return {
    sensor: http,
    subject: JSON.stringify({ url, count } satisfies HttpQuestion),
    about: [`url:${url}`],
  }
}

function readAnswers(text: string): HttpReading {
  if (/^none$/m.test(text)) return undefined
  return text
    .split(/^= /m)
    .slice(1)
    .map((answer) => {
      const [status, ...rest] = answer.split('\n')
      const marked = (mark: string) =>
        rest.filter((line) => line.startsWith(`${mark} `)).map((line) => line.slice(2))
      const [servedBy] = marked('h')
      const error = marked('e').join(' ').trim()
      return {
        status: Number(status) || 0,
        body: marked('b').join('\n'),
        ...(servedBy ? { servedBy: servedBy.trim() } : {}),
        ...(error ? { error } : {}),
      }
    })
}
