import { type No, secondsOf } from '../proxy.ts'
import { type HaproxyLine, type Section, textOf } from './sections.ts'
import type { Servers } from './servers.ts'

/** How realservers were checked, in the words of the inventory. */
export interface Checking {
  readonly words: Readonly<Record<string, unknown>>
  /** Lines of the backend that say what has no word, and stay. */
  readonly kept: readonly HaproxyLine[]
  readonly remarks: readonly string[]
}

const ofChecks = /^(option (httpchk|smtpchk)|http-check (send|connect|expect))\b/
/** Checks that speak a language of their own, beside a connection: HAProxy goes on with them where ours only connects. */
const spoken =
  /^(option (ssl-hello-chk|mysql-check|pgsql-check|redis-check|ldap-check|tcp-check)|tcp-check)\b/

/** Does a line say how realservers are checked? */
export function isOfChecks(line: HaproxyLine): boolean {
  return ofChecks.test(textOf(line)) || spoken.test(textOf(line))
}

/** Reads how HAProxy checks the servers of a backend; `checks`: what they say of it themselves. */
export function checkOf(
  back: Section,
  defaults: readonly HaproxyLine[],
  { checks, isTls, checksTls }: Pick<Servers, 'checks' | 'isTls' | 'checksTls'>,
): No | Checking {
  const all = [...defaults, ...back.lines]
  const lastOf = (pattern: RegExp) => all.findLast((line) => pattern.test(textOf(line)))
  const time = (pattern: RegExp) => secondsOf(lastOf(pattern)?.words.at(-1) ?? '', 'ms')
  const interval = secondsOf(checks?.get('inter') ?? '2s', 'ms') ?? 2
  const limit = time(/^timeout check/) ?? time(/^timeout connect/) ?? interval
  const common = {
    interval,
    timeout: Math.min(limit, interval),
    retries: Number(checks?.get('fall') ?? 3) - 1,
    retry_delay: secondsOf(checks?.get('fastinter') ?? '', 'ms') ?? interval,
    ...(checks?.get('port') === undefined ? {} : { port: Number(checks.get('port')) }),
  }
  const unchecked = checks ? [] : ['its realservers were not checked, and are by a connection after apply']
  const kept = all.filter((line) => spoken.test(textOf(line)))
  const asked = all.findLast((line) => line.words[0] === 'option' && isOfChecks(line))
  const kind = asked?.words[1]
  if (asked && kind === 'smtpchk') {
    const [, , hello = 'HELO', name] = asked.words
    if (hello !== 'HELO') return { no: `option smtpchk ${hello} has no word`, at: asked.at }
    const helo = name === undefined ? {} : { helo: name }
    return { words: { type: 'smtp', ...helo, ...common }, kept: [], remarks: unchecked }
  }
  if (!asked || kind !== 'httpchk') return { words: { type: 'tcp', ...common }, kept, remarks: unchecked }
  const request = requestOf(
    asked,
    back.lines.filter((line) => /^http-check (send|connect)\b/.test(textOf(line))),
  )
  if ('no' in request) return request
  const expected = lastOf(/^http-check expect/)
  const status = expected ? statusOf(expected) : '200-399'
  if (typeof status === 'object' && 'no' in status) return status
  const { path, host, port, method } = request
  return {
    words: {
      type: isTls || checksTls || request.isTls ? 'https' : 'http',
      path,
      ...(host === undefined ? {} : { host }),
      ...(status === 200 ? {} : { status }),
      ...common,
      ...(port === undefined ? {} : { port }),
    },
    kept: [],
    remarks: [
      ...unchecked,
      ...(method === 'GET' ? [] : [`httpchk asked by ${method}, and asks by GET after apply`]),
    ],
  }
}

interface Request {
  readonly method: string
  readonly path: string
  readonly host?: string
  readonly port?: number
  readonly isTls: boolean
}

/** `option httpchk GET /up HTTP/1.1\r\nHost:\ www`, and since 2.2 `http-check connect ssl`, `http-check send meth GET uri /up`. */
function requestOf(asked: HaproxyLine, more: readonly HaproxyLine[]): Request | No {
  const [first, second, ...others] = asked.words.slice(2)
  const method = second === undefined ? 'OPTIONS' : (first ?? 'OPTIONS')
  const version = /^HTTP\/1\.[01](?:(?:\\r\\n)+Host:(?:\\ )*([A-Za-z0-9._:-]+)(?:\\r\\n)*)?$/i.exec(
    others.join(''),
  )
  if (others.length > 0 && !version) return { no: 'an httpchk with such headers has no word', at: asked.at }
  let request: Request = {
    ...{ method, path: second ?? first ?? '/', isTls: false },
    ...(version?.[1] === undefined ? {} : { host: version[1] }),
  }
  for (const { words, at } of more) {
    const [, kind, ...said] = words
    for (let index = 0; index < said.length; index++) {
      const word = said[index] ?? ''
      const value = () => said[++index] ?? ''
      if (kind === 'connect' && word === 'ssl') request = { ...request, isTls: true }
      else if (kind === 'connect' && (word === 'default' || word === 'linger')) continue
      else if (kind === 'connect' && word === 'port') request = { ...request, port: Number(value()) }
      else if (kind === 'send' && word === 'meth') request = { ...request, method: value() }
      else if (kind === 'send' && word === 'uri') request = { ...request, path: value() }
      else if (kind === 'send' && word === 'ver') value()
      else if (kind === 'send' && word === 'hdr' && said[index + 1]?.toLowerCase() === 'host') {
        value()
        request = { ...request, host: value().replaceAll(/^"|"$/g, '') }
      } else return { no: `${words.join(' ')} has no word`, at }
    }
  }
  return request
}

/** A status, a range, or a list of these; a regular expression says which of all they are. */
function statusOf({ words, at }: HaproxyLine): number | string | readonly (number | string)[] | No {
  const [, , kind, said = '', ...more] = words
  const no = { no: `${words.join(' ')} has no word`, at }
  if (more.length > 0) return no
  if (kind === 'status' && /^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(said)) {
    const parts = said.split(',').map((part) => (part.includes('-') ? part : Number(part)))
    return parts.length === 1 ? (parts[0] ?? 200) : parts
  }
  if (kind !== 'rstatus') return no
  let pattern: RegExp
  try {
    pattern = new RegExp(said.replaceAll(/^"|"$/g, ''))
  } catch {
    return no
  }
  const fit = Array.from({ length: 500 }, (_, index) => 100 + index).filter((one) =>
    pattern.test(String(one)),
  )
  const ranges: [number, number][] = []
  for (const one of fit) {
    const last = ranges.at(-1)
    if (last && last[1] === one - 1) last[1] = one
    else ranges.push([one, one])
  }
  if (ranges.length === 0 || ranges.length > 20) return no
  const parts = ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`))
  return parts.length === 1 ? (parts[0] ?? 200) : parts
}
