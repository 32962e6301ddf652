import { extraWords } from '../extra-words.ts'
import { sharingServers } from '../pools.ts'
import { isNo, type No, type ProxiedService, type ProxyReading } from '../proxy.ts'
import { type TlsWords, withoutIdleRedirects } from '../tls.ts'
import { checkOf, isOfChecks } from './checks.ts'
import { isOfFrontends, ofBackends, rawOf, withFront } from './kept-lines.ts'
import { backendsAsked, isByName, isRoute } from './names.ts'
import { routed } from './routed.ts'
import { type HaproxyLine, type Section, sectionLines, textOf } from './sections.ts'
import { serversOf } from './servers.ts'
import { stickyOf } from './sticky.ts'
import { type Binds, bindsOf, type Heard, isOfTls } from './tls.ts'

/** A frontend with its backends, or both in one `listen`. */
interface Pair {
  readonly front: Section
  readonly backs: readonly Section[]
}

/** Lines of frontends that ours has, or that say what follows from elsewhere. */
const usualInFront =
  /^(mode|bind|default_backend|option (httplog|tcplog|forwardfor|dontlognull)|log global)\b/
const usualInBack =
  /^(mode|balance|server|option (forwardfor|httplog|tcplog|dontlognull)|default-server|log global|hash-type consistent)\b/
/** Lines of `defaults` that ours has. */
const usualInDefaults =
  /^(log global|mode|option (httplog|dontlognull|tcplog|redispatch|forwardfor)|balance|timeout client (50s|50000))\b/

/** Lines of `global` that ours has; others may stand in a second section of that name. */
const ofGlobal = /^(log (\/dev\/log|stdout)|stats socket|user|group|daemon|pidfile)\b/

/** Finds the ports that HAProxy of a director passes on as ours would; other sections are kept word by word. */
export function readProxyOfHaproxy(sections: readonly Section[], vips: readonly string[] = []): ProxyReading {
  const base = { program: 'haproxy' as const, services: [], extra: [], remarks: [] }
  const defaults = sections.filter(({ kind }) => kind === 'defaults')
  if (defaults.length > 1)
    return {
      ...base,
      why: { message: 'several sections of defaults have no word', at: defaults[1]?.at as HaproxyLine['at'] },
    }
  const usual = defaults[0]?.lines ?? []
  const odd = usual.filter((line) => !usualInDefaults.test(textOf(line)) && !ofBackends.test(textOf(line)))
  const backends = new Map(sections.filter(({ kind }) => kind === 'backend').map((one) => [one.name, one]))
  const fronts = sections.filter(({ kind }) => kind === 'frontend' || kind === 'listen')
  const readings = fronts.flatMap((front) =>
    readFront(front, backends, usual, vips).map((one) => [front, one] as const),
  )
  const fitting = readings.flatMap(([, one]) => (isNo(one) ? [] : [one]))
  const agreed = new Set(sharingServers(withoutIdleRedirects(fitting.map(({ service }) => service))))
  // Of what a frontend tells apart by names all is ours, or nothing.
  const apart = new Set(fitting.filter(({ service }) => !agreed.has(service)).map(({ pair }) => pair.front))
  const shared = fitting.filter(({ pair }) => !apart.has(pair.front)).map(({ service }) => service)
  if (shared.length === 0) {
    const [first] = readings.flatMap(([, one]) => (isNo(one) ? [one] : []))
    return {
      ...base,
      why: first ? { message: first.no, at: first.at } : { message: 'it passes nothing on to realservers' },
    }
  }
  const used = fitting
    .filter(({ service }) => shared.includes(service))
    .flatMap(({ pair }) => [pair.front, ...pair.backs])
  const others = sections.filter((one) => !used.includes(one) && !['global', 'defaults'].includes(one.kind))
  // A backend of ours that one of the others names as well stays for it.
  const named = JSON.stringify(others)
  const again = used.filter(({ kind, name }) => kind === 'backend' && named.includes(`"${name}"`))
  const kept = [...others, ...again]
  const globals = sections.filter(({ kind }) => kind === 'global').flatMap(({ lines }) => lines)
  const strange = globals.filter((line) => !ofGlobal.test(textOf(line)))
  return {
    ...base,
    services: shared,
    defaults: odd.filter(isOfFrontends).map(({ raw }) => raw),
    extra: [
      ...(strange.length > 0 ? ['global', ...strange.map(({ raw }) => `    ${raw}`)] : []),
      // What stands behind defaults takes them: those that the others had.
      ...(kept.length > 0 && defaults[0] ? sectionLines(defaults[0]) : []),
      ...kept.flatMap(sectionLines),
    ],
    remarks: [
      ...readings.flatMap(([front, one]) =>
        isNo(one)
          ? [{ message: `${front.kind} ${front.name} is kept verbatim: ${one.no}`, at: one.at }]
          : shared.includes(one.service)
            ? []
            : [
                {
                  message: `${front.kind} ${front.name} is kept verbatim: its realservers are otherwise elsewhere`,
                  at: front.at,
                },
              ],
      ),
      ...odd
        .filter((line) => !isOfFrontends(line))
        .map(({ words, at }) => ({
          message: `${words.join(' ')} of defaults has no word for frontends: they get what Understudy says there`,
          at,
        })),
    ],
  }
}

