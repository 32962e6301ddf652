import { isAmong, written } from '../../cluster/index.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { ConnectionReading } from '../../sensors/at-once.ts'
import { connectionTo } from '../../sensors/connections.ts'
import { type HttpReading, httpAnswers } from '../../sensors/http.ts'
import type { ExpectedCluster, ExpectedServer, ExpectedService } from '../expected.ts'
import type { Observed } from '../observe.ts'
import type { Sightings } from '../sightings.ts'
import { type ConnectionVerdict, clientConnectionProof } from './client-connection.ts'
import { curlFor, directUrl, healthUrl, isPromised, promisedBy } from './direct.ts'

/** Services behind a VIP of which nothing is asked but a connection. */
function connectedTo({ vips }: ExpectedCluster) {
  return vips.flatMap(({ address, services }) =>
    services.filter(({ connects, page }) => connects && !page).map((service) => ({ address, service })),
  )
}

/** The connections that a client opens through the VIPs. */
export function connectionsThroughVips(cluster: ExpectedCluster) {
  return connectedTo(cluster).map(({ address, service: { port } }) => connectionTo({ address, port }))
}

/** The connections that a director opens to itself, at the address at which it serves while another holds the VIP. */
export function connectionsToItself(cluster: ExpectedCluster, host: string) {
  return connectedTo(cluster).flatMap(({ service }) =>
    service.servers.filter((server) => server.host === host).map(connectionTo),
  )
}

/** Through each VIP a client is let in, where all that is known of a service is that it takes connections. */
export function connectionProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return connectedTo(cluster).flatMap(({ address, service: { port } }) => {
    const asked = connectionTo({ address, port })
    const through = { name: 'a client can connect through the VIP', address, port, asked, judge: letIn }
    return clientConnectionProof(through, cluster, seen)
  })
}

function letIn(reading: ConnectionReading, from: string): ConnectionVerdict {
  const proof = connectionProof(reading, from)
  if (proof.verdict === 'pass') return proof
  const next = proof.verdict === 'fail' ? { next: 'on the director that holds the VIP: ss -ltnp' } : {}
  return { ...proof, cause: 'the holder does not serve it, or a firewall drops the port', ...next }
}

/** Each director serves itself, also the one that does not hold the VIP: it is proved before it is needed. */
export function ownProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  if (cluster.balancer !== 'none') return []
  return cluster.directors.flatMap(({ host }) => {
    const director = seen.atDirectors.get(host)
    if (!director || director instanceof Failure) return []
    const found = cluster.vips
      .flatMap(({ services }) => services)
      .flatMap((service) => {
        const server = service.servers.find((one) => one.host === host)
        return server ? ownProof(host, director, service, server) : []
      })
    return [...new Map(found.map((proof) => [proof.subject, proof])).values()]
  })
}

function ownProof(
  host: string,
  director: Observed,
  service: ExpectedService,
  server: ExpectedServer,
): readonly ProofResult[] {
  if (service.connects) {
    const common = { name: 'each director serves itself', subject: `${host} port ${server.port}` }
    return [{ ...common, ...connectionProof(director.read(connectionTo(server)), host) }]
  }
  const { page, health } = service
  if (!page) return []
  const url = directUrl(service, server)
  const common = { name: 'each director serves the page itself', subject: `${host} ${url}` }
  const answer = first(director.read(httpAnswers(url, 1)))
  const checked = health && first(director.read(httpAnswers(healthUrl(health, server), 1)))
  if (!answer)
    return [
      {
        ...common,
        verdict: 'unknown',
        seen: `${host} has neither curl nor wget`,
        next: `install curl on ${host}`,
      },
    ]
  if (!isPromised(page, answer.status))
    return [failing(common, promisedBy(page), answer.error ?? `status ${answer.status}`, url)]
  if (health && checked && !isAmong(health.status, checked.status))
    return [
      failing(
        common,
        `status ${written(health.status)} of its check`,
        checked.error ?? `status ${checked.status}`,
        healthUrl(health, server),
      ),
    ]
  return [{ ...common, verdict: 'pass', seen: `status ${answer.status}` }]
}

function first(reading: HttpReading) {
  return reading?.[0]
}

function failing(
  common: Pick<ProofResult, 'name' | 'subject'>,
  expected: string,
  seen: string,
  url: string,
): ProofResult {
  const [host] = common.subject.split(' ')
  return {
    ...common,
    verdict: 'fail',
    expected,
    seen,
    cause: 'its server is stopped, listens elsewhere, or has no such page: keepalived there gives up the VIP',
    next: `on ${host}: ${curlFor(url)}`,
  }
}

function connectionProof(reading: ConnectionReading, from: string): ConnectionVerdict {
  if (!reading)
    return { verdict: 'unknown', seen: `${from} has neither bash nor nc`, next: `install bash on ${from}` }
  if (reading.made) return { verdict: 'pass', seen: `connected from ${from}` }
  return { verdict: 'fail', expected: 'a connection', seen: reading.why, next: `on ${from}: ss -ltnp` }
}
