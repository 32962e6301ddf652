import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { type RunningInstance, runningKeepalived } from '../../sensors/keepalived.ts'
import { unitNamed } from '../../sensors/units.ts'
import type { ExpectedCluster, ExpectedVip } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/**
 * Each director's keepalived runs with what the inventory says, by its own word: what lies on the disk may be another
 * thing than what it has loaded.
 */
export function runningProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.directors.flatMap(({ host }): readonly ProofResult[] => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure || member.read(unitNamed('keepalived')).active !== 'active')
      return []
    const common = { name: 'keepalived runs with what the inventory says', subject: host }
    const keepalived = member.read(runningKeepalived)
    if (!keepalived.answers)
      return [
        {
          ...common,
          verdict: 'unknown',
          seen: keepalived.why,
          next: `on ${host}: systemctl kill --kill-who=main -s USR1 keepalived; cat /tmp/keepalived.data`,
        },
      ]
    const wanted = cluster.vips.flatMap((vip) => wordsOf(vip, host))
    const found = keepalived.instances.flatMap((instance) => shown(instance))
    const missing = [...new Set(wanted.filter((word) => !found.includes(word)))]
    if (missing.length === 0)
      return [{ ...common, verdict: 'pass', seen: keepalived.instances.map(briefly).join('; ') }]
    const names = new Set(missing.map((word) => word.split(' ', 1)[0]))
    const others = keepalived.instances.filter(({ name }) => names.has(name)).map(briefly)
    return [
      {
        ...common,
        verdict: 'fail',
        expected: missing.join('; '),
        seen: others.join('; ') || 'no such instance',
        cause: 'it has loaded another configuration than the one that is wanted',
        next: `understudy apply; or on ${host}: systemctl reload keepalived`,
      },
    ]
  })
}

function wordsOf(
  { instance, vrid, priorities, advertInterval, address, links, vmac, adverts }: ExpectedVip,
  host: string,
): readonly string[] {
  const priority = priorities.get(host)
  const link = links.get(host)
  const to = adverts === 'multicast' ? [] : adverts.get(host)
  return [
    ...(link ? [`${instance} interface ${link.speaks}${vmac ? ' use_vmac' : ''}`] : []),
    `${instance} virtual_router_id ${vrid}`,
    ...(priority === undefined ? [] : [`${instance} priority ${priority}`]),
    ...(advertInterval === undefined ? [] : [`${instance} advert_int ${advertInterval} ms`]),
    ...(to ? [toWhom(instance, to)] : []),
    `${instance} has ${address}${link ? ` on ${link.carries}` : ''}`,
  ]
}

function toWhom(instance: string, addresses: readonly string[]): string {
  return `${instance} ${addresses.length === 0 ? 'by multicast' : `unicast_peer ${addresses.join(' ')}`}`
}

function shown(instance: RunningInstance): readonly string[] {
  const { name, interface: device, vmac, vrid, priority, advertInterval, addresses, unicast = [] } = instance
  return [
    `${name} interface ${device}${vmac === undefined ? '' : ' use_vmac'}`,
    `${name} virtual_router_id ${vrid}`,
    `${name} priority ${priority}`,
    `${name} advert_int ${advertInterval} ms`,
    toWhom(name, unicast),
    ...addresses.flatMap(({ address, device: on }) => [
      `${name} has ${address}`,
      `${name} has ${address} on ${on === vmac ? device : on}`,
    ]),
  ]
}

function briefly(instance: RunningInstance): string {
  const { name, interface: device, state, vrid, priority, advertInterval, addresses, unicast } = instance
  const to = unicast ? `, to ${unicast.join(' ')}` : ''
  const held = addresses.map(({ address, device: on }) => `${address} on ${on}`).join(' ')
  return `${name} ${state}, ${device}, vrid ${vrid}, priority ${priority}, every ${advertInterval} ms${to}, ${held}`
}
