import type { Script } from '../model/script.ts'
import { findFormer } from './former.ts'
import { lines, sh } from './quote.ts'

/** How one thing becomes what it was. Each leaves alone what is so already, and can be done again after it was cut off. */
const returning = sh`us_bad=
us_back() { printf 'back: %s\n' "$1"; }
us_stays() { printf 'stays: %s\n' "$1"; }
us_amiss() { us_bad=yes; printf 'amiss: %s\n' "$1"; }
us_file() {
  if [ -e "$1.large" ]; then us_stays "$2, which was too large to be kept"; return; fi
  if [ -e "$1.absent" ]; then us_remove "$1" "$2"; return; fi
  if [ -e "$1.mode" ]; then us_owned "$1" "$2"; return; fi
  if [ ! -e "$1.file" ] && [ ! -L "$1.file" ]; then return; fi
  if us_same "$1.file" "$2"; then return; fi
  if [ -d "$2" ] && [ ! -L "$2" ]; then us_amiss "$2 is a directory now"; return; fi
  mkdir -p -- "\${2%/*}" 2>/dev/null
  us_new=$(mktemp "$2.understudy.XXXXXXXX") || { us_amiss "$2"; return; }
  rm -f -- "$us_new"
  # Moved onto a link to a directory it would end up in there.
  if cp -a -- "$1.file" "$us_new" && { [ ! -L "$2" ] || rm -f -- "$2"; } && mv -f -- "$us_new" "$2"; then us_back "$2"; else rm -f -- "$us_new"; us_amiss "$2"; fi
}
us_same() {
  if [ -L "$1" ] || [ -L "$2" ]; then [ -L "$1" ] && [ -L "$2" ] && [ "$(readlink "$1")" = "$(readlink "$2")" ]; return; fi
  [ -f "$2" ] && cmp -s "$1" "$2" && [ "$(stat -c '%a %u:%g' -- "$1")" = "$(stat -c '%a %u:%g' -- "$2")" ]
}
us_remove() {
  if [ -d "$2" ] && [ ! -L "$2" ]; then
    if rmdir -- "$2" 2>/dev/null; then us_back "$2"; else us_stays "$2, which is not empty"; fi
  elif [ -e "$2" ] || [ -L "$2" ]; then
    if rm -f -- "$2"; then us_back "$2"; else us_amiss "$2"; fi
  fi
  while IFS= read -r us_above; do rmdir -- "$us_above" 2>/dev/null || :; done <"$1.absent"
}
us_owned() {
  read -r us_mode us_owner <"$1.mode" || return 0
  if [ ! -d "$2" ]; then mkdir -p -- "$2" || { us_amiss "$2"; return; }; fi
  if [ "$(stat -c '%a %u:%g' -- "$2")" = "$us_mode $us_owner" ]; then return; fi
  # Of a directory four digits leave the set-group-ID bit alone.
  if chown -- "$us_owner" "$2" && chmod -- "0000$us_mode" "$2"; then us_back "$2"; else us_amiss "$2"; fi
}
us_sysctl() {
  if [ ! -e "$1.value" ] || [ "$(cat "/proc/sys/$2" 2>/dev/null)" = "$(cat "$1.value")" ]; then return; fi
  if cat "$1.value" >"/proc/sys/$2"; then us_back "$2"; else us_amiss "$2"; fi
}
us_address() {
  ip -o address show to "$2" 2>/dev/null | while read -r _ us_device _ us_cidr _; do
    grep -qxF -- "$us_cidr $us_device" "$1.addresses" || { ip address del "$us_cidr" dev "$us_device" && us_back "$us_cidr on $us_device"; }
  done
  while read -r us_cidr us_device; do
    ip -o address show dev "$us_device" to "$us_cidr" 2>/dev/null | grep -q . && continue
    if ip address replace "$us_cidr" dev "$us_device"; then us_back "$us_cidr on $us_device"; else us_amiss "$us_cidr on $us_device"; fi
  done <"$1.addresses"
}
us_ip() { case $us_to in *:*) ip -6 "$@" ;; *) ip "$@" ;; esac; }
# Those that were there come first, so that what is on its way finds one of them at all times.
us_route() {
  us_to=$2; us_six=; case $2 in *:*) us_six=-6 ;; esac
  us_routes=$(us_ip route show exact "$2" 2>/dev/null)
  if [ "$us_routes" = "$(cat "$1.route")" ]; then return; fi
  us_wrong=
  while IFS= read -r us_line; do
    printf '%s\n' "$us_line" | xargs ip \${us_six:+"$us_six"} route replace || us_wrong=yes
  done <"$1.route"
  us_ip route show exact "$2" >"$us_former/routes" 2>/dev/null
  while IFS= read -r us_line; do
    grep -qxF -- "$us_line" "$1.route" && continue
    printf '%s\n' "$us_line" | xargs ip \${us_six:+"$us_six"} route del || us_wrong=yes
  done <"$us_former/routes"
  if [ -n "$us_wrong" ]; then us_amiss "$2"; else us_back "$2"; fi
}
us_module() {
  if [ -e "$1.loaded" ] || [ ! -d "/sys/module/$2" ]; then return; fi
  if modprobe -r -- "$2" 2>/dev/null; then us_back "$2"; else us_stays "module $2, which is in use"; fi
}`

