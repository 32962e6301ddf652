import { z } from 'zod'
import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
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

/** Prints the versions of a file that are kept, oldest first. */
export function listVersions(path: string): Script {
  return lines(
    titled('versions of', path),
    sh`ls -1 -- ${`${stateDirectory}/backups${path}`} 2>/dev/null || echo 'no version is kept'`,
  )
}

/** Puts back the newest version whose name begins with `version`; what is there now is kept before. */
export function putBack(path: string, version: string): Script {
  const directory = `${stateDirectory}/backups${path}`
  return lines(
    titled('put back', path),
    sh`us_version=$(find ${directory} -type f -name ${`${version.replaceAll(/[*?[\]\\]/g, '')}*`} 2>/dev/null | sort | tail -n 1)
if [ -z "$us_version" ]; then echo ${`no such version of ${path} is kept here`} >&2; exit 1; fi`,
    sh`if [ -e ${path} ]; then
${embed(backupScript(path))}
fi
us_new=$(mktemp ${`${path}.understudy.XXXXXXXX`})
if ! cp -p -- "$us_version" "$us_new" || ! mv -f -- "$us_new" ${path}; then rm -f -- "$us_new"; exit 1; fi
echo "put back \${us_version##*/}"`,
  )
}

/** A comment that tells what a script is about. */
function titled(what: string, path: string): Script {
  return sh`${embed(`# ${what} ${path.replaceAll(/\s/g, ' ')}` as Script)}`
}
