import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { facts } from '../../sensors/facts.ts'
import { runningKeepalived } from '../../sensors/keepalived.ts'
import { listenersOn } from '../../sensors/listeners.ts'
import { unitNamed } from '../../sensors/units.ts'
import type { ExpectedCluster, ExpectedVip } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { directorPorts } from './boot.ts'
import { type PeerHolding, peerHolding } from './peers.ts'
import { lostRouters } from './routers.ts'

/** The facts of a host are a question like any other. */
export const factsOfHost = { sensor: facts, subject: '', about: [] }

type Members = Pick<Sightings, 'members'>

/** Directors that hold an address on an interface other than lo. */
export function holdersOf(address: string, cluster: ExpectedCluster, seen: Members): readonly string[] {
  return havingOn((name) => name !== 'lo', address, cluster, seen)
}

function havingOn(
  isMeant: (device: string) => boolean,
  address: string,
  { directors }: ExpectedCluster,
  seen: Members,
): readonly string[] {
  return directors.flatMap(({ host }) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const interfaces = Object.values(member.read(factsOfHost).interfaces)
    const has = interfaces.some(
      ({ name, addresses }) => isMeant(name) && addresses.some((one) => one.address === address),
    )
    return has ? [host] : []
  })
}

/**
 * One director holds each VIP, and it is the one that was elected. All directors are asked at the same instant, to within
 * one round trip.
 */
export function holderProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.vips.map((vip) => {
    const { address } = vip
    const holders = holdersOf(address, cluster, seen)
    const common = { name: 'the elected director alone holds the VIP', subject: address }
    const [holder, ...others] = holders
    const peer = peerHolding(vip, cluster, seen)
    const [stray] = havingOn((name) => name === 'lo', address, cluster, seen)
    if (stray !== undefined && others.length === 0) return { ...common, ...strayed(stray, holders, address) }
    if (holder !== undefined && others.length === 0 && !peer)
      return { ...common, ...electionOf(vip, holder, cluster, seen) }
    if (holder === undefined && peer) return { ...common, ...electionOfPeer(vip, peer, cluster, seen) }
    const [first] = cluster.directors
    const none = holder === undefined
    return {
      ...common,
      verdict: 'fail',
      expected: 'one director',
      seen: none ? 'none' : [...holders, ...(peer ? [peer.name] : [])].join(', '),
      cause: none
        ? 'keepalived does not run, its check fails, or the interface of its instance is down'
        : 'split brain: the directors do not hear each other; a firewall drops VRRP (protocol 112), or their virtual_router_id, version or authentication differ',
      next: `on ${holder ?? first?.host ?? 'a director'}: journalctl -u keepalived -n 30; ${none ? 'keepalived -t' : "tcpdump -ni any 'proto 112'"}`,
    }
  })
}

/** A director that has the VIP on lo takes it for its own, whoever holds it: what it sends there never leaves it. */
function strayed(
  host: string,
  holders: readonly string[],
  address: string,
): Omit<ProofResult, 'name' | 'subject'> {
  return {
    verdict: 'fail',
    expected: 'one director, and nowhere else',
    seen: [...holders, `${host} on lo`].join(', '),
    cause: 'somebody gave it the address by hand, or the machine was a realserver of direct routing before',
    next: `understudy apply; or on ${host}: ip address show to ${address}; grep -rlF ${address} /etc/network /etc/systemd`,
  }
}

/** A director that keepalived keeps from holding a VIP is no understudy, whoever holds it now. */
export function faultProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const instances = [...new Set(cluster.vips.map(({ instance }) => instance))]
  return cluster.directors.flatMap(({ host }) =>
    instances
      .filter((instance) => isInFault(host, instance, seen))
      .map((instance): ProofResult => {
        const common = { name: 'the director can take the VIP', subject: `${host} ${instance}` }
        const program = refusingProgram(host, instance, cluster, seen)
        // Such as that of a database, which knows which machine is the primary.
        if (program !== undefined)
          return {
            ...common,
            verdict: 'unknown',
            seen: `FAULT, as ${program} says that it must not hold it`,
            next: `where it should be able to: on ${host}, run ${program}`,
          }
        return {
          ...common,
          verdict: 'fail',
          expected: 'MASTER or BACKUP',
          seen: 'FAULT',
          cause:
            'the interface of the instance is down or has no address, or what keepalived watches there fails',
          next: `on ${host}: journalctl -u keepalived -n 30; ip address`,
        }
      }),
  )
}

/** The program of the user's own that keeps a director from holding a VIP, where nothing else of its services fails. */
function refusingProgram(
  host: string,
  instance: string,
  cluster: ExpectedCluster,
  { members }: Members,
): string | undefined {
  const member = members.get(host)
  if (cluster.balancer !== 'none' || !member || member instanceof Failure) return undefined
  const keepalived = member.read(runningKeepalived)
  const failing = (keepalived.answers && keepalived.failing) || []
  const asked = cluster.vips
    .filter((vip) => vip.instance === instance)
    .flatMap(({ services }) => services)
    .map(({ protocol, port, checkedBy }) => ({ checkedBy, name: `service_${protocol}_${port}` }))
  const said = failing.map((script) => asked.find(({ name }) => script.replace(/(_\d+)_\d+$/, '$1') === name))
  return said.every((one) => one?.checkedBy !== undefined) ? said[0]?.checkedBy : undefined
}

