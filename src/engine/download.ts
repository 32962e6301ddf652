import { createHash, randomBytes } from 'node:crypto'
import type { Fetched } from '../model/change.ts'
import { Failure } from '../model/failure.ts'
import { queryKey } from '../model/sensor.ts'
import type { Session } from '../model/session.ts'
import { pieceOf, pieceSize } from '../sensors/pieces.ts'
import { buildProgram } from '../shell/program.ts'
import { groupBySensor, readAnswer } from '../shell/questions.ts'

/**
 * Brings a file from a host, piece by piece, with the rights that the session has there. Throws STEP_FAILED where it is
 * not any more what it was when it was asked about.
 */
export async function download(
  session: Session,
  { path, size, sha256 }: Fetched,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const whole = new Uint8Array(size)
  let filled = 0
  for (let number = 0; number * pieceSize < size; number += 1) {
    const query = pieceOf(path, number)
    const asks = groupBySensor([query])
    const program = buildProgram(randomBytes(12).toString('hex'), { asks })
    for await (const frame of session.run(program, signal)) {
      const ask = frame.is === 'answer' && asks[frame.index]
      if (!ask || frame.is !== 'answer') continue
      const piece = readAnswer(ask, frame.status, frame.output).get(queryKey(query))
      const bytes = piece instanceof Uint8Array ? piece.subarray(0, size - filled) : new Uint8Array()
      whole.set(bytes, filled)
      filled += bytes.length
    }
  }
  if (createHash('sha256').update(whole.subarray(0, filled)).digest('hex') === sha256) return whole
  throw new Failure('STEP_FAILED', `${path} was changed by something else after it was looked at`, {
    next: 'run again once nothing writes to it',
  })
}
