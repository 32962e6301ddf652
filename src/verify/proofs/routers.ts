import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { runningKeepalived } from '../../sensors/keepalived.ts'
import { unitNamed } from '../../sensors/units.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** Each director has a session of BFD with each router that it is to watch, by the word of its own keepalived. */
export function routerProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const { routers = [] } = cluster
  return cluster.directors.flatMap(({ host }) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure || member.read(unitNamed('keepalived')).active !== 'active')
      return []
    const keepalived = member.read(runningKeepalived)
    return routers.map(({ name, neighbor }): ProofResult => {
      const common = { name: 'the director reaches the router by BFD', subject: `${host} ${neighbor}` }
      if (!keepalived.answers)
        return {
          ...common,
          verdict: 'unknown',
          seen: keepalived.why,
          next: `on ${host}: journalctl -u keepalived | grep ${name}`,
        }
      const up = keepalived.routers?.[name]
      if (up) return { ...common, verdict: 'pass', seen: 'up' }
      return {
        ...common,
        verdict: 'fail',
        expected: 'up',
        seen: up === undefined ? 'it is not watched' : 'down',
        cause:
          up === undefined
            ? 'keepalived has loaded another configuration than the one that is wanted'
            : `the router is gone, was not told of ${host}, or a firewall between the two drops UDP 3784; while it is down, VIPs go to a director that reaches it`,
        next:
          up === undefined
            ? `understudy apply; or on ${host}: systemctl reload keepalived`
            : `on ${host}: tcpdump -ni any 'udp port 3784'; on the router: its neighbours of BFD`,
      }
    })
  })
}

/** Routers that a director watches and has lost; none where its keepalived cannot be asked. */
export function lostRouters(
  host: string,
  { routers = [] }: ExpectedCluster,
  { members }: Pick<Sightings, 'members'>,
): readonly string[] {
  const member = members.get(host)
  if (routers.length === 0 || !member || member instanceof Failure) return []
  const keepalived = member.read(runningKeepalived)
  if (!keepalived.answers) return []
  return routers.filter(({ name }) => keepalived.routers?.[name] === false).map(({ neighbor }) => neighbor)
}
