import {
  endpointIn,
  isNo,
  listeningAt,
  type No,
  type ProxiedServer,
  type ProxiedService,
  type ProxyReading,
  secondsOf,
  sharingServers,
} from '../proxy.ts'
import { type Directive, flattened, type NginxBlocks, nginxLines } from './blocks.ts'

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

/** What our configuration says by itself of clients, and of connections that last. */
const isOurs = ({ raw }: Directive) =>
  /\$understudy_|@lasting\b/.test(raw) || raw === 'recursive_error_pages on'

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

const isHeaderOfOurs = ({ name, values: [header = '', value = ''] }: Directive) =>
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
  const servers = http.filter(({ name }) => name === 'server')
  const readings = servers.map((server) => [server, readServer(server, upstreams, vips)] as const)
  const ports = new Map<string, number>()
  for (const [, one] of readings)
    if (!isNo(one)) for (const place of placesOf(one)) ports.set(place, (ports.get(place) ?? 0) + 1)
  const fitting = readings.flatMap(([, one]) =>
    isNo(one) || placesOf(one).some((place) => ports.get(place) !== 1) ? [] : [one],
  )
  const shared = sharingServers(fitting)
  // Where another server is the default of the same port, ours cannot be.
  const rivals = new Set(
    readings
      .filter(([, one]) => isNo(one) || !shared.includes(one))
      .flatMap(([server]) =>
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
  for (const [server, one] of readings) if (!isNo(one) && services.includes(one)) used.add(server)
  const others = http.filter((one) => !used.has(one) && one.name !== 'upstream')
  const names = JSON.stringify(others)
  for (const [name, upstream] of upstreams) if (!names.includes(name)) used.add(upstream)
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
                message: `a server is kept as it is: ${isNo(one) ? one.no : 'another server has its port, or it has other realservers'}`,
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
const placesOf = ({ words: { port }, on = [''] }: ProxiedService) => on.map((address) => `${address}:${port}`)

function readServer(
  server: Directive,
  upstreams: ReadonlyMap<string, Directive>,
  vips: readonly string[],
): ProxiedService | No {
  const block = server.block ?? []
  const hidden = flattened(block).find(
    (one) => !block.includes(one) && ['listen', 'server_name', 'location'].includes(one.name),
  )
  if (hidden) return { no: `${hidden.raw} of a file that a server includes has no word`, at: hidden.at }
  const places: string[] = []
  for (const listen of listens(server)) {
    const [where = '', ...flags] = listen.values
    const odd = flags.find((flag) => !['default_server', 'default'].includes(flag))
    if (odd !== undefined) return { no: `listen … ${odd} has no word`, at: listen.at }
    const place = /:|^\d+$/.test(where) ? where : `${where}:80`
    if (!place.startsWith('127.') && !listeningAt([place], vips))
      return { no: `listen ${where}: only a port, for all addresses or for VIPs, has a word`, at: listen.at }
    places.push(place)
  }
  const heard = listeningAt(places.length === 0 ? ['80'] : places, vips)
  if (!heard) return { no: 'a server of several ports has no word', at: server.at }
  const { port, on } = heard
  const location = block.find(({ name, values }) => name === 'location' && values.join(' ') === '/')
  const pass = location?.block?.find(({ name }) => name === 'proxy_pass')
  if (!location || !pass) return { no: passesNothing, at: server.at }
  const upstream = upstreams.get(/^http:\/\/([^/:]+)\/?$/.exec(pass.values[0] ?? '')?.[1] ?? '')
  if (!upstream) return { no: `${pass.raw} leads to no upstream`, at: pass.at }
  const times = locationTimes(location)
  if (isNo(times)) return times
  const pool = readUpstream(upstream)
  if (isNo(pool)) return pool
  const names = block.find(({ name }) => name === 'server_name')
  const rest = block.filter(
    (one) =>
      !['listen', 'server_name'].includes(one.name) &&
      one !== location &&
      !isOurs(one) &&
      !isHeaderOfOurs(one),
  )
  const ports_ = new Set(pool.real.map((one) => one.port))
  const [backendPort = port] = ports_
  if (ports_.size > 1)
    return { no: 'realservers of one upstream with different ports have no word', at: upstream.at }
  return {
    at: server.at,
    ...(on ? { on } : {}),
    words: {
      port,
      ...(backendPort === port ? {} : { backend_port: backendPort }),
      scheduler: pool.scheduler,
      // nginx's own patience: it takes a connection for lost after proxy_connect_timeout, and a realserver after one failure.
      check: { type: 'http', interval: 10, timeout: times.connect, retries: 0 },
      ...(rest.length > 0 ? { extra: rest.flatMap((one) => nginxLines(one)).join('\n') } : {}),
    },
    real: pool.real,
    remarks: [
      ...(names && !names.values.includes('_')
        ? [`server_name ${names.values.join(' ')}: all names are taken on this port after apply`]
        : []),
      ...pool.remarks,
    ],
  }
}

function locationTimes({ block = [] }: Directive): { readonly connect: number } | No {
  let connect = 60
  for (const one of block) {
    const [first = ''] = one.values
    if (one.name === 'proxy_pass' || withoutEffect.includes(one.name)) continue
    if (isHeaderOfOurs(one) || isOurs(one)) continue
    const time = secondsOf(first, 's')
    if (one.name === 'proxy_connect_timeout' && time !== undefined) connect = time
    else if (
      ['proxy_read_timeout', 'proxy_send_timeout'].includes(one.name) &&
      time !== undefined &&
      time <= connect + 10
    )
      continue
    else return { no: `${one.raw} of location / has no word`, at: one.at }
  }
  return { connect }
}

function readUpstream({ block = [], at }: Directive):
  | No
  | {
      readonly scheduler: string
      readonly real: readonly ProxiedServer[]
      readonly remarks: readonly string[]
    } {
  const methods: Readonly<Record<string, string>> = { least_conn: 'lc', ip_hash: 'sh' }
  const method = block.find(({ name }) => name in methods)
  const real: ProxiedServer[] = []
  for (const one of block) {
    // Ours keeps connections, too.
    if (one === method || ['zone', 'keepalive', 'keepalive_timeout', 'keepalive_requests'].includes(one.name))
      continue
    if (one.name !== 'server') return { no: `${one.raw} of an upstream has no word`, at: one.at }
    const [where = '', ...flags] = one.values
    const endpoint = endpointIn(where.includes(':') ? where : `${where}:80`)
    if (!endpoint) return { no: `${where} of an upstream is no address`, at: one.at }
    const said = new Map(flags.map((flag) => [flag.split('=')[0] ?? '', flag.split('=')[1] ?? '']))
    const unknown = [...said.keys()].find(
      (flag) => !['weight', 'max_fails', 'fail_timeout', 'backup', 'down'].includes(flag),
    )
    if (unknown !== undefined) return { no: `${unknown} of a server in an upstream has no word`, at: one.at }
    real.push({
      ...endpoint,
      weight: said.has('down') ? 0 : Number(said.get('weight') ?? 1),
      backup: said.has('backup'),
      ...(said.has('max_fails') ? { maxFails: Number(said.get('max_fails')) } : {}),
      ...(said.has('fail_timeout')
        ? { failTimeout: secondsOf(said.get('fail_timeout') ?? '', 's') ?? 10 }
        : {}),
    })
  }
  if (real.length === 0) return { no: 'an upstream without a server has no word', at }
  const weighted = new Set(real.map(({ weight }) => weight)).size > 1
  const scheduler = method ? (methods[method.name] ?? 'rr') : 'rr'
  return {
    scheduler: weighted && scheduler !== 'sh' ? `w${scheduler}` : scheduler,
    real,
    remarks:
      scheduler === 'sh'
        ? ['ip_hash becomes a consistent hash of the whole address: clients may change their realserver once']
        : [],
  }
}
