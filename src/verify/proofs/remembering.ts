import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { ipvsSynchronization, ipvsTimeouts } from '../../sensors/ipvs.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Observed } from '../observe.ts'
import type { Sightings } from '../sightings.ts'

/** What directors are asked about connections. */
export function rememberingQueries(cluster: ExpectedCluster) {
  return [
    ...(wantedTimeouts(cluster).length > 0 ? [ipvsTimeouts] : []),
    ...(cluster.tellsConnections ? [ipvsSynchronization] : []),
  ]
}

/** Each director's kernel remembers connections as long as it is to, and tells the others of them. */
export function rememberingProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  if (cluster.balancer !== 'ipvs') return []
  return cluster.directors.flatMap(({ host }) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    return [...timeoutProofs(cluster, host, member), ...synchronizationProofs(cluster, host, member)]
  })
}

function wantedTimeouts({ timeouts }: ExpectedCluster) {
  return (['tcp', 'tcp_fin', 'udp'] as const).flatMap((of) => {
    const seconds = timeouts[of]
    return seconds === undefined ? [] : [{ of, seconds }]
  })
}

function timeoutProofs(cluster: ExpectedCluster, host: string, member: Observed): readonly ProofResult[] {
  const wanted = wantedTimeouts(cluster)
  if (wanted.length === 0) return []
  const common = { name: 'the kernel remembers connections as long as it is to', subject: host }
  const found = member.read(ipvsTimeouts)
  const look = `on ${host}: ipvsadm -L --timeout`
  if (!found) return [{ ...common, verdict: 'unknown', seen: 'ipvsadm says nothing of it', next: look }]
  const shown = wanted.map(({ of }) => `${of} ${found[of]}`).join(', ')
  if (wanted.every(({ of, seconds }) => found[of] === seconds))
    return [{ ...common, verdict: 'pass', seen: shown }]
  return [
    {
      ...common,
      verdict: 'fail',
      expected: wanted.map(({ of, seconds }) => `${of} ${seconds}`).join(', '),
      seen: shown,
      cause: 'something beside keepalived set them, or keepalived has not loaded its configuration',
      next: `understudy apply; or ${look}`,
    },
  ]
}

function synchronizationProofs(
  cluster: ExpectedCluster,
  host: string,
  member: Observed,
): readonly ProofResult[] {
  if (!cluster.tellsConnections) return []
  const common = { name: 'connections are told to the other directors', subject: host }
  const { tells, hears } = member.read(ipvsSynchronization)
  if (tells !== undefined && hears !== undefined)
    return [{ ...common, verdict: 'pass', seen: `told on ${tells.interface}, heard on ${hears.interface}` }]
  return [
    {
      ...common,
      verdict: 'fail',
      expected: 'the kernel tells of its own connections, and hears of those of the others',
      seen:
        tells === undefined && hears === undefined
          ? 'neither'
          : tells === undefined
            ? 'it only hears'
            : 'it only tells',
      cause: 'keepalived has not loaded its configuration, or somebody stopped the daemon',
      next: `on ${host}: systemctl reload keepalived; ipvsadm -L --daemon`,
    },
  ]
}
