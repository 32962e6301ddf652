import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** With which configurations nginx and HAProxy run; none: it does not run. */
export type ProxiesTold = Readonly<Record<'nginx' | 'haproxy', readonly string[]>>

const usual = { nginx: '/etc/nginx/nginx.conf', haproxy: '/etc/haproxy/haproxy.cfg' } as const

/** Command lines of processes by these names, each on one line. */
const told: Sensor<ProxiesTold> = {
  name: 'proxies-told',
  ask: () => sh`for us_f in /proc/[0-9]*/comm; do
  us_l=; read -r us_l 2>/dev/null <"$us_f" || :
  case $us_l in
    nginx | haproxy) printf '%s ' "$us_l"; tr '\\0\n' '  ' 2>/dev/null <"\${us_f%/comm}/cmdline" || :; echo ;;
  esac
done`,
  read: (output, subjects) => {
    const lines = output.split('\n')
    const of = (program: 'nginx' | 'haproxy', flag: RegExp) => {
      const own = lines.filter((line) => line.startsWith(`${program} `))
      const named = new Set(own.flatMap((line) => [...line.matchAll(flag)].map(([, path = '']) => path)))
      if (own.length === 0) return []
      return named.size > 0 ? [...named] : [usual[program]]
    }
    const reading = { nginx: of('nginx', / -c ?(\S+)/g), haproxy: of('haproxy', / -f ?(\S+)/g) }
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks with which configurations nginx and HAProxy run. */
export const proxiesTold: Query<ProxiesTold> = { sensor: told, subject: '', about: ['*'] }
