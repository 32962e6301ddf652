import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** The state of each VRRP instance by its name, in keepalived's words: MASTER, BACKUP, FAULT. */
export type VrrpStatesReading = ReadonlyMap<string, string>

/** What keepalived last said in its log: it has no other way to tell that does not disturb it. */
export const vrrpStates: Sensor<VrrpStatesReading> = {
  name: 'vrrp-states',
  ask: () => sh`journalctl -q --no-pager -b -o cat -u keepalived -n 3000 2>/dev/null |
  sed -n 's/.*(\([^()]*\)) Entering \([A-Z]*\) STATE.*/\1 \2/p' || :`,
  read: (output, subjects) => {
    const reading = new Map<string, string>()
    for (const [, instance = '', state = ''] of output.matchAll(/^(.+) ([A-Z]+)$/gm))
      reading.set(instance, state)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks a director for the states of its VRRP instances. */
export const statesOfVrrp: Query<VrrpStatesReading> = { sensor: vrrpStates, subject: '', about: [] }
