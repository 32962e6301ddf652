import { X509Certificate } from 'node:crypto'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { certificatesOfFile } from '../../sensors/certificate-files.ts'
import { type HandshakeQuestion, handshakeWith } from '../../sensors/handshakes.ts'
import type { ExpectedCluster, ExpectedServer, ExpectedService } from '../expected.ts'
import type { ExpectedHandshake, ExpectedTls } from '../expected-tls.ts'
import type { Observed } from '../observe.ts'
import { lookingAt, type Sightings } from '../sightings.ts'
import { urlOf } from './direct.ts'

/** A handshake that somebody is asked to make, and what should come of it. */
interface Trial {
  readonly question: HandshakeQuestion
  readonly handshake: ExpectedHandshake
  readonly tls: ExpectedTls
}

function trialsAt(
  address: string,
  port: number,
  tls: ExpectedTls | undefined,
  saysFirst: unknown,
): readonly Trial[] {
  return (tls?.handshakes ?? []).map((handshake) => ({
    question: {
      ...{ address, port },
      ...(handshake.name === undefined ? {} : { name: handshake.name }),
      ...(saysFirst ? { saysFirst: true } : {}),
    },
    handshake,
    tls: tls as ExpectedTls,
  }))
}

function throughVips({ vips }: ExpectedCluster): readonly Trial[] {
  return vips.flatMap(({ address, services }) => {
    // Services that share a port show each other's certificates.
    const ports = new Map(services.toReversed().map((service) => [service.port, service]))
    return [...ports.values()]
      .toReversed()
      .flatMap(({ port, tls, proxyProtocol }) => trialsAt(address, port, tls, proxyProtocol.in))
  })
}

/** The services of all VIPs, each once. */
function servicesOf({ vips }: ExpectedCluster): readonly ExpectedService[] {
  const services = vips.flatMap((vip) => vip.services)
  return [...new Map(services.map((service) => [service.backend, service])).values()]
}

/** What a director shows that holds no VIP: balancers listen on all addresses, and so does what serves. */
function byItself(cluster: ExpectedCluster): readonly Trial[] {
  if (cluster.balancer === 'ipvs') return []
  const ports = new Map(servicesOf(cluster).map((service) => [`${service.own} ${service.port}`, service]))
  return [...ports.values()].flatMap(({ own, port, tls, proxyProtocol }) =>
    tls?.by === 'directors' ? trialsAt(own, port, tls, proxyProtocol.in) : [],
  )
}

/** What realservers show to the directors. */
function byRealservers(
  cluster: ExpectedCluster,
): readonly { readonly server: ExpectedServer; readonly trial: Trial }[] {
  // Those of the cluster behind say it themselves.
  if (cluster.behind) return []
  return servicesOf(cluster).flatMap(({ servers, tls, tlsBehind, proxyProtocol }) => {
    const shown = tlsBehind ?? (tls?.by === 'realservers' ? tls : undefined)
    return servers.flatMap((server) =>
      trialsAt(server.address, server.port, shown, proxyProtocol.out).map((trial) => ({ server, trial })),
    )
  })
}

/** The handshakes that a client makes through the VIPs. */
export function tlsThroughVips(cluster: ExpectedCluster): readonly Query<unknown>[] {
  return throughVips(cluster).map(({ question }) => handshakeWith(question))
}

/** The handshakes that a director makes: with itself, and with realservers. */
export function tlsAtDirector(cluster: ExpectedCluster): readonly Query<unknown>[] {
  const realservers = byRealservers(cluster).map(({ trial }) => trial)
  return [...byItself(cluster), ...realservers].map(({ question }) => handshakeWith(question))
}

/** Files of certificates, which tell what a process has not loaded. */
export function tlsFilesAt(cluster: ExpectedCluster, host: string): readonly Query<unknown>[] {
  return [...filesAt(cluster, host).values()].map(certificatesOfFile)
}

