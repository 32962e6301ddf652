import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { Failure } from '../model/failure.ts'

/** Who may see the pages. With neither token nor header whoever reaches the address may: it has to be of loopback. */
export interface Access {
  /** What a reader has to know. Must not be shown, logged or sent. */
  readonly token?: string | undefined
  /** A header in which a proxy says who its reader is. */
  readonly identityHeader?: string | undefined
  /** Addresses and networks from which that header is believed, beside loopback. */
  readonly proxies: readonly string[]
  /** Names by which browsers may come, beside `localhost` and addresses. */
  readonly names: readonly string[]
}

/** Where it listens. */
export interface Listening {
  readonly address: string
  readonly port: number
}

/** Seconds for which a browser that told the token is known. */
export const sessionSeconds = 12 * 3600

/** Characters of a token, at least: one that can be guessed is none. */
const shortest = 16

/** Reads `HOST:PORT`, `[HOST]:PORT` or a port alone. Throws INVALID_INPUT. */
export function listeningAt(text: string): Listening {
  const [, host = '127.0.0.1', digits = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? []
  const address = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1')
  const port = Number(digits)
  if (digits !== '' && port <= 65_535 && ipaddr.isValid(address)) return { address, port }
  throw new Failure('INVALID_INPUT', `"${text}" is no address to listen on`, {
    next: 'write it as 127.0.0.1:8430 or [::1]:8430: addresses of this computer, no names',
  })
}

/** Throws INVALID_INPUT where strangers could read, or where what guards the pages guards nothing. */
export function refuseOpenDoors({ address }: Listening, access: Access): void {
  const { token, identityHeader, proxies } = access
  if (token !== undefined && token.length < shortest)
    throw new Failure('INVALID_INPUT', `the token has ${token.length} characters: it could be guessed`, {
      next: `let it have ${shortest} or more, such as from: openssl rand -hex 24`,
    })
  if (identityHeader !== undefined && !/^[A-Za-z][\w-]*$/.test(identityHeader))
    throw new Failure('INVALID_INPUT', `"${identityHeader}" is no name of a header`, {
      next: 'name the header in which the proxy says who its reader is, such as X-Forwarded-User',
    })
  for (const one of proxies)
    if (!ipaddr.isValid(one) && !ipaddr.isValidCIDR(one))
      throw new Failure('INVALID_INPUT', `"${one}" is neither an address nor a network`, {
        next: 'name the proxy as 192.0.2.7 or 192.0.2.0/24',
      })
  if (proxies.length > 0 && identityHeader === undefined)
    throw new Failure('INVALID_INPUT', 'a proxy is named, and no header in which it says who its reader is', {
      next: 'name it, such as --identity-header X-Forwarded-User, or leave --proxy out',
    })
  if (isLoopback(address) || token !== undefined || identityHeader !== undefined) return
  throw new Failure('INVALID_INPUT', `everybody who reaches ${address} could read the pages`, {
    next: 'give a token (--token-file, or $UNDERSTUDY_FLEET_TOKEN), name the header of a proxy that knows its readers (--identity-header), or listen on 127.0.0.1',
  })
}

/**
 * Whether a browser came by a name that is ours, as the header Host says: a page of somebody else whose name leads here by a trick
 * of DNS must not read ours.
 */
export function isOurName(host: string | undefined, { names }: Access): boolean {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase()
  const bare = name.replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || ipaddr.isValid(bare) || names.some((one) => one.toLowerCase() === name)
}

/** What a request brings along to be let in. */
export interface Coming {
  /** The address that it comes from. */
  readonly from: string | undefined
  readonly authorization: string | undefined
  readonly session: string | undefined
  /** What stands in the header of the proxy. */
  readonly identity: string | undefined
}

/** Whether somebody may read; `now` in milliseconds since the epoch. */
export function mayRead(access: Access, coming: Coming, now: number): boolean {
  const { token, identityHeader } = access
  if (token === undefined && identityHeader === undefined) return true
  if (identityHeader !== undefined && coming.identity && isProxy(coming.from, access)) return true
  if (token === undefined) return false
  const [, bearer] = /^Bearer +(\S+)$/i.exec(coming.authorization ?? '') ?? []
  if (bearer !== undefined && isToken(access, bearer)) return true
  return coming.session !== undefined && isSession(token, coming.session, now)
}

/** Whether that is the token; takes as long however much of it is right. */
export function isToken({ token }: Access, given: string): boolean {
  return token !== undefined && alike(given, token)
}

/** What a browser that told the token keeps, instead of it: until when it is known, and a proof that we said so. */
export function sessionFor(token: string, now: number): string {
  const until = Math.floor(now / 1000) + sessionSeconds
  return `${until}.${proofOf(token, until)}`
}

function isSession(token: string, session: string, now: number): boolean {
  const [, until = '', proof = ''] = /^(\d{1,12})\.([\w-]+)$/.exec(session) ?? []
  return alike(proof, proofOf(token, Number(until))) && Number(until) * 1000 > now
}

function proofOf(token: string, until: number): string {
  return createHmac('sha256', token).update(`understudy fleet serve ${until}`).digest('base64url')
}

function alike(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

function isLoopback(address: string): boolean {
  return ipaddr.process(address).range() === 'loopback'
}

function isProxy(from: string | undefined, { proxies }: Access): boolean {
  if (from === undefined || !ipaddr.isValid(from)) return false
  const address = ipaddr.process(from)
  if (address.range() === 'loopback') return true
  return proxies.some((one) => {
    const [network, bits] = ipaddr.isValidCIDR(one)
      ? ipaddr.parseCIDR(one)
      : ([ipaddr.process(one), undefined] as const)
    return (
      network.kind() === address.kind() &&
      address.match(network, bits ?? (network.kind() === 'ipv4' ? 32 : 128))
    )
  })
}
