import type { Script } from '../model/script.ts'
import { embed, sh } from '../shell/quote.ts'

/**
 * Replaces a file of somebody else's in one step, with its owner, mode and label. `text` is a script that prints what
 * it is to hold; `check` one that fails where the program that reads it, `"$us_new"`, could not load it.
 */
export function checkedRewrite(path: string, text: Script, check: Script): Script {
  return sh`us_new=
trap 'if [ -n "$us_new" ]; then rm -f -- "$us_new"; fi' EXIT
trap 'exit 130' INT TERM
us_new=$(mktemp ${`${path}.XXXXXXXX`})
cp -p -- ${path} "$us_new"
if ! { ${embed(text)}; } >"$us_new"; then
  echo ${`${path} was left as it is: its new content cannot be written: is the disk full?`} >&2
  exit 1
fi
if ! ${embed(check)}; then
  echo ${`${path} was left as it is: with what is wanted it could not be loaded`} >&2
  exit 1
fi
sync "$us_new" 2>/dev/null || :
mv -f -- "$us_new" ${path}
us_new=
if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1; then restorecon ${path}; fi`
}