/** Whether somebody whom nobody manages here may hold it: whose priority wins, or is known to nobody, or who was there first. */
function electionOfPeer(
  { instance, priorities, peers, preempt }: ExpectedVip,
  { name, priority, heardBy }: PeerHolding,
  cluster: ExpectedCluster,
  seen: Sightings,
): Omit<ProofResult, 'name' | 'subject'> {
  const said = peers.find((one) => one.name === name)?.priority
  const other = said === undefined || said === priority ? '' : ` (${said} by the inventory)`
  const heard = `${name} with the priority ${priority}${other}, as ${heardBy.join(' and ')} hear${heardBy.length > 1 ? '' : 's'}`
  const rivals = cluster.directors
    .filter(({ host }) => hindranceOf(host, instance, cluster, seen) === undefined)
    .map(({ host }) => ({ host, priority: priorities.get(host) ?? 0 }))
    .filter((one) => one.priority > priority)
    .toSorted((a, b) => b.priority - a.priority)
  const [rival] = rivals
  if (!rival || !preempt || said === undefined) return { verdict: 'pass', seen: heard }
  return {
    verdict: 'fail',
    expected: `${rival.host}, which has the priority ${rival.priority}`,
    seen: heard,
    cause: `what ${rival.host} watches fails and lowers its priority, or it does not take the VIP back`,
    next: `on ${rival.host}: journalctl -u keepalived -n 30`,
  }
}

/** Whether the holder is the first of those who can hold the VIP, or why it need not be. */
function electionOf(
  { instance, priorities, preempt }: ExpectedVip,
  holder: string,
  cluster: ExpectedCluster,
  seen: Sightings,
): Omit<ProofResult, 'name' | 'subject'> {
  const priority = (host: string) => priorities.get(host) ?? 0
  const candidates = cluster.directors.map(({ host }) => ({
    host,
    handed: preempt && isHandedOver(host, instance, seen),
    hindrance: hindranceOf(host, instance, cluster, seen),
  }))
  const ranked = candidates.toSorted(
    (a, b) => Number(b.handed) - Number(a.handed) || priority(b.host) - priority(a.host),
  )
  const elected = ranked.find(({ hindrance }) => hindrance === undefined)
  const handed = ranked.find((one) => one.handed)
  if (elected?.host === holder) {
    if (elected.handed) return { verdict: 'pass', seen: `${holder}: the VIP was handed over to it` }
    const missing = ranked.filter(
      ({ hindrance }, at) => hindrance !== undefined && at < ranked.indexOf(elected),
    )
    const why = missing.map(({ host, hindrance }) => `${host} ${hindrance}`).join(', ')
    return { verdict: 'pass', seen: why === '' ? holder : `${holder}, because ${why}` }
  }
  const isReady = candidates.some(({ host, hindrance }) => host === holder && hindrance === undefined)
  if (!preempt && isReady)
    return {
      verdict: 'pass',
      seen: `${holder} keeps it, as preempt is false; ${elected?.host} has the higher priority`,
    }
  return {
    verdict: 'fail',
    expected: elected
      ? `${elected.host}, ${elected.handed ? 'to which it was handed over' : `which has the priority ${priority(elected.host)}`}`
      : 'a director that is able to',
    seen: `${holder}, ${isReady ? `which has the priority ${priority(holder)}` : `which ${hindranceOf(holder, instance, cluster, seen)}`}`,
    cause: elected
      ? `what ${elected.host} watches fails and lowers its priority, its keepalived runs with another configuration, or the directors do not hear each other`
      : 'the address stayed when keepalived ended',
    next: `on ${elected?.host ?? holder}: journalctl -u keepalived -n 30${handed ? '; understudy handover --back' : ''}`,
  }
}

function isHandedOver(host: string, instance: string, { members }: Members): boolean {
  const member = members.get(host)
  return (
    member !== undefined &&
    !(member instanceof Failure) &&
    member.read(factsOfHost).handovers.includes(instance)
  )
}

/** Keepalived's own word. */
function isInFault(host: string, instance: string, { members }: Members): boolean {
  const member = members.get(host)
  if (!member || member instanceof Failure) return false
  const keepalived = member.read(runningKeepalived)
  return (
    keepalived.answers &&
    keepalived.instances.some(({ name, state }) => name === instance && state === 'FAULT')
  )
}

/** What keeps a director from being elected, as far as that can be seen. */
export function hindranceOf(
  host: string,
  instance: string,
  cluster: ExpectedCluster,
  seen: Members,
): string | undefined {
  const own = hindranceAt(host, instance, cluster, seen)
  if (own !== undefined) return own
  // Each router that is lost takes as much from a priority: who has lost the fewest stands in for the others.
  const able = cluster.directors.filter((one) => !hindranceAt(one.host, instance, cluster, seen))
  const fewest = Math.min(...able.map((one) => lostRouters(one.host, cluster, seen).length))
  const lost = lostRouters(host, cluster, seen)
  return lost.length > fewest ? `does not reach ${lost.join(', ')} by BFD` : undefined
}

/** What keeps it from being elected at the director itself. */
function hindranceAt(
  host: string,
  instance: string,
  cluster: ExpectedCluster,
  seen: Members,
): string | undefined {
  const member = seen.members.get(host)
  if (!member || member instanceof Failure) return 'cannot be asked'
  if (member.read(unitNamed('keepalived')).active !== 'active') return 'has no running keepalived'
  if (isInFault(host, instance, seen)) return 'is in FAULT'
  const itself = cluster.balancer === 'none'
  // A proxy is trusted as a whole; of a director that serves itself, what is behind this VIP.
  const behind = itself ? cluster.vips.filter((vip) => vip.instance === instance) : cluster.vips
  const ports = directorPorts({ ...cluster, vips: behind }, host)
  const silent = ports.filter((port) => member.read(listenersOn(port))?.length === 0)
  if (silent.length === 0) return undefined
  return itself ? `serves nothing on port ${silent.join(', ')}` : `has no ${cluster.balancer} that listens`
}
