import type { Script } from '../model/script.ts'
import { lines, sh } from './quote.ts'

/** Where root keeps notes on a machine; who is not root keeps them at home. */
const placeOfRoot = '/var/lib/understudy/notified'
const placeAtHome = '.local/state/understudy/notified'

/** Ways to keep notes on a machine, for the steps that need them: what is noted outlives the run, and its connection. */
const keeping = sh`us_notes=${placeOfRoot}
[ -d "$us_notes" ] || mkdir -p "$us_notes" 2>/dev/null || :
if [ ! -d "$us_notes" ] || [ ! -w "$us_notes" ]; then
  us_notes=\${HOME:-/tmp}/${placeAtHome}; mkdir -p "$us_notes" 2>/dev/null || :
fi
us_fresh=
us_note() {
  [ -e "$us_notes/$1" ] || { (umask 077; printf '%s\n' "$2" >"$us_notes/$1") 2>/dev/null && us_fresh="$us_fresh $1"; } || :
}
us_drop() { for us_name in "$@"; do rm -f "$us_notes/$us_name" 2>/dev/null || :; done; }`

/** Notes these texts before a step, so that they are there however the step ends. */
export function noteBefore(texts: readonly string[]): Script {
  return lines(keeping, ...texts.map((text) => sh`us_note ${fileOf(text)} ${JSON.stringify(text)}`))
}

/** What failed did not come about: only what was noted for it is taken back. */
export const takeBackFresh: Script = sh`if [ "$us_status" -ne 0 ]; then us_drop $us_fresh; fi`

/** Removes notes of a step that went well. */
export function forgetAfter(texts: readonly string[]): Script {
  return lines(keeping, sh`if [ "$us_status" -eq 0 ]; then us_drop ${texts.map(fileOf)}; fi`)
}

/** Removes notes. */
export function forget(texts: readonly string[]): Script {
  return lines(keeping, sh`us_drop ${texts.map(fileOf)}`)
}

/** Prints every note, one to a line, as JSON. */
export const printNotes: Script = sh`for us_at in ${placeOfRoot} "\${HOME:-/tmp}/${placeAtHome}"; do
  for us_note in "$us_at"/*; do
    if [ -f "$us_note" ] && [ -r "$us_note" ]; then head -c 4096 "$us_note"; fi
  done
done`

/** A file name that says what the note does, as far as there is room. */
function fileOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]/gu, (sign) => `%${sign.codePointAt(0)?.toString(16)}`).slice(0, 200)
}
