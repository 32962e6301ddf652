import type { Facts } from '../model/facts.ts'
import { portName } from './apart.ts'
import { siteOn } from './applications.ts'
import type { ServedCertificate } from './certificates.ts'
import { type Told, toldOn } from './clients-told.ts'
import type { Cluster, Service } from './cluster.ts'
import { portsOfPrograms } from './own-servers.ts'
import { isAsLateAs, versionOn } from './program-versions.ts'
import { proxyOf } from './proxies.ts'
import type { ServiceTls } from './tls.ts'

/** One `server` of nginx: what a client is shown that asks for these names. Handlebars templates are strict, so nothing is ever absent. */
export interface Face {
  /** It is for clients that ask for none of the names, too. */
  readonly first: boolean
  /** As nginx writes them. */
  readonly names: string
  /** File of the certificate with its key. */
  readonly certificate: string | false
}

/** How TLS is spoken with clients on a port. */
export interface TlsVariables {
  /** Files of the certificates with their keys. */
  readonly certificates: readonly string[]
  /** As nginx writes them. */
  readonly protocols: string
  /** As HAProxy writes it. */
  readonly minimum: string
  readonly hsts: string | false
  readonly http3: boolean
}

/** Where clients are sent. */
export interface RedirectVariables {
  readonly status: number
  /** Such as `:8443`; empty for the usual one. */
  readonly port: string
}

/** How realservers are asked over TLS. */
export interface BackendTlsVariables {
  readonly verify: boolean
  /** File of the certificates of those who may sign theirs. */
  readonly authority: string | false
  readonly name: string | false
}

/** A page server of a machine's nginx: one or more ports that are served alike. */
export interface PageServer extends Face {
  readonly ports: readonly number[]
  readonly tls: TlsVariables | false
  readonly redirect: RedirectVariables | false
  /** How it learns who asks. */
  readonly told: Told
  /** Where the site lies that it serves; `false`: pages of the machine. */
  readonly root: string | false
}

/** A file of certificates, with a key where it is one that is served. */
export interface TlsFile {
  readonly path: string
  readonly chain: string
  readonly key: string
  /** An authority issues it to the machine itself. */
  readonly issued: boolean
}

/**
 * Of TLS 1.2: those of Mozilla's guideline for servers ("intermediate", wiki.mozilla.org/Security/Server_Side_TLS) that need no
 * parameters of their own. Those of TLS 1.3 are good as OpenSSL has them.
 */
export const tlsCiphers = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305']
  .flatMap((cipher) => [`ECDHE-ECDSA-${cipher}`, `ECDHE-RSA-${cipher}`])
  .join(':')

/** Where a program has its certificates: nobody else puts anything there. */
const tlsFolder = (program: 'nginx' | 'haproxy') => `/etc/${program}/understudy-tls`

/** The file of a certificate, which keeps its name when the certificate is renewed. */
function fileOf(program: 'nginx' | 'haproxy', port: string, { names: [name] }: ServedCertificate): string {
  return `${tlsFolder(program)}/${port}-${(name ?? 'addresses').replace('*', '_')}.pem`
}

function authorityFile(program: 'nginx' | 'haproxy', port: string): string {
  return `${tlsFolder(program)}/${port}-authority.pem`
}

/** How a program speaks TLS on a port. */
export function tlsVariables(
  program: 'nginx' | 'haproxy',
  port: string,
  { certificates, minimum, hsts, http3 }: ServiceTls,
): TlsVariables {
  return {
    certificates: certificates.map((one) => fileOf(program, port, one)),
    protocols: minimum === 1.3 ? 'TLSv1.3' : 'TLSv1.2 TLSv1.3',
    minimum: `TLSv${minimum}`,
    hsts: hsts ?? false,
    http3,
  }
}

/** The `server`s of nginx that a port takes: one for each certificate. */
export function facesOf(port: string, tls: Pick<ServiceTls, 'certificates'> | undefined): readonly Face[] {
  if (!tls) return [{ first: true, names: '_', certificate: false }]
  return tls.certificates.map((one, index) => ({
    first: index === 0,
    names: one.names.join(' ') || '_',
    certificate: fileOf('nginx', port, one),
  }))
}

export function redirectVariables({ redirect }: Service): RedirectVariables | false {
  return (
    redirect !== undefined && {
      status: redirect.status,
      port: redirect.port === 443 ? '' : `:${redirect.port}`,
    }
  )
}

/** How the balancer of a service speaks with realservers; `false`: in plain text, or it passes on what clients say. */
export function backendTlsVariables(
  program: 'nginx' | 'haproxy',
  { backendTls, mode, ...service }: Service,
): BackendTlsVariables | false {
  if (!backendTls || mode === 'tcp') return false
  return {
    verify: backendTls.verify,
    authority: backendTls.authority === undefined ? false : authorityFile(program, portName(service)),
    name: backendTls.name ?? false,
  }
}

