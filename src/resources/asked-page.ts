import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
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
    const { url, method, status } = wanted
    if (!onlyReads(wanted)) {
      if (stdout.startsWith('done')) return undefined
      return {
        summary: `${method}, as in every run`,
        script: lines(
          sh`us_said=$( ${embed(asking(wanted))}`,
          sh`)
us_code=$(printf '%s\n' "$us_said" | sed -n '1s/^status //p')
printf '%s\n' "$us_said" | sed 1d
case ${` ${status.join(' ')} `} in *" $us_code "*) ;; *) echo ${`${url} answered with `}"\${us_code:-nothing}" >&2; exit 1 ;; esac`,
        ),
        takesLong: true,
      }
    }
    const code = Number(/^status (\d+)/.exec(stdout)?.[1] ?? 0)
    if (stdout.startsWith('no-curl')) return 'there is no curl on this host: install it in a task before'
    return status.includes(code) ? undefined : `${url} answered with ${code === 0 ? 'nothing' : code}`
  },
  result: ({ stdout }, { url }) => {
    const [first = '', ...body] = stdout.split('\n')
    const content = body.join('\n')
    return {
      changed: false,
      failed: false,
      skipped: false,
      rc: 0,
      stdout: '',
      stderr: '',
      found: { status: Number(/^status (\d+)/.exec(first)?.[1] ?? 0), url, content, ...jsonIn(content) },
    }
  },
})

/** It has no effect, by the meaning of its method (RFC 9110). */
export function onlyReads({ method, body }: Page): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method) && body === undefined
}

function jsonIn(content: string): Readonly<Record<string, unknown>> {
  try {
    return /^\s*[[{]/.test(content) ? { json: JSON.parse(content) } : {}
  } catch {
    return {}
  }
}

/** Prints `status N`, then what the server sent; what is secret goes in on standard input. */
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
us_code=$(printf '%s\n' ${config} | curl -q -sS --max-time ${timeout} -o "$us_body" -w '%{http_code}' -K - 2>/dev/null) || us_code=0
printf 'status %s\n' "$us_code"
head -c 60000 "$us_body"
rm -f -- "$us_body"`
}
