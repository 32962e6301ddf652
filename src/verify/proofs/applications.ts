import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { fileAt } from '../../sensors/files.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** What a realserver is asked of the applications that it runs. */
export function applicationQueries(
  { applications }: ExpectedCluster,
  host: string,
): readonly Query<unknown>[] {
  return applications.filter(({ hosts }) => hosts.includes(host)).map(({ current }) => fileAt(current))
}

/** All realservers serve the same version of an application: a deployment that was stopped has left two. */
export function applicationProofs(
  { applications }: ExpectedCluster,
  seen: Sightings,
): readonly ProofResult[] {
  return applications.flatMap(({ name, hosts, current }): readonly ProofResult[] => {
    const found = hosts.flatMap((host) => {
      const member = seen.members.get(host)
      if (!member || member instanceof Failure) return []
      const at = member.read(fileAt(current))
      const version = at.type === 'link' ? at.target?.replace(/^releases\//, '') : undefined
      return [{ host, version }]
    })
    if (found.length === 0) return []
    const common = { name: 'every realserver has the same version of the application', subject: name }
    const versions = new Set(found.map(({ version }) => version))
    const [version] = versions
    if (versions.size === 1 && version !== undefined) return [{ ...common, verdict: 'pass', seen: version }]
    return [
      {
        ...common,
        verdict: 'fail',
        expected: 'one version on all of them',
        seen: found.map((one) => `${one.host} ${one.version ?? 'none'}`).join(', '),
        cause: 'a deployment was stopped in the middle, or a realserver was added since',
        next: `understudy deploy ${name} brings all of them to what its source holds, and with --rollback to what was before`,
      },
    ]
  })
}