/** How what serves pages speaks TLS there: with clients themselves, or with the balancer. */
function pageTls({ balancer }: Cluster, { tls, backendTls, isOwn }: Service): ServiceTls | undefined {
  if (isOwn) return undefined
  if (balancer === 'none') return tls
  return backendTls && { certificates: backendTls.certificates, names: [], minimum: 1.2, http3: false }
}

/** The file of a certificate on the directors that show it to clients of a service. */
export function servedFile(cluster: Cluster, service: Service, one: ServedCertificate): string {
  return fileOf(proxyOf(cluster) ?? 'nginx', portName(service), one)
}

/** That of one on the realservers, whose nginx shows it to whoever asks them: the balancer, or clients past it. */
export function fileBehind({ backendPort }: Service, one: ServedCertificate): string {
  return fileOf('nginx', `${backendPort}`, one)
}

/** What the nginx that serves pages listens to: plain ports together where they learn alike who asks, others each by itself. */
export function pageServersOf(cluster: Cluster, host: string): readonly PageServer[] {
  const services = cluster.vips.flatMap((vip) => vip.services)
  const taken = portsOfPrograms(cluster, host)
  const serving = services.filter(
    ({ redirect, until, backendPort, isOwn }) =>
      until === undefined && !isOwn && !taken.has(backendPort) && (cluster.balancer === 'none' || !redirect),
  )
  const byPort = [...new Map(serving.toReversed().map((one) => [one.backendPort, one])).values()].toReversed()
  const isPlain = (service: Service) => !pageTls(cluster, service) && !service.redirect
  const plain = byPort.filter(isPlain).map(({ backendPort }) => backendPort)
  const served = (port: number): Pick<PageServer, 'told' | 'root'> => ({
    told: toldOn(cluster, port),
    root: siteOn(cluster.applications, host, port) ?? false,
  })
  const alike = [...new Map(plain.map(served).map((one) => [`${one.told} ${one.root}`, one])).values()]
  return [
    ...alike.flatMap(({ told, root }) =>
      facesOf('', undefined).map((face) => ({
        ...face,
        ports: plain.filter((port) => served(port).told === told && served(port).root === root),
        tls: false as const,
        redirect: false as const,
        told,
        root,
      })),
    ),
    ...byPort
      .filter((service) => !isPlain(service))
      .flatMap((service) => {
        const { backendPort: port } = service
        const tls = pageTls(cluster, service)
        return facesOf(`${port}`, tls).map((face) => ({
          ...face,
          ports: [port],
          tls: tls ? tlsVariables('nginx', `${port}`, tls) : (false as const),
          redirect: redirectVariables(service),
          ...served(port),
        }))
      }),
  ]
}

/** Files of certificates that a machine needs for what it balances, and for what it serves. */
export function tlsFilesOf(
  cluster: Cluster,
  { balances, serves }: { readonly balances: boolean; readonly serves: boolean },
): readonly TlsFile[] {
  const program = proxyOf(cluster)
  const files = cluster.vips
    .flatMap((vip) => vip.services)
    .flatMap((service): readonly TlsFile[] => {
      const { backendPort, backendTls, tls, mode } = service
      const port = portName(service)
      const ofPages = serves ? pageTls(cluster, service) : undefined
      return [
        ...(balances && program ? servedFiles(program, port, tls?.certificates) : []),
        ...(balances && program && mode === 'http' && backendTls?.authority !== undefined
          ? [
              {
                path: authorityFile(program, port),
                chain: backendTls.authority.trim(),
                key: '',
                issued: false,
              },
            ]
          : []),
        ...(ofPages ? servedFiles('nginx', `${backendPort}`, ofPages.certificates) : []),
      ]
    })
  return [...new Map(files.map((one) => [one.path, one])).values()]
}

function servedFiles(
  program: 'nginx' | 'haproxy',
  port: string,
  certificates: readonly ServedCertificate[] = [],
): readonly TlsFile[] {
  return certificates.map((one) => ({
    path: fileOf(program, port, one),
    chain: one.chain,
    key: one.key,
    issued: one.isIssued ?? false,
  }))
}

/**
 * How nginx is told of HTTP/2. Every version takes the word of `listen`, but from 1.25.1 on they complain of it, and want a
 * directive that earlier ones do not know.
 */
export function httpTwoOf(cluster: Cluster, facts: Facts): 'word of listen' | 'directive' {
  const { version = '0' } = versionOn('nginx', cluster, facts) ?? {}
  return isAsLateAs(version, '1.25.1') ? 'directive' : 'word of listen'
}
