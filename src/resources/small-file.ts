import type { Script } from '../model/script.ts'
import { embed, sh } from '../shell/quote.ts'

/**
 * Replaces a small file of Understudy's own in one step, 0644: a boot never meets half of it, and a full disk
 * leaves what is there. `text` is a script that prints what the file is to hold.
 */
export function replaceFile(path: string, text: Script): Script {
  const directory = path.slice(0, path.lastIndexOf('/'))
  return sh`us_new=
trap 'if [ -n "$us_new" ]; then rm -f -- "$us_new"; fi' EXIT
trap 'exit 130' INT TERM
us_new=$(mktemp ${`${directory}/.understudy.XXXXXXXX`})
if ! { ${embed(text)}; } >"$us_new"; then
  echo ${`${path} was left as it is: its new content cannot be written: is the disk full?`} >&2
  exit 1
fi
chmod 644 "$us_new"
sync "$us_new" 2>/dev/null || :
mv -f -- "$us_new" ${path}
us_new=`
}
