import { bracketed } from '../../model/endpoint.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { askedByQuic, type QuicQuestion, type QuicReading } from '../../sensors/quic.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import { lookingAt, type Sightings } from '../sightings.ts'

/** Once for each port that hears it, by the name that its page is asked by. */
function questionsAt(
  services: readonly ExpectedService[],
  where: (service: ExpectedService) => string,
): readonly QuicQuestion[] {
  const heard = services.filter(({ tls }) => tls?.byQuic)
  const ports = new Map(heard.toReversed().map((one) => [`${where(one)} ${one.port}`, one]))
  return [...ports.values()].toReversed().map((service) => ({
    address: where(service),
    port: service.port,
    ...(service.as.host === undefined ? {} : { name: service.as.host }),
    path: service.page?.path ?? '/',
  }))
}

/** What a client asks by HTTP/3 through the VIPs. */
export function quicThroughVips({ vips, isBehind }: ExpectedCluster): readonly Query<unknown>[] {
  if (isBehind) return []
  return vips.flatMap(({ services, address }) => questionsAt(services, () => address)).map(askedByQuic)
}

/** What a director asks itself, whether or not it holds a VIP. */
export function quicAtDirector(cluster: ExpectedCluster): readonly Query<unknown>[] {
  return byItself(cluster).map(askedByQuic)
}

function byItself({ vips }: ExpectedCluster): readonly QuicQuestion[] {
  return questionsAt(
    vips.flatMap(({ services }) => services),
    ({ own }) => own,
  )
}

/** Who asks by HTTP/3 is answered by it: through each VIP, and by each director that can ask itself. */
export function quicProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const through = cluster.isBehind
    ? []
    : cluster.vips.flatMap(({ services, address }) => {
        const { outside, observer } = lookingAt(address, seen)
        const from = observer ?? 'this computer'
        return questionsAt(services, () => address).map((question): ProofResult => {
          const common = {
            name: 'a client is answered by HTTP/3 through the VIP',
            subject: subjectOf(question),
          }
          if (outside instanceof Failure) return { ...common, verdict: 'unknown', seen: outside.message }
          const answer = outside.read(askedByQuic(question))
          if (!answer)
            return {
              ...common,
              verdict: 'unknown',
              seen: `${from} has no curl that speaks HTTP/3`,
              next: 'name a machine in the group clients whose curl does, such as one with Debian 13',
            }
          return { ...common, ...judged(answer, question, from, observer !== undefined) }
        })
      })
  const directors = cluster.directors.flatMap(({ host }): readonly ProofResult[] => {
    const director = seen.atDirectors.get(host)
    if (!director || director instanceof Failure) return []
    return byItself(cluster).flatMap((question) => {
      const answer = director.read(askedByQuic(question))
      const common = { name: 'each director answers by HTTP/3', subject: `${host} port ${question.port}` }
      return answer ? [{ ...common, ...judged(answer, question, host, true) }] : []
    })
  })
  return [...through, ...directors]
}

/** Where it is not certain that UDP gets there at all, silence tells nothing. */
function judged(
  { status, why }: NonNullable<QuicReading>,
  question: QuicQuestion,
  from: string,
  isNear: boolean,
): Omit<ProofResult, 'name' | 'subject'> {
  if (status > 0 && status < 500) return { verdict: 'pass', seen: `status ${status}, asked from ${from}` }
  const { address, port, name, path } = question
  const host = bracketed(address)
  return {
    verdict: status === 0 && !isNear ? 'unknown' : 'fail',
    expected: 'an answer by HTTP/3',
    seen: status > 0 ? `status ${status}` : why || 'no answer',
    cause: `the balancer has not read its configuration, or UDP does not reach port ${port}`,
    next: `on ${from}: curl -k --http3-only --connect-to ::${host}:${port} https://${name ?? host}:${port}${path}`,
  }
}

function subjectOf({ address, port, name }: QuicQuestion): string {
  return `${address}:${port}${name === undefined ? '' : ` ${name}`}`
}
