import type { Query, Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { decode, encoder } from './encoded.ts'
import { sha256 } from './sha256.ts'

/** Contents up to this many bytes are read as they are; of larger ones the host tells a checksum. */
export const readLimit = 256 * 1024

/** What a regular file holds. */
export type ContentReading =
  | { readonly is: 'absent' }
  /** A directory, a link or a device: only the content of regular files is read. */
  | { readonly is: 'other' }
  | { readonly is: 'unreadable' }
  | { readonly is: 'read'; readonly bytes: Uint8Array; readonly size: number; readonly sha256: string }
  | { readonly is: 'large'; readonly size: number; readonly sha256: string }

/** Contents of files, or checksums of those above `readLimit`. One process for each file that exists, and one for all sizes. */
export const contents: Sensor<ContentReading> = {
  name: 'contents',
  ask: (paths) => sh`${embed(encoder)}
us_i=0 us_all=
set --
for us_p in ${paths}; do
  if [ -h "$us_p" ]; then echo "$us_i other"
  elif [ -f "$us_p" ]; then
    if [ -r "$us_p" ]; then set -- "$@" "$us_p"; us_all="$us_all $us_i"
    else echo "$us_i unreadable"; fi
  elif [ -e "$us_p" ]; then echo "$us_i other"; fi
  us_i=$((us_i + 1))
done
us_sizes=
if [ $# -gt 0 ]; then us_sizes=$(stat -c %s -- "$@" 2>/dev/null) || us_sizes=; fi
for us_i in $us_all; do
  # Where one of them went away meanwhile, each is asked by itself.
  if [ -n "$us_sizes" ]; then
    us_n=\${us_sizes%%[!0-9]*}; us_sizes=\${us_sizes#*[!0-9]}
  else us_n=$(stat -c %s -- "$1" 2>/dev/null) || us_n=0; fi
  if [ "$us_n" -gt ${readLimit} ]; then echo "$us_i large $us_n $(sha256sum <"$1")"
  elif [ -r "$1" ]; then
    echo "$us_i $us_how"
    us_encode <"$1"
  fi
  shift
done`,
  read: (output, paths) => {
    const readings = new Map<string, ContentReading>(paths.map((path) => [path, { is: 'absent' }]))
    // Encoded lines hold no space, headings do.
    for (const [, index, heading = '', body = ''] of output.matchAll(/^(\d+) (.+)((?:\n\S*$)*)/gm)) {
      const path = paths[Number(index)]
      if (path !== undefined) readings.set(path, readContent(heading.split(' '), body))
    }
    return readings
  },
}

/** Asks what the file at `path` holds. */
export function contentOf(path: string): Query<ContentReading> {
  return { sensor: contents, subject: path, about: [`file:${path}`] }
}

function readContent([word = '', size, checksum]: readonly string[], body: string): ContentReading {
  if (word === 'other' || word === 'unreadable') return { is: word }
  if (word === 'large') return { is: 'large', size: Number(size), sha256: checksum ?? '' }
  const bytes = decode(word, body)
  return { is: 'read', bytes, size: bytes.length, sha256: sha256(bytes) }
}
