import type { ProofResult } from '../../model/event.ts'
import { Failure } from '../../model/failure.ts'
import type { Query } from '../../model/sensor.ts'
import { type FileReading, fileAt } from '../../sensors/files.ts'
import type { ExpectedCluster } from '../expected.ts'
import type { Sightings } from '../sightings.ts'

/** Programs of the user's own that directors run to know whether somebody is well. */
function programsOf({ vips }: ExpectedCluster): readonly string[] {
  const services = vips.flatMap((vip) => vip.services)
  return [...new Set(services.flatMap(({ checkedBy }) => checkedBy ?? []))]
}

/** What a director is asked of such programs. */
export function checkProgramQueries(cluster: ExpectedCluster): readonly Query<FileReading>[] {
  return programsOf(cluster).map(fileAt)
}

/**
 * Each director can run the user's checks: keepalived leaves out a script that it cannot run, and then keeps a VIP, or a
 * realserver, that is dead.
 */
export function checkProgramProofs(cluster: ExpectedCluster, seen: Sightings): readonly ProofResult[] {
  return cluster.directors.flatMap(({ host }) => {
    const member = seen.members.get(host)
    if (!member || member instanceof Failure) return []
    return programsOf(cluster).map((path): ProofResult => {
      const common = { name: 'the director can run the check', subject: `${host} ${path}` }
      const wrong = hindrance(member.read(fileAt(path)))
      if (wrong === undefined) return { ...common, verdict: 'pass', seen: 'it is there' }
      return {
        ...common,
        verdict: 'fail',
        expected: 'a program that can be run',
        seen: wrong.seen,
        cause: 'without it keepalived takes for well what it should ask',
        next: `on ${host}: ${wrong.mended}; systemctl reload keepalived`,
      }
    })
  })
}

/** What is wrong with a program, and what mends it; a link is taken for what it says it leads to. */
function hindrance(file: FileReading): { readonly seen: string; readonly mended: string } | undefined {
  if (file.type === 'link') return undefined
  if (file.type === 'absent') return { seen: 'nothing is there', mended: 'bring it, by a task of yours' }
  if (file.type !== 'file') return { seen: `a ${file.type}`, mended: 'put the program there' }
  const runs = (Number.parseInt(file.mode, 8) & 0o111) !== 0
  return runs ? undefined : { seen: `a file of the mode ${file.mode}`, mended: 'chmod 755 it' }
}
