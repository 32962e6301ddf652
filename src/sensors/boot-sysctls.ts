import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A kernel parameter now, and as systemd-sysctl(8) would set it at the next boot. */
export interface BootSysctlReading {
  /** Absent where the kernel has no such parameter. */
  readonly live?: string
  /** Absent where no file sets it. */
  readonly atBoot?: string
  /** The file that has the last word. */
  readonly file?: string
}

/**
 * Live values, and every assignment in the order of sysctl.d(5): by file name whatever the folder, and a file of /etc
 * hides one of the same name in /run and /usr/lib. /etc/sysctl.conf counts as 99-sysctl.conf, as on Debian.
 */
export const bootSysctls: Sensor<BootSysctlReading> = {
  name: 'boot-sysctls',
  ask: (keys) => sh`
for us_k in ${keys}; do
  us_v=$(sysctl -n -- "$us_k" 2>/dev/null) && printf 'live %s=%s\n' "$us_k" "$us_v"
done
{
  for us_d in /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d; do
    for us_f in "$us_d"/*.conf; do
      if [ -f "$us_f" ]; then printf '%s %s\n' "\${us_f##*/}" "$us_f"; fi
    done
  done
  if [ -f /etc/sysctl.conf ]; then echo '99-sysctl.conf /etc/sysctl.conf'; fi
} | awk '!seen[$1]++' | sort -k1,1 | while read -r us_n us_f; do
  echo "file $us_f"
  grep -v '^[[:space:]]*[#;]' "$us_f" | sed -n 's/^[[:space:]]*-\{0,1\}\([^=[:space:]]*\)[[:space:]]*=[[:space:]]*/set \1=/p'
done`,
  read: (output, keys) => {
    const live = new Map<string, string>()
    const atBoot = new Map<string, { value: string; file: string }>()
    let file = ''
    for (const line of output.split('\n')) {
      const [, verb, rest = ''] = /^(live|file|set) (.*)$/.exec(line) ?? []
      const at = rest.indexOf('=')
      const [key, value] = [rest.slice(0, at), rest.slice(at + 1).trim()]
      if (verb === 'file') file = rest
      // A slash may stand for a dot and the other way round (sysctl.d(5)).
      if (verb === 'set') atBoot.set(key.includes('/') ? key.replaceAll('/', '.') : key, { value, file })
      if (verb === 'live') live.set(key, value)
    }
    return new Map(
      keys.map((key) => {
        const [now, boot] = [live.get(key), atBoot.get(key)]
        const reading: BootSysctlReading = {
          ...(now === undefined ? {} : { live: now }),
          ...(boot ? { atBoot: boot.value, file: boot.file } : {}),
        }
        return [key, reading]
      }),
    )
  },
}

/** Asks for a parameter by its dotted name. */
export function bootSysctl(key: string): Query<BootSysctlReading> {
  return { sensor: bootSysctls, subject: key, about: [`sysctl:${key}`] }
}
