import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { bootSysctl } from '../../sensors/boot-sysctls.ts'
import { routingOfHost } from '../../sensors/routing.ts'
import type { ExpectedCluster, WayBack } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** The parameter without which a kernel passes nothing on that is for somebody else. */
function passingOn({ gateway }: WayBack): string {
  return gateway.includes(':') ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward'
}

/** What is asked of a machine where address translation has answers pass the directors. */
export function wayBackQueries(cluster: ExpectedCluster, host: string): readonly Query<unknown>[] {
  const { wayBack, directors } = cluster
  if (!wayBack) return []
  return [
    ...(directors.some((one) => one.host === host) ? [bootSysctl(passingOn(wayBack))] : []),
    ...(translated(cluster).some((one) => one.host === host) ? [routingOfHost] : []),
  ]
}

/**
 * Under address translation each director passes packets on, the one that waits, too, and each realserver sends what is for
 * clients to the gateway that moves with the VIP.
 */
export function wayBackProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const { wayBack, directors } = cluster
  if (!wayBack) return []
  return [
    ...directors.flatMap(({ host }) => directorPassesOn(host, wayBack, seen)),
    ...translated(cluster).flatMap(({ host }) => realserverAnswers(host, wayBack, seen)),
  ]
}

/** The realservers whose answers pass the gateway: those that serve by address translation, or all where nobody does. */
function translated({ realservers, vips }: ExpectedCluster): ExpectedCluster['realservers'] {
  const services = vips.flatMap((vip) => vip.services.filter(({ forwarding }) => forwarding === 'nat'))
  if (services.length === 0) return realservers
  return realservers.filter(({ host }) =>
    services.some(({ servers }) => servers.some((one) => one.host === host)),
  )
}

function directorPassesOn(host: string, wayBack: WayBack, { members }: Sightings): readonly ProofResult[] {
  const member = members.get(host)
  if (!member || member instanceof Failure) return []
  const key = passingOn(wayBack)
  const { live, atBoot, file } = member.read(bootSysctl(key))
  const common = { name: 'the director passes packets on, also after a reboot', subject: host }
  if (live === '1' && atBoot === '1') return [{ ...common, verdict: 'pass' }]
  return [
    {
      ...common,
      verdict: 'fail',
      expected: `${key} 1`,
      seen: `${key} ${live ?? 'unset'}, at boot ${atBoot ?? 'unset'}${file ? ` (${file})` : ''}`,
      cause: 'the parameter was changed by hand, or a later file in sysctl.d sets it differently',
      next: `understudy apply; or on ${host}: sysctl -w ${key}=1; grep -r ${key} /etc/sysctl.d /etc/sysctl.conf`,
    },
  ]
}

function realserverAnswers(
  host: string,
  { gateway, clients }: WayBack,
  { members }: Sightings,
): readonly ProofResult[] {
  const member = members.get(host)
  if (!member || member instanceof Failure) return []
  const { routes } = member.read(routingOfHost)
  const main = routes.filter(({ table }) => table === 254)
  const missing = clients.filter((to) => !main.some((route) => route.to === to && route.via === gateway))
  const common = { name: 'the realserver answers clients through the gateway', subject: `${host} ${gateway}` }
  if (missing.length === 0) return [{ ...common, verdict: 'pass', seen: clients.join(', ') }]
  const instead = main
    .filter(({ to }) => missing.includes(to))
    .map(({ to, via, dev }) => `${to} via ${via ?? dev}`)
  return [
    {
      ...common,
      verdict: 'fail',
      expected: missing.map((to) => `${to} via ${gateway}`).join('; '),
      seen: instead.join('; ') || 'no such route',
      cause: 'somebody changed its routes, or whatever manages its network set them anew',
      next: `understudy apply; or on ${host}: ip -${gateway.includes(':') ? 6 : 4} route`,
    },
  ]
}
