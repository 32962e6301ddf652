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

/** Contents of files, or checksums of those above `readLimit`. Two forks for each file that exists. */
export const contents: Sensor<ContentReading> = {
  name: 'contents',
  ask: (paths) => sh`${embed(encoder)}
us_i=0
for us_p in ${paths}; do
  if [ -h "$us_p" ]; then
    echo "$us_i other"
  elif [ -f "$us_p" ]; then
    us_n=$(stat -c %s -- "$us_p" 2>/dev/null) || us_n=0
    if [ ! -r "$us_p" ]; then
      echo "$us_i unreadable"
    elif [ "$us_n" -gt ${readLimit} ]; then
      echo "$us_i large $us_n $(sha256sum <"$us_p")"
    else
      echo "$us_i $us_how"
      us_encode <"$us_p"
    fi
  elif [ -e "$us_p" ]; then
    echo "$us_i other"
  fi
  us_i=$((us_i + 1))
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
