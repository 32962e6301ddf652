import type { Upload } from '../model/change.ts'
import type { Script } from '../model/script.ts'
import type { ContentReading } from '../sensors/contents.ts'
import { textOf } from '../sensors/encoded.ts'
import type { FileReading } from '../sensors/files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { backupScript } from './backup.ts'
import { isMadeAnew, isMakers, keeping, type Ownership, ownershipScript } from './ownership.ts'
import { stagedName } from './staged-name.ts'
import { validationScript } from './validation.ts'

/** A file to be written, and what was found in its place. */
export interface Write {
  readonly path: string
  readonly content: Uint8Array
  readonly ownership: Ownership
  readonly validate: string | undefined
  readonly backup: boolean
  readonly at: FileReading
  readonly found: ContentReading
}

/** Texts up to this many bytes travel in the program; larger ones and binaries are uploaded. */
const inlineLimit = 60 * 1024

/**
 * Replaces a file in one step, so that nobody ever reads half of it: the content is staged beside it, owned,
 * checked, brought to the disk, and renamed. On any failure the staged file is removed and the live one is as it
 * was. An owner and a mode that are not asked for are kept; a new file gets 0644. The rename happens only while
 * the live file still holds what was found, so that no concurrent edit is lost.
 */
export function atomicWrite(write: Write): { readonly script: Script; readonly uploads: readonly Upload[] } {
  const { path, content, at, found } = write
  const directory = path.slice(0, path.lastIndexOf('/')) || '/'
  const text = content.length > inlineLimit ? undefined : textOf(content)
  const script = lines(
    staging(path, directory, { at, found }),
    sh`if ! ${embed(text === undefined ? sh`cat -- "$us_up_content"` : sh`printf '%s' ${text}`)} >"$us_new"; then`,
    sh`  printf '%s\n' ${`the new content cannot be written to ${directory}: is the disk full?`} >&2; exit 1; fi`,
    sh`umask 022`,
    ownedScript(write, directory),
    ...(write.validate === undefined ? [] : [validationScript(write.validate, path, directory)]),
    ...(write.backup && found.is !== 'absent' ? [backupScript(path)] : []),
    // Without this, a machine that loses power soon after can come back with an empty file in the place of one that it had.
    ...(isMadeAnew(at) ? [] : [sh`sync "$us_new" 2>/dev/null || :`]),
    sh`us_guard`,
    sh`mv -f -- "$us_new" ${path}`,
    // Nothing else was laid beside it.
    ...(write.validate === undefined ? [sh`us_new=`] : []),
    sh`if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1; then restorecon ${path}; fi`,
  )
  return { script, uploads: text === undefined ? [{ name: 'content', content }] : [] }
}

function staging(path: string, directory: string, { at, found }: Pick<Write, 'at' | 'found'>): Script {
  // A hidden name that keeps the suffix: no `include *.conf` takes it, yet checkers that go by suffix do.
  const suffix = `.${path.slice(path.lastIndexOf('/') + 1).slice(-40)}`
  const moved = `${path} was changed by something else after it was looked at: nothing was written; run again`
  return sh`us_new=
us_placed=
us_same() {
  ${embed(stillThere(path, at, found))}
}
us_guard() { if ! us_same; then printf '%s\n' ${moved} >&2; exit 1; fi; }
us_take_back() {
  if [ -n "$us_placed" ]; then
    us_placed=
    if [ -e "$us_new.old" ]; then mv -f -- "$us_new.old" ${path}; else rm -f -- ${path}; fi
  fi
}
us_tidy() {
  us_take_back
  if [ -n "$us_new" ]; then rm -f -- "$us_new" "$us_new.old" "$us_new.try"; fi
}
if [ ! -d ${directory} ]; then printf '%s\n' ${`there is no directory ${directory}: make it in a task before`} >&2; exit 1; fi
trap us_tidy EXIT
trap 'exit 130' INT TERM
${embed(stagedName(directory, suffix))}
# Nothing that stands there is ever written to.
umask 077; set -C
: >"$us_staged"
us_new=$us_staged; set +C`
}

/** Of more than this a shell takes longer, byte by byte, than to start a program. */
const readByShell = 1024

/** Whether a file is as it was found; of what a step before has left, which is asked for often, without a program. */
function stillThere(path: string, at: FileReading, found: ContentReading): Script {
  if (!('sha256' in found)) return sh`[ ! -e ${path} ] && [ ! -h ${path} ]`
  const left =
    isMadeAnew(at) && found.is === 'read' && found.size <= readByShell ? textOf(found.bytes) : undefined
  if (left === undefined)
    return sh`us_is=$(sha256sum <${path} 2>/dev/null) || us_is=
  [ "\${us_is%% *}" = ${found.sha256} ]`
  return sh`us_is=; us_line=
  if [ -f ${path} ]; then
    while IFS= read -r us_line; do us_is="$us_is$us_line
"; us_line=; done <${path}
  fi
  [ "$us_is$us_line" = ${left} ]`
}

/** Sets owner, group and mode; what it has by being made by this session need not be given to it. */
function ownedScript({ ownership, at }: Write, directory: string): Script {
  const { owner, group, mode } = keeping(ownership, at)
  const staged = embed(sh`"$us_new"`)
  if (!isMakers({ owner, group }, at)) return ownershipScript({ owner, group, mode }, staged)
  return lines(
    // A directory may give its own group to what is made in it.
    ...(group === undefined ? [] : [sh`if [ -g ${directory} ]; then chgrp ${group} -- ${staged}; fi`]),
    ownershipScript({ mode }, staged),
  )
}
