import type { Cluster } from '../cluster.ts'
import { areApart } from '../on-directors.ts'
import { servicesOn } from '../programs.ts'
import { companionsOf } from '../together.ts'
import { type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about services that follow VIPs. */
export const notifyRules = {
  'notify-service-needed': {
    severity: 'error',
    reason:
      'A service that follows the VIP is stopped on every other director, where some are needed to be reached, or to be elected at all.',
    source: 'acassen/keepalived#2485; docs/inventory.md, cluster.notify.mode',
    find: neededServicesFollowNobody,
  },
  'notify-services-torn': {
    severity: 'error',
    reason:
      'A service cannot run where one VIP is and be stopped where another is not, when both are on one director.',
    source: 'docs/inventory.md, cluster.notify.mode',
    find: servicesFollowOne,
  },
} satisfies Family<'notify'>

/** What a machine without it cannot be reached by, under the names that distributions give it. */
const ofTheWayIn: Readonly<Record<string, string>> = {
  ssh: 'nobody could log in there any more',
  sshd: 'nobody could log in there any more',
  networking: 'they would have no addresses',
  'systemd-networkd': 'they would have no addresses',
  NetworkManager: 'they would have no addresses',
  nftables: 'they would have no packet filter',
  firewalld: 'they would have no packet filter',
  ufw: 'they would have no packet filter',
  iptables: 'they would have no packet filter',
}

function neededServicesFollowNobody(subject: Subject): readonly Wrong[] {
  const { notify } = subject.cluster
  return (notify?.services ?? []).flatMap((service, index) => {
    const name = service.replace(/\.service$/, '')
    const why = whyNeeded(subject.cluster, name)
    return why === undefined
      ? []
      : [
          wrong(
            subject,
            ['notify', 'services', index],
            `${name} cannot follow the VIP: ${why}`,
            'Take it out of the list.',
          ),
        ]
  })
}

/** What becomes of the other directors where a service runs on the holder alone, or is started by who becomes it. */
function whyNeeded(cluster: Cluster, name: string): string | undefined {
  if (name === 'keepalived') return 'it is what moves the VIP, and starts and stops what follows'
  if (cluster.notify?.mode === 'mm') return undefined
  if (Object.hasOwn(ofTheWayIn, name)) return `on the other directors ${ofTheWayIn[name]}`
  if (name === 'chrony' || name === 'chronyd')
    return cluster.time ? 'the clocks of all directors are kept by it (cluster.time)' : undefined
  if (!servicesOn(cluster, { holdsVips: true, balances: true, serves: false }).some((own) => own === name))
    return undefined
  return name === cluster.balancer
    ? 'a director without its balancer is not fit to take over, and none but the holder would have one'
    : 'every director shows the sorry page by it'
}

function servicesFollowOne(subject: Subject): readonly Wrong[] {
  const { notify, vips } = subject.cluster
  const [first, ...others] = vips
  if (!first || !notify || notify.mode === 'mm' || notify.services.length === 0) return []
  const companions = companionsOf(subject.cluster, first)
  const other = others.find(
    (one) => !companions.includes(one) && (one.owner !== first.owner || areApart(one, first)),
  )
  if (!other) return []
  return [
    wrong(
      subject,
      ['notify', 'services'],
      `${notify.services.join(', ')} would be started by who gets ${first.address} and stopped by who loses ${other.address}, and these move apart`,
      'Set notify.mode: mm, which lets them run everywhere; or have these VIPs move together, by the same `together`.',
    ),
  ]
}
