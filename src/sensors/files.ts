import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** What stands at a path; links are not followed. */
export type FileReading =
  | { readonly type: 'absent' }
  | {
      readonly type: 'file' | 'directory' | 'link' | 'other'
      /** Four octal digits. */
      readonly mode: string
      readonly owner: string
      readonly group: string
      readonly uid: number
      readonly gid: number
      /** Bytes. */
      readonly size: number
      /** Where a link points. */
      readonly target?: string
    }

const types: Readonly<Record<string, 'file' | 'directory' | 'link'>> = {
  8: 'file',
  4: 'directory',
  a: 'link',
}

/** Type, mode and owner of paths. One process for all, one more for each link. */
export const files: Sensor<FileReading> = {
  name: 'files',
  ask: (paths) => sh`
us_is='%f %u %g %s %U %G'
us_i=0 us_all=
set --
for us_p in ${paths}; do
  if [ -e "$us_p" ] || [ -h "$us_p" ]; then set -- "$@" "$us_p"; us_all="$us_all $us_i"; fi
  if [ -h "$us_p" ]; then printf '%s > %s\n' "$us_i" "$(readlink -- "$us_p")"; fi
  us_i=$((us_i + 1))
done
if [ $# -eq 0 ]; then :
elif us_s=$(stat -c "$us_is" -- "$@" 2>/dev/null); then printf 'all%s\n%s\n' "$us_all" "$us_s"
else
  # One of them went away meanwhile.
  for us_i in $us_all; do
    us_s=$(stat -c "$us_is" -- "$1" 2>/dev/null) && printf 'all %s\n%s\n' "$us_i" "$us_s"
    shift
  done
  :
fi`,
  read: (output, paths) => {
    const readings = new Map<string, FileReading>(paths.map((path) => [path, { type: 'absent' }]))
    const targets = new Map<string, string>()
    // What is told of existing paths, one line each in the order of these indices.
    let indices: string[] = []
    // A target may hold anything but a line feed, what ends a line for Unicode too.
    for (const line of output.split('\n')) {
      const [first = '', second = '', ...rest] = line.split(' ')
      const path = paths[Number(indices[0])]
      if (first === 'all') indices = [second, ...rest]
      else if (second === '>') targets.set(paths[Number(first)] ?? '', rest.join(' '))
      else if (first !== '' && path !== undefined) {
        readings.set(path, readStat(first, [second, ...rest], targets.get(path)))
        indices.shift()
      }
    }
    return readings
  },
}

/** Asks what stands at `path`. */
export function fileAt(path: string): Query<FileReading> {
  return { sensor: files, subject: path, about: [`file:${path}`] }
}

function readStat(
  rawMode: string,
  [uid, gid, size, owner, group]: readonly string[],
  target: string | undefined,
): FileReading {
  const bits = Number.parseInt(rawMode, 16)
  const type = types[(bits >> 12).toString(16)] ?? 'other'
  return {
    type,
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner: owner ?? '',
    group: group ?? '',
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    ...(type === 'link' && target !== undefined ? { target } : {}),
  }
}
