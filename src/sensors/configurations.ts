import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'

/** A service's configuration as it lies on the disk. */
export interface ConfigurationReading {
  /** When the last of these files or directories changed in any way: seconds since the epoch, 0 where there is none. */
  readonly changedAt: number
}

/**
 * `us_changed PATH…` prints when what lies at these paths, links followed, directories with all below, changed last.
 * Files need no search, and what is not there needs no process at all.
 */
export const lastChange: Script = sh`us_changed() {
  us_latest=0 us_times='' us_by=
  for us_p in "$@"; do
    if [ -d "$us_p" ]; then us_by=search; break; fi
    if [ -e "$us_p" ]; then us_by=files; fi
  done
  case $us_by in
    search) us_times=$(find -L "$@" -exec stat -L -c %Z -- '{}' + 2>/dev/null) || : ;;
    files) us_times=$(stat -L -c %Z -- "$@" 2>/dev/null) || : ;;
  esac
  for us_t in $us_times; do
    if [ "$us_t" -gt "$us_latest" ]; then us_latest=$us_t; fi
  done
  echo "$us_latest"
}`

/**
 * When configurations changed last, by the time that nobody can set back by hand (st_ctime of stat(2)); links are
 * followed, directories count with all below. A subject is a list of paths, one to a line.
 */
export const configurations: Sensor<ConfigurationReading> = {
  name: 'configurations',
  ask: (subjects) =>
    lines(
      lastChange,
      ...subjects.map((subject) => (subject === '' ? sh`echo 0` : sh`us_changed ${subject.split('\n')}`)),
    ),
  read: (output, subjects) => {
    const answers = output.trim().split('\n')
    return new Map(subjects.map((subject, index) => [subject, { changedAt: Number(answers[index] || 0) }]))
  },
}

/** Asks when what lies at these files and directories last changed. */
export function configurationAt(paths: readonly string[]): Query<ConfigurationReading> {
  return {
    sensor: configurations,
    subject: paths.join('\n'),
    about: paths.map((path) => `file:${path}`),
  }
}
