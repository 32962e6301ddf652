import { sections } from '../haproxy-words.ts'
import { proxyOf } from '../proxies.ts'
import { linesOf } from '../user-lines.ts'
import {
  linesAt,
  linesOfBalancer,
  ofHaproxy,
  ofNginx,
  ofPools,
  ofServices,
  type Written,
} from './placed-lines.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  listedServices,
  type Subject,
  type Wrong,
  wrong,
} from './subject.ts'

/** Rules about lines of the user's own, which go into configurations as they are. */
export const snippetRules = {
  'lines-no-part': {
    severity: 'error',
    reason: 'Each program has parts of its own, and a line can stand in one of these alone.',
    source: 'nginx, ngx_http_upstream_module; HAProxy, Proxies; keepalived.conf(5), virtual_server',
    find: partsAreThere,
  },
  'lines-unread': {
    severity: 'warning',
    reason: 'Lines of a program that this cluster does not have are read by nobody.',
    source: 'docs/inventory.md, Lines of your own',
    find: somebodyReadsThem,
  },
  'lines-no-block': {
    severity: 'error',
    reason: 'Apache has one configuration, and no block for all servers.',
    source: 'Apache, Configuration Sections',
    find: apacheHasNoHttp,
  },
  'lines-broken': {
    severity: 'error',
    reason: 'A brace or section that is left open makes what stands behind it part of something else.',
    source: "nginx, Beginner's Guide; HAProxy, Configuration file format",
    find: linesAreWhole,
  },
  'lines-forget-headers': {
    severity: 'warning',
    reason: 'nginx inherits headers that are set around a location only where none is set within.',
    source: 'nginx, proxy_set_header',
    find: headersAreKept,
  },
} satisfies Family<'lines'>

function partsAreThere(subject: Subject): readonly Wrong[] {
  const { balancer } = subject.cluster
  if (balancer === 'none') return []
  const inOneLine = ({ part, path, text }: Written) =>
    part === 'servers' && balancer !== 'ipvs' && text.trimEnd().includes('\n')
      ? [
          wrong(
            subject,
            path,
            'what stands on behind a server is one line',
            'Write it in one line; lines of their own go into backend.',
          ),
        ]
      : []
  const noLocations = ({ path }: Written, why: string) =>
    wrong(subject, path, why, 'Write it in frontend or backend.')
  return [
    ...ofServices(subject).flatMap(({ service, lines }) =>
      lines.flatMap((one) => {
        const { part, path } = one
        if (balancer === 'ipvs' && (part === 'frontend' || part === 'location'))
          return [
            wrong(
              subject,
              path,
              `balancer: ipvs has no ${part}: a service is one virtual_server`,
              'Write it in backend, or in servers for every real_server.',
            ),
          ]
        if (service.redirect !== undefined && part !== 'frontend')
          return [
            wrong(
              subject,
              path,
              `port ${service.port} only sends clients elsewhere: there is nothing behind it`,
              'Write it in the service that clients are sent to, or in frontend.',
            ),
          ]
        if (part === 'location' && balancer === 'haproxy')
          return [noLocations(one, 'HAProxy has no locations')]
        if (part === 'location' && service.mode === 'tcp')
          return [noLocations(one, 'mode: tcp passes on what comes unread: there are no locations')]
        return inOneLine(one)
      }),
    ),
    ...ofPools(subject).flatMap((one) =>
      one.part === 'location' && balancer === 'haproxy'
        ? [noLocations(one, 'HAProxy has no locations')]
        : inOneLine(one),
    ),
  ]
}

/** Lines of a program that this cluster does not have are no mistake, but nobody reads them. */
function somebodyReadsThem(subject: Subject): readonly Doubt[] {
  const { cluster, settings } = subject
  const { balancer, backend } = cluster
  const { nginx, haproxy, realservers } = settings.extra
  const unread = (word: string, why: string, next: string) => doubtful(subject, ['extra', word], why, next)
  const isStream = listedServices(subject).some(({ service }) => service.mode === 'tcp')
  return [
    ...(nginx !== undefined && balancer !== 'nginx' && balancer !== 'none'
      ? [
          unread(
            'nginx',
            `no nginx balances here, whose lines these would be: balancer is ${balancer}`,
            'Leave it out; lines of the nginx that serves pages go into extra.realservers.',
          ),
        ]
      : []),
    ...(haproxy !== undefined && balancer !== 'haproxy' && balancer !== 'none'
      ? [unread('haproxy', `no HAProxy balances here: balancer is ${balancer}`, 'Leave it out.')]
      : []),
    ...(realservers !== undefined && backend !== 'nginx' && backend !== 'apache'
      ? [
          unread(
            'realservers',
            `neither nginx nor Apache serves pages here, whose lines these would be: backend is ${typeof settings.backend === 'string' ? backend : 'another cluster'}`,
            'Leave it out.',
          ),
        ]
      : []),
    ...(balancer === 'nginx' && typeof nginx === 'object' && nginx.stream !== undefined && !isStream
      ? [
          doubtful(
            subject,
            ['extra', 'nginx', 'stream'],
            'nginx has no stream block here: no service says mode: tcp',
            'Leave it out; or write a block of your own in main.',
          ),
        ]
      : []),
  ]
}

