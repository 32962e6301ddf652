import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** What is mounted at a path; `undefined`: nothing. */
export type MountReading =
  | {
      readonly source: string
      /** Other names of the same device, such as those below /dev/disk, and of a volume of LVM. */
      readonly aliases: readonly string[]
      readonly fstype: string
      /** Of this mount and of its file system, such as `rw`, `noatime`, `size=1024k`. */
      readonly options: readonly string[]
    }
  | undefined

/**
 * Mounts as proc(5) tells them in mountinfo; of several at one path the last one is what is seen. A device is known
 * by its links too, because tables name it by label or UUID.
 */
export const mounts: Sensor<MountReading> = {
  name: 'mounts',
  ask: (paths) => sh`
while read -r us_line; do
  us_rest=\${us_line#* * * * }
  us_at=$(printf '%b.' "\${us_rest%% *}")
  us_i=0
  for us_p in ${paths}; do
    if [ "\${us_at%.}" = "$us_p" ]; then
      printf 'mount %s %s\n' "$us_i" "$us_line"
      us_source=\${us_line#* - * }
      us_source=\${us_source%% *}
      if [ -b "$us_source" ]; then
        us_real=$(readlink -f -- "$us_source")
        for us_link in /dev/disk/by-*/* /dev/*/* /dev/*; do
          # Others have hundreds, and nobody names a device by them.
          case $us_link in /dev/block/* | /dev/char/* | /dev/fd/* | /dev/pts/*) continue ;; esac
          if [ ! -b "$us_link" ] || [ "$us_link" = "$us_real" ]; then continue; fi
          if [ "$(readlink -f -- "$us_link")" = "$us_real" ]; then printf 'alias %s %s\n' "$us_i" "$us_link"; fi
        done
      fi
    fi
    us_i=$((us_i + 1))
  done
done </proc/self/mountinfo || :`,
  read: (output, paths) => {
    const lines = output.split('\n').map((line) => line.split(' '))
    return new Map(
      paths.map((path, index) => {
        const own = lines.filter(([, at]) => at === String(index))
        const last = own.findLastIndex(([word]) => word === 'mount')
        const aliases = own.slice(last + 1).map(([, , ...words]) => words.join(' '))
        return [path, last < 0 ? undefined : readMount(own[last] ?? [], aliases)]
      }),
    )
  },
}

/** Asks what is mounted at `path`. */
export function mountAt(path: string): Query<MountReading> {
  return { sensor: mounts, subject: path, about: [`mount:${path}`] }
}

/** Undoes the octal escapes of mountinfo and fstab(5). */
export function unescapeMount(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  const plain = bytes.replaceAll(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
  return Buffer.from(plain, 'latin1').toString('utf8')
}

/** `mount INDEX id parent major:minor root path options [tags] - fstype source superoptions` */
function readMount(words: readonly string[], aliases: readonly string[]): MountReading {
  const dash = words.indexOf('-', 8)
  const [fstype = '', source = '', superOptions = ''] = words.slice(dash + 1)
  const options = new Set([...(words[7] ?? '').split(','), ...superOptions.split(',')])
  return { source: unescapeMount(source), aliases, fstype, options: [...options].map(unescapeMount) }
}
