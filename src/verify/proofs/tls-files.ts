import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import { certificatesOfFile } from '../../sensors/certificate-files.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'
import { certificatesOf, filesAt, fingerprintOf } from './tls.ts'

/** A process shows certificates that it read once: without their files it does not start again, and with others it shows these. */
export function tlsFileProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  const hosts = new Set([...cluster.directors, ...cluster.realservers].map(({ host }) => host))
  return [...hosts].flatMap((host) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    return [...filesAt(cluster, host)].flatMap(([wanted, path]): readonly ProofResult[] => {
      const held = member.read(certificatesOfFile(path))
      // Who may not read it knows nothing of it.
      if (held.is === 'unreadable') return []
      const [first] = held.is === 'file' ? certificatesOf([held.certificates]) : []
      if (first && fingerprintOf(first) === wanted) return []
      return [
        {
          name: 'the certificate is there at the next start',
          subject: `${host} ${path}`,
          verdict: 'fail',
          expected: 'that of the inventory',
          seen: held.is === 'file' ? 'another' : 'nothing that can be read',
          cause: 'somebody changed the file: what is shown now was read before',
          next: 'understudy apply',
        },
      ]
    })
  })
}
