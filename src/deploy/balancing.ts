import { endpointOf } from '../model/endpoint.ts'
import { Failure } from '../model/failure.ts'
import type { Session } from '../model/session.ts'
import { ipvsTable } from '../sensors/ipvs.ts'
import { nginxUpstreams } from '../sensors/nginx-upstreams.ts'
import type { ExpectedCluster } from '../verify/expected.ts'
import { type Observed, observe } from '../verify/observe.ts'
import { haproxyOf, poolQueries } from '../verify/proofs/pool.ts'

/** Where a program of a director sends clients. */
interface Sending {
  readonly balancer: ExpectedCluster['balancer']
  /** Addresses and ports of realservers, IPv6 in brackets. */
  readonly endpoints: readonly string[]
}

/**
 * Looks whether what the inventory says of these directors is what sends clients to these realservers now. Another program, or another
 * port, would send them on while they are changed: the inventory was changed since the last `apply`. Throws VERIFICATION_FAILED. Where
 * nothing sends anybody there nobody is missed.
 */
export async function expectBalancing(
  cluster: ExpectedCluster,
  hosts: readonly string[],
  directors: readonly string[],
  {
    session,
    signal,
    strictness,
  }: {
    readonly session: (host: string) => Promise<Session>
    readonly signal: AbortSignal
    readonly strictness: Strictness
  },
): Promise<void> {
  if (cluster.balancer === 'none') return
  await Promise.all(
    directors.map(async (director) => {
      const seen = await observe(await session(director), [...poolQueries, nginxUpstreams, ipvsTable], signal)
      const sending = sendingOf(seen, cluster)
      for (const host of hosts) {
        const refused = misled(cluster, { director, host }, sending, strictness)
        if (refused) throw refused
      }
    }),
  )
}

/** How much of what the inventory says of a realserver has to be what a director does: something of it, or each port. */
export type Strictness = 'any' | 'each'

/** Why a director cannot be told to spare a realserver, where that is so. */
export function misled(
  { balancer, vips }: ExpectedCluster,
  { director, host }: { readonly director: string; readonly host: string },
  sending: readonly Sending[],
  strictness: Strictness,
): Failure | undefined {
  const own = vips.flatMap(({ services }) =>
    services.flatMap(({ mark, servers }) =>
      // Services that are one by a mark send to the port that was asked for.
      servers
        .filter((server) => server.host === host)
        .map((server) => (mark === undefined ? server : { ...server, port: 0 })),
    ),
  )
  const wanted = own.map(endpointOf)
  const addresses = own.map(({ address }) => address)
  const there = ({ endpoints }: Sending) => endpoints.filter((one) => addresses.includes(addressIn(one)))
  const [right, other] = [true, false].map((is) =>
    sending.find((one) => (one.balancer === balancer) === is && there(one).length > 0),
  )
  const refused = (instead: string) =>
    new Failure(
      'VERIFICATION_FAILED',
      `${director} sends clients to ${host} ${instead}, as the inventory says: nothing would keep them from it meanwhile`,
      {
        where: { host: director },
        next: 'understudy apply first: it tells directors what the inventory says',
      },
    )
  if (right) {
    const former = there(right).filter((one) => !wanted.includes(one))
    const missing = wanted.filter((one) => !there(right).includes(one))
    // HAProxy is told by names.
    const isSpared = strictness === 'any' && (balancer === 'haproxy' || missing.length < wanted.length)
    return isSpared || former.length === 0 || missing.length === 0
      ? undefined
      : refused(`at ${former.join(', ')}, and not at ${missing.join(', ')}`)
  }
  return other && refused(`by ${names[other.balancer]}, and not by ${names[balancer]}`)
}

const names = { haproxy: 'HAProxy', nginx: 'nginx', ipvs: 'IPVS', none: 'nobody' } as const

function sendingOf(seen: Observed, { vips }: ExpectedCluster): readonly Sending[] {
  const haproxy = haproxyOf(seen)
  const nginx = seen.read(nginxUpstreams)
  const ipvs = seen.read(ipvsTable)
  const own = new Set(vips.map(({ address }) => address))
  const services = ipvs.readable ? ipvs.services : []
  return [
    { balancer: 'haproxy', endpoints: haproxy.answers ? haproxy.servers.map(endpointOf) : [] },
    {
      balancer: 'nginx',
      endpoints: nginx.answers ? [...nginx.upstreams.values()].flat().map(({ endpoint }) => endpoint) : [],
    },
    {
      balancer: 'ipvs',
      endpoints: services
        .filter(({ protocol, address }) => protocol === 'fwmark' || own.has(address))
        .flatMap(({ servers }) => servers.map(endpointOf)),
    },
  ]
}

/** The address of an endpoint, without brackets. */
function addressIn(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')
}
