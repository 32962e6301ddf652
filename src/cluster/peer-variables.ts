import { type Knowledge, NeedsFacts } from '../model/task.ts'
import { addressOf } from './addresses-of.ts'
import { behind } from './behind.ts'
import type { Cluster } from './cluster.ts'
import { membersOf } from './hosts.ts'
import type { Machine } from './network.ts'

/**
 * What the machines of a cluster know of each other beside VRRP: names, time, keys. Who stands between two clusters knows the
 * names of both: `tiers` are those that it has a part in.
 */
export function peerVariables(cluster: Cluster, tiers: readonly Cluster[], known: Knowledge, host: string) {
  const timed = tiers.findLast(({ time }) => time !== undefined) ?? cluster
  return {
    time: timed.time ?? false,
    /** The others follow its clock. */
    keeps_time: timed.directors.some((one) => one.host === host),
    ssh_trust: cluster.sshTrust && cluster.directors.some((one) => one.host === host),
    /** Names and addresses of all machines, for /etc/hosts. */
    get hosts_entries() {
      const all = tiers
        .filter(({ hostsEntries }) => hostsEntries !== false)
        .flatMap((tier) =>
          addressesOf(tier, membersOf(tier), known).map((one) => ({
            ...one,
            names: namesOf(one.host, tier),
          })),
        )
      return [...new Map(all.map((one) => [one.host, one])).values()]
    },
    /** The other directors, whose clocks count. */
    get other_directors() {
      const others = timed.directors.filter((one) => one.host !== host)
      return addressesOf(timed, others, known)
    },
    /** Everybody who takes the time from the directors. */
    get time_clients() {
      return addressesOf(timed, membersOf(timed), known).map(({ address }) => address)
    },
    /** Public keys of the other directors; they are known once all have been made. */
    get ssh_peers() {
      const others = cluster.directors.filter((one) => one.host !== host)
      return addressesOf(cluster, others, known).map((peer) => {
        const { hostKey, rootKey } = known.facts.get(peer.host)?.ssh ?? {}
        if (hostKey === undefined || rootKey === undefined) throw new NeedsFacts(peer.host)
        return { ...peer, host_key: hostKey, root_key: rootKey }
      })
    },
  }
}

/** The full name comes first, as hosts(5) wants the canonical one. */
function namesOf(host: string, { hostsEntries }: Cluster): readonly string[] {
  const [short = host, ...domain] = host.split('.')
  if (domain.length > 0) return [host, short]
  return typeof hostsEntries === 'object' ? [`${host}.${hostsEntries.domain}`, host] : [host]
}

function addressesOf(cluster: Cluster, machines: readonly Machine[], known: Knowledge) {
  const [vip] = cluster.vips
  return vip
    ? machines.map((machine) => ({
        host: machine.host,
        address: addressOf(cluster, behind(cluster, vip), machine, known),
      }))
    : []
}
