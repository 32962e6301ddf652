import type { Facts } from '../model/facts.ts'
import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import { facts } from '../sensors/facts.ts'
import { keepalivedTold } from '../sensors/keepalived-told.ts'
import { writtenAt } from '../sensors/written.ts'
import { readBlocks } from './keepalived/blocks.ts'
import { type KeepalivedHost, readHost } from './keepalived/host.ts'
import type { Includes, SourceFile } from './position.ts'

/** Asks a machine some questions in one trip. */
export type Asker = (queries: readonly Query<unknown>[]) => Promise<{
  read<Reading>(query: Query<Reading>): Reading
}>

/** What one director was told by hand. */
export interface ReadDirector {
  readonly keepalived: KeepalivedHost
  readonly facts: Facts
  /** Paths of the files that were read. */
  readonly files: readonly string[]
}

/** A file that includes others, which include others: nobody goes deeper. */
const mostRounds = 12

const factsOfMachine: Query<Facts> = { sensor: facts, subject: '', about: [] }

/** What a machine is. Throws the failures of who asks. */
export async function factsBy(ask: Asker): Promise<Facts> {
  const answers = await ask([factsOfMachine])
  return answers.read(factsOfMachine)
}

/**
 * Reads keepalived.conf of a machine with all that it includes. Throws the failures of who asks, and INVALID_INPUT where
 * there is none.
 */
export async function readDirector(host: string, ask: Asker): Promise<ReadDirector> {
  const first = await ask([factsOfMachine, keepalivedTold])
  const known = first.read(factsOfMachine)
  const told = first.read(keepalivedTold)
  const path = told.configuration
  const main = (await filesAt([path], ask)).get(path)?.[0]
  if (!main)
    throw new Failure('INVALID_INPUT', `${path} is not there, or cannot be read`, {
      where: { host },
      next: 'name machines that run keepalived; who logs in as another user than root adds --become',
    })
  const configId = told.configId ?? known.hostname.split('.')[0] ?? ''
  const includes = new Map<string, readonly SourceFile[]>()
  for (let round = 0; ; round++) {
    const blocks = readBlocks({ main, includes, configId })
    if (blocks.wanted.length > 0 && round < mostRounds) {
      for (const [pattern, files] of await filesAt(blocks.wanted, ask)) includes.set(pattern, files)
      continue
    }
    const keepalived = readHost(blocks, told.unknown, told.deprecated)
    const remarks = [
      ...(told.runs ? [] : [{ message: 'keepalived does not run here' }]),
      ...keepalived.remarks,
    ]
    const read = [main, ...[...includes.values()].flat()].map((file) => file.path)
    return { keepalived: { ...keepalived, remarks }, facts: known, files: [...new Set(read)] }
  }
}

/** The texts of files by patterns; what cannot be read as text is none. */
async function filesAt(patterns: readonly string[], ask: Asker): Promise<Includes> {
  const queries = patterns.map((pattern) => [pattern, writtenAt(pattern)] as const)
  const answers = await ask(queries.map(([, query]) => query))
  return new Map(
    queries.map(([pattern, query]) => [
      pattern,
      answers.read(query).flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }])),
    ]),
  )
}
