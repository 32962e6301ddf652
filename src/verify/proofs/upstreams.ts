import { endpointOf } from '../../model/endpoint.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { nginxUpstreams, type UpstreamServer } from '../../sensors/nginx-upstreams.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** Each director's nginx has every realserver: where the scheduler promises nobody a turn, pages do not tell of one that is left out. */
export function upstreamProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  if (cluster.balancer !== 'nginx') return []
  return cluster.directors.flatMap(({ host }): readonly ProofResult[] => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const reading = member.read(nginxUpstreams)
    const common = { name: 'nginx balances as configured', subject: host }
    if (!reading.answers)
      return reading.why === 'it does not run' ? [] : [{ ...common, verdict: 'unknown', seen: reading.why }]
    // A template of the user's own may call them otherwise.
    const found = wantedOf(cluster).flatMap((one) => {
      const servers = reading.upstreams.get(one.backend)
      return servers ? [{ ...one, said: departure(servers, one) }] : []
    })
    const wrong = found.filter(({ said }) => said !== undefined)
    if (wrong.length === 0) return [{ ...common, verdict: 'pass', seen: `${found.length} servers` }]
    return [
      {
        ...common,
        verdict: 'fail',
        expected: 'every realserver in its upstream',
        seen: wrong.map(({ backend, host: server, said }) => `${backend}/${server} ${said}`).join('; '),
        cause:
          'somebody changed the configuration of nginx by hand, or a deployment left a realserver out as no version was well there',
        next: `understudy deploy, once the realserver is well; or understudy apply; or on ${host}: nginx -T`,
      },
    ]
  })
}

interface Wanted {
  readonly backend: string
  readonly host: string
  readonly endpoint: string
  readonly weight: number
}

/** The realservers of each service, once for each place that nginx has for them. */
function wantedOf({ vips }: ExpectedCluster): readonly Wanted[] {
  const all = vips.flatMap(({ services }) =>
    services.flatMap(({ backend, servers }) =>
      servers.map((server) => ({ ...server, backend, endpoint: endpointOf(server) })),
    ),
  )
  return [...new Map(all.map((one) => [`${one.backend} ${one.endpoint}`, one])).values()]
}

/** The first thing in which it is not as the inventory has it. */
function departure(servers: readonly UpstreamServer[], { endpoint, weight }: Wanted): string | undefined {
  const found = servers.find((one) => one.endpoint === endpoint)
  if (!found) return 'is not there'
  return found.down && weight > 0 ? 'is down' : undefined
}