/** What a frontend passes on, one backend after the other: all of it, or what keeps it from being ours. */
function readFront(
  front: Section,
  backends: ReadonlyMap<string, Section>,
  defaults: readonly HaproxyLine[],
  vips: readonly string[],
): readonly (FrontReading | No)[] {
  const binds = bindsOf(front, portOfHeading(front), vips)
  if (isNo(binds)) return [binds]
  const { plain, secured, redirect } = binds
  const around = { defaults, heard: secured ?? plain, ...(binds.tls ? { tls: binds.tls } : {}) }
  if (front.kind === 'listen') {
    const read = readPair(front, { back: front, hosts: [] }, around)
    return [isNo(read) ? read : { ...read, service: withFront(front, read.service) }]
  }
  if (plain && secured && redirect === undefined)
    return [{ no: 'a frontend in plain text and over TLS, without a redirect, has no word', at: front.at }]
  const sent: readonly FrontReading[] =
    plain && redirect !== undefined ? [redirecting(front, plain, redirect, binds)] : []
  if (!secured && sent.length > 0) return sent
  const asked = backendsAsked(front)
  if (isNo(asked)) return [asked]
  const goesByName = asked.backends.every(isByName)
  const found = asked.backends.map(({ called, claims }) => {
    const back = backends.get(called)
    if (!back) return { no: `the backend ${called} is not here`, at: front.at }
    const hosts = goesByName ? claims.flatMap(({ host = [] }) => host) : []
    return readPair(front, { back, hosts }, around)
  })
  const [no] = found.filter(isNo)
  if (no) return [no]
  const read = found.flatMap((one) => (isNo(one) ? [] : [one]))
  const [first, ...others] = read
  if (!first) return [{ no: 'it names no backend for all', at: front.at }]
  if (goesByName) return [...sent, { ...first, service: withFront(front, first.service) }, ...others]
  const service = routed(
    front,
    asked,
    read.map((one) => one.service),
  )
  return isNo(service)
    ? [service]
    : [
        ...sent,
        {
          service: withFront(front, service),
          pair: { front, backs: read.flatMap(({ pair }) => pair.backs) },
        },
      ]
}

/** A frontend, or one of its places, that sends clients to TLS. */
function redirecting(
  front: Section,
  { port, on }: Heard,
  status: 301 | 308,
  { remarks }: Pick<Binds, 'remarks'>,
): FrontReading {
  return {
    pair: { front, backs: [front] },
    service: {
      at: front.at,
      ...(on ? { on } : {}),
      words: { port, redirect: status === 301 ? 'https' : { status } },
      ...{ real: [], remarks },
    },
  }
}

/** What counts for all backends of a frontend. */
interface Around {
  readonly defaults: readonly HaproxyLine[]
  readonly heard: Heard | undefined
  readonly tls?: TlsWords
}

