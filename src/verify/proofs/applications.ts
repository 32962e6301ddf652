import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { fileAt } from '../../sensors/files.ts'
import { damageOf, releaseFilesOf } from '../../sensors/release-files.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** What a realserver is asked of the applications that it runs. */
export function applicationQueries(
  { applications }: ExpectedCluster,
  host: string,
): readonly Query<unknown>[] {
  return applications
    .filter(({ hosts }) => hosts.includes(host))
    .flatMap(({ base, state, current }) => [fileAt(current), releaseFilesOf(base, state)])
}

/** What serves of an application is one version, and what was brought. */
export function applicationProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.applications.flatMap((one) => [...oneVersion(one, seen), ...asBrought(one, seen)])
}

type ExpectedApplication = ExpectedCluster['applications'][number]

/** Somebody changed, added or took away what lies there. */
function asBrought(
  { name, hosts, base, state }: ExpectedApplication,
  seen: Sightings,
): readonly ProofResult[] {
  const found = hosts.flatMap((host) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    return [{ host, damage: damageOf(member.read(releaseFilesOf(base, state))) }]
  })
  if (found.length === 0) return []
  const common = { name: 'what serves of the application is what was brought', subject: name }
  const damaged = found.filter(({ damage }) => damage !== undefined)
  if (damaged.length === 0)
    return [{ ...common, verdict: 'pass', seen: found.map(({ host }) => host).join(', ') }]
  return [
    {
      ...common,
      verdict: 'fail',
      expected: 'its files as they were unpacked',
      seen: damaged.map(({ host, damage }) => `${host}: ${damage}`).join('; '),
      next: `understudy apply brings the same again where its source still holds it; else understudy deploy ${name} brings another`,
    },
  ]
}

/** All realservers serve the same version of an application: a deployment that was stopped has left two. */
function oneVersion({ name, hosts, current }: ExpectedApplication, seen: Sightings): readonly ProofResult[] {
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
}
