import type { Cluster, Service, Vip } from '../cluster.ts'
import { linesOf } from '../user-lines.ts'
import { doubted, ofKeepalived, type Text } from './extra-lines.ts'
import type { Doubt, Family, Subject } from './subject.ts'

/** Rules about lines that repeat what our templates write. */
export const extraTwiceRules = {
  'extra-said-twice': {
    severity: 'warning',
    reason: 'keepalived takes one of two values for a word, and warns only in its log.',
    source: 'keepalived.conf(5), vrrp_instance',
    find: nothingIsSaidTwice,
  },
} satisfies Family<'extra'>

/** What says a word in the inventory, and where it is written; absent: wherever the block is. */
interface Ours<Of> {
  readonly by: string
  isWritten?(of: Of): boolean
  /** A second block of it adds to the first. */
  readonly adds?: true
}

type Words<Of> = Readonly<Record<string, Ours<Of>>>

/** In a vrrp_instance. */
const inInstance: Words<{ readonly cluster: Cluster; readonly vip: Vip | undefined }> = {
  state: { by: 'owner of the VIP' },
  interface: { by: 'interface' },
  virtual_router_id: { by: 'vrid of the VIP' },
  priority: { by: 'priority in director' },
  advert_int: { by: 'advert_interval of cluster.vrrp' },
  version: { by: 'version of cluster.vrrp' },
  nopreempt: { by: 'preempt: false of cluster.vrrp', isWritten: ({ cluster }) => !cluster.vrrp.preempt },
  preempt_delay: {
    by: 'preempt_delay of cluster.vrrp',
    isWritten: ({ cluster }) => cluster.vrrp.preempt_delay > 0,
  },
  unicast_peer: { by: 'unicast of cluster.vrrp', isWritten: speaksUnicast, adds: true },
  unicast_src_ip: { by: 'address in director', isWritten: speaksUnicast },
  authentication: {
    by: 'auth_pass of cluster.vrrp',
    isWritten: ({ cluster }) => cluster.vrrp.auth_pass !== undefined,
  },
  virtual_ipaddress: { by: 'also of the VIP', adds: true },
  use_vmac: { by: 'vmac of the VIP', isWritten: ({ vip }) => vip?.vmac === true },
}

/** In a virtual_server. */
const inServer: Words<Service | undefined> = {
  lb_algo: { by: 'scheduler of the service' },
  lvs_sched: { by: 'scheduler of the service' },
  lb_kind: { by: 'forwarding of the service' },
  lvs_method: { by: 'forwarding of the service' },
  protocol: { by: 'protocol of the service', isWritten: (service) => service?.marked === undefined },
  persistence_timeout: {
    by: 'persistence_timeout of the service',
    isWritten: (service) => (service?.persistence ?? 0) > 0,
  },
  delay_loop: { by: 'interval of the check' },
  quorum: { by: 'quorum of the service', isWritten: hasQuorum },
  hysteresis: {
    by: 'hysteresis of the service',
    isWritten: (service) => hasQuorum(service) && (service?.hysteresis ?? 0) > 0,
  },
  sorry_server: {
    by: 'sorry_page of the service',
    isWritten: (service) => service?.sorryPage === true,
  },
  real_server: { by: 'the group realservers', adds: true },
}

/** In each real_server. */
const inRealserver: Words<Service | undefined> = { weight: { by: 'weight in realserver' } }

function speaksUnicast({ cluster, vip }: { readonly cluster: Cluster; readonly vip: Vip | undefined }) {
  return cluster.vrrp.unicast && cluster.directors.length + (vip?.peers.length ?? 0) > 1
}

function hasQuorum(service: Service | undefined): boolean {
  return (service?.quorum ?? 0) > 1
}

function nothingIsSaidTwice(subject: Subject): readonly Doubt[] {
  return ofKeepalived(subject).flatMap((text) => {
    if (text.within === undefined) return []
    const written = writtenAt(subject, text, text.within)
    return linesOf(text)
      .filter(({ depth }) => depth === 0)
      .flatMap((line) => {
        const [word = ''] = line.code.trim().split(/[\s{]/)
        const ours = written(word)
        if (ours === undefined) return []
        const what = ours.adds
          ? `${word} is written already: keepalived takes both, and nothing else knows of yours`
          : `${word} is written already, and keepalived takes one of the two`
        return [doubted(subject, text, what, `Leave it out, and say it by ${ours.by}.`)]
      })
  })
}

/** What stands already, where such lines go. */
function writtenAt({ cluster }: Subject, { path, host }: Text, within: 'instance' | 'server') {
  const has =
    <Of>(words: Words<Of>, of: Of) =>
    (word: string) => {
      const ours = Object.hasOwn(words, word) ? words[word] : undefined
      return ours === undefined || ours.isWritten?.(of) === false ? undefined : ours
    }
  if (within === 'instance') {
    const [, , key] = path
    const vip = cluster.vips.find(({ address }, index) =>
      host === undefined ? index === path[1] : address === key,
    )
    return has(inInstance, { cluster, vip })
  }
  const at = path.slice(0, path.lastIndexOf('extra'))
  const service = serviceAt(cluster, at)
  return path.at(-1) === 'servers' ? has(inRealserver, service) : has(inServer, service)
}

function serviceAt({ vips }: Cluster, at: readonly PropertyKey[]): Service | undefined {
  const list = JSON.stringify(['cluster', ...at.slice(0, -1)])
  return vips
    .filter(({ servicesAt }) => JSON.stringify(servicesAt) === list)
    .flatMap(({ services }) => services.filter(({ marked }, index) => (marked ?? index) === at.at(-1)))[0]
}
