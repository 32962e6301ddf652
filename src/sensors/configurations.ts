import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'

/** A service's configuration as it lies on the disk. */
export interface ConfigurationReading {
  /** Of all paths and contents; equal exactly where nothing differs. */
  readonly fingerprint: string
  /** When the last of these files or directories changed: seconds since the epoch, 0 where there is none. */
  readonly changedAt: number
}

/** `us_fingerprint PATH…` prints one word for all files at these paths, links followed, directories with all below. */
export const fingerprint: Script = sh`us_fingerprint() {
  find -L "$@" -type f -exec sha256sum -- '{}' + 2>/dev/null | LC_ALL=C sort | sha256sum | cut -d' ' -f1
}`

/** Fingerprints of configurations; a subject is a list of paths, one to a line. */
export const configurations: Sensor<ConfigurationReading> = {
  name: 'configurations',
  ask: (subjects) =>
    lines(
      fingerprint,
      sh`us_configuration() {
  printf '%s %s\n' "$(us_fingerprint "$@")" "$(find -L "$@" -exec stat -L -c %Z -- '{}' + 2>/dev/null | sort -n | tail -n 1)"
}`,
      ...subjects.map((subject) => (subject === '' ? sh`echo` : sh`us_configuration ${subject.split('\n')}`)),
    ),
  read: (output, subjects) => {
    const answers = output.split('\n')
    return new Map(
      subjects.map((subject, index) => {
        const [print = '', changedAt] = (answers[index] ?? '').split(' ')
        return [subject, { fingerprint: print, changedAt: Number(changedAt || 0) }]
      }),
    )
  },
}

/** Asks what lies at these files and directories. */
export function configurationAt(paths: readonly string[]): Query<ConfigurationReading> {
  return {
    sensor: configurations,
    subject: paths.join('\n'),
    about: paths.map((path) => `file:${path}`),
  }
}
