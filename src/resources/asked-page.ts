import { z } from 'zod'
import { type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { fetchFields } from './download.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'

const { username, password, headers, validate_certs, timeout, use_proxy } = fetchFields

const schema = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/[^\s\0]+$/i, 'must be a URL of http or https')
    .describe('What is asked for.'),
  method: z
    .string()
    .regex(/^[A-Z]+$/, 'must be a method such as GET')
    .default('GET')
    .describe('How.'),
  body: z.string().optional().describe('What is sent. Never shown.').meta({ writeOnly: true }),
  status: z.array(z.number().int()).min(1).default([200]).describe('What the server may answer.'),
  follow: z.boolean().default(true).describe('Redirections are followed.'),
  creates: absolutePath.optional().describe('It was asked already where this exists.'),
  removes: absolutePath.optional().describe('It was asked already where this does not exist.'),
  unix_socket: absolutePath.optional().describe('The socket of the server.'),
  headers,
  username,
  password,
  validate_certs,
  timeout,
  use_proxy,
})

type Page = z.infer<typeof schema>

/** What a web server answers to the host. One that only reads is asked by plans, too; another one in every run. */
export const askedPage: ResourceKind<Page, { answer: Query<Answer> }> = probed({
  name: 'uri',
  summary: 'What a web server answers to the host.',
  schema,
  subject: ({ method, url }) => `${method} ${url}`,
  ask: (wanted) => {
    const { creates, removes } = wanted
    if (!onlyReads(wanted))
      return sh`if ${embed(creates === undefined ? sh`false` : sh`[ -e ${creates} ]`)} || ${embed(removes === undefined ? sh`false` : sh`[ ! -e ${removes} ]`)}; then echo done; fi`
    return asking(wanted)
  },
  change: (wanted, { stdout }) => {
    const { method, status } = wanted
    if (!onlyReads(wanted)) {
      if (stdout.startsWith('done')) return undefined
      return {
        summary: `${method}, as in every run`,
        script: lines(
          sh`us_said=$( ${embed(asking(wanted))}`,
          sh`)
printf '%s\n' "$us_said"
us_code=$(printf '%s\n' "$us_said" | sed -n '1s/^status \([0-9]*\).*/\1/p')
case ${` ${status.join(' ')} `} in *" $us_code "*) ;; *) exit 1 ;; esac`,
        ),
        takesLong: true,
        // Whatever the server makes of it: to the machine it is no change, nor is it one to Ansible.
        changesNothing: true,
        reads: (printed) => {
          const { found, ...told } = pageTold(printed.stdout, wanted)
          return { ...told, found, stderr: printed.stderr, shown: told.msg }
        },
      }
    }
    const { failed, msg } = pageTold(stdout, wanted)
    return failed ? msg : undefined
  },
  result: ({ stdout }, wanted) => (stdout.startsWith('done') ? unchanged : pageTold(stdout, wanted)),
})

/** What came of it, under the names that Ansible's uri gives to it. */
function pageTold(stdout: string, { url, status }: Page) {
  const [first = '', ...lines] = stdout.split('\n')
  const end = lines.indexOf('')
  // Of all answers, those that redirect or come before the last among them.
  const heads = lines.slice(0, end)
  const content = lines.slice(end + 1).join('\n')
  const [, code = '0', elapsed = '0', redirections = '0', last = url] =
    /^status (\d+) ([\d.]+) (\d+) (.*)$/.exec(first) ?? []
  const failed = !status.includes(Number(code))
  const answer = heads.slice(heads.findLastIndex((line) => /^HTTP\//.test(line)))
  const headers = headersIn(answer)
  return {
    changed: false,
    failed,
    skipped: false,
    rc: failed ? 1 : 0,
    stdout: '',
    stderr: '',
    msg: failed
      ? whyNot(first, url, Number(code))
      : `${reasonIn(answer)} (${headers.content_length ?? 'unknown'} bytes)`,
    found: {
      ...headers,
      ...cookiesIn(heads),
      ...jsonIn(content, headers.content_type),
      status: Number(code),
      url: last,
      content,
      elapsed: Math.floor(Number(elapsed)),
      redirected: redirections !== '0',
    },
  }
}

/** It has no effect, by the meaning of its method (RFC 9110). */
export function onlyReads({ method, body }: Page): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method) && body === undefined
}

function whyNot(first: string, url: string, code: number): string {
  if (first === 'no-curl') return 'there is no curl on this host: install it in a task before'
  return `${url} answered with ${code === 0 ? 'nothing' : code}`
}

function reasonIn([status = '']: readonly string[]): string {
  return status.split(' ').slice(2).join(' ').trim() || 'OK'
}

/** Headers of an answer, behind its status; one that comes twice is one list (RFC 9110, 5.3). */
function headersIn([, ...lines]: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const line of lines) {
    const [, written = '', value = ''] = /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    const name = written.toLowerCase().replaceAll('-', '_')
    if (name !== '') found[name] = name in found ? `${found[name]}, ${value}` : value
  }
  return found
}

function cookiesIn(heads: readonly string[]) {
  const cookies: Record<string, string> = {}
  for (const line of heads) {
    const [, name, value = ''] = /^set-cookie:\s*([^=;]+)=([^;]*)/i.exec(line) ?? []
    if (name !== undefined) cookies[name] = value
  }
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`)
  return { cookies, cookies_string: pairs.join('; ') }
}

/** What is in it, where the server says that it is JSON. */
function jsonIn(content: string, type = ''): Readonly<Record<string, unknown>> {
  if (!/json|javascript/i.test(type)) return {}
  try {
    return { json: JSON.parse(content) }
  } catch {
    return {}
  }
}

/** Prints `status CODE SECONDS REDIRECTIONS URL`, headers, an empty line and the content; what is secret goes in on standard input. */
function asking(wanted: Page) {
  const {
    url,
    method,
    body,
    follow,
    unix_socket,
    headers = {},
    username,
    password = '',
    validate_certs,
    timeout,
    use_proxy,
  } = wanted
  const written = (text: string) =>
    `"${text.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`
  const config = [
    `url = ${written(url)}`,
    method === 'HEAD' ? 'head' : `request = ${written(method)}`,
    ...Object.entries(headers).map(([name, value]) => `header = ${written(`${name}: ${value}`)}`),
    ...(username === undefined ? [] : [`user = ${written(`${username}:${password}`)}`]),
    ...(body === undefined ? [] : [`data-raw = ${written(body)}`]),
    ...(follow ? ['location'] : []),
    ...(validate_certs ? [] : ['insecure']),
    ...(use_proxy ? [] : ['noproxy = "*"']),
    ...(unix_socket === undefined ? [] : [`unix-socket = ${written(unix_socket)}`]),
  ].join('\n')
  return sh`command -v curl >/dev/null 2>&1 || { echo no-curl; exit 0; }
us_body=$(mktemp)
us_heads=$(mktemp)
us_status=$(printf '%s\n' ${config} | curl -q -sS --max-time ${timeout} -D "$us_heads" -o "$us_body" -w '%{http_code} %{time_total} %{num_redirects} %{url_effective}' -K - 2>/dev/null) || us_status=0
printf 'status %s\n' "$us_status"
head -c 20000 "$us_heads" | tr -d '\r' | sed '/^$/d'
echo
head -c 60000 "$us_body"
rm -f -- "$us_body" "$us_heads"`
}
