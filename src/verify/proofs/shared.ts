import { bracketed } from '../../model/endpoint.ts'
import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { type ExportsReading, nfsMountsOf } from '../../sensors/nfs-mounts.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

type Shared = NonNullable<ExpectedCluster['nfs']>

/** What whoever serves pages of an NFS server is asked about them. */
export function sharedQueries({ nfs }: ExpectedCluster, host: string): readonly Query<unknown>[] {
  return nfs?.clients.some((one) => one.host === host) ? [nfsMountsOf(nfs.path)] : []
}

/** Each machine that serves them has the pages of the NFS server, which exports them to it by its own word. */
export function sharedProofs({ nfs }: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  if (!nfs) return []
  return nfs.clients.flatMap(({ host, address }): readonly ProofResult[] => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    const all = member.read(nfsMountsOf(nfs.path))
    const source = `${bracketed(nfs.server)}:${nfs.path}`
    const mount = all.find((one) => one.source === source)
    const common = { name: 'the pages come from the NFS server', subject: host }
    if (!mount)
      return [
        {
          ...common,
          verdict: 'fail',
          expected: source,
          seen: all.map((one) => one.source).join(', ') || 'not mounted',
          cause: 'the NFS server could not be reached when it was to be mounted, or somebody took it away',
          next: `on ${host}: mount -a; journalctl -b -g nfs`,
        },
      ]
    return [
      { ...common, verdict: 'pass', seen: `${source} on ${mount.at}` },
      {
        name: 'the NFS server exports the pages to every machine that serves them',
        subject: `${host} ${nfs.path}`,
        ...exportedTo(address, nfs, mount.exports),
      },
    ]
  })
}

/** NFS 4 needs none of the programs that tell what is exported: a server, or a firewall, may well be without. */
function exportedTo(
  address: string,
  { server, path }: Shared,
  reading: ExportsReading,
): Omit<ProofResult, 'name' | 'subject'> {
  if (!reading.asked)
    return {
      verdict: 'unknown',
      seen: reading.why,
      next: `rpcbind and mountd of ${server} tell it, which NFS 4 can do without`,
    }
  const found = reading.exports.find((one) => one.path === path)
  const shown = (found?.clients ?? reading.exports.map((one) => one.path)).join(', ')
  // Networks and names are whatever the server makes of them.
  const isPlain = (client: string) => /^[\d.]+$|^[\da-f]*:[\da-f:]*$/i.test(client)
  if (found?.clients.some((client) => client === address || !isPlain(client)))
    return { verdict: 'pass', seen: shown }
  return {
    verdict: 'fail',
    expected: `${path} to ${address}`,
    seen: found ? `${path} to ${shown}` : shown || 'nothing is exported',
    cause: 'the export was changed by hand, or exportfs was not told of it',
    next: 'on the NFS server: exportfs -v; exportfs -ra',
  }
}
