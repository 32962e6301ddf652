import { type No, secondsOf } from '../proxy.ts'
import type { Directive } from './blocks.ts'

/** What our configuration says by itself of clients, and of connections that last. */
export const isOurs = ({ raw }: Directive) =>
  /\$understudy_|@(?:lasting|ending)\b|nginx\.ending\b/.test(raw) || raw === 'recursive_error_pages on'

/** What our `location /` sets as well, or what has no effect beside `proxy_pass`. */
const headers: Readonly<Record<string, readonly string[]>> = {
  Host: ['$host', '$http_host'],
  'X-Real-IP': ['$remote_addr'],
  'X-Forwarded-For': ['$proxy_add_x_forwarded_for', '$remote_addr'],
  'X-Forwarded-Proto': ['$scheme', '$understudy_proto'],
  'X-Forwarded-Host': ['$host', '$http_host', '$understudy_host'],
  Upgrade: ['$http_upgrade', '$understudy_upgrade'],
  Connection: ['', 'upgrade', 'Upgrade', '$connection_upgrade', '$understudy_connection'],
}

/** Does it tell realservers what ours tells them? */
export const isHeaderOfOurs = ({ name, values: [header = '', value = ''] }: Directive) =>
  name === 'proxy_set_header' && (headers[header]?.includes(value) === true || value.includes('$understudy_'))

const withoutEffect = [
  'root',
  'index',
  'proxy_redirect',
  'proxy_next_upstream',
  'proxy_next_upstream_tries',
  'proxy_next_upstream_timeout',
  'proxy_ignore_client_abort',
  'proxy_http_version',
]

/** What ours says in each location in another way, what would count there more than once, or what leads elsewhere. */
const withoutWord =
  /^(proxy_ssl_.*|proxy_(method|pass_request_headers|pass_request_body|set_body|bind)|if|set|return|rewrite|break|error_page|try_files|internal|alias|limit_except|location|include)$/

const timeout = /^proxy_(connect|read|send)_timeout$/

/** How requests for all paths are passed on. */
export interface Asking {
  /** Seconds in which a connection must be there. */
  readonly connect: number
  /** Seconds for an answer, where that is more. */
  readonly answer?: number
  /** What has no word, and stays in the location. */
  readonly kept: readonly Directive[]
}

/** Reads a `location /` that passes on, within these directives; `secured`: what comes here came by TLS. */
export function readLocation(
  { block = [] }: Directive,
  around: readonly Directive[],
  secured: boolean,
): Asking | No {
  const isToldByOurs = (one: Directive) =>
    isHeaderOfOurs(one) || (secured && /^proxy_set_header X-Forwarded-Proto "?https"?$/.test(one.raw))
  const sent = block.filter(({ name }) => name === 'proxy_set_header')
  // A location that sets one header has none of those that are set around it.
  const ownHeaders = sent.every(isToldByOurs) ? [] : sent
  const kept: Directive[] = [...ownHeaders]
  const seconds = { connect: 60, read: 0, send: 0 }
  for (const one of [...around.filter(({ name }) => timeout.test(name)), ...block]) {
    if (one.name === 'proxy_pass' || one.name === 'proxy_set_header') continue
    if (withoutEffect.includes(one.name) || isOurs(one)) continue
    const which = timeout.exec(one.name)?.[1] as keyof typeof seconds | undefined
    const time = which && secondsOf(one.values[0] ?? '', 's')
    if (which && time !== undefined) seconds[which] = time
    else if (which || withoutWord.test(one.name) || one.block)
      return { no: `${one.raw} of location / has no word`, at: one.at }
    else kept.push(one)
  }
  const answer = Math.max(seconds.read, seconds.send)
  return { connect: seconds.connect, ...(answer > seconds.connect + 10 ? { answer } : {}), kept }
}
