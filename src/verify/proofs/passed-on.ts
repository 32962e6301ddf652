import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import type { ConnectionReading } from '../../sensors/at-once.ts'
import { heldBy } from '../../sensors/held-connections.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { type ConnectionVerdict, clientConnectionProof } from './client-connection.ts'

/** Services behind VIPs whose connections nginx or HAProxy pass on, and of which no page is asked for. */
function passedOn({ vips }: ExpectedCluster) {
  return vips.flatMap(({ address, services }) =>
    services.filter(({ passes, page }) => passes && !page).map((service) => ({ address, service })),
  )
}

/** The connections that a client holds for a moment through the VIPs. */
export function heldThroughVips(cluster: ExpectedCluster): readonly Query<ConnectionReading>[] {
  return passedOn(cluster).map(({ address, service: { port } }) => heldBy({ address, port }))
}

/** Those that a director holds to its own balancer, as no client asks it before it holds the VIP. */
export function heldAtDirector(cluster: ExpectedCluster): readonly Query<ConnectionReading>[] {
  return passedOn(cluster).map(({ service: { own, port } }) => heldBy({ address: own, port }))
}

/** A client's connection finds somebody behind the balancer. */
export function passedOnProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return passedOn(cluster).flatMap(({ address, service }) => {
    const { port } = service
    const through = {
      ...{ name: 'a client is passed on through the VIP', address, port },
      asked: heldBy({ address, port }),
      judge: (reading: ConnectionReading, from: string) => proofOf(reading, service, from),
    }
    return clientConnectionProof(through, cluster, seen)
  })
}

/** Each director could take the VIP this moment. */
export function passedOnByDirectors(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const services = [...new Map(passedOn(cluster).map(({ service }) => [service.backend, service])).values()]
  return cluster.directors.flatMap(({ host }) => {
    const director = seen.atDirectors.get(host)
    if (!director || director instanceof Failure) return []
    return services.map((service): ProofResult => {
      const { own, port } = service
      const reading = director.read(heldBy({ address: own, port }))
      return {
        name: 'the balancer of each director passes connections on',
        subject: `${host} port ${port}`,
        ...proofOf(reading, service, host),
      }
    })
  })
}

function proofOf(reading: ConnectionReading, { servers }: ExpectedService, from: string): ConnectionVerdict {
  if (!reading) return { verdict: 'unknown', seen: `${from} has no bash`, next: `install bash on ${from}` }
  if (reading.made) return { verdict: 'pass', seen: `connected from ${from}` }
  const [first] = servers
  return {
    verdict: 'fail',
    expected: 'somebody who stays',
    seen: reading.why,
    cause:
      'whoever is to serve it is stopped, listens elsewhere, or a firewall drops the port; or the balancer is gone',
    ...(first ? { next: `on ${first.host}: ss -ltnp sport = :${first.port}` } : {}),
  }
}
