import { join } from 'node:path'
import { Failure } from '../model/failure.ts'
import type { Keeping } from '../transport/index.ts'
import { keepWord, packageRoot, packageVersion } from './places.ts'

/** How long connections outlive a run, and by what they are kept: the command that comes with this library. */
export function keepingFor(seconds: number): Keeping {
  const file = join(packageRoot, 'dist/cli/main.js')
  return { seconds, program: { words: [process.execPath, file, keepWord], file, version: packageVersion() } }
}

/** Keeps connections until there are none, or until the signal. `words`: as whoever started it wrote them. */
export async function keepConnections(words: readonly string[], signal: AbortSignal): Promise<void> {
  const [directory, kind, number, ...more] = words
  if (directory === undefined || kind === undefined || !/^\d+$/.test(number ?? '') || more.length > 0)
    throw new Failure('INVALID_INPUT', `${keepWord} is what --persist starts, and no command to type`)
  const { serve } = await import('../transport/kept/master.ts')
  await serve({ directory, kind }, Number(number), signal)
}
