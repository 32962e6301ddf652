import { X509Certificate } from 'node:crypto'
import { anyName, ownLoopback } from '../cluster/index.ts'
import { endpointOf } from '../model/endpoint.ts'
import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import type { CertificateStatus } from '../model/status.ts'
import { type HandshakeQuestion, handshakeWith } from '../sensors/handshakes.ts'
import type { ExpectedCluster, ExpectedService } from './expected.ts'
import type { Observed } from './observe.ts'

/** Machines that show certificates, each to itself. */
function shownBy(
  tier: ExpectedCluster,
  { tls, own: address, port, servers, proxyProtocol }: ExpectedService,
) {
  const says = (first: unknown) => (first ? ({ saysFirst: true } as const) : {})
  if (!tls) return []
  return tls.by === 'directors'
    ? // Those of the cluster behind show what clients of this one see.
      (tier.behind ?? tier).directors.map(({ host }) => ({
        host,
        address,
        port: servers[0] && tier.behind ? servers[0].port : port,
        ...says(proxyProtocol.in),
      }))
    : servers.map(({ host, port: own }) => ({
        ...{ host, address: ownLoopback, port: own },
        ...says(proxyProtocol.out),
      }))
}

function servicesOf({ vips, isBehind }: ExpectedCluster) {
  if (isBehind) return []
  return vips.flatMap(({ address, services }) =>
    // Services that share a port show each other's certificates.
    services
      .filter(({ port }, index) => services.findIndex((one) => one.port === port) === index)
      .map((service) => ({ address, service })),
  )
}

/** The handshakes that a machine is to make with itself. */
export function ownHandshakes(tier: ExpectedCluster, host: string): readonly Query<unknown>[] {
  return servicesOf(tier).flatMap(({ service }) =>
    shownBy(tier, service)
      .filter((one) => one.host === host)
      .flatMap((at) => (service.tls?.handshakes ?? []).map(({ name }) => handshakeWith(own(at, name)))),
  )
}

function own(
  { address, port, saysFirst }: Pick<HandshakeQuestion, 'address' | 'port' | 'saysFirst'>,
  name: string | undefined,
) {
  return { address, port, ...(name === undefined ? {} : { name }), ...(saysFirst ? { saysFirst } : {}) }
}

const day = 86_400_000

/** What clients of each service are shown, as far as who shows it can be asked. */
export function certificatesOf(
  tier: ExpectedCluster,
  members: ReadonlyMap<string, Observed | Failure>,
): readonly CertificateStatus[] {
  return servicesOf(tier).flatMap(({ address, service }) =>
    (service.tls?.handshakes ?? []).map(({ name, fingerprints: [wanted] }) => {
      const seen = shownBy(tier, service).flatMap(({ host, ...at }) => {
        const member = members.get(host)
        if (!member || member instanceof Failure) return []
        const reading = member.read(handshakeWith(own(at, name)))
        // Without openssl or curl nobody can tell.
        if (!reading) return []
        const shown = reading.made ? readable(reading.certificates[0]) : undefined
        const isOther = !shown || (wanted !== undefined && shown.fingerprint !== wanted)
        return [{ host, isOther, until: shown?.until, now: reading.made ? reading.now : 0 }]
      })
      const [first] = seen
        .flatMap(({ until, now }) => (until === undefined ? [] : [{ until, now }]))
        .toSorted((a, b) => a.until - b.until)
      return {
        service: `${service.protocol} ${endpointOf({ address, port: service.port })}`,
        ...(name === undefined ? {} : { name: name.replace(anyName, '*') }),
        ...(first
          ? { until: new Date(first.until).toISOString(), days: Math.floor((first.until - first.now) / day) }
          : {}),
        others: seen.filter(({ isOther }) => isOther).map(({ host }) => host),
      }
    }),
  )
}

function readable(text = ''): { readonly fingerprint: string; readonly until: number } | undefined {
  try {
    const { fingerprint256, validTo } = new X509Certificate(text)
    return { fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(), until: Date.parse(validTo) }
  } catch {
    return undefined
  }
}
