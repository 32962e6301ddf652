import { scryptSync } from 'node:crypto'
import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Application, Cluster } from '../../cluster/index.ts'
import type { Failure } from '../../model/failure.ts'
import type { Origin } from '../../model/origin.ts'
import { applicationUnit, environmentText } from '../../resources/application-unit.ts'
import { problem } from '../problem.ts'
import { Unusable } from './entry.ts'
import { type Found, readSource } from './source.ts'
import { tarOf } from './tar.ts'

/** What versions hold, packed by tar and gzip when it is asked for, by the sums of all that is in them. */
export type Releases = ReadonlyMap<string, () => Uint8Array>

/** A cluster whose applications know which version their source holds. */
export interface ReleasesRead {
  readonly cluster: Cluster
  readonly releases: Releases
  readonly problems: readonly Failure[]
}

/** Reads the sources of a cluster's applications; what is wrong with one is told at its place in the inventory. */
export function withReleases(
  cluster: Cluster,
  originOf: (path: readonly PropertyKey[]) => Origin | undefined,
): ReleasesRead {
  const releases = new Map<string, () => Uint8Array>()
  const problems: Failure[] = []
  const applications = cluster.applications.map((application, index) => {
    const [word = 'source'] = Object.keys(application.source)
    const origin = originOf(['cluster', 'applications', index, 'source', word])
    try {
      const found = readSource(application.source, dirname(origin?.file ?? ''))
      refuseUnfit(application, found)
      releases.set(found.sum, packing(found))
      return { ...application, release: { id: idOf(application, found), sum: found.sum } }
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      const what = Object.values(application.source)[0]
      problems.push(
        problem(
          'release-source',
          `${application.name} cannot be made of ${what}: ${error.message}`,
          origin,
          error.next,
        ),
      )
      return application
    }
  })
  return { cluster: { ...cluster, applications }, releases, problems }
}

/** Many hosts get the same. */
function packing({ entries }: Found): () => Uint8Array {
  let packed: Uint8Array | undefined
  return () => {
    packed ??= gzipSync(tarOf(entries))
    return packed
  }
}

/** Tomcat takes nearly anything for a web application, and serves nothing of it. */
function refuseUnfit({ kind, service }: Application, { entries }: Found): void {
  const has = (test: (path: string) => boolean) => entries.some(({ path }) => test(path))
  if (kind === 'war' && !has((path) => path.startsWith('WEB-INF/') || /^[^/]+\.(jsp|html)$/.test(path)))
    throw new Unusable('it is no web application: there is neither WEB-INF nor a page in it')
  const [program = ''] = service?.command.split(/\s/) ?? []
  const own = program.replace(/^(\.\/)+/, '')
  if (!program.includes('/') || program.startsWith('/')) return
  const found = entries.find(({ path }) => path === own)
  if (!found) throw new Unusable(`there is no ${own} in it, which its command runs`)
  if (found.is === 'file' && !found.executable)
    throw new Unusable(`${own}, which its command runs, is not executable`, `chmod +x ${own}`)
}

/**
 * How a service is run is as much a version as what it is made of: going back goes back to both. What sums it up is
 * computed slowly, so that nobody guesses secrets by it.
 */
function idOf(application: Application, found: Found): string {
  const { name, port, service } = application
  const version = application.version ?? found.version
  if (!service) return version
  const unit = applicationUnit({ name, port, ...service }, '')
  const run = `${unit}\0${environmentText(Object.fromEntries(service.environment))}`
  return `${version}-${scryptSync(run, name, 4).toString('hex')}`
}
