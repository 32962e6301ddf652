import { randomBytes } from 'node:crypto'
import type { Progress } from '../model/progress.ts'
import { type Query, queryKey } from '../model/sensor.ts'
import type { Session } from '../model/session.ts'
import { type NeighbourReading, whoHasNow } from '../sensors/neighbours.ts'
import { progressQuery } from '../sensors/progress.ts'
import { buildProgram } from '../shell/program.ts'
import { groupBySensor, readAnswer } from '../shell/questions.ts'

/** One question by itself, of which nothing is kept. Throws the failures of the session, and INSPECTION_FAILED. */
export async function askAlone<Reading>(
  session: Session,
  query: Query<Reading>,
  signal: AbortSignal,
): Promise<Reading> {
  const asks = groupBySensor([query])
  const answers = new Map<string, unknown>()
  const program = buildProgram(randomBytes(12).toString('hex'), { asks })
  for await (const frame of session.run(program, signal)) {
    const ask = frame.is === 'answer' ? asks[frame.index] : undefined
    if (frame.is !== 'answer' || !ask) continue
    for (const [key, reading] of readAnswer(ask, frame.status, frame.output)) answers.set(key, reading)
  }
  return answers.get(queryKey(query)) as Reading
}

/** How far the last run came on a machine; `undefined`: it keeps nothing of that. Throws as above. */
export function progressOn(session: Session, signal: AbortSignal): Promise<Progress | undefined> {
  return askAlone(session, progressQuery, signal)
}

/** Who answers when a machine asks its network for an address. Throws as above. */
export function answeringFor(
  address: string,
  session: Session,
  signal: AbortSignal,
): Promise<NeighbourReading> {
  return askAlone(session, whoHasNow(address), signal)
}
