import { type Member, resolveClusters, vocabulary } from '../../src/cluster/index.ts'
import { certificateFor, chained } from '../certificates.ts'
import { type Chance, chance } from '../proof/random.ts'
import { complaintsAbout } from '../schemas/judge.ts'
import { member, type Words } from './inventory.ts'

/** The words of a cluster and of its machines, as they may grow. */
interface Draft {
  cluster: Record<string, unknown>
  directors: Record<string, Words>
  realservers: Record<string, Words>
}

const root = certificateFor({ subject: 'Root', isAuthority: true })
const pairOf = (...names: readonly string[]) => {
  const made = certificateFor({ names, by: root })
  return { certificate: chained(made, root), key: made.key }
}
const pairs = [
  pairOf('www.example.org', 'example.org'),
  pairOf('*.example.net'),
  pairOf('shop.example.com', 'www.shop.example.com'),
]
const names = [
  'www.example.org',
  'example.org',
  '*.example.net',
  'a.example.net',
  'shop.example.com',
  'xn--bcher-kva.example',
]
const groups = ['shop', 'api', 'files']

type Make = (by: Chance) => unknown

const oneOf =
  (...all: readonly unknown[]): Make =>
  ({ one }) =>
    one(all)

/** A mapping, of which some words are left out. */
const some =
  (words: Readonly<Record<string, Make>>, must: Readonly<Record<string, Make>> = {}): Make =>
  (by) => ({
    ...Object.fromEntries(Object.entries(must).map(([word, make]) => [word, make(by)])),
    ...Object.fromEntries(
      Object.entries(words)
        .filter(() => by.happens(0.3))
        .map(([word, make]) => [word, make(by)]),
    ),
  })
const list =
  (make: Make, ...counts: readonly number[]): Make =>
  (by) =>
    Array.from({ length: by.one(counts) }, () => make(by))

const statuses = oneOf(200, 204, 301, '200-299', [200, '300-304', 404], 503)
const path = oneOf(
  '/',
  '/up',
  '/up?a=%20b&c="d"',
  "/it's",
  '/a b'.replace(' ', '%20'),
  '/ä'.replace('ä', '%C3%A4'),
  '/$x',
  '/a;b',
  '/a#b'.replace('#', '%23'),
  '/{x}',
  '/a\\b',
)
const text = oneOf('ok', '"well"', "it's well\n", 'a\\b $x #1', 'gut: über', '{"state": "up"}', 'a;b}', ' ')
const seconds = oneOf(0.1, 0.3, 0.75, 1, 2, 5, 30, 61.5)
const shared = {
  port: oneOf(81, 8081, 9000),
  interval: seconds,
  timeout: seconds,
  retries: oneOf(0, 1, 2, 5, 100),
  retry_delay: seconds,
}
const asked = {
  path,
  status: statuses,
  host: oneOf('example.org', 'www.example.org:8080', '10.0.0.1', '[fd00::1]'),
  digest: oneOf('d41d8cd98f00b204e9800998ecf8427e'),
  body: text,
  regex: oneOf('^ok', '"state":\\s*"up"', 'a|b', '[{}#]', "it's"),
  regex_no_match: oneOf(true),
  regex_options: oneOf(['caseless'], ['multiline', 'dotall']),
}
const { path: page, status, host } = asked
const further = list(some({ status, body: text, host }, { path: page }), 1, 2)
const checks: Readonly<Record<string, Make>> = {
  ipvs: (by) =>
    by.one([
      some({ ...shared, ...asked, also: further }, { type: oneOf('http', 'https') }),
      some({ ...shared }, { type: oneOf('tcp', 'ping') }),
      some({ ...shared, payload: text, reply: oneOf(true) }, { type: oneOf('udp') }),
      some(
        { ...shared, name: oneOf('example.org', '.'), record: oneOf('A', 'MX', 'AAAA', 'TXT') },
        { type: oneOf('dns') },
      ),
    ])(by),
  haproxy: some({ ...shared, path: page, status, host }, { type: oneOf('http', 'http', 'https') }),
  nginx: some({ ...shared }, { type: oneOf('tcp', 'http') }),
  none: (by) =>
    by.one([
      some({ ...shared, path: page, status, interval: oneOf(1, 3) }, { type: oneOf('http', 'tcp') }),
      some({ payload: oneOf("a'b", '$(x)\n%'), reply: oneOf(true) }, { type: oneOf('udp') }),
      some({ name: oneOf('example.org', '.'), record: oneOf('A', 'MX') }, { type: oneOf('dns') }),
    ])(by),
  other: (by) =>
    by.one([
      some({ ...shared }, { type: oneOf('tcp', 'ping') }),
      some({ ...shared, helo: oneOf('d1.example.org') }, { type: oneOf('smtp') }),
      some(
        { interval: oneOf(1, 7), timeout: seconds, user: oneOf('root', 'daemon') },
        { type: oneOf('misc'), program: oneOf('/bin/true', '/opt/my checks/one') },
      ),
    ])(by),
}
const checkFor =
  (balancer: string): Make =>
  (by) =>
    by.one([checks[balancer], checks[balancer], checks.other] as const)?.(by)
