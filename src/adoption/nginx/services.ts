import { extraWords } from '../extra-words.ts'
import { sharingServers } from '../pools.ts'
import { isNo, listeningAt, type No, type ProxiedService, type ProxyReading } from '../proxy.ts'
import { withoutIdleRedirects } from '../tls.ts'
import { type Directive, flattened, type NginxBlocks, nginxLines } from './blocks.ts'
import { isHeaderOfOurs, isOurs, readLocation } from './location.ts'
import { byNames, type NamedServer, placesOf } from './names.ts'
import { redirectOf, tlsOfServer } from './tls.ts'
import { readUpstream } from './upstream.ts'

/** Directives of the main level that our configuration has itself. */
const ofMain = [
  'user',
  'worker_processes',
  'pid',
  'error_log',
  'events',
  'http',
  'load_module',
  'worker_rlimit_nofile',
]
/** The same of `http`. */
const ofHttp = ['default_type', 'access_log', 'server_tokens', 'keepalive_timeout']

const passesNothing = 'it passes nothing on for all paths'

/** Finds the ports that nginx of a director passes on as ours would; the rest is kept, or all of it left alone. */
export function readProxyOfNginx(
  { directives: written, remarks: found }: NginxBlocks,
  vips: readonly string[] = [],
): ProxyReading {
  const directives = flattened(written)
  const base = { program: 'nginx' as const, services: [], extra: [], remarks: found }
  const strange = directives.find(({ name }) => !ofMain.includes(name))
  if (strange)
    return { ...base, why: { message: `${strange.name} has no word outside of http`, at: strange.at } }
  const inHttp = directives.filter(({ name }) => name === 'http').flatMap(({ block = [] }) => block)
  const http = flattened(inHttp)
  const upstreams = new Map(
    http.filter(({ name }) => name === 'upstream').map((one) => [one.values[0] ?? '', one]),
  )
  const used = new Set<Directive>()
  const all = http.filter(({ name }) => name === 'server')
  const refusing = all.flatMap((server) => {
    const status = refusalOf(server)
    return status === undefined ? [] : [{ server, status }]
  })
  const servers = all.filter((one) => !refusing.some(({ server }) => server === one))
  const readings = servers.map((server) => [server, readServer(server, upstreams, { vips, http })] as const)
  const strangers = new Set(
    readings.filter(([, one]) => isNo(one)).flatMap(([server]) => listens(server).flatMap(portsIn)),
  )
  const fitting = byNames(
    readings.flatMap(([, one]) => (isNo(one) ? [] : [one])),
    strangers,
    new Map(
      refusing.flatMap(({ server, status }) =>
        listens(server)
          .flatMap(portsIn)
          .map((port) => [port, status]),
      ),
    ),
  )
  const agreed = sharingServers(withoutIdleRedirects(fitting))
  const left = new Set(fitting.filter((one) => !agreed.includes(one)).map(({ words }) => words.port))
  const named = new Set(fitting.filter(({ words }) => words.hosts).map(({ words }) => words.port))
  // Of those that share a port by their names all are ours, or none.
  const shared = agreed.filter(({ words: { port } }) => !named.has(port) || !left.has(port))
  const isRefusedByOurs = (server: Directive, ours: readonly ProxiedService[]) =>
    listens(server)
      .flatMap(portsIn)
      .every((port) => ours.some(({ words }) => words.port === port))
  // Where another server is the default of the same port, ours cannot be.
  const rivals = new Set(
    [
      ...servers.filter((server) => !shared.some(({ at }) => at === server.at)),
      ...refusing.flatMap(({ server }) => (isRefusedByOurs(server, shared) ? [] : [server])),
    ].flatMap((server) =>
      listens(server)
        .filter(({ values }) => values.includes('default_server'))
        .map(({ values }) => (values[0] ?? '').replace(/^(?:\*:|0\.0\.0\.0:|\[::\]:)?(\d+)$/, ':$1')),
    ),
  )
  const services = shared.filter((one) => !placesOf(one).some((place) => rivals.has(place)))
  if (services.length === 0) {
    const reasons = readings.flatMap(([, one]) => (isNo(one) ? [one] : []))
    const first = reasons.find(({ no }) => no !== passesNothing) ?? reasons[0]
    return {
      ...base,
      why: first
        ? { message: first.no, at: first.at }
        : { message: 'it passes nothing on to realservers in a way that has words' },
    }
  }
  for (const [server] of readings) if (services.some(({ at }) => at === server.at)) used.add(server)
  for (const { server } of refusing) if (isRefusedByOurs(server, services)) used.add(server)
  const others = http.filter((one) => !used.has(one) && one.name !== 'upstream')
  // Other places of what is ours now, and what is not, may lead to an upstream, too.
  const kept = JSON.stringify([others, services.map(({ words }) => words.extra)])
  const said = new Set(kept.match(/[A-Za-z0-9_.-]+/g))
  for (const [name, upstream] of upstreams) if (!said.has(name)) used.add(upstream)
  return {
    ...base,
    services,
    extra: inHttp.flatMap((one) => keptLines(one, used)),
    remarks: [
      ...found,
      ...readings.flatMap(([server, one]) =>
        used.has(server)
          ? []
          : [
              {
                message: `a server is kept as it is: ${isNo(one) ? one.no : 'another server has its port, or realservers that are otherwise elsewhere'}`,
                at: isNo(one) ? one.at : server.at,
              },
            ],
      ),
      ...[...directives, ...http]
        .filter((one) =>
          ['events', 'access_log', 'keepalive_timeout', 'worker_processes', 'error_log'].includes(one.name),
        )
        .flatMap(otherThanOurs),
    ],
  }
}

