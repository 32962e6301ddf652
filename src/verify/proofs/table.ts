import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { type IpvsService, ipvsTable } from '../../sensors/ipvs.ts'
import { unitNamed } from '../../sensors/units.ts'
import type { ExpectedCluster, ExpectedService } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** The kernel's IPVS table is the configured one, on every director: the backup must be ready too. */
export function tableProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  if (cluster.balancer !== 'ipvs') return []
  const lines = cluster.vips.flatMap(({ address, services }) =>
    services.flatMap((service) => showExpected(address, service)),
  )
  // Several ports of one service are one in the table.
  const wanted = [...new Set(lines)].toSorted()
  return cluster.directors.flatMap(({ host }) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const common = { name: 'the kernel balances as configured', subject: host }
    const table = member.read(ipvsTable)
    if (!table.readable) {
      return {
        ...common,
        verdict: 'fail' as const,
        expected: `${wanted.length} lines in the IPVS table`,
        seen: table.why,
        cause: 'ipvsadm or the module ip_vs is missing',
        next: `on ${host}: modprobe ip_vs && ipvsadm -Ln`,
      }
    }
    const found = table.services.flatMap(show).toSorted()
    const missing = wanted.filter((line) => !found.includes(line))
    const surplus = found.filter((line) => !wanted.includes(line))
    if (missing.length === 0 && surplus.length === 0)
      return { ...common, verdict: 'pass' as const, seen: `${found.length} entries` }
    const servers = missing.flatMap((line) => line.split(' → ')[1]?.split(' ')[0] ?? [])
    const isHeld = (server: string) => surplus.some((line) => line.includes(` → ${server} `))
    const [held, gone] = [servers.filter(isHeld), servers.filter((server) => !isHeld(server))]
    return {
      ...common,
      verdict: 'fail' as const,
      expected: missing.join('; ') || 'nothing more than configured',
      seen: surplus.join('; ') || 'nothing of it',
      cause:
        found.length === 0
          ? member.read(unitNamed('keepalived')).active === 'active'
            ? 'the table is empty though keepalived runs: somebody emptied it, and keepalived does not look at it again'
            : 'the table is empty: keepalived does not run there'
          : gone.length > 0
            ? `keepalived took ${gone.join(', ')} out: its health check fails from ${host}`
            : held.length > 0 && surplus.every((line) => line.endsWith(' weight 0'))
              ? `keepalived gives ${held.join(', ')} no new connections: its health check fails from ${host}`
              : 'something beside keepalived writes the table, or keepalived has not loaded its configuration',
      next: `on ${host}: journalctl -u keepalived -n 30; ipvsadm -Ln`,
    }
  })
}

function showExpected(vip: string, service: ExpectedService): readonly string[] {
  const { sorryServer, forwarding, mark } = service
  const servers = service.servers.map((one) => (mark === undefined ? one : { ...one, port: 0 }))
  const all = [...servers, ...(sorryServer ? [{ ...sorryServer, weight: 0 }] : [])]
  const place =
    mark === undefined ? { address: vip } : { protocol: 'fwmark' as const, address: String(mark), port: 0 }
  return show({ ...service, ...place, servers: all.map((one) => ({ forwarding, ...one })) })
}

/** The service and each of its realservers as one line each, in one wording for both sides. */
function show(
  service: Pick<IpvsService, 'protocol' | 'address' | 'port' | 'scheduler' | 'persistence' | 'servers'>,
): readonly string[] {
  const { protocol, address: at } = service
  const name = protocol === 'fwmark' ? `fwmark ${at}` : `${protocol} ${at}:${service.port}`
  const persistent = service.persistence ? ` persistent ${service.persistence}` : ''
  return [
    `${name} ${service.scheduler}${persistent}`,
    ...service.servers.map(
      ({ address, port, forwarding, weight }) =>
        `${name} → ${address}:${port} ${forwarding} weight ${weight}`,
    ),
  ]
}