const scheduler = oneOf('rr', 'wrr', 'lc', 'wlc', 'sh', 'mh', 'dh', 'sed', 'nq', 'lblc', 'lblcr', 'fo', 'ovf')
const backendTls: Make = (by) =>
  by.one([
    some(
      { name: oneOf('www.example.org') },
      { certificates: oneOf([pairs[0]]), authority: oneOf(root.certificate) },
    ),
    some({ certificates: oneOf([pairs[2]]) }, { verify: oneOf(false) }),
  ])(by)
const cookie = oneOf('SERVERID', 'JSESSIONID', '__Host-s', 'a-b')
const lines = {
  nginx: {
    frontend: oneOf('        large_client_header_buffers 4 16k;'),
    location: oneOf('            proxy_buffers 8 16k;'),
    backend: oneOf('        keepalive_requests 100;'),
    servers: oneOf('max_conns=99'),
  },
  haproxy: {
    frontend: oneOf('    rate-limit sessions 900'),
    backend: oneOf('    fullconn 900'),
    servers: oneOf('maxconn 99'),
  },
}
const extraOf = (balancer: unknown): Make =>
  balancer === 'nginx' || balancer === 'haproxy' ? some(lines[balancer]) : oneOf('    # own')
const route = some({
  hosts: ({ shuffled, one }) => shuffled(names).slice(0, one([1, 2])),
  path: oneOf(
    '/',
    '/api',
    '/api/',
    '/a b'.replace(' ', '%20'),
    '/login',
    '/$x',
    '/x.(y)',
    "/it's",
    '/a~b',
    '/"',
  ),
  exact: oneOf(true),
  header: some(
    { value: oneOf('beta', 'a "b"', "c'd", '^x$', 'a\\b') },
    { name: oneOf('X-Version', 'Accept-Language', 'x_y') },
  ),
  pool: oneOf('pages', 'api'),
  answer_timeout: seconds,
  tunnel_timeout: oneOf(1, 60, 86_400),
})
const tls = some(
  {
    names: ({ shuffled }) => shuffled(['www.example.org', 'a.example.net']).slice(0, 1),
    minimum: oneOf('1.3', '1.2', 1.3, 1.2),
    hsts: oneOf({}, { include_subdomains: true, preload: true }, { max_age: 0 }),
  },
  { certificates: ({ shuffled, one }) => shuffled(pairs).slice(0, one([1, 2, 3])) },
)

