import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { whoHas } from '../../sensors/neighbours.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { factsOfHost, holdersOf } from './holder.ts'

/** Only the holder answers when a third machine asks the segment for the VIP: by ARP, or for IPv6 by RFC 4861. */
export function neighbourProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const { outside } = seen
  return cluster.vips.map(({ address }) => {
    const six = address.includes(':')
    const asked = six ? 'neighbour solicitations' : 'ARP'
    const common = { name: `only the holder answers ${asked} for the VIP`, subject: address }
    if (outside instanceof Failure) return { ...common, verdict: 'unknown', seen: outside.message }
    const reading = outside.read(whoHas(address))
    if (!reading.asked) {
      return {
        ...common,
        verdict: 'unknown',
        seen: reading.why,
        next: 'put a machine of the same segment into the group clients of the inventory',
      }
    }
    const owners = reading.answers.map((mac) => ownerOf(mac, seen) ?? mac)
    const [holder] = holdersOf(address, cluster, seen)
    if (owners.length === 1 && owners[0] === holder) return { ...common, verdict: 'pass', seen: holder }
    const leaking = owners.find((owner) => cluster.realservers.some(({ host }) => host === owner))
    return {
      ...common,
      verdict: 'fail',
      expected: holder ? `${holder} alone` : 'one director',
      seen: owners.join(', ') || 'no answer',
      cause: leaking
        ? six
          ? `${leaking} answers for the VIP: it has the address on another device than lo`
          : `${leaking} answers for the VIP on its lo: arp_ignore is not 1 there`
        : 'a machine outside the cluster has the address, or the neighbour table is stale',
      next: leaking
        ? `on ${leaking}: ${six ? `ip -6 address show to ${address}` : 'sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.lo.arp_ignore'}`
        : `from ${seen.observer ?? 'this computer'}: ${six ? `ip -6 neigh show to ${address}` : `arping -c 3 ${address}`}`,
    }
  })
}

function ownerOf(mac: string, { members }: Sightings): string | undefined {
  for (const [host, member] of members) {
    if (member instanceof Failure) continue
    if (Object.values(member.read(factsOfHost).interfaces).some((one) => one.mac === mac)) return host
  }
  return undefined
}
