import type { Script } from '../model/script.ts'
import { embed, sh } from '../shell/quote.ts'
import { archiveFormat, heldArchive } from './archive-script.ts'
import { stateDirectory } from './state-directory.ts'

/** Where builds happen, and where each of them is noted: `/tmp` may be small, and may forbid programs. */
export const buildDirectory = `${stateDirectory}/builds`

/** Sources on their way to an installed program. */
export interface Build {
  /** Where the archive lies on the host; `undefined`: it was uploaded. */
  readonly from: string | undefined
  readonly sum: string
  readonly prefix: string
  readonly configure: readonly string[]
  readonly creates: string
  readonly stamp: { readonly path: string; readonly text: string }
}

/**
 * Unpacks and builds in a private directory, without a network where the kernel can keep it away, so that only
 * what the sum vouches for gets in. Before anything is installed the note of the last build is removed: an
 * installation that breaks off is made again. The running program keeps its own file until it is restarted.
 */
export function buildScript({ from, sum, prefix, configure, creates, stamp }: Build): Script {
  return sh`${embed(heldArchive(from, sum))}
(umask 077; mkdir -p -- ${buildDirectory})
rm -rf -- ${buildDirectory}/room.*
us_room=$(mktemp -d ${`${buildDirectory}/room.XXXXXXXX`})
trap 'rm -rf -- "$us_room"' EXIT
trap 'exit 130' INT TERM
mkdir -- "$us_room/sources"
${embed(archiveFormat)}
if [ "$us_how" = zip ]; then echo 'sources are taken from tar archives only, and this is a zip archive' >&2; exit 1; fi
tar -x -o \${us_how:+"$us_how"} -f "$us_from" -C "$us_room/sources" --strip-components=1
cd -- "$us_room/sources"
if [ ! -x configure ]; then
  echo 'the archive has no configure in its top directory: take a release, not a snapshot of the repository' >&2
  exit 1
fi
us_alone=
if unshare -n true 2>/dev/null; then us_alone=1; fi
us_make() {
  us_what=$1
  shift
  us_status=0
  if [ -n "$us_alone" ]; then
    unshare -n "$@" >"$us_room/log" 2>&1 || us_status=$?
  else
    "$@" >"$us_room/log" 2>&1 || us_status=$?
  fi
  if [ "$us_status" -eq 0 ]; then return; fi
  printf '%s failed with status %s; its output ends:\n' "$us_what" "$us_status" >&2
  tail -n 15 "$us_room/log" >&2
  exit 1
}
us_make configure ./configure ${[`--prefix=${prefix}`, ...configure]}
us_make make make -j "$(nproc 2>/dev/null || echo 1)"
rm -f -- ${stamp.path}
us_make 'make install' make install
cd /
if [ ! -e ${creates} ]; then
  printf '%s\n' ${`make install did not bring ${creates}: correct \`creates\` or \`configure\``} >&2
  exit 1
fi
if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1; then restorecon -R ${prefix} || :; fi
printf '%s' ${stamp.text} >"$us_room/stamp"
mv -f -- "$us_room/stamp" ${stamp.path}`
}