/** The words of a service, by themselves. */
const ofService = (balancer: string): Readonly<Record<string, Make>> => ({
  check: checkFor(balancer),
  scheduler,
  realservers: oneOf(...groups),
  mode: oneOf('http', 'tcp'),
  hosts: ({ shuffled, one }) => shuffled(names).slice(0, one([1, 2, 3])),
  pool: oneOf('pages', 'api'),
  routes: list(route, 1, 2, 4),
  forwarding: oneOf('dr', 'nat', 'tun'),
  protocol: oneOf('udp', 'tcp'),
  also: oneOf(
    [443],
    ['8000-8010'],
    [{ port: 53, protocol: 'udp', check: { type: 'dns' } }],
    [21, '30000-30100'],
  ),
  persistence_timeout: oneOf(1, 300),
  persistence_granularity: oneOf('255.255.255.0', '64'),
  one_packet: oneOf(true),
  quorum: oneOf(2, 3),
  hysteresis: oneOf(1),
  backend_port: oneOf(8080, 8081, 9000),
  backend: oneOf('none'),
  tls,
  redirect: oneOf('https', { status: 308 }, { port: 8443 }),
  backend_tls: backendTls,
  sticky: some({ cookie, by: oneOf('balancer', 'application') }),
  limits: some({
    requests: oneOf(1, 50),
    connections: oneOf(20),
    except: oneOf(['192.0.2.9/24', 'fd00::7'], ['10.0.0.0/8']),
  }),
  slow_start: oneOf(1, 30),
  answer_timeout: seconds,
  tunnel_timeout: oneOf(1, 60, 604_800),
  streams: oneOf([{ path: '/ws' }, { path: '/events', kind: 'events', connections: 2 }]),
  max_body: oneOf('1k', '20m', '2g'),
  compress: oneOf(true),
  static_max_age: oneOf(1, 86_400),
  security_headers: oneOf(
    true,
    { 'Content-Security-Policy': "default-src 'self'; img-src *" },
    { 'X-A': 'a "b" $c \\ {d} %e' },
  ),
  proxy_protocol: oneOf({ in: true }, { out: 'v1' }, { in: true, out: 'v2' }),
  sorry_page: oneOf(true),
  inhibit_on_failure: oneOf(true),
  sorry_server_inhibit: oneOf(true),
  extra: extraOf(balancer),
})

const poolWords = (balancer: string): Make =>
  some({
    realservers: oneOf(...groups),
    port: oneOf(8080, 9000),
    backend: oneOf('none'),
    scheduler,
    weights: oneOf({ rs1: 0 }, { rs1: 5, rs2: 10 }),
    check: checkFor(balancer),
    backend_tls: backendTls,
    answer_timeout: seconds,
    tunnel_timeout: oneOf(60),
    max_body: oneOf('2g'),
    extra: extraOf(balancer),
  })

const ofVip: Readonly<Record<string, Make>> = {
  also: oneOf(['10.77.0.110'], ['fd00::110'], ['10.77.0.111/32', 'fd00::111/64', '10.77.0.112']),
  name: oneOf('front', 'inside'),
  vmac: oneOf(true),
  label: oneOf('web', '0'),
  owner: oneOf('d1', 'd2', 'd3'),
  together: oneOf('site'),
  routes: oneOf(
    [{ to: '10.9.0.0/16', via: '10.77.0.1' }],
    [{ to: '0.0.0.0/0', via: '10.77.0.1', src: '10.77.0.100', table: 100 }],
    [{ to: '::/0', via: 'fd00::1', metric: 5 }],
  ),
  rules: oneOf(
    [{ priority: 100, table: 100, from: '10.77.0.100' }],
    [{ priority: 90, table: 100, iif: 'lo', fwmark: 7 }],
  ),
  extra: oneOf('    garp_master_repeat 3'),
}
const ofVrrp: Readonly<Record<string, Make>> = {
  version: oneOf(2, 3),
  profile: oneOf('fast', 'default'),
  advert_interval: oneOf(0.01, 0.08, 0.25, 1, 3, 40.95),
  preempt: oneOf(false),
  preempt_delay: oneOf(4.5, 0, 1000),
  unicast: oneOf(true),
  peers: oneOf(
    [{ address: '10.77.0.9', priority: 30 }],
    [{ address: '10.77.0.9' }, { name: 'router', address: 'fe80::9', priority: 255 }],
  ),
  auth_type: oneOf('PASS', 'AH'),
  auth_pass: oneOf('geheim', 'a"b c', "it's", 'p#1!'),
  garp_refresh: oneOf(0, 1, 86_400),
  bfd: oneOf(
    [{ neighbor: '10.77.0.1' }],
    [{ neighbor: '10.77.0.1', interval: 0.05, multiplier: 5 }, { neighbor: 'fd00::1' }],
  ),
  track: some({ by: oneOf('script', 'process'), interval: seconds, fall: oneOf(1, 5), rise: oneOf(1, 5) }),
}
const ofCluster: Readonly<Record<string, Make>> = {
  php: oneOf(true, { packages: ['php-mysql'] }),
  backend: oneOf('nginx', 'tomcat', 'apache', 'none'),
  max_connections: oneOf(100, 250_000),
  sessions: oneOf({ key: 'a'.repeat(64) }),
  trusted_proxies: oneOf(['192.0.2.9/24', '2001:DB8::1/32'], ['203.0.113.5']),
  nat: oneOf({ gateway: '10.77.0.1' }, { gateway: '10.77.0.254', clients: ['10.0.0.0/8'], masquerade: true }),
  hosts_entries: oneOf(true, { domain: 'example.org' }),
  ssh_trust: oneOf(true),
  connection_sync: oneOf(true),
  ipvs_timeouts: some({ tcp: oneOf(600), tcp_fin: oneOf(60), udp: oneOf(30) }),
  ipvsadm_rules: oneOf(true),
  notify: some({
    mail: oneOf(['ops@example.org', 'a+b@example.org']),
    from: oneOf('k@example.org'),
    smtp: oneOf('mail.example.org', '192.0.2.25'),
    services: oneOf(['cron'], ['my@1.service']),
    mode: oneOf('mb', 'mm'),
  }),
  monitoring: oneOf(
    { scrapers: ['10.77.0.31'] },
    { scrapers: ['10.77.0.0/24', 'fd00::/64'], ports: { node: 9101 } },
  ),
  extra: oneOf(
    { keepalived: '    vrrp_garp_master_delay 1' },
    { haproxy: { defaults: '    timeout queue 3s' } },
    { nginx: { http: '    gzip on;' } },
  ),
}

