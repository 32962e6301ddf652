import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** What became of the version of an application that serves since it was brought. */
export interface ReleaseFiles {
  /** Its directory is gone. */
  readonly isGone: boolean
  /** Files and directories that are otherwise than they were brought, at most three, from the directory of the version. */
  readonly otherwise: readonly string[]
}

/**
 * Whoever changes, adds or takes away a file gives it or its directory a later time than that of the note which was written when all
 * was there. `-newer` is all that finds them in every find(1), and reads nothing of what may be gigabytes.
 */
const releaseFiles: Sensor<ReleaseFiles> = {
  name: 'release-files',
  ask: (subjects) => sh`us_i=0
for us_subject in ${subjects}; do
  us_state=\${us_subject##* }
  us_link=$(readlink "\${us_subject%% *}/current")
  us_note=$us_state/\${us_link#releases/}.sum
  if [ -n "$us_link" ] && [ -e "$us_note" ]; then
    if ( cd "\${us_subject%% *}/$us_link" ) 2>/dev/null; then
      ( cd "\${us_subject%% *}/$us_link"; find . -newer "$us_note" | head -n 3 | sed "s/^/$us_i at /" )
    else
      echo "$us_i gone"
    fi
  fi
  us_i=$((us_i + 1))
done`,
  read: (output, subjects) => {
    const lines = output.split('\n')
    return new Map(
      subjects.map((subject, index) => [
        subject,
        {
          isGone: lines.includes(`${index} gone`),
          otherwise: lines.flatMap((line) => {
            const start = `${index} at `
            return line.startsWith(start) ? [line.slice(start.length).replace(/^\.\//, '')] : []
          }),
        },
      ]),
    )
  },
}

/** Asks whether the version that serves is as it was brought: of an application that lies in `base`, and is known of in `state`. */
export function releaseFilesOf(base: string, state: string): Query<ReleaseFiles> {
  return { sensor: releaseFiles, subject: `${base} ${state}`, about: [`file:${base}/current`] }
}

/** Whether it is, and how not, in words; undefined where all is as it was. */
export function damageOf({ isGone, otherwise }: ReleaseFiles): string | undefined {
  if (isGone) return 'its directory is gone'
  if (otherwise.length === 0) return undefined
  const named = otherwise.map((path) => (path === '.' ? 'its directory' : path))
  return `changed since it was brought: ${named.join(', ')}`
}