/** Where each certificate that a machine shows lies, by its fingerprint. */
export function filesAt(cluster: ExpectedCluster, host: string): ReadonlyMap<string, string> {
  const isDirector = cluster.directors.some((one) => one.host === host)
  const isRealserver = cluster.realservers.some((one) => one.host === host) && !cluster.behind
  const shown = servicesOf(cluster).flatMap(({ tls, tlsBehind }) => [
    ...(isDirector && tls?.by === 'directors' && cluster.balancer !== 'ipvs' ? [tls] : []),
    ...(isRealserver ? [tlsBehind, tls?.by === 'realservers' ? tls : undefined] : []),
  ])
  return new Map(shown.flatMap((one) => [...(one?.files ?? [])]))
}

/** Clients are shown the certificates of the inventory: through each VIP, by each director before it is needed, and by realservers. */
export function tlsProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const through = cluster.isBehind
    ? []
    : throughVips(cluster).map((trial): ProofResult => {
        const { outside, observer } = lookingAt(trial.question.address, seen)
        const from = observer ?? 'this computer'
        const common = {
          name: 'a client is shown the right certificate through the VIP',
          subject: subjectOf(trial.question),
        }
        if (outside instanceof Failure) return { ...common, verdict: 'unknown', seen: outside.message }
        const proof = judged(trial, outside, from, () => undefined)
        // From this computer nothing may be reachable at all, which says nothing of the cluster.
        const silent = proof.verdict === 'fail' && observer === undefined && proof.silent
        return resultOf(common, silent ? { ...proof, verdict: 'unknown' } : proof)
      })
  const asked = cluster.directors.flatMap(({ host }) => {
    const director = seen.atDirectors.get(host)
    return !director || director instanceof Failure ? [] : [{ host, director }]
  })
  const own = asked.flatMap(({ host, director }) =>
    byItself(cluster).map((trial) =>
      resultOf(
        {
          name: 'each director shows the right certificate',
          subject: `${host} ${subjectOf({ ...trial.question, address: '' })}`,
        },
        judged(trial, director, host, loadedBy(cluster, host, trial, seen)),
      ),
    ),
  )
  const behind = asked.slice(0, 1).flatMap(({ host, director }) =>
    byRealservers(cluster).map(({ server, trial }) =>
      resultOf(
        {
          name: 'each realserver shows the right certificate',
          subject: `${server.host} ${subjectOf({ ...trial.question, address: '' })}`,
        },
        judged(trial, director, host, loadedBy(cluster, server.host, trial, seen)),
      ),
    ),
  )
  return [...through, ...own, ...behind]
}

function subjectOf({ address, port, name }: HandshakeQuestion): string {
  const place = address === '' ? `port ${port}` : urlOf('tls', address, port, '').slice('tls://'.length)
  return name === undefined ? place : `${place} ${name}`
}

type Judgement = Omit<ProofResult, 'name' | 'subject'> & { readonly silent?: true }

function resultOf(
  common: Pick<ProofResult, 'name' | 'subject'>,
  { silent: _, ...proof }: Judgement,
): ProofResult {
  return { ...common, ...proof }
}

/** Why what is shown is another one than on the disk, if so; asked only where it is. */
type Loaded = () => { readonly cause: string; readonly next: string } | undefined

function loadedBy(
  cluster: ExpectedCluster,
  host: string,
  { handshake }: Trial,
  { members }: Sightings,
): Loaded {
  return () => {
    const [wanted = ''] = handshake.fingerprints
    const path = filesAt(cluster, host).get(wanted)
    const member = members.get(host)
    if (path === undefined || !member || member instanceof Failure) return undefined
    const held = member.read(certificatesOfFile(path))
    if (held.is !== 'file') return { cause: `${path} is not there`, next: 'understudy apply' }
    const [first] = certificatesOf([held.certificates])
    const program = path.split('/')[2] ?? ''
    return first && fingerprintOf(first) === wanted
      ? {
          cause: `${path} was replaced, and the running ${program} has not read it since`,
          next: `understudy apply; or on ${host}: systemctl reload ${program}`,
        }
      : { cause: `${path} holds another certificate`, next: 'understudy apply' }
  }
}