/** Sites behind one port, by names and paths. */
const manySites: (by: Chance) => object = (by) => ({
  pools: { pages: {}, api: { port: 9000 } },
  services: [
    {
      ...{ port: 443, hosts: ['www.example.org', '*.example.net'], pool: 'pages' },
      tls: { certificates: by.one([pairs.slice(0, 2), pairs]) },
      routes: [{ path: '/api', pool: 'api' }],
    },
    { port: 80, redirect: 'https' },
  ],
})

/** Grows a cluster by chance, a word at a time, of which lint has no mistake to tell. */
export function randomCluster(
  seed: number,
  { steps = 60, streams = true } = {},
): { readonly members: readonly Member[]; readonly words: Draft } {
  const by = chance(seed)
  const balancer = by.one(['ipvs', 'nginx', 'haproxy', 'nginx', 'haproxy', 'none'])
  const directors = by.one([1, 2, 2, 2, 3])
  const realservers = balancer === 'none' ? 0 : by.one([1, 2, 2, 3, 4])
  const ipv6 = by.happens(0.15)
  const isProxy = balancer === 'nginx' || balancer === 'haproxy'
  let draft: Draft = {
    cluster: {
      name: 'web',
      balancer,
      vips: [{ address: ipv6 ? 'fd00::100' : '10.77.0.100', vrid: 77 }],
      services: [{ port: by.one([80, 443, 8080]) }],
      ...(isProxy && by.happens(0.5) ? manySites(by) : {}),
    },
    directors: Object.fromEntries(Array.from({ length: directors }, (_, index) => [`d${index + 1}`, {}])),
    realservers: Object.fromEntries(
      Array.from({ length: realservers }, (_, index) => [`rs${index + 1}`, {}]),
    ),
  }
  const addressOf = (base: number, index: number) =>
    ipv6 ? `fd00::${base + index}` : `10.77.0.${base + index}`
  const membersOf = ({ cluster, ...rest }: Draft): readonly Member[] => [
    ...Object.entries(rest.directors).map(([name, director], index) =>
      member(name, addressOf(11, index), ['directors'], { cluster, director }),
    ),
    ...Object.entries(rest.realservers).map(([name, realserver], index) =>
      member(
        name,
        addressOf(21, index),
        ['realservers', ...groups.filter((_, at) => (index + at) % 2 === 0)],
        { cluster, realserver },
      ),
    ),
    member('client', addressOf(31, 0), ['clients'], { cluster }),
  ]
  const soundOf = (one: Draft) => {
    if (!streams && balancer === 'nginx' && /"mode":"tcp"/.test(JSON.stringify(one))) return undefined
    if (!vocabulary.cluster.safeParse(one.cluster).success) return undefined
    if (complaintsAbout('variables', { cluster: one.cluster }).length > 0) return undefined
    const members = membersOf(one)
    const { clusters, problems } = resolveClusters(members)
    if (problems.some(({ severity }) => severity === 'error')) return undefined
    return clusters.length === 1 ? members : undefined
  }
  let members = soundOf(draft)
  const services = (one: Draft) => {
    const vips = one.cluster.vips as Record<string, unknown>[]
    return [one.cluster.services, ...vips.map((vip) => vip.services)].filter(Array.isArray) as Record<
      string,
      unknown
    >[][]
  }
  const moves: readonly ((next: Draft) => void)[] = [
    (next) => {
      const [word, make] = by.one(Object.entries(ofCluster))
      next.cluster[word] = make(by)
    },
    ...Array(4).fill((next: Draft) => {
      const service = by.one(services(next).flat())
      const [word, make] = by.one(Object.entries(ofService(balancer)))
      service[word] = make(by)
    }),
    (next) => {
      const service = by.one(services(next).flat())
      const words = by.shuffled(Object.entries(ofService(balancer))).slice(0, 2)
      for (const [word, make] of words) service[word] = make(by)
    },
    (next) => {
      const made = some(ofService(balancer), { port: oneOf(80, 443, 8080, 8443, 25, 53, 514, 3306) })
      by.one(services(next)).push(made(by) as Record<string, unknown>)
    },
    ...Array(isProxy ? 2 : 0).fill((next: Draft) => {
      const service = by.one(services(next).flat())
      service.routes = [...((service.routes as unknown[] | undefined) ?? []), route(by)]
    }),
    (next) => {
      const one = by.one(services(next))
      one.push({ port: by.one([80, 443, 8443]), hosts: [by.one(names)] })
    },
    (next) => {
      next.cluster.pools = {
        ...(next.cluster.pools as object),
        [by.one(['pages', 'api'])]: poolWords(balancer)(by),
      }
    },
    (next) => {
      const vip = by.one(next.cluster.vips as Record<string, unknown>[])
      const [word, make] = by.one(Object.entries(ofVip))
      vip[word] = make(by)
    },
    (next) => {
      const vips = next.cluster.vips as unknown[]
      const own = by.happens(0.3)
        ? { services: [{ port: by.one([80, 443, 25]) }] }
        : by.happens(0.2)
          ? { services: [] }
          : {}
      vips.push({
        address: by.one(['10.77.0.101', '10.77.0.102/25', 'fd00::101', '10.77.0.103/32']),
        vrid: by.one([77, 78, 79]),
        ...own,
      })
    },
    (next) => {
      const [word, make] = by.one(Object.entries(ofVrrp))
      next.cluster.vrrp = { ...(next.cluster.vrrp as object), [word]: make(by) }
    },
    (next) => {
      const name = by.one(Object.keys(next.directors))
      next.directors[name] = {
        ...next.directors[name],
        ...by.one<Words>([
          { priority: 30 },
          { priority: 254 },
          { router_id: 'a-b_c' },
          { vips: { '10.77.0.100': { priority: 7 } } },
        ]),
      }
    },
    (next) => {
      const name = by.one([...Object.keys(next.realservers), ''])
      if (name === '') return
      next.realservers[name] = {
        ...next.realservers[name],
        ...by.one<Words>([
          { weight: 0 },
          { weight: 300 },
          { weight: 65_535 },
          { backup: true },
          { max_fails: 0 },
          { fail_timeout: 30 },
        ]),
      }
    },
  ]
  for (let step = 0; step < steps; step++) {
    const next = structuredClone(draft)
    by.one(moves)(next)
    const sound = soundOf(next)
    if (sound === undefined) continue
    draft = next
    members = sound
  }
  if (members === undefined) throw new Error(`the cluster of ${seed} is not sound to begin with`)
  return { members, words: draft }
}
