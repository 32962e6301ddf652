import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** Whom an upstream of nginx names: an address and a port, IPv6 in brackets, and whether it is to get requests. */
export interface UpstreamServer {
  readonly endpoint: string
  readonly down: boolean
}

/** The upstreams of the configuration that a running nginx has, by their names; or why nobody can tell. */
type UpstreamReading =
  | { readonly answers: false; readonly why: string }
  | { readonly answers: true; readonly upstreams: ReadonlyMap<string, readonly UpstreamServer[]> }

/** Has the very program that runs print its configuration, as it would load it: nginx tells nobody what it has loaded. */
const upstreamsOfNginx: Sensor<UpstreamReading> = {
  name: 'nginx_upstreams',
  ask: () => sh`us_pid=
if [ -r /run/nginx.pid ]; then IFS= read -r us_pid </run/nginx.pid || :; fi
us_exe=$(readlink "/proc/\${us_pid:-none}/exe" 2>/dev/null) || us_exe=
if [ -z "$us_exe" ]; then echo 'not: it does not run'
elif us_all=$("$us_exe" -T -q 2>/dev/null); then
  echo told
  printf '%s\n' "$us_all" | awk '/^[ \t]*upstream[ \t]/ { inside = 1 } inside { print } /}/ { inside = 0 }'
else echo 'not: it refuses its configuration, or its program was replaced'; fi`,
  read: (output, subjects) => new Map(subjects.map((subject) => [subject, readUpstreams(output)])),
}

/** Asks for the upstreams of the nginx that runs. */
export const nginxUpstreams: Query<UpstreamReading> = { sensor: upstreamsOfNginx, subject: '', about: ['*'] }

function readUpstreams(output: string): UpstreamReading {
  const why = /^not: (.*)$/m.exec(output)?.[1]
  if (why !== undefined) return { answers: false, why }
  const upstreams = new Map<string, UpstreamServer[]>()
  let servers: UpstreamServer[] = []
  for (const line of output.split('\n')) {
    const [word, value = '', ...more] = line
      .replace(/[;{].*/, '')
      .trim()
      .split(/\s+/)
    if (word === 'upstream') {
      servers = []
      upstreams.set(value, servers)
    } else if (word === 'server') servers.push({ endpoint: value, down: more.includes('down') })
  }
  return { answers: true, upstreams }
}
