import { poolOf } from '../servers.ts'
import { type Family, listedServices, type Subject, type Wrong, wrong } from './subject.ts'

/** A rule about realservers whose answers would have to take two ways. */
export const mixedWayRules = {
  'ipvs-ways-mixed': {
    severity: 'error',
    reason:
      'Answers of a realserver go by its routes, whatever service they are of: by the gateway, those of direct routing and tunnels come to the director that has their source, the VIP, itself, and its kernel drops them.',
    source: 'LVS-HOWTO, LVS-NAT; Linux, fib_validate_source',
    find: answersHaveOneWay,
  },
} satisfies Family<'ipvs'>

function answersHaveOneWay(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (cluster.balancer !== 'ipvs' || !settings.nat || settings.nat.clients !== undefined) return []
  const served = cluster.vips.flatMap(({ services }) => services)
  const hostsBy = (translated: boolean) =>
    new Set(
      served
        .filter(({ forwarding }) => (forwarding === 'nat') === translated)
        .flatMap((service) => poolOf(cluster, service).map(({ host }) => host)),
    )
  const translated = hostsBy(true)
  const [both] = [...hostsBy(false)].filter((host) => translated.has(host))
  if (both === undefined) return []
  const odd = listedServices(subject).find(({ service }) => service.forwarding !== 'nat')
  return [
    wrong(
      subject,
      odd ? [...odd.path, 'forwarding'] : ['nat'],
      `${both} serves some clients by nat and others by ${odd?.service.forwarding ?? 'dr'}: its answers all leave by the gateway ${cluster.nat?.gateway}, and the director there drops those that come from the VIP`,
      'Take one forwarding for all that a realserver serves; or give these services other realservers; or write under nat: clients the networks of those who are served by nat alone.',
    ),
  ]
}
