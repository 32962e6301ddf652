import { listeningAt, type No } from '../proxy.ts'
import { hstsIn, type TlsWords } from '../tls.ts'
import { type HaproxyLine, type Section, textOf } from './sections.ts'

/** Where a frontend listens. */
export interface Heard {
  readonly port: number
  readonly on?: readonly string[]
}

/** Where it listens in plain text and over TLS, and what it says about that. */
export interface Binds {
  readonly plain?: Heard
  readonly secured?: Heard
  readonly tls?: TlsWords
  /** The status by which those who come in plain text are sent to TLS. */
  readonly redirect?: 301 | 308
  readonly remarks: readonly string[]
}

const redirecting =
  /^(?:http-request )?redirect scheme https(?: code (\d+))?(?: (?:if !\s*\{ ssl_fc \}|unless \{ ssl_fc \}))?(?: code (\d+))?$/
const told = /^http-request (?:set|add)-header X-Forwarded-Proto https(?: if \{ ssl_fc \})?$/
const remembered = /^http-response set-header strict-transport-security (.+)$/i

/** Lines that say how clients are spoken with, or tell realservers of it as ours does. */
export function isOfTls(line: HaproxyLine): boolean {
  return [redirecting, told, remembered].some((one) => one.test(textOf(line)))
}

/** Reads the `bind`s of a frontend; `heading` are places that the head of an old `listen` names. */
export function bindsOf(front: Section, heading: readonly string[], vips: readonly string[]): Binds | No {
  const binds = front.lines.filter(({ words }) => words[0] === 'bind')
  const at = binds[0]?.at ?? front.at
  const places = { plain: [...heading], secured: [] as string[] }
  const certificates = new Set<string>()
  let minimum: string | undefined
  for (const { words, at: place } of binds) {
    const [, where = '', ...flags] = words
    const said = flagsOf(flags)
    if (!said) return { no: `bind … ${flags.join(' ')} has no word`, at: place }
    places[said.secured ? 'secured' : 'plain'].push(...where.split(','))
    for (const one of said.certificates) certificates.add(one)
    minimum = said.minimum ?? minimum
  }
  const heard = Object.entries(places).flatMap(([kind, all]) =>
    all.length > 0 ? [[kind, listeningAt(all, vips)] as const] : [],
  )
  if (heard.length === 0 || heard.some(([, one]) => one === undefined))
    return { no: 'only a bind of one port, for all addresses or for VIPs, has a word', at }
  if (places.secured.length > 0 && certificates.size === 0)
    return { no: 'a bind with TLS and without a certificate has no word', at }
  const lines = front.lines.map(textOf)
  const [, first, second] = lines.map((line) => redirecting.exec(line)).find((found) => found) ?? []
  const isRedirected = lines.some((line) => redirecting.test(line))
  const status = Number(first ?? second ?? 302)
  // 302, which HAProxy takes where nobody says another, becomes the one that browsers remember.
  if (isRedirected && ![301, 302, 308].includes(status))
    return { no: `a redirect by ${status} has no word`, at }
  const header = lines.map((line) => remembered.exec(line)?.[1]).find((one) => one !== undefined)
  const hsts = header === undefined ? undefined : hstsIn(header.replaceAll(/^"|"$|\\(?=[ ;])/g, ''))
  if (header !== undefined && !hsts) return { no: 'such a Strict-Transport-Security has no word', at }
  return {
    ...Object.fromEntries(heard),
    ...(places.secured.length > 0
      ? {
          tls: {
            certificates: [...certificates].map((certificate) => ({ certificate })),
            ...(minimum === 'TLSv1.3' ? { minimum: '1.3' as const } : {}),
            ...(hsts ? { hsts } : {}),
          },
        }
      : {}),
    ...(isRedirected ? { redirect: status === 308 ? 308 : 301 } : {}),
    remarks:
      isRedirected && status === 302
        ? ['the redirect to TLS is one by 301 after apply, and was one by 302']
        : [],
  }
}

interface Flags {
  readonly secured: boolean
  readonly certificates: readonly string[]
  readonly minimum?: string
}

/** `ssl crt /etc/haproxy/site.pem alpn h2,http/1.1`; a folder of certificates has no word. */
function flagsOf(flags: readonly string[]): Flags | undefined {
  const certificates: string[] = []
  let minimum: string | undefined
  for (let at = 0; at < flags.length; at += 1) {
    const flag = flags[at] ?? ''
    if (['transparent', 'ssl', 'no-sslv3', 'no-tlsv10', 'no-tlsv11', 'force-tlsv12', 'v4v6'].includes(flag))
      continue
    at += 1
    const value = flags[at] ?? ''
    if (flag === 'crt' && /^\/.*[^/]$/.test(value) && /\.[A-Za-z0-9]+$/.test(value)) certificates.push(value)
    else if (flag === 'ssl-min-ver' && /^TLSv1\.[0-3]$/.test(value)) minimum = value
    else if (flag !== 'alpn' && flag !== 'ciphers' && flag !== 'ciphersuites') return undefined
  }
  return { secured: flags.includes('ssl'), certificates, ...(minimum === undefined ? {} : { minimum }) }
}
