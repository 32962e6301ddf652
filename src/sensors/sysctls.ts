import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'

/** One assignment in a file that is read at boot. */
export interface SysctlSetting {
  readonly file: string
  readonly value: string
}

/** A kernel setting now and at the next boot. */
export interface SysctlReading {
  /** Blanks joined to one; absent where the running kernel has no such setting. */
  readonly live?: string
  /** Those that count, in the order in which they are applied: the last one wins. */
  readonly atBoot: readonly SysctlSetting[]
  /** What /etc/sysctl.conf says. A boot reads it where a link of sysctl.d leads there, as Debian's procps brings it. */
  readonly main?: string
}

/** The file that sysctl(8) reads where none is named. */
export const mainFile = '/etc/sysctl.conf'

/**
 * The path below /proc/sys, as sysctl(8) reads a name: the first `.` or `/` is what separates; where it is `.`,
 * a `/` stands for a dot inside a part, as in `net.ipv4.conf.eth0/100.arp_ignore`.
 */
export function sysctlPath(name: string): string {
  if (/^[^./]*\//.test(name)) return name
  return name.replaceAll(/[./]/g, (mark) => (mark === '.' ? '/' : '.'))
}

/** Live values, and every line that sets one at boot, in sysctl.d(5)'s folders. */
export const sysctls: Sensor<SysctlReading> = {
  name: 'sysctls',
  ask: (names) =>
    lines(
      sh`grep -Hs '' ${names.map((name) => `/proc/sys/${sysctlPath(name)}`)} || :
echo '# files'
for us_d in /etc /run /usr/local/lib /usr/lib /lib; do
  for us_f in "$us_d"/sysctl.d/*.conf; do
    if [ -e "$us_f" ]; then printf '%s\n' "$us_f"; fi
  done
done
echo '# boot'
# Whoever opens a pipe waits for its other end.
set -- /dev/null
for us_f in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /lib/sysctl.d/*.conf; do
  if [ -f "$us_f" ]; then set -- "$@" "$us_f"; fi
done
grep -Hs '^[^#;]*=' "$@" || :
echo '# main'
if [ -f ${mainFile} ]; then grep -Hs '^[^#;]*=' ${mainFile} || :; fi`,
    ),
  read: (output, names) => {
    const [live = '', files = '', boot = '', main = ''] = output
      .split(/^# (?:files|boot|main)$/m)
      .map((text) => text.trim())
    const values = live.split('\n')
    const settings = inBootOrder(files.split('\n'), boot.split('\n'))
    const inMain = inBootOrder([mainFile], main.split('\n'))
    return new Map(
      names.map((name) => {
        const prefix = `/proc/sys/${sysctlPath(name)}:`
        const value = values.find((line) => line.startsWith(prefix))?.slice(prefix.length)
        const atBoot = settings
          .filter((setting) => setting.path === sysctlPath(name))
          .map(({ file, value }) => ({ file, value }))
        const said = inMain.findLast((setting) => setting.path === sysctlPath(name))?.value
        return [
          name,
          {
            ...(value === undefined ? {} : { live: oneBlank(value) }),
            atBoot,
            ...(said === undefined ? {} : { main: said }),
          },
        ]
      }),
    )
  },
}

/** Asks for a kernel setting. */
export function sysctlNamed(name: string): Query<SysctlReading> {
  return {
    sensor: sysctls,
    subject: name,
    about: [`sysctl:${sysctlPath(name)}`, 'file:/etc/sysctl.d', `file:${mainFile}`],
  }
}

/** Tabs and runs of blanks as one blank, so that `4096 87380` equals the kernel's own writing. */
export function oneBlank(value: string): string {
  return value.trim().replaceAll(/\s+/g, ' ')
}

/**
 * sysctl.d(5): files sort by name whatever their folder, and one masks those of its name in later folders, even
 * where it sets nothing.
 */
function inBootOrder(
  files: readonly string[],
  found: readonly string[],
): readonly (SysctlSetting & { readonly path: string })[] {
  const first = new Map(files.toReversed().map((file) => [file.slice(file.lastIndexOf('/') + 1), file]))
  const settings = found.flatMap((line) => {
    const [, file, key, value] = /^([^:]+):\s*-?([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (!file || !key || value === undefined) return []
    const name = file.slice(file.lastIndexOf('/') + 1)
    return first.get(name) === file ? [{ file, name, path: sysctlPath(key), value: oneBlank(value) }] : []
  })
  return settings
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ file, path, value }) => ({ file, path, value }))
}
