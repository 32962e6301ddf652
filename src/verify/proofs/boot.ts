import { proxyOf } from '../../cluster/index.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { listenersOn, type Port, portOf } from '../../sensors/listeners.ts'
import { unitNamed } from '../../sensors/units.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** Units that start at boot by their own or another unit's wish. */
export const starting: ReadonlySet<string> = new Set([
  'enabled',
  'enabled-runtime',
  'static',
  'alias',
  'indirect',
  'generated',
])

/** keepalived runs on every director: the one that does not hold the VIP must be ready. */
export function keepalivedProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.directors.flatMap(({ host }) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const { load, active, enabled } = member.read(unitNamed('keepalived'))
    const common = {
      name: 'keepalived runs, also after a reboot',
      subject: host,
      seen: `${active}, ${enabled || load}`,
    }
    if (active === 'active' && starting.has(enabled)) return { ...common, verdict: 'pass' as const }
    return {
      ...common,
      verdict: 'fail' as const,
      expected: 'active, enabled',
      cause:
        load === 'not-found'
          ? 'the package keepalived is missing'
          : active === 'active'
            ? 'its unit is not enabled'
            : 'it was stopped, or it refuses its configuration',
      next:
        active === 'active'
          ? `on ${host}: systemctl enable keepalived`
          : `on ${host}: systemctl status keepalived; keepalived -t`,
    }
  })
}

/** Ports on which a machine must serve what clients find. */
export function portsOf(cluster: ExpectedCluster, host: string): readonly Port[] {
  const services = cluster.vips.flatMap((vip) => vip.services)
  return [...new Set(services.flatMap((service) => portsAt(service, host)))]
}

function portsAt({ protocol, servers }: ExpectedService, host: string): readonly Port[] {
  const own = servers.filter((server) => server.host === host)
  return own.map(({ port }) => portOf(protocol, port))
}

/** What serves comes back after a reboot. */
export function webServerProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  // That of the cluster behind says it of those that balance in turn.
  if (cluster.behind) return []
  const [servers, part] =
    cluster.balancer === 'none'
      ? [cluster.directors, 'director itself' as const]
      : [cluster.realservers, 'realserver' as const]
  return servers.flatMap(({ host }) =>
    listens(
      host,
      portsOf(cluster, host),
      {
        name: `the ${part} serves, also after a reboot`,
        units: cluster.servers,
        others: cluster.ownPorts.get(host) ?? nobody,
      },
      seen,
    ),
  )
}

/** Ports on which nginx or HAProxy of the directors balance. */
export function balancedPorts({ balancer, vips }: ExpectedCluster): readonly number[] {
  if (!proxyOf({ balancer })) return []
  return [...new Set(vips.flatMap(({ services }) => services.map(({ port }) => port)))]
}

/** Ports without which a director is of no use: those on which it balances, or serves itself. */
export function directorPorts(cluster: ExpectedCluster, host: string): readonly Port[] {
  return cluster.balancer === 'none' ? portsOf(cluster, host) : balancedPorts(cluster)
}

/** nginx or HAProxy balance on every director: the one that does not hold the VIP must be ready. */
export function balancerProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const wanted = {
    name: `${cluster.balancer} balances, also after a reboot`,
    units: [`${cluster.balancer}.service`],
  }
  return cluster.directors.flatMap(({ host }) => listens(host, balancedPorts(cluster), wanted, seen))
}

/** Who is to listen: some units, or somebody else on some ports. */
interface Wanted {
  readonly name: string
  readonly units: readonly string[]
  readonly others?: ReadonlySet<Port>
}

const nobody: ReadonlySet<Port> = new Set()

function listens(
  host: string,
  ports: readonly Port[],
  { name, units, others = nobody }: Wanted,
  seen: Sightings,
): readonly ProofResult[] {
  const member = seen.members.get(host)
  if (!member || member instanceof Failure) return []
  return ports.map((port): ProofResult => {
    const common = { name, subject: `${host} port ${port}` }
    const listeners = member.read(listenersOn(port))
    if (!listeners) return { ...common, verdict: 'unknown', seen: 'ss is not installed there' }
    // Somebody else on the port may answer, and is not who was asked to; none of ours speaks UDP.
    const any = units.length === 0 || others.has(port) || String(port).endsWith('/udp')
    const right = any ? listeners : listeners.filter(({ unit }) => units.includes(unit))
    const lasting = right.find(({ enabled }) => starting.has(enabled))
    if (lasting) return { ...common, verdict: 'pass', seen: lasting.unit }
    const [first] = right.length > 0 ? right : listeners
    return {
      ...common,
      verdict: 'fail',
      expected: any ? 'an enabled unit that listens' : `${units[0]}, enabled`,
      seen: first
        ? `${first.unit || 'a program without a unit'}, ${first.enabled || 'started by hand'}`
        : 'nobody listens',
      cause: !first
        ? 'the server is stopped or listens elsewhere'
        : right.length > 0
          ? 'the unit is not enabled'
          : 'something else has the port',
      next: `on ${host}: ss -l${String(port).endsWith('/udp') ? 'u' : 't'}np${first?.unit ? `; systemctl enable ${first.unit}` : ''}`,
    }
  })
}
