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

/** What all small files together may be, in bytes, to be held by a shell: beyond that each is told by itself. */
const togetherLimit = 1024 * 1024

/**
 * Contents of files, or checksums of those above `readLimit`. Small files are told as one, which costs a few processes
 * however many there are; where one of them changed its size meanwhile, each is told by itself. How long the whole must
 * be encoded follows from RFC 4648, in lines of 76 characters, and from od's 16 bytes to a line.
 */
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
us_small='' us_sum=0 us_those=
for us_i in $us_all; do
  # Where one of them went away meanwhile, each is asked by itself.
  if [ -n "$us_sizes" ]; then
    us_n=\${us_sizes%%[!0-9]*}; us_sizes=\${us_sizes#*[!0-9]}
  else us_n=$(stat -c %s -- "$1" 2>/dev/null) || us_n=0; fi
  if [ "$us_n" -gt ${readLimit} ]; then echo "$us_i large $us_n $(sha256sum <"$1")"
  else
    us_small="$us_small $us_i:$us_n" us_those="$us_those $us_i" us_sum=$((us_sum + us_n))
    set -- "$@" "$1"
  fi
  shift
done
us_text=
if [ $# -gt 1 ] && [ "$us_sum" -le ${togetherLimit} ]; then
  us_text=$(cat -- "$@" 2>/dev/null | us_encode)
  if [ "$us_how" = base64 ]; then us_long=$(((us_sum + 2) / 3)); us_long=$((us_long * 4 + (us_long * 4 + 75) / 76 - 1))
  else us_long=$((us_sum * 2 + (us_sum + 15) / 16 - 1)); fi
  if [ \${#us_text} -ne "$us_long" ]; then us_text=; fi
fi
if [ -n "$us_text" ]; then printf 'all %s%s\n%s\n' "$us_how" "$us_small" "$us_text"
else
  for us_i in $us_those; do
    if [ -r "$1" ]; then
      echo "$us_i $us_how"
      us_encode <"$1"
    fi
    shift
  done
fi`,
  read: (output, paths) => {
    const readings = new Map<string, ContentReading>(paths.map((path) => [path, { is: 'absent' }]))
    const tell = (index: string, reading: ContentReading) => {
      const path = paths[Number(index)]
      if (path !== undefined) readings.set(path, reading)
    }
    // Encoded lines hold no space, headings do.
    for (const [, index = '', heading = '', body = ''] of output.matchAll(/^(\d+|all) (.+)((?:\n\S*$)*)/gm)) {
      if (index === 'all')
        for (const [one, reading] of readTogether(heading.split(' '), body)) tell(one, reading)
      else tell(index, readContent(heading.split(' '), body))
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
  return readBytes(decode(word, body))
}

/** Several files one after the other, each with its number and size. */
function readTogether([how = '', ...sizes]: readonly string[], body: string): [string, ContentReading][] {
  const bytes = decode(how, body)
  let from = 0
  return sizes.map((word) => {
    const [index = '', size] = word.split(':')
    const part = bytes.slice(from, from + Number(size))
    from += part.length
    return [index, readBytes(part)]
  })
}

function readBytes(bytes: Uint8Array): ContentReading {
  return { is: 'read', bytes, size: bytes.length, sha256: sha256(bytes) }
}
