import type { ExtraLines } from './snippets.ts'
import { tlsCiphers } from './tls-variables.ts'

/** A line of the `http` block of an nginx. */
export interface UsualLine {
  readonly line: string
  /** Empty where the line tells it itself. */
  readonly why: string
}

/** What an nginx of ours does. */
export interface Doings {
  readonly balances: boolean
  readonly hasTls: boolean
  /** Names by which it tells sites apart. */
  readonly names: number
}

const drops = {
  line: 'client_header_timeout 10s;',
  why: 'A client that sends its request drop by drop is not waited for.',
}
const ofAll = ['default_type application/octet-stream;', 'server_tokens off;', 'keepalive_timeout 65;'].map(
  plain,
)
const ofPages = ['sendfile on;', 'tcp_nopush on;'].map(plain)
const ofBalancers = [
  { line: 'variables_hash_bucket_size 256;', why: 'Names of services are in those of variables.' },
  plain('variables_hash_max_size 4096;'),
]
const ofTls = [
  {
    line: `ssl_ciphers ${tlsCiphers};`,
    why: 'TLS as Mozilla\'s guideline for servers advises it ("intermediate"). OCSP is not stapled: authorities have given it up.',
  },
  ...[
    'ssl_prefer_server_ciphers off;',
    'ssl_session_cache shared:understudy:10m;',
    'ssl_session_timeout 1d;',
    'ssl_session_tickets off;',
  ].map(plain),
]
/** nginx expects so many names. */
const FEW_NAMES = 64

/** Lines of the `http` block that stand for all servers, without those that the user's own lines say: nginx takes a directive once. */
export function usualLines(
  { balances, hasTls, names }: Doings,
  own: readonly string[],
): readonly UsualLine[] {
  const all = [
    ...ofAll,
    ...(balances ? ofBalancers : ofPages),
    drops,
    ...(hasTls ? ofTls : []),
    ...(names > FEW_NAMES ? [plain(`server_names_hash_max_size ${8 * names};`)] : []),
    ...(names > 0 || hasTls ? [plain('server_names_hash_bucket_size 256;')] : []),
  ]
  return all.filter(({ line }) => !own.some((lines) => saysDirective(line.split(' ', 1)[0] ?? '', lines)))
}

/** Do these lines say a directive of nginx? */
export function saysDirective(directive: string, lines: string): boolean {
  return new RegExp(`^[ \\t]*${directive}[ \\t]`, 'm').test(lines)
}

function plain(line: string): UsualLine {
  return { line, why: '' }
}

/** The user's lines of the `http` block of the nginx that balances, and of the one that serves pages. */
export function linesOfHttp(
  { nginx, realservers }: ExtraLines,
  balances: boolean,
  serves: boolean,
): readonly string[] {
  return [...(balances ? [nginx.http] : []), ...(serves ? [realservers.http] : [])]
}
