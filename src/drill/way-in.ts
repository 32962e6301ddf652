import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** Our own connection to a machine, as the machine sees its two ends. */
export interface Way {
  readonly from: string
  readonly to: string
  /** At the machine. */
  readonly port: number
}

/** Absent where we did not come by ssh. */
export type WayIn = Way | undefined

const wayIn: Sensor<WayIn> = {
  name: 'way-in',
  // sudo drops the variable: then an ancestor of this shell still has it.
  ask: () => sh`
us_pid=$$
us_way=\${SSH_CONNECTION-}
for us_step in 1 2 3 4 5 6 7 8; do
  if [ -n "$us_way" ] || [ "$us_pid" -le 1 ]; then break; fi
  us_way=$(tr '\0' '\n' <"/proc/$us_pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
  us_pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$us_pid/status" 2>/dev/null || echo 1)
done
printf '%s\n' "$us_way"`,
  read: (output, subjects) => {
    const [from = '', , to = '', port] = output.trim().split(' ')
    const way = from && port ? { from, to, port: Number(port) } : undefined
    return new Map(subjects.map((subject) => [subject, way]))
  },
}

/** Asks a machine by which way we came in (sshd(8), SSH_CONNECTION). */
export const ourWayIn: Query<WayIn> = { sensor: wayIn, subject: '', about: [] }
