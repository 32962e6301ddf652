import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { bootAddress } from '../../sensors/boot-addresses.ts'
import { bootSysctl } from '../../sensors/boot-sysctls.ts'
import { type CarriedVip, type ExpectedCluster, vipsOnRealserver } from '../expected.ts'
import type { Observed } from '../observe.ts'
import type { Sightings } from '../sightings.ts'
import { factsOfHost } from './holder.ts'

/** The parameters that keep a realserver from answering ARP for a VIP on its lo, and the least that does so. */
export const arpSysctls = [
  { key: 'net.ipv4.conf.all.arp_ignore', least: 1 },
  { key: 'net.ipv4.conf.all.arp_announce', least: 2 },
] as const

/** Every realserver holds the VIPs on lo or its end of the tunnel alone, and keeps silent about them, now and after a reboot. */
export function silenceProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.realservers.flatMap(({ host }) => {
    const vips = vipsOnRealserver(cluster, host)
    const member = seen.members.get(host)
    if (vips.length === 0 || !member || member instanceof Failure) return []
    return [...vips.map((vip) => holds(host, vip, member)), silent(host, member)]
  })
}

function holds(host: string, { address: vip, device }: CarriedVip, member: Observed): ProofResult {
  const { interfaces } = member.read(factsOfHost)
  const where = Object.values(interfaces).flatMap(({ name, addresses }) =>
    addresses.filter(({ address }) => address === vip).map(({ prefix }) => `${name} /${prefix}`),
  )
  const files = member.read(bootAddress(vip))
  const common = {
    name: `the realserver holds the VIP on ${device}, also after a reboot`,
    subject: `${host} ${vip}`,
  }
  const live = where.length === 1 && where[0] === `${device} /${vip.includes(':') ? 128 : 32}`
  if (live && files.length > 0)
    return { ...common, verdict: 'pass', seen: `${where[0]}, ${files[0]?.split('/').at(-1)}` }
  return {
    ...common,
    verdict: 'fail',
    expected: `${device} alone, and a file that sets it at boot`,
    seen: `${where.join(', ') || 'not there'}${files.length > 0 ? '' : '; no file would set it at boot'}`,
    cause: live ? 'it was set by hand' : 'its unit is stopped, or someone removed the address',
    next: `on ${host}: ip address show to ${vip}; systemctl status 'understudy-vip-*'`,
  }
}

function silent(host: string, member: Observed): ProofResult {
  const common = { name: 'the realserver keeps silent about the VIP, also after a reboot', subject: host }
  const readings = arpSysctls.map(({ key, least }) => ({ key, least, ...member.read(bootSysctl(key)) }))
  const wrong = readings.filter(
    ({ live, atBoot, least }) => !(Number(live) >= least) || !(Number(atBoot) >= least),
  )
  const shown = (list: typeof readings) =>
    list
      .map(
        ({ key, live, atBoot, file }) =>
          `${key} ${live ?? 'unset'}, at boot ${atBoot ?? 'unset'}${file ? ` (${file})` : ''}`,
      )
      .join('; ')
  if (wrong.length === 0) return { ...common, verdict: 'pass' }
  return {
    ...common,
    verdict: 'fail',
    expected: wrong.map(({ key, least }) => `${key} ${least}`).join('; '),
    seen: shown(wrong),
    cause: 'the parameter was changed by hand, or a later file in sysctl.d sets it differently',
    next: `on ${host}: sysctl ${wrong.map(({ key }) => key).join(' ')}; grep -r arp_ /etc/sysctl.d /etc/sysctl.conf`,
  }
}
