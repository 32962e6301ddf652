import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { packetRulesOf } from '../../sensors/packet-rules.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** What directors are asked about what they do to packets. */
export function packetQueries({ name, changesPackets }: ExpectedCluster) {
  return changesPackets ? [packetRulesOf(name)] : []
}

/** Each director's kernel marks and masquerades as its file says: the backup must be ready, too. */
export function packetProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  if (!cluster.changesPackets) return []
  return cluster.directors.flatMap(({ host }): readonly ProofResult[] => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const common = { name: 'the kernel marks and masquerades packets as configured', subject: host }
    const { tool, text, loaded, obstacle } = member.read(packetRulesOf(cluster.name))
    if (loaded) return [{ ...common, verdict: 'pass', seen: 'loaded, as written' }]
    return [
      {
        ...common,
        verdict: 'fail',
        expected: tool === 'nft' ? 'its tables of nftables, as written' : 'its filters of tc, as written',
        seen: obstacle ?? (text === undefined ? 'no file of them' : 'other ones, or none'),
        cause:
          obstacle === undefined
            ? 'somebody emptied or changed them by hand, or nothing was applied yet'
            : 'this machine can have none',
        next: `understudy apply; or on ${host}: ${tool === 'nft' ? 'nft list ruleset' : 'tc filter show dev INTERFACE ingress'}`,
      },
    ]
  })
}
