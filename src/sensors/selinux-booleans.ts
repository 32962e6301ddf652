import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A boolean of SELinux's policy, as it is now and as it is kept. */
export interface SelinuxBooleanReading {
  /** `off`: SELinux is absent or disabled, or has no policy; nothing is confined. */
  readonly policy: 'loaded' | 'off'
  /** Absent where the loaded policy has no such boolean. */
  readonly live?: boolean
  /** What this host sets it to at boot; absent where that is left to the policy. */
  readonly kept?: boolean
}

/** `booleans` shows what is and what is pending; setsebool -P keeps its word in the store of the policy. */
const selinuxBooleans: Sensor<SelinuxBooleanReading> = {
  name: 'selinux-booleans',
  ask: (names) => sh`
for us_f in /sys/fs/selinux/booleans/*; do
  if [ -e "$us_f" ]; then echo loaded; break; fi
done
us_i=0
for us_b in ${names}; do
  if us_v=$(cat /sys/fs/selinux/booleans/"$us_b" 2>/dev/null); then
    printf 'live %s %s\n' "$us_i" "$us_v"
    us_t=$(sed -n 's/^SELINUXTYPE=//p' /etc/selinux/config 2>/dev/null)
    cat /var/lib/selinux/"$us_t"/active/booleans.local /etc/selinux/"$us_t"/active/booleans.local 2>/dev/null |
      sed -n "s/^$us_b *= *\([01]\).*/kept $us_i \1/p"
  fi
  us_i=$((us_i + 1))
done`,
  read: (output, names) => {
    const said = output.split('\n')
    const value = (word: string, index: number) => {
      const line = said.findLast((one) => one.startsWith(`${word} ${index} `))
      return line && line.split(' ')[2] === '1'
    }
    return new Map(
      names.map((name, index) => {
        const [live, kept] = [value('live', index), value('kept', index)]
        return [
          name,
          {
            policy: said.includes('loaded') ? 'loaded' : 'off',
            ...(typeof live === 'boolean' ? { live } : {}),
            ...(typeof kept === 'boolean' ? { kept } : {}),
          },
        ]
      }),
    )
  },
}

/** Asks for a boolean of SELinux. */
export function selinuxBooleanNamed(name: string): Query<SelinuxBooleanReading> {
  return { sensor: selinuxBooleans, subject: name, about: [`selinux-boolean:${name}`, 'file:/etc/selinux'] }
}