/** Units: those that did not run stop before their files go, and those that did read theirs once they are back. */
const units = sh`us_was() { us_active=; us_boot=
  while IFS='=' read -r us_name us_value; do
    case $us_name in ActiveState) us_active=$us_value ;; UnitFileState) us_boot=$us_value ;; esac
  done <"$1.unit"
}
us_now() { systemctl show -p "$1" -- "$2" 2>/dev/null | cut -d = -f 2-; }
us_quiet() {
  us_was "$1"
  us_says=$(us_now UnitFileState "$2")
  case $us_says in
    enabled | enabled-runtime) case $us_boot in enabled*) ;; *) if systemctl disable -q -- "$2"; then us_back "$2 at boot"; else us_amiss "$2 at boot"; fi ;; esac ;;
    masked) if [ "$us_boot" != masked ]; then if systemctl unmask -q -- "$2"; then us_back "$2 at boot"; else us_amiss "$2 at boot"; fi; fi ;;
  esac
  case $us_active in active | reloading | activating) return ;; esac
  case $(us_now ActiveState "$2") in
    active | reloading | activating | deactivating) if systemctl stop -- "$2"; then us_back "$2"; else us_amiss "$2"; fi ;;
    failed) systemctl reset-failed -- "$2" 2>/dev/null || : ;;
  esac
}
us_awake() {
  us_was "$1"
  us_says=$(us_now UnitFileState "$2")
  if [ "$us_says" != "$us_boot" ]; then
    case $us_boot in
      enabled*) if systemctl enable -q -- "$2"; then us_back "$2 at boot"; else us_amiss "$2 at boot"; fi ;;
      masked*) if systemctl mask -q -- "$2"; then us_back "$2 at boot"; else us_amiss "$2 at boot"; fi ;;
    esac
  fi
  case $us_active in active | reloading | activating) ;; *) return ;; esac
  us_move=reload-or-restart
  if grep -qxF -- "restart $2" "$us_former/known"; then us_move=restart; fi
  case $(us_now ActiveState "$2") in active) ;; *) us_move=start; systemctl reset-failed -- "$2" 2>/dev/null || : ;; esac
  if systemctl "$us_move" -- "$2" && sleep 1 && systemctl is-active -q -- "$2"; then us_back "$2"; else us_amiss "$2 does not run"; fi
}`

/**
 * Takes a machine back to what it was before a run, or before the last one where none is named, the last change first; says
 * of each thing what became of it, one to a line: `back`, `stays` for what nobody can take back, `amiss` for what could not be.
 * What was kept is dropped once nothing is amiss.
 */
export function goBack(run: string): Script {
  return lines(
    findFormer,
    returning,
    units,
    sh`if ! us_of_run ${run}; then echo 'nothing is kept here of that run'; exit 0; fi
awk '{ line[NR] = NR " " $0 } END { for (i = NR; i > 0; i--) print line[i] }' "$us_former/known" >"$us_former/backwards"
while read -r us_n us_kind us_what; do
  if [ "$us_kind" = unit ]; then us_quiet "$us_former/$us_n" "$us_what"; fi
done <"$us_former/backwards"
while IFS= read -r us_line; do
  us_n=\${us_line%% *}; us_what=\${us_line#* }; us_kind=\${us_what%% *}; us_what=\${us_what#* }
  us_at=$us_former/$us_n
  case $us_kind in
    file) us_file "$us_at" "$us_what" ;;
    sysctl) us_sysctl "$us_at" "$us_what" ;;
    address) us_address "$us_at" "$us_what" ;;
    route) us_route "$us_at" "$us_what" ;;
    module) us_module "$us_at" "$us_what" ;;
    stays) us_stays "$us_what" ;;
  esac
done <"$us_former/backwards"
if grep -q '^unit ' "$us_former/known" && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  us_n=0
  while read -r us_kind us_what; do
    us_n=$((us_n + 1))
    if [ "$us_kind" = unit ]; then us_awake "$us_former/$us_n" "$us_what" </dev/null; fi
  done <"$us_former/known"
fi
# A handler that this run was to call has nothing to do any more.
us_notes=\${us_former%/*}/notified
for us_note in "$us_notes"/*; do
  if [ -f "$us_note" ] && ! grep -qxF -- "\${us_note##*/}" "$us_former/notified"; then rm -f "$us_note"; fi
done
if [ -n "$us_bad" ]; then exit 1; fi
# Nor is there anything that could be gone on with.
us_at=\${us_former%/*}/progress; us_of=
{ read -r us_of <"$us_at/run"; } 2>/dev/null || :
if [ "$us_of" = "$us_by" ]; then rm -rf "$us_at"; fi
rm -rf "$us_former"`,
  )
}

/** Says which run it is whose former state is kept, and since when: `RUN SECONDS`, by the machine's clock; nothing where none is. */
export const tellFormer: Script = lines(
  findFormer,
  sh`if us_of_run ''; then
  read -r us_since <"$us_former/since" || us_since=0
  printf 'kept %s %s\n' "$us_by" "$us_since"
fi`,
)