/** Lines of what is not ours. A file of which nothing became ours is included as before, and others that may come beside it. */
function keptLines(one: Directive, used: ReadonlySet<Directive>): readonly string[] {
  if (!one.included) return used.has(one) || ofHttp.includes(one.name) || isOurs(one) ? [] : nginxLines(one)
  if (/(^|\/)mime\.types$/.test(one.values[0] ?? '')) return []
  const all = flattened([one])
  const isWhole = !all.some((inside) => used.has(inside) || ofHttp.includes(inside.name))
  return isWhole ? nginxLines(one) : one.included.flatMap((inside) => keptLines(inside, used))
}

/** What our configuration says of its own, and somebody said otherwise. */
function otherThanOurs(
  directive: Directive,
): readonly { readonly message: string; readonly at: Directive['at'] }[] {
  const ours: Readonly<Record<string, RegExp>> = {
    events: /^$/,
    access_log: /^\/var\/log\/nginx\/access\.log$/,
    error_log: /^\/var\/log\/nginx\/error\.log$/,
    keepalive_timeout: /^65s?$/,
    worker_processes: /^auto$/,
  }
  if (ours[directive.name]?.test(directive.values.join(' '))) return []
  return [{ message: `${directive.raw} becomes what Understudy says there`, at: directive.at }]
}

const listens = ({ block = [] }: Directive) => block.filter(({ name }) => name === 'listen')
const portsIn = ({ values: [where = ''] }: Directive) => {
  const [, port = '80'] = /(?:^|:)(\d+)$/.exec(where) ?? []
  return [Number(port)]
}

/** It says of itself that it takes all names that no other has. */
const isDefault = (server: Directive) =>
  listens(server).some(({ values }) => values.some((flag) => /^default(_server)?$/.test(flag)))

const ofRefusals =
  /^(listen|server_name|return|access_log|log_not_found|error_log|ssl_reject_handshake|ssl_certificate|ssl_certificate_key)$/

/** The status with which a server does nothing but refuse those who ask for a name of nobody. */
function refusalOf(server: Directive): number | undefined {
  const { block = [] } = server
  const [answer, ...more] = block.filter(({ name }) => name === 'return')
  const status = Number(answer?.values[0])
  const refuses = answer?.values.length === 1 && more.length === 0 && status >= 400 && status < 500
  return isDefault(server) && refuses && block.every(({ name }) => ofRefusals.test(name)) ? status : undefined
}

