import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** The VRRP instances that a director holds by a handover, not by its priority. */
export type HandoversReading = readonly string[]

/** Reads the files that keepalived tracks: a number other than 0 is a standing handover. */
export const handovers: Sensor<HandoversReading> = {
  name: 'handovers',
  ask: () => sh`for us_f in /var/lib/understudy/handover/*; do
  if [ -r "$us_f" ] && grep -q '[1-9]' "$us_f"; then printf 'raised %s\n' "\${us_f##*/}"; fi
done`,
  read: (output, subjects) => {
    const reading = [...output.matchAll(/^raised (.+)$/gm)].map(([, instance = '']) => instance)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks a director what was handed to it. */
export const standingHandovers: Query<HandoversReading> = { sensor: handovers, subject: '', about: [] }
