import { randomBytes } from 'node:crypto'
import type { Query } from '../model/sensor.ts'
import { queryKey } from '../model/sensor.ts'
import type { Session } from '../model/session.ts'
import { buildProgram } from '../shell/program.ts'
import { groupBySensor, readAnswer } from '../shell/questions.ts'

/** What one host answered; every question that was asked has a reading. */
export interface Observed {
  read<Reading>(query: Query<Reading>): Reading
}

/** Asks everything in one trip. Throws the failures of the session, and INSPECTION_FAILED. */
export async function observe(
  session: Session,
  queries: Iterable<Query<unknown>>,
  signal: AbortSignal,
): Promise<Observed> {
  const asks = groupBySensor(queries)
  const answers = new Map<string, unknown>()
  const program = buildProgram(randomBytes(12).toString('hex'), { asks })
  for await (const frame of session.run(program, signal)) {
    const ask = frame.is === 'answer' ? asks[frame.index] : undefined
    if (frame.is !== 'answer' || !ask) continue
    for (const [key, reading] of readAnswer(ask, frame.status, frame.output)) answers.set(key, reading)
  }
  return {
    read: <Reading>(query: Query<Reading>) => {
      const key = queryKey(query)
      if (!answers.has(key)) throw new Error(`${key} was not asked`)
      return answers.get(key) as Reading
    },
  }
}
