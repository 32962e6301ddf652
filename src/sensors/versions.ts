import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { readSections } from './sections.ts'

/** Versions of the programs a cluster is made of, by name; those that are not installed are absent. */
export type VersionsReading = ReadonlyMap<string, string>

/** The option that makes a program tell its version. */
const options = {
  keepalived: '--version',
  ipvsadm: '-v',
  nginx: '-v',
  haproxy: '-v',
  apache2: '-v',
  httpd: '-v',
} as const
const programs = Object.keys(options)

/** Asks the programs themselves; Tomcat can only be asked by starting it, so its package says. */
export const versions: Sensor<VersionsReading> = {
  name: 'versions',
  ask: () =>
    lines(
      ...Object.entries(options).map(
        ([name, option], index) =>
          sh`if command -v ${name} >/dev/null 2>&1; then echo "# ${index}"; ${name} ${option} 2>&1; fi`,
      ),
      sh`echo "# ${programs.length}"
if command -v dpkg-query >/dev/null 2>&1; then dpkg-query -W -f='\${Package} \${Version}\n' 'tomcat*' 2>/dev/null || :
elif command -v rpm >/dev/null 2>&1; then rpm -q --qf '%{NAME} %{VERSION}\n' tomcat 2>/dev/null || :; fi`,
    ),
  read: (output, subjects) => {
    const told = readSections(output, [...programs, 'tomcat'], (text) => text.trim())
    const found = [...told].flatMap(([name, text]) => {
      const version = (name === 'tomcat' ? ofTomcat : first).exec(text)?.[1]
      return version === undefined ? [] : [[name, version] as const]
    })
    const reading = new Map(found)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** The first number of the first line. */
const first = /^[^\d\n]*(\d[\d.]*)/
const ofTomcat = /^tomcat\d* (\d[\d.]*)/m

/** Asks a host for the versions of everything that matters. */
export const versionsOfHost: Query<VersionsReading> = { sensor: versions, subject: '', about: [] }
