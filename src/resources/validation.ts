import { z } from 'zod'
import type { Script } from '../model/script.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { splitWords } from './words.ts'

/** A command line that says whether new content is good. */
export const validateField = z
  .string()
  .check((context) => {
    const { problem } = splitWords(context.value)
    if (problem)
      context.issues.push({ code: 'custom', input: context.value, message: `no command line: ${problem}` })
  })
  .optional()
  .describe(
    'A command, run without a shell, that must succeed on the new content before the file is replaced. ' +
      '`%s` stands for the new file; without it the command sees the new file in its final place, alone.',
  )

/**
 * Checks the staged file `$us_new` before it replaces `path`; what the command prints is the step's output.
 * Needs `us_guard`, `us_try` and `us_placed` of the writer.
 */
export function validationScript(command: string, path: string, directory: string): Script {
  const { words } = splitWords(command)
  const named = words.some((word) => word.includes('%s'))
  const refused = `${path} was left as it is: its new content was refused by: ${command}`
  return lines(
    sh`us_check() { ( exec ${embed(words.map(withStaged).reduce((line, word) => sh`${embed(line)} ${embed(word)}`))} ); }`,
    ...(named ? [] : [placing(words, path, directory)]),
    sh`if ! ${named ? 'us_check' : 'us_check_placed'}; then printf '%s\n' ${refused} >&2; exit 1; fi`,
  )
}

function withStaged(word: string): Script {
  const [first = '', ...rest] = word.split('%s')
  return rest.reduce<Script>((script, part) => sh`${embed(script)}"$us_new"${part}`, sh`${first}`)
}

/**
 * A check of a whole tree must find the file under its own name. In a mount namespace only the check sees it
 * there; where there can be none, the file is put in place for the length of the check and taken back.
 */
function placing(words: readonly string[], path: string, directory: string): Script {
  const inside = sh`set -eu
{
  mount --make-rprivate / || :
  if [ -e ${path} ]; then
    mount --bind "$1" ${path}
  else
    mkdir "$2/upper" "$2/work"
    cp -p -- "$1" "$2/upper/"${path.slice(path.lastIndexOf('/') + 1)}
    cd ${directory}
    mount -t overlay understudy -o "lowerdir=.,upperdir=$2/upper,workdir=$2/work" ${directory}
  fi
} >/dev/null 2>&1
: >"$2/placed"
cd /
exec ${words}`
  return sh`us_check_placed() {
  us_room=
  if [ "$(id -u)" -eq 0 ] && [ -n "\${us_tmp:-}" ] && command -v unshare >/dev/null 2>&1; then
    us_room=$(mktemp -d "$us_tmp/check.XXXXXXXX")
    us_status=0
    unshare -m /bin/sh -c ${inside} sh "$us_new" "$us_room" || us_status=$?
    if [ -e "$us_room/placed" ]; then rm -rf "$us_room"; return "$us_status"; fi
    rm -rf "$us_room"
  fi
  us_guard
  if [ -e ${path} ]; then
    ln -- ${path} "$us_new.old" 2>/dev/null || cp -p -- ${path} "$us_new.old"
  fi
  cp -p -- "$us_new" "$us_new.try"
  us_placed=1
  mv -f -- "$us_new.try" ${path}
  us_status=0
  us_check || us_status=$?
  us_take_back
  return "$us_status"
}`
}
