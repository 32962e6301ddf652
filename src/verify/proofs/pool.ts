import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { type HaproxyReading, type HaproxyServer, runningHaproxy, strayed } from '../../sensors/haproxy.ts'
import { type ExpectedCluster, withServers } from '../expected.ts'
import type { Observed } from '../observe.ts'
import type { Sightings } from '../sightings.ts'

/** Where the packages of Debian and of the Red Hat family have their folder for it. */
const sockets = ['/run/haproxy/admin.sock', '/var/lib/haproxy/stats'].map(runningHaproxy)

/** What a director's HAProxy is asked. */
export const poolQueries = sockets

/**
 * Each director's HAProxy uses its realservers as its configuration says, by its own word: what its socket was told by
 * hand stands in no file.
 */
export function poolProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  if (cluster.balancer !== 'haproxy') return []
  return cluster.directors.flatMap(({ host }): readonly ProofResult[] => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const reading = haproxyOf(member)
    const common = { name: 'HAProxy balances as configured', subject: host }
    if (!reading.answers)
      return reading.why === 'it does not run' ? [] : [{ ...common, verdict: 'unknown', seen: reading.why }]
    const servers = serversOf(cluster, reading.servers)
    const wrong = servers.flatMap(({ name, found }) => {
      const said = found === undefined ? 'is not there' : departure(found)
      return said === undefined ? [] : [`${name} ${said}`]
    })
    for (const { name } of reading.closed) wrong.push(`${name} takes no connections`)
    if (wrong.length === 0) return [{ ...common, verdict: 'pass', seen: `${servers.length} servers` }]
    return [
      {
        ...common,
        verdict: 'fail',
        expected: 'every server as its configuration has it',
        seen: wrong.join('; '),
        cause: 'somebody told HAProxy so through its socket, and no file says it',
        next: `understudy apply; or on ${host}: systemctl reload haproxy`,
      },
    ]
  })
}

/** What the HAProxy of a director says, at whichever of its sockets it answers. */
export function haproxyOf(member: Observed): HaproxyReading {
  const readings = sockets.map((socket) => member.read(socket))
  return (
    readings.find((one) => one.answers) ??
    readings.find((one) => !one.answers && one.why !== 'it does not run') ?? {
      answers: false,
      why: 'it does not run',
    }
  )
}

/** The cluster with those realservers alone that the HAProxy of some director sends requests to, as far as somebody told it. */
export function serversInPool(tier: ExpectedCluster, { members }: Sightings): ExpectedCluster {
  if (tier.balancer !== 'haproxy') return tier
  const found = tier.directors.flatMap(({ host }) => {
    const member = members.get(host)
    const reading = member && !(member instanceof Failure) ? haproxyOf(member) : undefined
    return reading?.answers ? reading.servers : []
  })
  const isThere = (backend: string, host: string) =>
    found.some((one) => one.backend === backend && one.name === host && one.wanted === 'ready')
  return withServers(tier, (_, { backend }, { host }) => isThere(backend, host))
}

/** The servers that each service of the inventory has, as they are found. */
function serversOf({ vips }: ExpectedCluster, found: readonly HaproxyServer[]) {
  const all = new Map(vips.flatMap(({ services }) => services.map((one) => [one.backend, one.servers])))
  return [...all].flatMap(([backend, servers]) =>
    servers.map(({ host }) => ({
      name: `${backend}/${host}`,
      found: found.find((one) => one.backend === backend && one.name === host),
    })),
  )
}

/** The first thing in which it is not as its configuration has it. */
function departure(server: HaproxyServer): string | undefined {
  const [first] = strayed(server)
  if (first === 'state') return `is set to ${server.wanted}`
  if (first === 'weight') return `has the weight ${server.weight} instead of ${server.configuredWeight}`
  return first && 'is not checked any more'
}
