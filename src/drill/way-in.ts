import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { findWay } from '../shell/way.ts'

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
  ask: () => lines(findWay, sh`printf '%s\n' "$us_way"`),
  read: (output, subjects) => {
    const [from = '', , to = '', port] = output.trim().split(' ')
    const way = from && port ? { from, to, port: Number(port) } : undefined
    return new Map(subjects.map((subject) => [subject, way]))
  },
}

/** Asks a machine by which way we came in (sshd(8), SSH_CONNECTION). */
export const ourWayIn: Query<WayIn> = { sensor: wayIn, subject: '', about: [] }
