import type { ClusterProblem } from '../cluster.ts'
import { doubtful, type Rule, type Subject, wrong } from './subject.ts'

/** Rules about pages that come from an NFS server. */
export const nfsRules: readonly Rule[] = [oneServer, serverIsNoRealserver, pagesAreServed, checkSeesThePages]

function oneServer(subject: Subject): readonly ClusterProblem[] {
  const group = subject.settings.nfs?.server
  if (group === undefined) return []
  const hosts = subject.members.filter(({ groups }) => groups.includes(group)).map(({ name }) => name)
  const [host] = hosts
  if (hosts.length === 1)
    return [
      doubtful(
        subject,
        ['nfs'],
        `${host} is a single point of failure: without it no realserver has pages`,
        'Keep the pages on the realservers themselves, or make the NFS server itself redundant; `understudy drill` shows what its loss costs.',
      ),
    ]
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

/** A machine that mounts from itself hangs at shutdown. */
function serverIsNoRealserver({ cluster }: Subject): readonly ClusterProblem[] {
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

function pagesAreServed(subject: Subject): readonly ClusterProblem[] {
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
function checkSeesThePages(subject: Subject): readonly ClusterProblem[] {
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
