import type { Datagram } from '../../model/datagram.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { answersTo } from '../../sensors/datagrams.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import { lookingAt, type Sightings } from '../sightings.ts'
import { unlessOfPeer } from './peers.ts'

/** Questions at most: each is a program of its own on the machine that asks. */
const most = 20

/** Services that answer datagrams, and how often each is asked: so that each realserver has its turn where they take turns. */
function answering({ vips }: ExpectedCluster) {
  return vips.flatMap(({ address, services }) =>
    services.flatMap((service) =>
      service.datagram ? [{ address, service, query: queryOf(address, service, service.datagram) }] : [],
    ),
  )
}

function queryOf(address: string, { port, servers }: ExpectedService, datagram: Datagram) {
  return answersTo({ address, port }, datagram, Math.min(most, 2 * Math.max(1, servers.length)))
}

/** The datagrams that a client sends to the VIPs. */
export function datagramsToVips(cluster: ExpectedCluster) {
  return answering(cluster).map(({ query }) => query)
}

/** Through each VIP a client of a service of UDP gets the answer that its health check promises. */
export function datagramProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return answering(cluster).flatMap(({ address, service, query }) => {
    const common = {
      name: 'a client is answered through the VIP',
      subject: `${address} port ${service.port}/udp`,
    }
    return unlessOfPeer(
      address,
      [{ ...common, ...answerProof(query, lookingAt(address, seen)) }],
      cluster,
      seen,
    )
  })
}

function answerProof(
  query: ReturnType<typeof answersTo>,
  { outside, observer }: Sightings,
): Omit<ProofResult, 'name' | 'subject'> {
  const from = observer ?? 'this computer'
  if (outside instanceof Failure) return { verdict: 'unknown', seen: outside.message }
  const reading = outside.read(query)
  if (!reading) return { verdict: 'unknown', seen: `${from} has no bash`, next: `install bash on ${from}` }
  const { asked, answered } = reading
  const seen = `${answered} of ${asked} answered, asked from ${from}`
  if (answered === asked) return { verdict: 'pass', seen }
  return {
    // From this computer nothing may be reachable at all, which says nothing of the cluster.
    verdict: answered === 0 && observer === undefined ? 'unknown' : 'fail',
    expected: `${asked} answers, as the health check asks for them`,
    seen,
    cause:
      answered === 0
        ? 'no director forwards for the VIP, a firewall drops the port, or realservers answer from another address than the VIP, as many that listen on all addresses do'
        : 'a realserver answers its director and not clients of the VIP: it listens at one address alone, or answers from another',
  }
}
