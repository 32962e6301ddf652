import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { facts } from '../../sensors/facts.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** The facts of a host are a question like any other. */
export const factsOfHost = { sensor: facts, subject: '', about: [] }

/** Directors that hold an address on an interface other than lo. */
export function holdersOf(
  address: string,
  { directors }: ExpectedCluster,
  seen: Sightings,
): readonly string[] {
  return directors.flatMap(({ host }) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const interfaces = Object.values(member.read(factsOfHost).interfaces)
    const held = interfaces.some(
      ({ name, addresses }) => name !== 'lo' && addresses.some((one) => one.address === address),
    )
    return held ? [host] : []
  })
}

/** Exactly one director holds each VIP. All directors are asked at the same instant, to within one round trip. */
export function holderProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.vips.map(({ address }) => {
    const holders = holdersOf(address, cluster, seen)
    const common = { name: 'exactly one director holds the VIP', subject: address, seen: holders.join(', ') }
    if (holders.length === 1) return { ...common, verdict: 'pass' }
    const [first] = cluster.directors
    const none = holders.length === 0
    return {
      ...common,
      verdict: 'fail',
      expected: 'one director',
      seen: none ? 'none' : common.seen,
      cause: none
        ? 'keepalived does not run, its check fails, or the interface of its instance is down'
        : 'split brain: the directors do not hear each other; a firewall drops VRRP (protocol 112), or their virtual_router_id, version or authentication differ',
      next: `on ${holders[0] ?? first?.host ?? 'a director'}: journalctl -u keepalived -n 30; ${none ? 'keepalived -t' : "tcpdump -ni any 'proto 112'"}`,
    }
  })
}
