import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'

/** What is fetched, and how its server is asked. */
export interface Fetch {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly validate_certs?: boolean | undefined
  readonly timeout?: number | undefined
  readonly use_proxy?: boolean | undefined
}

/**
 * Fetches into `"$us_got"` with whatever the machine has: curl, wget, or what apt fetches with, which every Debian has and
 * which knows no headers. A password is told on standard input or in a file, never on a command line.
 */
export function fetchScript({
  url,
  headers = {},
  username,
  password = '',
  validate_certs = true,
  timeout = 10,
  use_proxy = true,
}: Fetch): Script {
  const written = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const config = [
    `url = ${quotedForCurl(url)}`,
    ...written.map((header) => `header = ${quotedForCurl(header)}`),
    ...(username === undefined ? [] : [`user = ${quotedForCurl(`${username}:${password}`)}`]),
    ...(validate_certs ? [] : ['insecure']),
    ...(use_proxy ? [] : ['noproxy = "*"']),
  ].join('\n')
  const wget = [
    ...written.map((header) => `--header=${header}`),
    ...(validate_certs ? [] : ['--no-check-certificate']),
    ...(use_proxy ? [] : ['--no-proxy']),
  ]
  const plain = written.length === 0 && username === undefined && validate_certs
  return lines(
    sh`if command -v curl >/dev/null 2>&1; then
  printf '%s\n' ${config} | curl -q -fsSL --connect-timeout ${timeout} -o "$us_got" -K -`,
    username === undefined
      ? sh`elif command -v wget >/dev/null 2>&1; then
  wget -q -T ${timeout} ${wget} -O "$us_got" -- ${url}`
      : sh``,
    plain
      ? sh`elif [ -x /usr/lib/apt/apt-helper ]; then
  /usr/lib/apt/apt-helper -q ${use_proxy ? [] : ['-o', 'Acquire::http::Proxy=false', '-o', 'Acquire::https::Proxy=false']} download-file ${url} "$us_got" >/dev/null`
      : sh``,
    sh`else
  echo ${`there is nothing here that could fetch ${url}: install curl in a task before`} >&2
  exit 1
fi`,
  )
}

function quotedForCurl(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** Staged beside its destination, and removed on any failure: `$us_got`. */
export function stagedBeside(path: string, work: Script): Script {
  const directory = path.slice(0, path.lastIndexOf('/')) || '/'
  return sh`if [ ! -d ${directory} ]; then echo ${`there is no directory ${directory}: make it in a task before`} >&2; exit 1; fi
us_got=$(mktemp ${`${directory === '/' ? '' : directory}/.understudy.XXXXXXXX`})
trap 'rm -f -- "$us_got"' EXIT
trap 'exit 130' INT TERM
${embed(work)}`
}
