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

/** Type, mode and owner of paths. One fork for all, one more for each link. */
export const files: Sensor<FileReading> = {
  name: 'files',
  ask: (paths) => sh`
us_i=0
for us_p in ${paths}; do
  if us_s=$(stat -c '%f %u %g %s %U %G' -- "$us_p" 2>/dev/null); then
    printf '%s %s\n' "$us_i" "$us_s"
    if [ -h "$us_p" ]; then printf '%s > %s\n' "$us_i" "$(readlink -- "$us_p")"; fi
  fi
  us_i=$((us_i + 1))
done`,
  read: (output, paths) => {
    const readings = new Map<string, FileReading>(paths.map((path) => [path, { type: 'absent' }]))
    for (const line of output.split('\n')) {
      const [index, first, ...rest] = line.split(' ')
      const path = paths[Number(index)]
      if (!index || !path || !first) continue
      const known = readings.get(path)
      if (first === '>' && known && known.type === 'link')
        readings.set(path, { ...known, target: rest.join(' ') })
      else if (first !== '>') readings.set(path, readStat(first, rest))
    }
    return readings
  },
}

/** Asks what stands at `path`. */
export function fileAt(path: string): Query<FileReading> {
  return { sensor: files, subject: path, about: [`file:${path}`] }
}

function readStat(rawMode: string, [uid, gid, size, owner, group]: readonly string[]): FileReading {
  const bits = Number.parseInt(rawMode, 16)
  return {
    type: types[(bits >> 12).toString(16)] ?? 'other',
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner: owner ?? '',
    group: group ?? '',
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
  }
}
