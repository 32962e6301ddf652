import type { Script } from '../model/script.ts'
import { embed, sh } from '../shell/quote.ts'
import { exactly } from './ownership.ts'
import { stateDirectory } from './state-directory.ts'
import type { Manner } from './unpacking.ts'

/** An archive on its way into a directory. */
export interface Unpacking {
  /** Where it lies on the host; `undefined`: it was uploaded. */
  readonly from: string | undefined
  readonly sum: string
  readonly dest: string
  readonly manner: Manner
  readonly marker: { readonly path: string; readonly text: string }
}

/**
 * Unpacks into a private directory inside `dest`, so that a broken archive or a full disk changes nothing there,
 * then moves all of it in and notes which archive it was.
 */
export function unpackScript({ from, sum, dest, manner, marker }: Unpacking): Script {
  return sh`${embed(heldArchive(from, sum))}
mkdir -p -- ${dest}
${embed(roomIn(dest))}
${embed(unpackHeld(dest, manner))}
(umask 077; mkdir -p -- ${`${stateDirectory}/archives`})
if ! printf '%s' ${marker.text} >${`${marker.path}.new`}; then rm -f -- ${`${marker.path}.new`}; exit 1; fi
mv -f -- ${`${marker.path}.new`} ${marker.path}`
}

/** `$us_room` is a directory below `dest` that goes with the script: on the same file system. */
export function roomIn(dest: string): Script {
  return sh`us_room=$(mktemp -d ${`${dest}/.understudy.XXXXXXXX`})
trap 'rm -rf -- "$us_room"' EXIT
trap 'exit 130' INT TERM`
}

/** Unpacks `$us_from` into `$us_room`, and puts what it holds into `dest`. */
export function unpackHeld(dest: string, manner: Manner): Script {
  const { strip, owner, group, mode, keep_owner, exclude, include, words } = manner
  const patterns = exclude.map((one) => `--exclude=${one}`)
  const who = `${owner ?? ''}${group ? `:${group}` : ''}`
  return sh`${embed(archiveFormat)}
if [ "$us_how" = zip ]; then
  if [ ${strip} -gt 0 ]; then echo 'strip does not work with zip archives' >&2; exit 1; fi
  if ! command -v unzip >/dev/null 2>&1; then echo 'unzip is missing: install it in a task before' >&2; exit 1; fi
  unzip -q -o ${words} "$us_from" ${include.length === 0 ? [] : include} ${exclude.length === 0 ? [] : ['-x', ...exclude]} -d "$us_room"
else
  tar -x ${keep_owner ? [] : ['-o']} \${us_how:+"$us_how"} -f "$us_from" -C "$us_room" --strip-components=${strip} ${patterns} ${words} ${include}
fi
${embed(who === '' ? sh`:` : sh`chown -R ${who} -- "$us_room"`)}
${embed(mode === undefined ? sh`:` : sh`chmod -R -- ${exactly(mode)} "$us_room"`)}
cd "$us_room"
for us_entry in * .[!.]* ..?*; do
  if [ -e "$us_entry" ] || [ -h "$us_entry" ]; then cp -af -- "$us_entry" ${dest}/; fi
done
cd /`
}

/** `$us_from` is the archive, which is still the one that was looked at. */
export function heldArchive(from: string | undefined, sum: string): Script {
  return sh`us_from=${embed(from === undefined ? sh`"$us_up_archive"` : sh`${from}`)}
us_is=$(sha256sum <"$us_from")
if [ "\${us_is%% *}" != ${sum} ]; then echo 'the archive changed after it was looked at: run again' >&2; exit 1; fi`
}

/** `$us_how` is `zip`, or the option with which tar takes `$us_from`. */
export const archiveFormat: Script = sh`us_how=
case $(head -c 4 "$us_from" | od -An -tx1 | tr -d ' \n') in
  504b0304) us_how=zip ;;
  1f8b*) us_how=-z ;;
  425a68*) us_how=-j ;;
  fd377a58) us_how=-J ;;
esac`
