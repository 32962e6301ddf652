import type { Kept } from '../model/kept.ts'
import type { Script } from '../model/script.ts'
import { lines, sh } from './quote.ts'

/** Bytes of a file above which it is not kept: what is brought to machines as a whole is no configuration. */
const most = 67_108_864

/**
 * Where a machine keeps what was there before the last run that changed something: root's place, or that of who works there
 * without being root. `run` has the name of the run, `known` one line for each thing in the order in which they were first
 * changed, and beside it lies, by the number of its line, what was there. Nobody else may read any of it.
 */
export const findFormer: Script = sh`us_of_run() {
  for us_former in /var/lib/understudy "\${HOME:-/tmp}/.local/state/understudy"; do
    us_former=$us_former/before
    us_by=; { read -r us_by <"$us_former/run"; } 2>/dev/null || :
    if [ -n "$us_by" ] && [ "$us_by" = "\${1:-$us_by}" ]; then return 0; fi
  done
  return 1
}`

/** Ways to keep things. What another run left is dropped: that is not what was before this one. */
export const keepingFormer: Script = lines(
  findFormer,
  sh`us_former_of() {
  us_of_run "$1" && return 0
  for us_former in /var/lib/understudy "\${HOME:-/tmp}/.local/state/understudy"; do
    mkdir -p "$us_former" 2>/dev/null || continue
    us_notes=$us_former/notified; us_former=$us_former/before
    rm -rf "$us_former" 2>/dev/null
    mkdir -m 700 "$us_former" 2>/dev/null || continue
    ls "$us_notes" >"$us_former/notified" 2>/dev/null || :
    : >"$us_former/known" && date +%s >"$us_former/since" && printf '%s\n' "$1" >"$us_former/run" && return 0
  done
  echo 'what is there now cannot be kept: no directory for it can be made' >&2
  return 1
}
us_is_known() {
  us_n=1
  while IFS= read -r us_line; do
    if [ "$us_line" = "$1" ]; then return 0; fi
    us_n=$((us_n + 1))
  done <"$us_former/known"
  return 1
}`,
  sh`us_keep() {
  us_is_known "$1 $2" && return 0
  us_at=$us_former/$us_n
  for us_old in "$us_at".*; do if [ -e "$us_old" ] || [ -L "$us_old" ]; then rm -f "$us_old"; fi; done
  case $1 in
    file) us_keep_file "$2" || return 1 ;;
    unit) systemctl show -p ActiveState -p UnitFileState -- "$2" >"$us_at.unit" 2>/dev/null || : ;;
    sysctl) if [ -r "/proc/sys/$2" ]; then cat "/proc/sys/$2" >"$us_at.value"; fi ;;
    address)
      ip -o address show to "$2" 2>/dev/null | while read -r _ us_device _ us_cidr _; do
        printf '%s %s\n' "$us_cidr" "$us_device"
      done >"$us_at.addresses" ;;
    route) case $2 in *:*) ip -6 route show exact "$2" ;; *) ip route show exact "$2" ;; esac >"$us_at.route" 2>/dev/null || : ;;
    module) if [ -d "/sys/module/$2" ]; then : >"$us_at.loaded"; fi ;;
  esac
  printf '%s\n' "$1 $2" >>"$us_former/known" || return 1
  if [ "$1" = file ] && [ -L "$2" ] && us_target=$(readlink -f -- "$2"); then us_keep file "$us_target"; fi
}
us_keep_file() {
  if [ -L "$1" ]; then
    cp -a -- "$1" "$us_at.file"
  elif [ -f "$1" ]; then
    if [ "$(stat -c %s -- "$1")" -gt ${most} ]; then : >"$us_at.large"; else cp -a -- "$1" "$us_at.file"; fi
  elif [ -d "$1" ]; then
    stat -c '%a %u:%g' -- "$1" >"$us_at.mode"
  elif [ ! -e "$1" ]; then
    # What has to be made above it is made by the run, too.
    us_above=$1
    while us_above=\${us_above%/*} && [ -n "$us_above" ] && [ ! -e "$us_above" ]; do printf '%s\n' "$us_above"; done >"$us_at.absent"
  fi
}`,
)

/** Keeps what is there before a step, by the name of the run; where it cannot, the step is not begun. */
export function keepBefore(run: string, kept: readonly Kept[]): Script {
  return lines(
    sh`us_former_of ${run} || exit 1`,
    ...kept.map(({ is, subject }) => sh`us_keep ${is} ${subject} || exit 1`),
  )
}
