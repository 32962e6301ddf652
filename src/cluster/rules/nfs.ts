import { canonical } from '../addresses.ts'
import { eachAddress } from '../together.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about pages that come from an NFS server. */
export const nfsRules = {
  'nfs-servers': {
    severity: 'error',
    reason: 'Pages come from one machine: of none, or of several, nobody knows which to mount.',
    source: 'docs/inventory.md, cluster.nfs',
    find: oneServer,
  },
  'nfs-alone': {
    severity: 'warning',
    reason: 'Whatever all realservers mount takes all of them away when it is gone.',
    source: 'nfs(5), hard',
    find: serverMayFail,
  },
  'nfs-vip': {
    severity: 'error',
    reason:
      'A VIP is with one director, or under direct routing on each realserver itself: the pages are with neither.',
    source: 'docs/inventory.md, cluster.nfs.address',
    find: addressIsOfTheServer,
  },
  'nfs-both': {
    severity: 'error',
    reason:
      'A machine that mounts from itself hangs at shutdown, and its loss takes pages and server at once.',
    source: 'nfs(5)',
    find: serverIsNoRealserver,
  },
  'nfs-unserved': {
    severity: 'error',
    reason: 'Pages are mounted where a server of ours serves pages.',
    source: 'docs/inventory.md, cluster.nfs',
    find: pagesAreServed,
  },
  'nfs-unseen': {
    severity: 'warning',
    reason: 'A check that asks for no page of the export finds a realserver well that has lost it.',
    source: 'docs/inventory.md, cluster.nfs',
    find: checkSeesThePages,
  },
} satisfies Family<'nfs'>

function oneServer(subject: Subject): readonly Wrong[] {
  const group = subject.settings.nfs?.server
  if (group === undefined) return []
  const hosts = serversIn(subject, group)
  if (hosts.length === 1) return []
  return [
    wrong(
      subject,
      ['nfs', 'server'],
      hosts.length === 0
        ? `no host of the cluster is in the group ${group}: there would be nothing to mount`
        : `${hosts.join(', ')} are all in the group ${group}: pages come from one machine`,
      `Put the one machine that has the pages into the group ${group}.`,
    ),
  ]
}

function serversIn({ members }: Subject, group: string): readonly string[] {
  return members.filter(({ groups }) => groups.includes(group)).map(({ name }) => name)
}

function addressIsOfTheServer(subject: Subject): readonly Wrong[] {
  const address = subject.settings.nfs?.address
  const own = address === undefined ? undefined : canonical(address)
  const vip = subject.cluster.vips.flatMap(eachAddress).find((one) => one.address === own)
  if (!vip) return []
  return [
    wrong(
      subject,
      ['nfs', 'address'],
      `${address} is a VIP of this cluster, and no address of the NFS server`,
      'Write one of the NFS server, or leave it out.',
    ),
  ]
}

function serverMayFail(subject: Subject): readonly Doubt[] {
  const group = subject.settings.nfs?.server
  const [host, ...others] = group === undefined ? [] : serversIn(subject, group)
  if (host === undefined || others.length > 0) return []
  return [
    doubtful(
      subject,
      ['nfs'],
      `${host} is a single point of failure: without it no realserver has pages`,
      'Keep the pages on the realservers themselves, or make the NFS server itself redundant; `understudy drill` shows what its loss costs.',
    ),
  ]
}

/** A machine that mounts from itself hangs at shutdown. */
function serverIsNoRealserver({ cluster }: Subject): readonly Wrong[] {
  const { nfs, realservers, directors } = cluster
  if (!nfs) return []
  const parts = [
    ...(realservers.some(({ host }) => host === nfs.host) ? ['realserver'] : []),
    ...(directors.some(({ host }) => host === nfs.host) ? ['director'] : []),
  ]
  return parts.map((part) => ({
    severity: 'error',
    message: `${nfs.host} is NFS server and ${part} at once: its loss would take both away`,
    next: `Take ${nfs.host} out of one of the two groups.`,
    host: nfs.host,
    path: ['cluster'],
  }))
}

function pagesAreServed(subject: Subject): readonly Wrong[] {
  if (!subject.settings.nfs || ['nginx', 'apache', 'tomcat'].includes(subject.cluster.backend)) return []
  return [
    wrong(
      subject,
      ['nfs'],
      `the backend ${subject.cluster.backend} takes no pages from NFS here`,
      'Remove nfs, or set backend: nginx, apache or tomcat.',
    ),
  ]
}

/** nginx answers /health by itself, so a realserver without pages would stay in the pool. */
function checkSeesThePages(subject: Subject): readonly Doubt[] {
  if (!subject.settings.nfs) return []
  const blind = subject.cluster.vips
    .flatMap(({ services }) => services)
    .some(({ check }) => !('path' in check) || check.path === '/health')
  if (!blind) return []
  return [
    doubtful(
      subject,
      ['nfs'],
      'the health check sees no page: a realserver that has lost the NFS server would stay in the pool',
      'Check a page that lies in the export, such as check: { type: http, path: /index.html }.',
    ),
  ]
}
