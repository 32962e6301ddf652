import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { whoHas } from '../../sensors/neighbours.ts'
import type { ExpectedCluster } from '../expected.ts'
import { lookingAt, type Sightings } from '../sightings.ts'
import { factsOfHost, holdersOf } from './holder.ts'
import { peerHolding } from './peers.ts'

/** Only the holder answers when a third machine asks the segment for the VIP: by ARP, or for IPv6 by RFC 4861. */
export function neighbourProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.vips.map((vip) => {
    const { address, mac: own } = vip
    const { outside, observer } = seen.within?.get(address) ?? lookingAt(address, seen)
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
    const owners = reading.answers.map((mac) => ownerOf(mac, address, seen) ?? mac)
    const [holder] = holdersOf(address, cluster, seen)
    if (own !== undefined && owners.every((owner) => owner === holder) && reading.answers.join() !== own)
      return {
        ...common,
        verdict: 'fail',
        expected: `${holder} with the MAC address ${own} alone`,
        seen: reading.answers.join(', '),
        cause: 'the VIP is not on the interface that keepalived makes for it, or another one answers, too',
        next: `on ${holder}: ip -d link show type macvlan; sysctl net.ipv4.conf.all.arp_ignore`,
      }
    if (owners.length === 1 && owners[0] === holder) return { ...common, verdict: 'pass', seen: holder }
    const peer = peerHolding(vip, cluster, seen)
    const [stranger] = owners
    if (peer && owners.length === 1 && stranger === reading.answers[0])
      return { ...common, verdict: 'pass', seen: `${peer.name}, ${stranger}` }
    const leaking = owners.find((owner) => cluster.realservers.some(({ host }) => host === owner))
    const strangers = reading.answers.filter((mac) => ownerOf(mac, address, seen) === undefined)
    return {
      ...common,
      verdict: 'fail',
      expected: holder ? `${holder} alone` : 'one director',
      seen: owners.join(', ') || 'no answer',
      ...(leaking === undefined
        ? answeredBy(strangers, address, { observer, thorough: reading.thorough })
        : leakingFrom(leaking, address)),
    }
  })
}

function leakingFrom(host: string, address: string): Pick<ProofResult, 'cause' | 'next'> {
  return address.includes(':')
    ? {
        cause: `${host} answers for the VIP: it has the address on another device than lo`,
        next: `on ${host}: ip -6 address show to ${address}`,
      }
    : {
        cause: `${host} answers for the VIP on its lo: arp_ignore is not 1 there`,
        next: `on ${host}: sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.lo.arp_ignore`,
      }
}

/** What is wrong where no realserver answers: somebody of no cluster does, or not the one that is to. */
function answeredBy(
  strangers: readonly string[],
  address: string,
  { observer, thorough }: { readonly observer: string | undefined; readonly thorough: boolean },
): Pick<ProofResult, 'cause' | 'next'> {
  const asking = address.includes(':') ? `ip -6 neigh show to ${address}` : `arping -c 3 ${address}`
  const look = `from ${observer ?? 'this computer'}: ${asking}`
  if (strangers.length === 0)
    return { cause: 'who holds the VIP does not answer for it, or another director does', next: look }
  // A table of neighbours may tell what was so before.
  const doubt = thorough ? '' : ', or the neighbour table is stale'
  return {
    cause: `${strangers.join(' and ')} is no machine of the cluster and has the address${doubt}`,
    next: `find that machine by its MAC address, as in the tables of switches, and take ${address} off it; ${look}`,
  }
}

/** The MAC address of VRRP is on every director: it is that of the one that has the address there, or of nobody. */
function ownerOf(mac: string, address: string, { members }: Sightings): string | undefined {
  const owners = [...members].flatMap(([host, member]) => {
    if (member instanceof Failure) return []
    const devices = Object.values(member.read(factsOfHost).interfaces).filter((one) => one.mac === mac)
    const holds = devices.some(({ addresses }) => addresses.some((one) => one.address === address))
    return devices.length > 0 ? [{ host, holds }] : []
  })
  return (owners.find(({ holds }) => holds) ?? (owners.length === 1 ? owners[0] : undefined))?.host
}
