import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { decode, encoder, textOf } from './encoded.ts'

/** A file that a pattern meant. */
export interface WrittenFile {
  readonly path: string
  /** Absent where it is too large, no text, or cannot be read. */
  readonly text?: string
}

/** Configurations are no larger, and no more: beyond that they are named and not read. */
const largest = 256 * 1024
const mostFiles = 200

/** Does something with each file `$us_f` that the pattern number `$us_i` means. */
function eachFile(patterns: readonly string[], work: Script): Script {
  return sh`us_i=0
IFS=
for us_p in ${patterns}; do
  us_n=0
  # Unquoted, so that the shell puts the names there; without IFS blanks separate nothing.
  for us_f in $us_p; do
    if [ -f "$us_f" ] && [ "$us_n" -lt ${mostFiles} ]; then
      us_n=$((us_n + 1))
      ${embed(work)}
    fi
  done
  us_i=$((us_i + 1))
done
unset IFS`
}

/**
 * Files by the patterns that configurations name others with, in the order of their names; links are followed, as the
 * programs do that read them.
 */
const written: Sensor<readonly WrittenFile[]> = {
  name: 'written',
  ask: (patterns) =>
    lines(
      encoder,
      eachFile(
        patterns,
        sh`if [ -r "$us_f" ] && [ "$(stat -L -c %s -- "$us_f")" -le ${largest} ]; then
        printf '%s %s %s\n' "$us_i" "$us_how" "$us_f"
        us_encode <"$us_f"
      else printf '%s none %s\n' "$us_i" "$us_f"; fi`,
      ),
    ),
  read: (output, patterns) => {
    const found = new Map<string, WrittenFile[]>(patterns.map((pattern) => [pattern, []]))
    // Encoded lines hold no space, headings do.
    for (const [, index, how = '', path = '', body = ''] of output.matchAll(
      /^(\d+) (\w+) (.+)((?:\n\S*$)*)/gm,
    )) {
      const text = how === 'none' ? undefined : textOf(decode(how, body))
      found.get(patterns[Number(index)] ?? '')?.push({ path, ...(text === undefined ? {} : { text }) })
    }
    return found
  },
}

/** Asks for the files that a pattern means, as `/etc/nginx/conf.d/*.conf`. */
export function writtenAt(pattern: string): Query<readonly WrittenFile[]> {
  return { sensor: written, subject: pattern, about: ['*'] }
}

/** Their names alone, for those who need not read them. */
const named: Sensor<readonly string[]> = {
  name: 'named',
  ask: (patterns) => eachFile(patterns, sh`printf '%s %s\n' "$us_i" "$us_f"`),
  read: (output, patterns) => {
    const found = new Map<string, string[]>(patterns.map((pattern) => [pattern, []]))
    for (const [, index, path = ''] of output.matchAll(/^(\d+) (.+)$/gm))
      found.get(patterns[Number(index)] ?? '')?.push(path)
    return found
  },
}

/** Asks which files a pattern means. */
export function namesAt(pattern: string): Query<readonly string[]> {
  return { sensor: named, subject: pattern, about: [`file:${pattern.slice(0, pattern.lastIndexOf('/'))}`] }
}
