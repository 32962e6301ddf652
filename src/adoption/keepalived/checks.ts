import { lastOf, type Statement } from './blocks.ts'

/** A health check in the words of the inventory. */
export type AdoptedCheck = Readonly<Record<string, unknown>> & { readonly type: string }

/** The words, or why there are none; `remarks` say what the words mean a little otherwise. */
export type CheckReading =
  | { readonly check: AdoptedCheck; readonly remarks: readonly string[] }
  | { readonly why: string; readonly statement: Statement }

const types: Readonly<Record<string, string>> = {
  HTTP_GET: 'http',
  SSL_GET: 'https',
  TCP_CHECK: 'tcp',
  UDP_CHECK: 'udp',
  DNS_CHECK: 'dns',
  SMTP_CHECK: 'smtp',
  PING_CHECK: 'ping',
  MISC_CHECK: 'misc',
}

/** Keywords of all checkers, of which some are of virtual and real servers, too, and are what a check has where it says nothing. */
const rhythm = [
  'connect_timeout',
  'retry',
  'nb_get_retry',
  'nb_sock_retry',
  'delay_before_retry',
  'connect_port',
]

/** Keywords of a `url` that have words, and options of its `regex`. */
const ofUrls = ['path', 'status_code', 'digest', 'virtualhost', 'regex', 'regex_no_match', 'regex_options']
const regexOptions = ['caseless', 'multiline', 'dotall', 'extended', 'ungreedy', 'utf', 'ucp']

const ofType: Readonly<Record<string, readonly string[]>> = {
  http: ['url'],
  https: ['url'],
  udp: ['payload', 'require_reply'],
  dns: ['type', 'name'],
  smtp: ['helo_name', 'host'],
  misc: ['misc_path', 'misc_timeout', 'user'],
}

/** What a check takes from the server it is of. */
export interface Around {
  readonly address: string
  readonly port: number
  /** Statements of the real server and of its virtual server, the nearer first. */
  readonly defaults: readonly (readonly Statement[])[]
  /** Seconds between two checks. */
  readonly interval: number
}

/** Is this a health check? */
export function isCheck({ keyword }: Statement): boolean {
  return keyword in types || keyword === 'BFD_CHECK' || keyword === 'FILE_CHECK'
}

/** Reads a health check of a real server. */
export function readCheck(statement: Statement, around: Around): CheckReading {
  const type = types[statement.keyword]
  if (type === undefined) return { why: `${statement.keyword} has no word`, statement }
  const block = statement.block ?? []
  const unknown = block.find(({ keyword }) => ![...rhythm, ...(ofType[type] ?? [])].includes(keyword))
  if (unknown) return { why: `${unknown.keyword} of ${statement.keyword} has no word`, statement: unknown }
  const of = (...keywords: readonly string[]) =>
    [block, ...around.defaults]
      .map((level) => lastOf(level, ...keywords)?.values[0])
      .find((value) => value !== undefined)
  const inner = type === 'smtp' ? (lastOf(block, 'host')?.block ?? []) : []
  const oddHost = inner.find(({ keyword }) => keyword !== 'connect_port')
  if (oddHost) return { why: `${oddHost.keyword} of a host of SMTP_CHECK has no word`, statement: oddHost }
  const ported = lastOf(inner, 'connect_port')?.values[0] ?? lastOf(block, 'connect_port')?.values[0]
  const asked = Number(ported ?? around.port)
  const isPage = type === 'http' || type === 'https'
  const retries = Number(of('retry', 'nb_get_retry', 'nb_sock_retry') ?? defaultRetries[type] ?? 1)
  const pause = Number(of('delay_before_retry') ?? (isPage ? 3 : type === 'dns' ? around.interval : 1))
  const common = {
    interval: around.interval,
    timeout: Number(
      (type === 'misc' ? lastOf(block, 'misc_timeout')?.values[0] : of('connect_timeout')) ??
        (type === 'misc' ? around.interval : 5),
    ),
    retries,
    retry_delay: pause,
    ...(asked === around.port || type === 'ping' || type === 'misc' ? {} : { port: asked }),
  }
  if (isPage) return pages(type, statement, around, common)
  if (type === 'misc') return program(statement, around, common)
  const own = ownWords(type, block)
  if (typeof own === 'string') return { why: own, statement }
  return { check: { type, ...own, ...common }, remarks: [] }
}

const defaultRetries: Readonly<Record<string, number>> = { dns: 3, misc: 0 }

type Common = Readonly<Record<string, number>>