function apacheHasNoHttp(subject: Subject): readonly Wrong[] {
  const { realservers } = subject.settings.extra
  return subject.cluster.backend === 'apache' &&
    typeof realservers === 'object' &&
    realservers.http !== undefined
    ? [
        wrong(
          subject,
          ['extra', 'realservers', 'http'],
          'Apache has no http block',
          'Write it in server, which stands at the end of its configuration.',
        ),
      ]
    : []
}

/** What opens a section of HAProxy; what stands behind it is of that one. */
const sectionOf = (line: string) => {
  const [word = ''] = line.trim().split(/\s/)
  return sections.has(word) ? word : undefined
}

function linesAreWhole(subject: Subject): readonly Wrong[] {
  const { balancer } = subject.cluster
  const { extra, vips } = subject.settings
  const ofBalancer = linesOfBalancer(subject)
  const ofKeepalived = [
    ...(balancer === 'ipvs' ? ofBalancer : []),
    ...linesAt(['extra', 'keepalived'], extra.keepalived, 'server'),
    ...vips.flatMap((vip, index) => linesAt(['vips', index, 'extra'], vip.extra, 'server')),
  ]
  const behindHaproxy = balancer === 'haproxy' ? ofBalancer : []
  const sectioned = [
    ...behindHaproxy,
    ...linesAt(['extra', 'haproxy'], extra.haproxy, 'sections').filter(({ part }) => part !== 'sections'),
  ]
  return [
    ...ofHaproxy(subject).flatMap((one) => linesInNoSection(subject, one)),
    ...[...ofNginx(subject), ...ofKeepalived].flatMap((one) => {
      const { path, text } = one
      const line = unbalancedLine(text, ofKeepalived.includes(one))
      return line === undefined
        ? []
        : [
            wrong(
              subject,
              path,
              `line ${line} of these has a brace without its other half: what stands behind them would be of another block`,
              'Close every { that is opened here, and no other.',
            ),
          ]
    }),
    ...sectioned.flatMap(({ path, text }) => {
      const found = text.split('\n').flatMap((line) => sectionOf(line) ?? [])[0]
      return found === undefined
        ? []
        : [
            wrong(
              subject,
              path,
              `${found} begins a section of HAProxy: what stands behind these lines would be of that one`,
              'Write sections of your own in extra.haproxy, as a text or in sections.',
            ),
          ]
    }),
  ]
}

/** Lines that go to the end of haproxy.cfg have to begin a section. */
function linesInNoSection(subject: Subject, { path, part, text }: Written): readonly Wrong[] {
  const first = linesOf({ text, program: 'haproxy' }).find(({ code }) => code.trim() !== '')
  const [word = ''] = first?.code.trim().split(/\s/) ?? []
  if (part !== 'sections' || /^(?:\.|\{|$)/.test(word) || sections.has(word)) return []
  return [
    wrong(
      subject,
      path,
      `${word} stands in no section of its own: HAProxy would take it for a part of the last of ours`,
      'Begin with a section, such as frontend NAME; lines of global and defaults go into extra.haproxy.global and extra.haproxy.defaults.',
    ),
  ]
}

/** What tells where a block begins and ends; what stands in quotes or in a comment does not. */
const inNginx = /\n|\\.|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|(?<![^\s;{}])#[^\n]*|[{}]/g
const inKeepalived = /\n|"[^"\n]*"|[#!][^\n]*|[{}]/g

/** The line of the first brace that has no other half, as nginx and keepalived read them. */
function unbalancedLine(text: string, isKeepalived: boolean): number | undefined {
  const open: number[] = []
  const plain = text.replaceAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g, (one) =>
    one.replaceAll(/[^\n]/g, 'x'),
  )
  const pieces = plain.matchAll(isKeepalived ? inKeepalived : inNginx)
  let line = 1
  for (const [piece] of pieces) {
    if (piece === '{') open.push(line)
    else if (piece === '}' && open.pop() === undefined) return line
    else line += piece.split('\n').length - 1
  }
  return open[0]
}

/** A header that is set in a location makes nginx forget all that are set around it. */
function headersAreKept(subject: Subject): readonly Doubt[] {
  if (proxyOf(subject.cluster) !== 'nginx') return []
  return linesOfBalancer(subject)
    .filter(({ part }) => part === 'location')
    .flatMap(({ path, text }) => {
      const found = /^\s*(proxy_set_header|add_header)\s/m.exec(text)?.[1]
      return found === undefined
        ? []
        : [
            doubtful(
              subject,
              path,
              `${found} in a location makes nginx forget every ${found} around it: ${found === 'add_header' ? 'Strict-Transport-Security and cookies of sticky' : 'Host, X-Forwarded-For and WebSockets'} would be lost`,
              `Write it in frontend, where it comes beside these.`,
            ),
          ]
    })
}
