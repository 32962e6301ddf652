import {
  certificatesOnly,
  issuedFor,
  namesIn,
  readPair,
  type ServedCertificate,
  servedWith,
} from './certificates.ts'
import type { CheckSettings, ClusterSettings, ServiceSettings } from './vocabulary/index.ts'

/** How clients are spoken with over TLS. */
export interface ServiceTls {
  /** The first one is for clients that ask for none of their names. */
  readonly certificates: readonly ServedCertificate[]
  /** By which clients ask, beside those of the certificates. */
  readonly names: readonly string[]
  /** Version of TLS. */
  readonly minimum: 1.2 | 1.3
  /** Also by QUIC, on the port of UDP with the same number. */
  readonly http3: boolean
  /** Value of the header `Strict-Transport-Security`. */
  readonly hsts?: string
}

/** How realservers are spoken with over TLS. */
export interface BackendTls {
  readonly verify: boolean
  /** Certificates of those who may sign theirs, in PEM. */
  readonly authority?: string
  /** By which they are asked, and which their certificate has to be for. */
  readonly name?: string
  /** What our nginx there serves with. */
  readonly certificates: readonly ServedCertificate[]
}

/** Where clients are sent: the same name by TLS, on this port. */
export interface Redirect {
  readonly status: 301 | 308
  readonly port: number
}

/** The service that a redirect leads to; `undefined` where it cannot be told. */
export function targetOf(
  { redirect, hosts }: ServiceSettings,
  list: readonly ServiceSettings[],
): ServiceSettings | undefined {
  const encrypted = list.filter((one) => isEncrypted(one, list) || passesTls(one))
  const said = typeof redirect === 'object' ? redirect.port : undefined
  const ports = new Set(encrypted.map(({ port }) => port))
  const port = said ?? (ports.size > 1 ? 443 : encrypted[0]?.port)
  const there = encrypted.filter((one) => one.port === port)
  // Of several on that port, the one that is for the same names.
  const [name] = hosts ?? []
  return (
    there.find((one) => name !== undefined && one.hosts?.includes(name)) ??
    there.find((one) => !one.hosts) ??
    there[0]
  )
}

/** Do clients speak TLS with the realservers themselves, through a balancer that reads nothing of it? */
export function passesTls({ mode, backend_tls: behind }: ServiceSettings): boolean {
  return mode === 'tcp' && behind !== undefined
}

/** Do clients speak TLS with a service, as it says itself, or another one on its port? */
export function isEncrypted({ port, tls }: ServiceSettings, list: readonly ServiceSettings[]): boolean {
  return tls !== undefined || list.some((other) => other.port === port && other.tls !== undefined)
}

/** What all services on a port say of TLS together; each may have what it says of `hsts` for itself. */
function tlsOfPort(service: ServiceSettings, list: readonly ServiceSettings[]): ServiceTls | undefined {
  const sharing = list.filter(({ port }) => port === service.port)
  const said = sharing.flatMap(({ tls }) => tls ?? [])
  const [first] = said
  if (!first) return undefined
  const served = said.flatMap((one) =>
    one.acme ? [issuedFor(one.names)] : servedWith(one.certificates ?? []),
  )
  const asked = sharing.flatMap(({ hosts = [], routes }) => [
    ...hosts,
    ...routes.flatMap((one) => one.hosts ?? []),
  ])
  const hsts = (service.tls ?? first).hsts
  return {
    certificates: [...new Map(served.map((one) => [one.fingerprints[0] ?? one.names.join(), one])).values()],
    names: [...new Set([...said.flatMap(({ names }) => names), ...asked.map((name) => name.toLowerCase())])],
    minimum: first.minimum,
    http3: first.http3,
    ...(hsts ? { hsts: hstsOf(hsts) } : {}),
  }
}

/** The name by which realservers are known: what is said, or the first one that their certificate is for. */
export function backendName({ backend_tls: behind }: ServiceSettings): string | undefined {
  const [pair] = behind?.certificates ?? []
  const [own] = pair ? readPair(pair).chain : []
  return behind?.name ?? (own && namesIn(own).find((name) => !name.startsWith('*')))
}

/** Does what a health check of the service asks speak TLS? */
function isCheckedByTls(
  { tls, backend_tls: behind }: ServiceSettings,
  { balancer }: ClusterSettings,
): boolean {
  return behind !== undefined || (balancer === 'none' && tls !== undefined)
}

/** The check as it has to be made: over TLS, where the port that it asks speaks nothing else. */
export function checkOf(service: ServiceSettings, cluster: ClusterSettings): CheckSettings {
  const { check } = service
  return isCheckedByTls(service, cluster) ? byTls(check) : check
}

/** The same check over TLS, where it asks for a page of the port that clients get. */
export function byTls(check: CheckSettings): CheckSettings {
  return check.type === 'http' && check.port === undefined ? { ...check, type: 'https' } : check
}

/** What a service says of TLS, certificates and keys read. */
export function tlsOf(
  service: ServiceSettings,
  list: readonly ServiceSettings[],
): {
  readonly tls?: ServiceTls
  readonly redirect?: Redirect
  readonly backendTls?: BackendTls
} {
  const { redirect, backend_tls: behind } = service
  const tls = tlsOfPort(service, list)
  const target = redirect === undefined ? undefined : targetOf(service, list)
  const name = backendName(service)
  return {
    ...(tls ? { tls } : {}),
    ...(target
      ? { redirect: { status: typeof redirect === 'object' ? redirect.status : 301, port: target.port } }
      : {}),
    ...(behind
      ? {
          backendTls: {
            verify: behind.verify,
            ...(behind.authority === undefined ? {} : { authority: certificatesOnly(behind.authority) }),
            ...(name === undefined ? {} : { name }),
            certificates: servedWith(behind.certificates ?? []),
          },
        }
      : {}),
  }
}

/** RFC 6797, section 6.1. */
function hstsOf({
  max_age: age,
  include_subdomains: below,
  preload,
}: NonNullable<NonNullable<ServiceSettings['tls']>['hsts']>): string {
  return [`max-age=${age}`, ...(below ? ['includeSubDomains'] : []), ...(preload ? ['preload'] : [])].join(
    '; ',
  )
}
