import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawnDetached } from './detach.ts'

/**
 * Runs a program after some seconds, whether or not this process lives then; returns how to call that off. A mark in
 * the folder stands for the wish: where the folder is gone by then, nothing is run.
 */
export async function runLater(
  folder: string,
  seconds: number,
  program: readonly string[],
): Promise<() => Promise<void>> {
  const mark = join(folder, `later-${randomBytes(4).toString('hex')}`)
  await writeFile(mark, '')
  await spawnDetached(
    // The program keeps no mark, so that it is run once.
    [
      'sh',
      '-c',
      'sleep "$1"; rm "$2" || exit 0; shift 2; exec "$@"',
      'sh',
      String(seconds),
      mark,
      ...program,
    ],
    join(folder, 'later.log'),
  )
  return () => rm(mark, { force: true })
}
