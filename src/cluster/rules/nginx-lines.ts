import { linesOf } from '../user-lines.ts'
import { saysDirective } from '../usual-lines.ts'
import type { BackendTlsSettings } from '../vocabulary/tls.ts'
import { ofNginx, ofPools, ofServices, type Written } from './placed-lines.ts'
import { type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about lines of the user's own for nginx. */
export const nginxLineRules = {
  'lines-said-already': {
    severity: 'error',
    reason: 'nginx takes each of these directives once, and refuses a configuration that says one again.',
    source: 'nginx, Core functionality: Context and syntax of directives',
    find: isSaidOnce,
  },
  'lines-unended': {
    severity: 'error',
    reason: 'nginx takes what stands behind a directive that does not end as more of the same.',
    source: "nginx, Beginner's Guide: Configuration File's Structure",
    find: directivesEnd,
  },
} satisfies Family<'lines'>

const byConnections = 'Say max_connections of the cluster: it has both.'
/** What our configurations have outside of `http`, and do not leave to lines of the user's. */
const said = {
  main: {
    user: 'Remove it.',
    pid: 'Remove it: systemd looks there.',
    worker_processes: 'Remove it: there is one for each processor.',
    worker_rlimit_nofile: byConnections,
  },
  events: { worker_connections: byConnections },
} as const

function isSaidOnce(subject: Subject): readonly Wrong[] {
  const { balancer, extra } = subject.cluster
  if (balancer !== 'nginx') return []
  const whole = Object.entries(said).flatMap(([part, directives]) =>
    Object.entries(directives)
      .filter(([directive]) => saysDirective(directive, extra.nginx[part as keyof typeof said]))
      .map(([directive, next]) =>
        wrong(
          subject,
          ['extra', 'nginx', part],
          `${directive} stands in our nginx.conf already, and nginx takes it once`,
          next,
        ),
      ),
  )
  return [...whole, ...isSaidOnceBehind(subject)]
}

const byChecks = 'Remove it: it follows from check, which says how failures of a realserver are found out.'
const byBackendTls = 'Remove it: backend_tls says how realservers are spoken with over TLS.'
const bySeconds = 'Say answer_timeout of the service, its pool or a route, or tunnel_timeout.'
/** What our locations that ask realservers have, and our upstreams. */
const saidBehind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  location: {
    proxy_pass: 'Remove it: the pool says where requests go.',
    proxy_http_version: 'Remove it.',
    proxy_connect_timeout: 'Say timeout of check.',
    proxy_send_timeout: bySeconds,
    proxy_read_timeout: bySeconds,
    proxy_next_upstream_tries: 'Say retries of check.',
    proxy_next_upstream_timeout: byChecks,
    proxy_ignore_client_abort: byChecks,
  },
  backend: { keepalive: 'Remove it.', keepalive_timeout: 'Remove it.' },
}
/** What they have besides where realservers are asked over TLS. */
function saidOverTls(tls: BackendTlsSettings | undefined): Readonly<Record<string, string>> {
  return {
    ...(tls ? { proxy_ssl_verify: byBackendTls } : {}),
    ...(tls?.name === undefined ? {} : { proxy_ssl_server_name: byBackendTls, proxy_ssl_name: byBackendTls }),
    ...(tls?.verify
      ? { proxy_ssl_verify_depth: byBackendTls, proxy_ssl_trusted_certificate: byBackendTls }
      : {}),
  }
}

function isSaidOnceBehind(subject: Subject): readonly Wrong[] {
  const services = ofServices(subject).flatMap(({ service, lines }) =>
    service.redirect === undefined && service.mode === 'http'
      ? lines.map((written) => ({ written, tls: service.backend_tls }))
      : [],
  )
  const pools = ofPools(subject).map((written) => ({
    written,
    tls: subject.settings.pools[String(written.path[1])]?.backend_tls,
  }))
  return [...services, ...pools].flatMap(({ written, tls }) => {
    const ours = {
      ...saidBehind[written.part],
      ...(written.part === 'location' ? saidOverTls(tls) : {}),
    }
    return directivesOf(written).flatMap((directive) => {
      const next = Object.hasOwn(ours, directive) ? ours[directive] : undefined
      if (next === undefined) return []
      const where = written.part === 'location' ? 'each location that asks realservers' : 'the upstream'
      return wrong(
        subject,
        written.path,
        `${directive} stands in ${where} already, and nginx takes it once`,
        next,
      )
    })
  })
}

/** The directives of these lines that stand in no block of their own, each once. */
function directivesOf({ text }: Written): readonly string[] {
  const outside = linesOf({ text, program: 'nginx' }).filter(({ depth }) => depth === 0)
  const words = outside.flatMap(({ code }) =>
    code.split(';').map((one) => one.trim().split(/\s/, 1)[0] ?? ''),
  )
  return [...new Set(words)]
}

function directivesEnd(subject: Subject): readonly Wrong[] {
  return ofNginx(subject)
    .filter(({ part }) => part !== 'servers')
    .flatMap(({ path, text }) => {
      const line = unendedLine(text)
      return line === undefined
        ? []
        : [
            wrong(
              subject,
              path,
              `the directive in line ${line} of these does not end: nginx would read on behind it`,
              'Write ; where it ends.',
            ),
          ]
    })
}

/** What is written by an expression may end what stands before it. */
const pieces =
  /\{\{[\s\S]*?\}\}|\n|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|(?<![^\s;{}])#[^\n]*|[{};]|(?:\\.|\$\{\w*\}|[^\s;{}"'])+/g

/** At the beginning of a line these begin a directive, as they are no values of any. */
const begins =
  /^(?:access_log|add_header|auth_basic\w*|client_\w+|default_type|error_log|error_page|expires|fastcgi_\w+|geo|gzip\w*|if|keepalive_\w+|limit_\w+|location|log_format|map|proxy_\w+|resolver\w*|return|rewrite|sendfile|server_(?:name|tokens)|ssl_\w+|sub_filter\w*|tcp_no\w+|try_files|types|upstream)$/

/** The line of the first directive behind which a block, the text or another one follows instead; undefined also where blocks of Lua or of Jinja may hold anything. */
function unendedLine(text: string): number | undefined {
  if (/_by_lua_block|\{%/.test(text)) return undefined
  let line = 1
  let isFirst = true
  let open: { readonly word: string; readonly line: number } | undefined
  for (const [piece] of text.matchAll(pieces)) {
    if (piece === ';' || piece === '{' || piece.startsWith('{{')) open = undefined
    else if (piece === '}') {
      if (open) return open.line
    } else if (piece !== '\n' && !piece.startsWith('#')) {
      if (open && open.line < line && isFirst && (piece === open.word || begins.test(piece))) return open.line
      open ??= { word: piece, line }
    }
    isFirst = piece === '\n'
    line += piece.split('\n').length - 1
  }
  return open?.line
}
