import { randomBytes } from 'node:crypto'
import type { Emit } from '../model/event.ts'
import { Failure } from '../model/failure.ts'
import type { TakenBack } from '../model/kept.ts'
import type { Script } from '../model/script.ts'
import type { Session } from '../model/session.ts'
import { goBack, tellFormer } from '../shell/go-back.ts'
import { buildProgram } from '../shell/program.ts'
import { lines, sh } from '../shell/quote.ts'
import type { Keeping } from './keeping.ts'

/**
 * Takes every machine that a run has begun to change back to what it was before: one after the other, the one that was changed
 * last first, so that directors are never out of service together. A machine that cannot be reached keeps what it was.
 */
export async function takeBack(
  { run, changed }: Keeping,
  connect: (host: string) => Promise<Session>,
  emit: Emit,
): Promise<readonly TakenBack[]> {
  const all: TakenBack[] = []
  for (const host of [...changed].toReversed()) {
    const taken = await takeOneBack(host, run, connect)
    emit({ is: 'taken-back', taken })
    all.push(taken)
  }
  return all
}

async function takeOneBack(
  host: string,
  run: string,
  connect: (host: string) => Promise<Session>,
): Promise<TakenBack> {
  const program = buildProgram(randomBytes(12).toString('hex'), {
    asks: [],
    steps: [
      {
        script: goBack(run),
        title: 'rollback',
        takesLong: true,
        ignoreErrors: false,
        environment: {},
        uploads: {},
        isRead: true,
      },
    ],
  })
  try {
    const session = await connect(host)
    for await (const frame of session.run(program))
      if (frame.is === 'step-finished') return whatItSays(host, frame)
    throw new Failure('CONNECTION_LOST', 'it did not say what came of it')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { host, back: [], stays: [], amiss: [`nothing, as far as is known: ${error.message}`] }
  }
}

function whatItSays(
  host: string,
  { status, stdout, stderr }: { readonly status: number; readonly stdout: string; readonly stderr: string },
): TakenBack {
  const those = (word: string) =>
    stdout.split('\n').flatMap((line) => (line.startsWith(`${word}: `) ? [line.slice(word.length + 2)] : []))
  const amiss = those('amiss')
  const why = stderr.trim()
  const unsaid = status !== 0 && amiss.length === 0 ? [`it ended with status ${status}`] : []
  const beside = status !== 0 && why !== '' ? [why] : []
  return { host, back: those('back'), stays: those('stays'), amiss: [...amiss, ...unsaid, ...beside] }
}

/** The same for a run that is over, as a script that people know by its first line. */
export function laterBack(run: string): Script {
  return lines(sh`# go back to what was before the run ${run}`, goBack(run))
}

/** Which run a machine can be taken back before, and since when, in seconds of its own clock: `kept RUN SINCE`. */
export const whichRun: Script = lines(sh`# tell which run can be taken back`, tellFormer)
