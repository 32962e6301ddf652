import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { unitName, unitNamed } from './units.ts'

/** The file a running service was started from; absent where it does not run, or nobody may know. */
export interface ProgramReading {
  /** As proc(5) tells it: ` (deleted)` stands after a file that was replaced since. */
  readonly path?: string
}

/** The programs of units' main processes. */
export const programs: Sensor<ProgramReading> = {
  name: 'programs',
  ask: (names) => sh`
us_i=0
for us_u in ${names.map(unitName)}; do
  us_pid=$(systemctl show -p MainPID --value -- "$us_u" 2>/dev/null) || us_pid=0
  if us_exe=$(readlink "/proc/\${us_pid:-0}/exe" 2>/dev/null); then printf '%s %s\n' "$us_i" "$us_exe"; fi
  us_i=$((us_i + 1))
done`,
  read: (output, names) =>
    new Map(
      names.map((name, index) => {
        const path = new RegExp(`^${index} (.+)$`, 'm').exec(output)?.[1]
        return [name, path === undefined ? {} : { path }]
      }),
    ),
}

/** Asks which program a service runs. */
export function programOf(name: string): Query<ProgramReading> {
  return { sensor: programs, subject: name, about: unitNamed(name).about }
}
