import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** Versions of the programs a cluster is made of, by name; those that are not installed are absent. */
export type VersionsReading = ReadonlyMap<string, string>

/** Asks the programs themselves; Tomcat can only be asked by starting it, so its package says. */
export const versions: Sensor<VersionsReading> = {
  name: 'versions',
  ask: () => sh`
us_version() {
  command -v "$1" >/dev/null 2>&1 || return 0
  us_found=$("$@" 2>&1 | sed -n '1s/^[^0-9]*\([0-9][0-9.]*\).*/\1/p')
  printf '%s %s\n' "$1" "$us_found"
}
us_version keepalived --version
us_version ipvsadm -v
us_version nginx -v
us_version haproxy -v
if command -v dpkg-query >/dev/null 2>&1; then
  dpkg-query -W -f='\${Package} \${Version}\n' 'tomcat*' 2>/dev/null
elif command -v rpm >/dev/null 2>&1; then
  rpm -q --qf '%{NAME} %{VERSION}\n' tomcat 2>/dev/null
fi | sed -n 's/^tomcat[0-9]* \([0-9][0-9.]*\).*/tomcat \1/p' | head -n 1`,
  read: (output, subjects) => {
    const found = [...output.matchAll(/^(\S+) (\d\S*)$/gm)]
    const reading = new Map(found.map(([, name = '', version = '']) => [name, version]))
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks a host for the versions of everything that matters. */
export const versionsOfHost: Query<VersionsReading> = { sensor: versions, subject: '', about: [] }