function readServer(
  server: Directive,
  upstreams: ReadonlyMap<string, Directive>,
  { vips, http }: { readonly vips: readonly string[]; readonly http: readonly Directive[] },
): NamedServer | No {
  const block = server.block ?? []
  const hidden = flattened(block).find(
    (one) => !block.includes(one) && ['listen', 'server_name', 'location'].includes(one.name),
  )
  if (hidden) return { no: `${hidden.raw} of a file that a server includes has no word`, at: hidden.at }
  const places: string[] = []
  for (const listen of listens(server)) {
    const [where = '', ...flags] = listen.values
    const odd = flags.find((flag) => !['default_server', 'default', 'ssl', 'http2'].includes(flag))
    if (odd !== undefined) return { no: `listen … ${odd} has no word`, at: listen.at }
    const place = /:|^\d+$/.test(where) ? where : `${where}:80`
    if (!place.startsWith('127.') && !listeningAt([place], vips))
      return { no: `listen ${where}: only a port, for all addresses or for VIPs, has a word`, at: listen.at }
    places.push(place)
  }
  const heard = listeningAt(places.length === 0 ? ['80'] : places, vips)
  if (!heard) return { no: 'a server of several ports has no word', at: server.at }
  const { port, on } = heard
  const names = block.findLast(({ name }) => name === 'server_name')
  const named = {
    names: names?.values ?? [],
    isDefault: isDefault(server),
  }
  const secured = listens(server).filter(({ values }) => values.includes('ssl'))
  if (secured.length > 0 && secured.length < listens(server).length)
    return { no: 'a server that speaks TLS on some of its places has no word', at: server.at }
  const redirect = secured.length === 0 ? redirectOf(block) : undefined
  if (redirect !== undefined)
    return {
      service: {
        at: server.at,
        ...(on ? { on } : {}),
        words: { port, redirect: redirect === 301 ? 'https' : { status: redirect } },
        ...{ real: [], remarks: [] },
      },
      ...named,
    }
  const spoken = secured.length > 0 ? tlsOfServer(block, http, server) : { ours: [], remarks: [] }
  if (isNo(spoken)) return spoken
  const location = block.find(({ name, values }) => name === 'location' && values.join(' ') === '/')
  const pass = location?.block?.find(({ name }) => name === 'proxy_pass')
  if (!location || !pass) return { no: passesNothing, at: server.at }
  const upstream = upstreams.get(/^http:\/\/([^/:]+)\/?$/.exec(pass.values[0] ?? '')?.[1] ?? '')
  if (!upstream) return { no: `${pass.raw} leads to no upstream`, at: pass.at }
  const asking = readLocation(location, [...http, ...block], secured.length > 0)
  if (isNo(asking)) return asking
  const pool = readUpstream(upstream)
  if (isNo(pool)) return pool
  const rest = block.filter(
    (one) =>
      !['listen', 'server_name'].includes(one.name) &&
      one !== location &&
      !spoken.ours.includes(one) &&
      !isOurs(one) &&
      !isHeaderOfOurs(one),
  )
  const ports_ = new Set(pool.real.map((one) => one.port))
  const [backendPort = port] = ports_
  if (ports_.size > 1)
    return { no: 'realservers of one upstream with different ports have no word', at: upstream.at }
  const service = {
    at: server.at,
    ...(on ? { on } : {}),
    words: {
      port,
      ...(backendPort === port ? {} : { backend_port: backendPort }),
      ...('tls' in spoken && spoken.tls ? { tls: spoken.tls } : {}),
      scheduler: pool.scheduler,
      // nginx's own patience: it takes a connection for lost after proxy_connect_timeout, and a realserver after one failure.
      check: { type: 'http', interval: 10, timeout: asking.connect, retries: 0 },
      ...(asking.answer === undefined ? {} : { answer_timeout: asking.answer }),
      ...extraWords({ frontend: linesOf(rest), location: linesOf(asking.kept) }, 'frontend'),
    },
    real: pool.real,
    called: upstream.values[0] ?? '',
    remarks: [...spoken.remarks, ...pool.remarks],
  }
  return { service, ...named }
}

const linesOf = (directives: readonly Directive[]) => directives.flatMap((one) => nginxLines(one)).join('\n')
