import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A host's name now and at the next boot. */
export interface HostnameReading {
  readonly live: string
  /** Empty where /etc/hostname has none. */
  readonly atBoot: string
}

/** hostname(5): the first line that is no comment counts. */
export const hostnames: Sensor<HostnameReading> = {
  name: 'hostnames',
  ask: () =>
    sh`uname -n; if [ -f /etc/hostname ]; then sed '/^#/d; /^[ \t]*$/d' /etc/hostname 2>/dev/null || :; fi`,
  read: (output, subjects) => {
    const [live = '', atBoot = ''] = output.split('\n').map((line) => line.trim())
    return new Map(subjects.map((subject) => [subject, { live, atBoot }]))
  },
}

/** Asks for the host's name. */
export const hostnameNow: Query<HostnameReading> = {
  sensor: hostnames,
  subject: '',
  about: ['hostname:', 'file:/etc/hostname'],
}
