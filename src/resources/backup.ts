import { z } from 'zod'
import type { Script } from '../model/script.ts'
import { sh } from '../shell/quote.ts'
import { stateDirectory } from './state-directory.ts'

/** Whether the file that is replaced is kept. */
export const backupField = z
  .boolean()
  .default(false)
  .describe(
    `Keep the file that is replaced under ${stateDirectory}/backups, by path, then by time (UTC) and checksum.`,
  )

/**
 * Keeps a copy of `path` with owner, mode and time. Never beside the live file: a directory of configuration
 * reads everything in it. Copies are never removed.
 */
export function backupScript(path: string): Script {
  const directory = `${stateDirectory}/backups${path}`
  return sh`us_sum=$(sha256sum <${path} | cut -c 1-12)
us_kept=${directory}/$(date -u +%Y%m%dT%H%M%SZ)-$us_sum
(umask 077; mkdir -p -- ${directory})
if ! cp -p -- ${path} "$us_kept"; then rm -f -- "$us_kept"; exit 1; fi`
}