interface FrontReading {
  readonly service: ProxiedService
  readonly pair: Pair
}

function readPair(
  front: Section,
  { back, hosts }: { readonly back: Section; readonly hosts: readonly string[] },
  { defaults, heard, tls }: Around,
): FrontReading | No {
  const isOfBack = (line: HaproxyLine) =>
    usualInBack.test(textOf(line)) || ofBackends.test(textOf(line)) || isOfChecks(line)
  const odd = front.lines.find(
    (line) =>
      !usualInFront.test(textOf(line)) &&
      !isOfFrontends(line) &&
      !(front.kind === 'frontend' ? isRoute(line) || isOfTls(line) : isOfBack(line)),
  )
  if (odd) return { no: `${odd.words[0]} has no word here`, at: odd.at }
  if (!heard) return { no: 'it listens nowhere', at: front.at }
  const { port, on } = heard
  const all = [...defaults, ...back.lines]
  const lastOf = (...first: readonly string[]) =>
    all.findLast((line) => textOf(line).startsWith(first.join(' ')))
  const mode = [...defaults, ...front.lines].findLast(({ words }) => words[0] === 'mode')?.words[1] ?? 'tcp'
  if ((hosts.length > 0 || tls) && mode === 'tcp')
    return { no: 'names and TLS of what is passed on as connections have no word', at: front.at }
  if (mode !== 'http' && mode !== 'tcp') return { no: `the mode ${mode} has no word`, at: front.at }
  const balance = lastOf('balance')
  const method = balance?.words[1] ?? 'roundrobin'
  const schedulers: Readonly<Record<string, string>> = {
    roundrobin: 'wrr',
    leastconn: 'wlc',
    source: 'sh',
    'static-rr': 'wrr',
  }
  const scheduler = schedulers[method]
  if (scheduler === undefined) return { no: `balance ${method} has no word`, at: balance?.at ?? back.at }
  const servers = serversOf(back, defaults)
  if (isNo(servers)) return servers
  if (servers.isTls && mode === 'tcp')
    return { no: 'connections that are passed on over TLS have no word', at: back.at }
  const check = checkOf(back, defaults, servers)
  if (isNo(check)) return check
  const backendPorts = new Set(servers.real.map((one) => one.port))
  const [backendPort] = backendPorts
  if (backendPort === undefined || backendPorts.size > 1)
    return { no: 'servers with different ports have no word', at: back.at }
  const cookie = stickyOf(all, servers.cookies, mode)
  if (isNo(cookie)) return cookie
  const verbatim = [
    ...all.filter((line) => ofBackends.test(textOf(line)) && line !== cookie.line),
    ...(front.kind === 'listen' ? [] : back.lines.filter((line) => !isOfBack(line))),
    ...check.kept,
  ]
  return {
    pair: { front, backs: [back] },
    service: {
      at: front.at,
      ...(on ? { on } : {}),
      words: {
        port,
        ...(hosts.length > 0 ? { hosts } : {}),
        ...(tls ? { tls } : {}),
        ...(mode === 'tcp' ? { mode } : {}),
        scheduler,
        ...(backendPort === port ? {} : { backend_port: backendPort }),
        check: check.words,
        ...(servers.isTls ? { backend_tls: { verify: false } } : {}),
        ...(servers.told ? { proxy_protocol: { out: servers.told } } : {}),
        ...(servers.slowStart === undefined ? {} : { slow_start: servers.slowStart }),
        ...(cookie.sticky ? { sticky: cookie.sticky } : {}),
        ...extraWords({ backend: rawOf(verbatim), servers: servers.kept }, 'backend'),
      },
      real: servers.real,
      called: back.name,
      remarks: [...check.remarks, ...cookie.remarks],
    },
  }
}

/** `listen web :80`, as old ones say it. */
const portOfHeading = ({ raw }: Section) =>
  raw
    .split(/\s+/)
    .slice(2)
    .filter((word) => /:\d+$/.test(word))