const day = 86_400_000

function judged({ question, handshake }: Trial, by: Observed, from: string, loaded: Loaded): Judgement {
  const reading = by.read(handshakeWith(question))
  const { address, port, name, saysFirst } = question
  const place = subjectOf({ address, port })
  const command = saysFirst
    ? `curl -vk --haproxy-protocol --connect-to ::${place} https://${name ?? address}:${port}/`
    : `openssl s_client -connect ${place}${name === undefined ? '' : ` -servername ${name}`}`
  const next = `on ${from}: ${command}`
  if (!reading && saysFirst)
    return {
      verdict: 'unknown',
      seen: `${from} has no curl that tells certificates`,
      next: `install curl 7.88 or later on ${from}`,
    }
  if (!reading)
    return { verdict: 'unknown', seen: `${from} has no openssl`, next: `install openssl on ${from}` }
  if (!reading.made)
    return {
      verdict: 'fail',
      expected: 'a handshake',
      seen: reading.why,
      cause: 'nobody speaks TLS there, or a firewall drops the port',
      next,
      silent: true,
    }
  const shown = certificatesOf(reading.certificates)
  const [own] = shown
  if (!own) return { verdict: 'fail', expected: 'a certificate', seen: 'none that can be read', next }
  const until = Date.parse(own.validTo)
  const days = Math.floor((until - reading.now) / day)
  const fingerprints = shown.map(fingerprintOf)
  const seen = `${titleOf(own)}, until ${new Date(until).toISOString().slice(0, 10)}, SHA-256 ${fingerprints[0]?.slice(0, 16)}…`
  const [wanted] = handshake.fingerprints
  if (wanted !== undefined && wanted !== fingerprints[0])
    return {
      verdict: 'fail',
      expected: handshake.certificate ?? '',
      seen,
      ...(loaded() ?? {
        cause: 'what answers there has another certificate than the inventory, or has not read the new one',
        next: `understudy apply; or ${next}`,
      }),
    }
  const missing = handshake.fingerprints.filter((one) => !fingerprints.includes(one))
  if (missing.length > 0)
    return {
      verdict: 'fail',
      expected: `${handshake.fingerprints.length} certificates: its own, and those that sign it`,
      seen: `${shown.length}`,
      cause: 'what answers there has not read the whole chain: clients would not know who signed it',
      next: `understudy apply; or ${next}`,
    }
  if (handshake.isIssued && own.issuer === own.subject)
    return {
      verdict: 'fail',
      expected: 'a certificate of the authority',
      seen: 'the one that stands in its place until it is issued',
      cause: 'the authority has not issued it',
      next: 'understudy apply; on the directors: journalctl -u understudy-acme',
    }
  if (days < 0)
    return {
      verdict: 'fail',
      expected: 'a certificate that holds',
      seen: `${titleOf(own)} has expired on ${new Date(until).toISOString().slice(0, 10)}`,
      cause: `it was not renewed; or the clock of ${from} is wrong`,
      next: handshake.isIssued
        ? 'on the directors: systemctl start understudy-acme; journalctl -u understudy-acme'
        : 'have it renewed, put it into the inventory, and: understudy apply',
    }
  if (name !== undefined && own.checkHost(name, { subject: 'never' }) === undefined)
    return { verdict: 'fail', expected: `a certificate for ${name}`, seen, next }
  return {
    verdict: 'pass',
    seen: `${titleOf(own)}, ${days} days left, ${reading.version}, asked from ${from}`,
  }
}

export function certificatesOf(texts: readonly string[]): readonly X509Certificate[] {
  return texts.flatMap((text) => {
    try {
      return [new X509Certificate(text)]
    } catch {
      return []
    }
  })
}

export function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase()
}

function titleOf({ subject, subjectAltName }: X509Certificate): string {
  return /\bDNS:([^,\s]+)/.exec(subjectAltName ?? '')?.[1] ?? subject.replaceAll('\n', ', ')
}
