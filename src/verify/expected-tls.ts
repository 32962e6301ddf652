import type { Cluster, ServedCertificate, Service } from '../cluster/index.ts'
import { anyName, certificateFor, fileBehind, servedFile } from '../cluster/index.ts'

/** What a client that asks by a name has to be shown. */
export interface ExpectedHandshake {
  /** Absent: it asks by none. */
  readonly name?: string
  /** Names the certificate by which it is told from others, for people. */
  readonly certificate?: string
  /** SHA-256 of it and of those that have to come along; nothing where a server of the user's own has it. */
  readonly fingerprints: readonly string[]
  /** An authority issues it to each machine, so that its names and its end are all that is known. */
  readonly isIssued?: true
}

/** Who speaks TLS for a service, and what is shown there. */
export interface ExpectedTls {
  /** Who has the certificates: the directors that balance or serve, or the realservers. */
  readonly by: 'directors' | 'realservers'
  readonly handshakes: readonly ExpectedHandshake[]
  /** Also by HTTP/3. */
  readonly byQuic?: true
  /** Where each certificate lies on those that show it, by its fingerprint. */
  readonly files: ReadonlyMap<string, string>
}

/** Names beyond those of the certificates that are asked for, at most: each is a handshake of its own. */
const namesAtMost = 50

/** What clients of a service are shown; `undefined` where it is spoken with in plain text. */
export function expectedTls(cluster: Cluster, service: Service): ExpectedTls | undefined {
  const { tls, mode, redirect } = service
  if (redirect) return undefined
  if (tls)
    return {
      by: 'directors',
      ...(tls.http3 ? { byQuic: true } : {}),
      handshakes: handshakesFor(tls.certificates, tls.names),
      files: filesOf(tls.certificates, (one) => servedFile(cluster, service, one)),
    }
  const isPassedOn = cluster.balancer === 'ipvs' || mode === 'tcp'
  return isPassedOn ? expectedBehind(service) : undefined
}

/** What realservers show to whoever asks them: to the balancer, or to clients past it. */
export function expectedBehind(service: Service): ExpectedTls | undefined {
  const { backendTls } = service
  if (!backendTls || service.redirect) return undefined
  const { certificates, name } = backendTls
  return {
    by: 'realservers',
    handshakes:
      certificates.length > 0
        ? handshakesFor(certificates, [])
        : [{ ...(name === undefined ? {} : { name }), fingerprints: [] }],
    files: filesOf(certificates, (one) => fileBehind(service, one)),
  }
}

function filesOf(
  certificates: readonly ServedCertificate[],
  fileOf: (one: ServedCertificate) => string,
): ReadonlyMap<string, string> {
  const known = certificates.filter(({ isIssued }) => !isIssued)
  return new Map(known.map((one) => [one.fingerprints[0] ?? '', fileOf(one)]))
}

function handshakesFor(
  certificates: readonly ServedCertificate[],
  names: readonly string[],
): readonly ExpectedHandshake[] {
  const asked = names
    .map((name) => name.toLowerCase())
    .slice(0, namesAtMost)
    .flatMap((name) => {
      const one = certificateFor(name, certificates)
      return one ? [{ one, name }] : []
    })
  return certificates.flatMap((one) => {
    const by = asked.filter((other) => other.one === one).map(({ name }) => name)
    return (by.length > 0 ? by : [askedOf(one)]).map((name) => handshakeOf(one, name?.replace('*', anyName)))
  })
}

function handshakeOf(one: ServedCertificate, name: string | undefined): ExpectedHandshake {
  const by = name === undefined ? {} : { name }
  if (one.isIssued) return { ...by, fingerprints: [], isIssued: true }
  return {
    ...by,
    certificate: `${one.names[0] ?? 'addresses'}, until ${new Date(one.until).toISOString().slice(0, 10)}, SHA-256 ${one.fingerprints[0]?.slice(0, 16)}…`,
    fingerprints: one.needed,
  }
}

/** The name by which this one is asked for, and no other. */
function askedOf({ names: [name] }: ServedCertificate): string | undefined {
  return name?.replace('*', anyName)
}