function ownWords(type: string, block: readonly Statement[]): Readonly<Record<string, unknown>> | string {
  if (type === 'udp') {
    const payload = lastOf(block, 'payload')
    const reply = lastOf(block, 'require_reply')
    const text = payload && textOf(payload.values)
    if (payload && text === undefined) return 'a payload of bytes that are no text has no word'
    if (reply && reply.values.length > 0) return 'an answer that must have certain bytes has no word'
    return { ...(text === undefined ? {} : { payload: text }), ...(reply ? { reply: true } : {}) }
  }
  if (type === 'dns')
    return {
      name: lastOf(block, 'name')?.values[0] ?? '.',
      record: lastOf(block, 'type')?.values[0] ?? 'SOA',
    }
  const helo = type === 'smtp' ? lastOf(block, 'helo_name')?.values[0] : undefined
  return helo === undefined ? {} : { helo }
}

/** Bytes as keepalived writes them, two digits each, where they are plain letters. */
function textOf(values: readonly string[]): string | undefined {
  const digits = values.map((value) => (value.length % 2 === 0 ? value : `0${value}`)).join('')
  if (!/^([2-7][0-9a-f])+$/i.test(digits)) return undefined
  return Buffer.from(digits, 'hex').toString('latin1')
}

function pages(type: string, statement: Statement, around: Around, common: Common): CheckReading {
  const urls = (statement.block ?? []).filter(({ keyword }) => keyword === 'url')
  const host = around.defaults
    .map((level) => lastOf(level, 'virtualhost')?.values[0])
    .find((value) => value !== undefined)
  const read: Record<string, unknown>[] = []
  for (const url of urls) {
    const block = url.block ?? []
    const unknown = block.find(({ keyword }) => !ofUrls.includes(keyword))
    if (unknown) return { why: `${unknown.keyword} of a url has no word`, statement: unknown }
    const statuses = lastOf(block, 'status_code')
    // Where nothing is said keepalived takes these.
    const status = statusesIn(statuses?.values ?? ['200-299'])
    if (statuses && status === undefined)
      return { why: 'these are no statuses from 100 to 599', statement: statuses }
    const asked = lastOf(block, 'virtualhost')?.values[0] ?? host
    const digest = lastOf(block, 'digest')?.values[0]
    const pattern = lastOf(block, 'regex')
    const regex = pattern && patternIn(pattern)
    const options = lastOf(block, 'regex_options')
    if (
      (pattern && regex === undefined) ||
      (options && !options.values.every((one) => regexOptions.includes(one)))
    )
      return {
        why: `${(regex === undefined ? pattern : options)?.raw} has no word`,
        statement: pattern ?? url,
      }
    read.push({
      path: lastOf(block, 'path')?.values[0] ?? '/',
      ...(status === undefined || status === 200 ? {} : { status }),
      ...(asked === undefined ? {} : { host: asked }),
      ...(digest === undefined ? {} : { digest }),
      ...(regex === undefined ? {} : { regex }),
      ...(regex !== undefined && lastOf(block, 'regex_no_match') ? { regex_no_match: true } : {}),
      ...(regex !== undefined && options ? { regex_options: options.values } : {}),
    })
  }
  const [first, ...also] = read
  if (!first) return { why: `${statement.keyword} names no url`, statement }
  return { check: { type, ...first, ...(also.length > 0 ? { also } : {}), ...common }, remarks: [] }
}

/** The pattern as PCRE sees it: between quotes keepalived takes a backslash away. */
function patternIn({ raw }: Statement): string | undefined {
  const [, said = ''] = /^\S+\s+(.*)$/s.exec(raw) ?? []
  const [, quoted] = /^"((?:\\.|[^"\\])*)"$/s.exec(said) ?? []
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/gs, '$1')
  return /["'\\\s]/.test(said) || said === '' ? undefined : said
}

/** Ours is called with the address and the port of the realserver. */
function program(statement: Statement, { address, port }: Around, common: Common): CheckReading {
  const block = statement.block ?? []
  const path = lastOf(block, 'misc_path')
  const user = lastOf(block, 'user')
  const said = path?.values.join(' ') ?? ''
  const ending = ` ${address} ${port}`
  if (!said.endsWith(ending))
    return {
      why: `a program that is not called with the realserver's address and port at its end has no word`,
      statement: path ?? statement,
    }
  if (user?.values.length !== 1)
    return { why: 'a program without one user has no word', statement: user ?? statement }
  return {
    check: { type: 'misc', program: said.slice(0, -ending.length), user: user.values[0], ...common },
    remarks: [],
  }
}

/** Statuses as the inventory says them; `undefined` where one of them is none. */
function statusesIn(words: readonly string[]): number | string | readonly (number | string)[] | undefined {
  if (words.length === 0 || !words.every((word) => /^[1-5]\d\d(-[1-5]\d\d)?$/.test(word))) return undefined
  const all = words.map((word) => (word.includes('-') ? word : Number(word)))
  return all.length === 1 ? all[0] : all
}
