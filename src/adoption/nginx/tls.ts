import type { No } from '../proxy.ts'
import { hstsIn, type TlsWords } from '../tls.ts'
import type { Directive } from './blocks.ts'

/** How a `server` speaks TLS: `ours` are the directives that the words stand for, or that say what ours say by themselves. */
export interface ServerTls {
  readonly tls?: TlsWords
  readonly ours: readonly Directive[]
  readonly remarks: readonly string[]
}

/** Of these ours have what Mozilla's guideline says. */
const guided =
  /^(ssl_(protocols|ciphers|prefer_server_ciphers|session_cache|session_timeout|session_tickets|dhparam|ecdh_curve|buffer_size|stapling|stapling_verify|trusted_certificate)|http2)$/

/** Where relative paths of nginx begin: at the file nginx.conf. */
const home = '/etc/nginx/'

/** Reads how a server speaks TLS; `usual` are the directives of `http` around it. */
export function tlsOfServer(
  block: readonly Directive[],
  usual: readonly Directive[],
  { at }: Directive,
): ServerTls | No {
  const odd = block.find(
    ({ name }) => name.startsWith('ssl_') && !guided.test(name) && !/^ssl_certificate(_key)?$/.test(name),
  )
  if (odd) return { no: `${odd.name} has no word`, at: odd.at }
  const pathsOf = (name: string) => {
    const own = block.filter((one) => one.name === name)
    return (own.length > 0 ? own : usual.filter((one) => one.name === name)).map(
      ({ values: [path = ''] }) => path,
    )
  }
  const [certificates, keys] = [pathsOf('ssl_certificate'), pathsOf('ssl_certificate_key')]
  if (certificates.length === 0 || certificates.length !== keys.length)
    return { no: 'a server with TLS and without a certificate has no word', at }
  if ([...certificates, ...keys].some((path) => /[$:]/.test(path)))
    return { no: 'certificates that are no files have no word', at }
  const header = block.find(
    ({ name, values }) => name === 'add_header' && /^strict-transport-security$/i.test(values[0] ?? ''),
  )
  const hsts = header && hstsIn(header.values[1] ?? '')
  const protocols = [...usual, ...block].findLast(({ name }) => name === 'ssl_protocols')?.values
  const whole = (path: string) => (path.startsWith('/') ? path : `${home}${path}`)
  const said = block.filter(({ name }) => guided.test(name) && name !== 'ssl_protocols' && name !== 'http2')
  return {
    tls: {
      certificates: certificates.map((path, index) => ({
        certificate: whole(path),
        key: whole(keys[index] ?? ''),
      })),
      ...(protocols && !protocols.includes('TLSv1.2') && protocols.includes('TLSv1.3')
        ? { minimum: '1.3' }
        : {}),
      ...(hsts ? { hsts } : {}),
    },
    ours: block.filter(
      (one) => one.name.startsWith('ssl_') || one.name === 'http2' || (hsts && one === header),
    ),
    remarks: [
      ...(said.length > 0
        ? [
            `${[...new Set(said.map(({ name }) => name))].join(', ')}: what Understudy says of TLS takes their place`,
          ]
        : []),
      ...(protocols?.some((one) => /^(SSLv|TLSv1$|TLSv1\.1$)/.test(one))
        ? ['TLS below 1.2 is not spoken any more after apply']
        : []),
    ],
  }
}

/** A server that does nothing but send clients to the same name by TLS, and the status by which it does. */
export function redirectOf(block: readonly Directive[]): 301 | 308 | undefined {
  const rest = block.filter(
    ({ name }) => !['listen', 'server_name', 'access_log', 'error_log'].includes(name),
  )
  const inner =
    rest.length === 1 && rest[0]?.name === 'location' && rest[0].values.join(' ') === '/'
      ? rest[0].block
      : rest
  const [only, ...more] = inner ?? []
  const [status = '', to = ''] = only?.values ?? []
  if (!only || more.length > 0 || only.name !== 'return' || !/^(301|308)$/.test(status)) return undefined
  return /^https:\/\/\$(host|server_name)\$request_uri$/.test(to) ? (Number(status) as 301 | 308) : undefined
}
